"""What was computed: the conventions, the library, the batch, and the code, whose names are those of `columns_of`."""

from typing import NamedTuple


class Case(NamedTuple):
    """One number of another library."""

    convention: str  # as POST /v1/explain answers it
    library: str  # empty: code of one's own, in NumPy or statsmodels
    batch: str
    code: str

    @property
    def key(self) -> str:
        """Under which its number is recorded."""
        return f"{self.batch}: {self.code}"


PYTORCH = {
    ("as_asked", "soft"): "F.cross_entropy(t(logits), t(target_probabilities))",
    ("as_asked", "event"): "F.binary_cross_entropy_with_logits(t(logits), t(target_probabilities))",
    ("softmax_twice", "soft"): "F.cross_entropy(t(q), t(target_probabilities))",
    ("softmax_twice", "event"): "F.binary_cross_entropy_with_logits(t(q), t(target_probabilities))",
    ("probabilities_as_log_probabilities", "labels"): "F.nll_loss(t(q), i(target_labels))",
    ("probabilities_as_log_probabilities + kl_divergence", "shares"): (
        "F.kl_div(t(probabilities), t(target_probabilities), reduction='batchmean')"
    ),
    ("logits_as_log_probabilities", "labels"): "F.nll_loss(t(logits), i(target_labels))",
    ("swapped", "all_soft"): "F.cross_entropy(torch.log(t(target_probabilities)), t(probabilities))",
    ("hard_labels", "soft"): "F.cross_entropy(t(logits), t(target_probabilities).argmax(1))",
    ("label_smoothing_0.1", "labels"): "F.cross_entropy(t(logits), i(target_labels), label_smoothing=0.1)",
    ("logarithms_above_minus_100", "certain_events"): (
        "F.binary_cross_entropy(t(probabilities), t(target_probabilities))"
    ),
    ("kl_divergence", "soft"): (
        "F.kl_div(F.log_softmax(t(logits), 1), t(target_probabilities), reduction='batchmean')"
    ),
    ("kl_divergence + mean_over_entries", "soft"): (
        "F.kl_div(F.log_softmax(t(logits), 1), t(target_probabilities), reduction='none').mean()"
    ),
    ("one_vs_rest_cross_entropy + mean_over_entries", "shares"): (
        "F.binary_cross_entropy(t(probabilities), t(target_probabilities))"
    ),
    ("sigmoid_of_each_class + mean_over_entries", "soft"): (
        "F.binary_cross_entropy_with_logits(t(logits), t(target_probabilities))"
    ),
    ("mean_over_entries", "several"): "F.binary_cross_entropy_with_logits(t(logits), t(target_probabilities))",
    ("sum", "soft"): "F.cross_entropy(t(logits), t(target_probabilities), reduction='sum')",
    ("mean_over_rows", "soft_summed"): "F.cross_entropy(t(logits), t(target_probabilities))",
    ("sample_weights_left_out", "weighted"): "F.cross_entropy(t(logits), t(target_probabilities))",
    ("divided_by_rows", "weighted"): (
        "(t(sample_weights) * F.cross_entropy(t(logits), t(target_probabilities), reduction='none')).mean()"
    ),
    ("divided_by_entries", "several_weighted"): (
        "F.binary_cross_entropy(t(q), t(target_probabilities), weight=t(sample_weights)[:, None])"
    ),
    ("mean_by_class_weights", "class_weights"): (
        "F.cross_entropy(t(logits), i(target_labels), weight=t(class_weights))"
    ),
    ("as_asked", "class_weights"): (
        "F.cross_entropy(t(logits), F.one_hot(i(target_labels), 3).float(), weight=t(class_weights))"
    ),
    ("mean_of_row_shares", "votes"): (
        "F.cross_entropy(t(logits), t(target_counts / target_counts.sum(axis=1, keepdims=True)))"
    ),
    ("votes_summed_in_rows", "votes"): "F.cross_entropy(t(logits), t(target_counts))",
    ("hard_labels + mean_by_class_weights", "soft_class_weights"): (
        "F.cross_entropy(t(logits), t(target_probabilities).argmax(1), weight=t(class_weights))"
    ),
    ("label_smoothing_0.1", "soft_class_weights"): (
        "F.cross_entropy(t(logits), t(target_probabilities), weight=t(class_weights), label_smoothing=0.1)"
    ),
    ("mean_over_kept_entries", "masked"): (
        "F.binary_cross_entropy_with_logits(t(logits), t(target_probabilities), reduction='none')[mask].mean()"
    ),
    ("as_asked", "ignored"): "F.cross_entropy(t(logits), i(target_labels))",
    ("exponential", "labels"): "torch.exp(F.cross_entropy(t(logits), i(target_labels)))",
    ("without_factorial", "poisson"): "F.poisson_nll_loss(torch.log(t(rate)), t(target_values))",
    ("rate_plus_1e-8", "tiny_rates"): "F.poisson_nll_loss(d(rate), d(target_values), log_input=False)",
    ("stirling", "poisson"): "F.poisson_nll_loss(torch.log(t(rate)), t(target_values), full=True)",
    ("rate_as_log_rate", "poisson"): "F.poisson_nll_loss(t(rate), t(target_values))",
    ("without_constant", "gaussian"): "F.gaussian_nll_loss(t(mean), t(target_values), t(variance))",
    ("without_constant", "tiny_variances"): "F.gaussian_nll_loss(t(mean), t(target_values), t(variance))",
    ("variance_above_1e-6", "tiny_variances"): (
        "F.gaussian_nll_loss(t(mean), t(target_values), t(variance), full=True)"
    ),
    ("deviation_as_variance", "gaussian"): "F.gaussian_nll_loss(t(mean), t(target_values), t(variance).sqrt())",
    ("variance_as_deviation", "gaussian"): (
        "-torch.distributions.Normal(t(mean), t(variance)).log_prob(t(target_values)).mean()"
    ),
    ("negative", "gaussian"): (
        "torch.distributions.Normal(t(mean), t(variance).sqrt()).log_prob(t(target_values)).mean()"
    ),
    ("absolute_error", "laplace"): "F.l1_loss(t(location), t(target_values))",
    ("mean_squared_error", "gaussian"): "F.mse_loss(t(mean), t(target_values))",
    ("without_normalizer", "unit"): "F.binary_cross_entropy(t(lam), t(target_values))",
    ("without_normalizer", "unit_logits"): "F.binary_cross_entropy_with_logits(t(logits), t(target_values))",
}
SIZES = (0.01, 0.05, 0.1, 0.2)
PYTORCH |= {
    (f"label_smoothing_{e:g}", "soft"): (f"F.cross_entropy(t(logits), t(target_probabilities), label_smoothing={e:g})")
    for e in SIZES
}
KERAS = {
    ("as_asked", "soft"): "losses.CategoricalCrossentropy(from_logits=True)(target_probabilities, logits)",
    ("softmax_twice", "soft"): "losses.CategoricalCrossentropy(from_logits=True)(target_probabilities, q)",
    ("logits_as_probabilities", "positive_logits"): "losses.CategoricalCrossentropy()(target_probabilities, logits)",
    ("logits_as_probabilities + keras_clip", "event"): "losses.BinaryCrossentropy()(target_probabilities, logits)",
    ("renormalized", "amounts"): "losses.CategoricalCrossentropy()(target_probabilities, probabilities)",
    ("keras_clip", "certain"): "losses.CategoricalCrossentropy()(target_probabilities, probabilities)",
    ("keras_clip", "certain_events"): "losses.BinaryCrossentropy()(target_probabilities, probabilities)",
    ("one_vs_rest_cross_entropy + mean_over_entries", "shares"): (
        "losses.BinaryCrossentropy()(target_probabilities, probabilities)"
    ),
    ("sigmoid_of_each_class + mean_over_entries", "soft"): (
        "losses.BinaryCrossentropy(from_logits=True)(target_probabilities, logits)"
    ),
    ("without_normalizer", "unit_logits"): "losses.BinaryCrossentropy(from_logits=True)(target_values, logits)",
    ("keras_kl_divergence", "certain"): "losses.KLDivergence()(target_probabilities, probabilities)",
    ("mean_over_entries", "several"): "losses.BinaryCrossentropy(from_logits=True)(target_probabilities, logits)",
    ("divided_by_rows", "weighted"): (
        "losses.CategoricalCrossentropy(from_logits=True)(target_probabilities, logits, sample_weight=sample_weights)"
    ),
    ("sum_of_row_means", "several"): (
        "losses.BinaryCrossentropy(from_logits=True, reduction='sum')(target_probabilities, logits)"
    ),
    ("divided_by_entries", "several_weighted"): (
        "losses.BinaryCrossentropy(from_logits=True)(target_probabilities, logits, sample_weight=sample_weights)"
    ),
    ("mean_squared_error", "brier"): "losses.MeanSquaredError()(target_probabilities, probabilities)",
    ("without_factorial", "poisson"): "losses.Poisson()(target_values, rate)",
    ("rate_plus_1e-7", "tiny_rates"): "losses.Poisson()(target_values, rate)",
    ("without_normalizer", "unit"): "losses.BinaryCrossentropy()(target_values, lam)",
}
KERAS |= {
    (f"label_smoothing_{e:g}", "soft"): (
        f"losses.CategoricalCrossentropy(from_logits=True, label_smoothing={e:g})(target_probabilities, logits)"
    )
    for e in SIZES
}
TENSORFLOW = {case: f"tf.keras.{code}" for case, code in KERAS.items()}
TENSORFLOW |= {
    ("as_asked", "soft"): "tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target_probabilities, logits))",
    ("softmax_twice", "soft"): "tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target_probabilities, q))",
    ("add_1e-07", "certain_events"): "tf.compat.v1.losses.log_loss(target_probabilities, probabilities)",
    ("sigmoid_of_each_class + mean_over_entries", "soft"): (
        "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(target_probabilities, logits))"
    ),
    ("without_factorial", "poisson"): "tf.reduce_mean(tf.nn.log_poisson_loss(target_values, np.log(rate)))",
    ("rate_as_log_rate", "poisson"): "tf.reduce_mean(tf.nn.log_poisson_loss(target_values, rate))",
    ("stirling", "poisson"): (
        "tf.reduce_mean(tf.nn.log_poisson_loss(target_values, np.log(rate), compute_full_loss=True))"
    ),
}
JAX = {
    ("as_asked", "soft"): "optax.softmax_cross_entropy(logits, target_probabilities).mean()",
    ("softmax_twice", "soft"): "optax.softmax_cross_entropy(q, target_probabilities).mean()",
    ("kl_divergence", "shares"): "optax.kl_divergence(np.log(probabilities), target_probabilities).mean()",
    ("mean_over_entries", "several"): "optax.sigmoid_binary_cross_entropy(logits, target_probabilities).mean()",
    ("sigmoid_of_each_class + mean_over_entries", "soft"): (
        "optax.sigmoid_binary_cross_entropy(logits, target_probabilities).mean()"
    ),
    ("without_normalizer", "unit_logits"): "optax.sigmoid_binary_cross_entropy(logits, target_values).mean()",
}
JAX |= {
    (f"label_smoothing_{e:g}", "soft"): (
        f"optax.softmax_cross_entropy(logits, optax.smooth_labels(target_probabilities, {e:g})).mean()"
    )
    for e in SIZES
}
XGBOOST = {
    ("clip_1e-16", "certain"): (
        "of_margins('multi:softprob', 'mlogloss', target_probabilities.argmax(axis=1), logarithms(probabilities),"
        " num_class=3)"
    ),
    ("gamma_without_constants", "gamma"): "of_margins('reg:gamma', 'gamma-nloglik', target_values, np.log(mean))",
    ("unit_deviance_plus_1e-6", "gamma"): "of_margins('reg:gamma', 'gamma-deviance', target_values, np.log(mean))",
    ("as_asked", "poisson"): "of_margins('count:poisson', 'poisson-nloglik', target_values, np.log(rate))",
}
LIGHTGBM = {
    ("clip_1e-15", "certain_labels"): (
        "of_scores('binary', 'binary_logloss', target_probabilities,"
        " logarithms(probabilities) - logarithms(1 - probabilities))"
    ),
    ("without_factorial", "poisson"): "of_scores('poisson', 'poisson', target_values, np.log(rate))",
    ("gamma_without_constants", "gamma"): "of_scores('gamma', 'gamma', target_values, np.log(mean))",
    ("unit_deviance + sum", "gamma"): "of_scores('gamma', 'gamma_deviance', target_values, np.log(mean))",
}
SCIKIT_LEARN = {
    ("as_asked", "labels_of_shares"): "metrics.log_loss(target_labels, probabilities)",
    ("hard_labels", "shares"): "metrics.log_loss(target_probabilities.argmax(axis=1), probabilities, labels=[0, 1, 2])",
    ("clip_2.22e-16", "certain"): (
        "metrics.log_loss(target_probabilities.argmax(axis=1), probabilities, labels=[0, 1, 2])"
    ),
    ("clip_1.19e-07", "certain"): (
        "metrics.log_loss(target_probabilities.argmax(axis=1), probabilities.astype(np.float32), labels=[0, 1, 2])"
    ),
    ("sum", "labels_of_shares"): "metrics.log_loss(target_labels, probabilities, normalize=False)",
    ("brier", "labels_of_shares"): (
        "metrics.brier_score_loss(target_labels, probabilities, labels=[0, 1, 2], scale_by_half=False)"
    ),
    ("brier + half", "labels_of_shares"): (
        "metrics.brier_score_loss(target_labels, probabilities, labels=[0, 1, 2], scale_by_half=True)"
    ),
    ("mean_over_entries", "brier"): "metrics.mean_squared_error(target_probabilities, probabilities)",
    ("mean_absolute_error", "shares"): "metrics.mean_absolute_error(target_probabilities, probabilities)",
    ("negative", "labels_of_shares"): "-metrics.log_loss(target_labels, probabilities)",
    ("square_root", "squared"): "metrics.root_mean_squared_error(target_values, mean)",
    ("half", "squared"): "HalfSquaredError()(target_values, mean)",
    ("without_factorial", "poisson"): "HalfPoissonLoss()(target_values, np.log(rate))",
    ("deviance", "poisson"): "metrics.mean_poisson_deviance(target_values, rate)",
    ("gamma_without_constants", "gamma"): "HalfGammaLoss()(target_values, np.log(mean))",
    ("unit_deviance", "gamma"): "metrics.mean_gamma_deviance(target_values, mean)",
    ("mean_absolute_error", "squared"): "metrics.mean_absolute_error(target_values, mean)",
}
SCIPY = {
    ("kl_divergence", "shares"): "special.rel_entr(target_probabilities, probabilities).sum(axis=1).mean()",
    ("kl_divergence + mean_over_entries", "shares"): "special.rel_entr(target_probabilities, probabilities).mean()",
    ("kl_divergence + log_base_2", "shares"): (
        "stats.entropy(target_probabilities, probabilities, base=2, axis=1).mean()"
    ),
    ("renormalized + kl_divergence", "amounts"): "stats.entropy(target_probabilities, probabilities, axis=1).mean()",
    ("reverse_kl_divergence", "all_soft"): "stats.entropy(probabilities, target_probabilities, axis=1).mean()",
    ("jensen_shannon_divergence", "shares"): (
        "(distance.jensenshannon(target_probabilities, probabilities, axis=1) ** 2).mean()"
    ),
    ("jensen_shannon_distance", "shares"): (
        "distance.jensenshannon(target_probabilities, probabilities, axis=1).mean()"
    ),
    ("total_variation", "shares"): (
        "np.mean([distance.cityblock(p, q) / 2 for p, q in zip(target_probabilities, probabilities, strict=True)])"
    ),
    ("earth_mover_distance", "shares"): (
        "np.mean([stats.wasserstein_distance(range(3), range(3), p, q)"
        " for p, q in zip(target_probabilities, probabilities, strict=True)])"
    ),
    ("with_multinomial_coefficients + sum", "votes"): (
        "-stats.multinomial(target_counts.sum(axis=1), q).logpmf(target_counts).sum()"
    ),
    ("with_multinomial_coefficients + votes_summed_in_rows", "votes"): (
        "-stats.multinomial(target_counts.sum(axis=1), q).logpmf(target_counts).mean()"
    ),
    ("negative", "poisson"): "stats.poisson(rate).logpmf(target_values).mean()",
    ("dispersion_as_size", "negative_binomial"): (
        "-stats.nbinom(dispersion, dispersion / (dispersion + mean)).logpmf(target_values).mean()"
    ),
    ("variance_as_deviation", "gaussian"): "-stats.norm(mean, variance).logpdf(target_values).mean()",
    ("rate_as_scale", "gamma_rates"): "-stats.gamma(shape, scale=rate).logpdf(target_values).mean()",
    ("rate_as_scale", "exponential"): "-stats.expon(scale=rate).logpdf(target_values).mean()",
    ("without_jacobian", "log_normal"): "-stats.norm(location, scale).logpdf(np.log(target_values)).mean()",
    ("crps", "gaussian"): (
        "np.mean([integrate.quad(lambda x: (stats.norm.cdf(x, m, v**0.5) - (x >= y)) ** 2, -30, 30, points=[y],"
        " limit=500)[0] for y, m, v in zip(target_values, mean, variance, strict=True)])"
    ),
    ("crps", "laplace"): (
        "np.mean([integrate.quad(lambda x: (stats.laplace.cdf(x, m, s) - (x >= y)) ** 2, -30, 30, points=[y, m],"
        " limit=500)[0] for y, m, s in zip(target_values, location, scale, strict=True)])"
    ),
}
R = {
    ("with_multinomial_coefficients + sum", "votes"): (
        "-sum(sapply(1:4, function(i) dmultinom(target_counts[i, ], prob = q[i, ], log = TRUE)))"
    ),
    (
        "dispersion_as_size",
        "negative_binomial",
    ): "-mean(dnbinom(target_values, size = dispersion, mu = mean, log = TRUE))",
    ("unit_deviance + sum", "gamma"): "sum(Gamma()$dev.resids(target_values, mean, rep(1, 4)))",
    ("variance_as_deviation", "gaussian"): "-mean(dnorm(target_values, mean, variance, log = TRUE))",
    ("without_jacobian", "log_normal"): "-mean(dnorm(log(target_values), location, scale, log = TRUE))",
    ("as_asked", "gamma_rates"): "-mean(dgamma(target_values, shape, rate, log = TRUE))",
}
STATSMODELS = {
    ("deviance + sum", "binomial"): (
        "sm.GLM(np.stack((target_successes, target_trials - target_successes), axis=1), np.ones((3, 1)),"
        " sm.families.Binomial()).fit().deviance"
    ),
    ("with_multinomial_coefficients + sum + twice", "binomial"): (
        "-2 * sm.GLM(np.stack((target_successes, target_trials - target_successes), axis=1), np.ones((3, 1)),"
        " sm.families.Binomial()).fit().llf"
    ),
    ("with_multinomial_coefficients + sum + negative", "binomial"): (
        "sm.GLM(np.stack((target_successes, target_trials - target_successes), axis=1), np.ones((3, 1)),"
        " sm.families.Binomial()).fit().llf"
    ),
}
OWN = {
    ("cross_entropy", "brier"): "-(target_probabilities * np.log(probabilities)).sum(axis=1).mean()",
    ("log_base_2", "shares"): "-(target_probabilities * np.log2(probabilities)).sum(axis=1).mean()",
    ("log_base_10", "shares"): "-(target_probabilities * np.log10(probabilities)).sum(axis=1).mean()",
    ("squared_hellinger", "shares"): (
        "((np.sqrt(target_probabilities) - np.sqrt(probabilities)) ** 2).sum(axis=1).mean() / 2"
    ),
    ("ranked_probability_score", "shares"): (
        "(np.cumsum(target_probabilities - probabilities, axis=1) ** 2).sum(axis=1).mean()"
    ),
    ("excluded_rows_counted", "ignored"): (
        "np.mean([0 if y < 0 else -np.log(p[y]) for p, y in zip(q, target_labels, strict=True)])"
    ),
    ("mean_of_row_means", "masked"): (
        "np.mean([np.mean((np.logaddexp(0, z) - p * z)[kept])"
        " for z, p, kept in zip(logits, target_probabilities, mask, strict=True)])"
    ),
    ("add_1e-06", "certain"): "-(target_probabilities * np.log(probabilities + 1e-6)).sum(axis=1).mean()",
    ("add_1e-08", "certain"): "-(target_probabilities * np.log(probabilities + 1e-8)).sum(axis=1).mean()",
    ("add_1e-10", "certain"): "-(target_probabilities * np.log(probabilities + 1e-10)).sum(axis=1).mean()",
    ("add_1e-12", "certain"): "-(target_probabilities * np.log(probabilities + 1e-12)).sum(axis=1).mean()",
    ("clip_1e-06", "certain"): (
        "-(target_probabilities * np.log(np.clip(probabilities, 1e-6, 1 - 1e-6))).sum(axis=1).mean()"
    ),
    ("clip_1e-08", "certain"): (
        "-(target_probabilities * np.log(np.clip(probabilities, 1e-8, 1 - 1e-8))).sum(axis=1).mean()"
    ),
    ("clip_1e-10", "certain"): (
        "-(target_probabilities * np.log(np.clip(probabilities, 1e-10, 1 - 1e-10))).sum(axis=1).mean()"
    ),
    ("clip_1e-12", "certain"): (
        "-(target_probabilities * np.log(np.clip(probabilities, 1e-12, 1 - 1e-12))).sum(axis=1).mean()"
    ),
}
DOCUMENTED = {  # what was not run, from the documentation or the source of the library
    ("clip_1e-15", "certain", "spark"): (
        "MulticlassMetrics.logLoss(eps=1e-15): each probability is moved into [eps, 1 - eps]",
        "-(target_probabilities * np.log(np.clip(probabilities, 1e-15, 1 - 1e-15))).sum(axis=1).mean()",
    ),
    ("clip_1e-15", "certain", "scikit-learn"): (
        "log_loss(eps=1e-15) before version 1.2: predictions are moved into [eps, 1 - eps]",
        "-(target_probabilities * np.log(np.clip(probabilities, 1e-15, 1 - 1e-15))).sum(axis=1).mean()",
    ),
    ("clip_1e-15", "certain", "r"): (
        "MLmetrics::LogLoss: pmax(pmin(y_pred, 1 - 1e-15), 1e-15)",
        "-(target_probabilities * np.log(np.clip(probabilities, 1e-15, 1 - 1e-15))).sum(axis=1).mean()",
    ),
    ("clip_2.22e-16", "certain", "r"): (
        "yardstick::mn_log_loss: estimates are moved into [eps, 1 - eps], eps of .Machine$double.eps",
        "-(target_probabilities * np.log(np.clip(probabilities, 2.0**-52, 1 - 2.0**-52))).sum(axis=1).mean()",
    ),
}
BY_LIBRARY: dict[str, dict[tuple[str, str], str]] = {
    "pytorch": PYTORCH,
    "keras": KERAS,
    "tensorflow": TENSORFLOW,
    "jax": JAX,
    "xgboost": XGBOOST,
    "lightgbm": LIGHTGBM,
    "scikit-learn": SCIKIT_LEARN,
    "scipy": SCIPY,
    "r": R,
    "statsmodels": STATSMODELS,
    "": OWN,
}
CASES = [
    Case(convention, library, batch, code)
    for library, cases in BY_LIBRARY.items()
    for (convention, batch), code in cases.items()
]
DOCUMENTED_CASES = [
    Case(convention, library, batch, code) for (convention, batch, library), (_, code) in DOCUMENTED.items()
]
