"""Cross-entropy and what is left of it without its floor: KL divergence and deviance."""

from collections.abc import Callable, Mapping

from distscore.core.special.elementwise import Array
from distscore.core.theory.derivatives import Derivatives, SecondDerivatives, Values, choose
from distscore.core.theory.distributions import AnyPrediction, Target
from distscore.core.theory.formulas import LossFormulas
from distscore.core.theory.losses import Loss


def scaled(derivatives: Mapping[str, Values], factor: float) -> dict[str, Values]:
    """Derivatives of `factor` times the loss."""
    return {column: factor * values for column, values in derivatives.items()}


def by_kind(
    target: Target,
    of_distribution: Callable[[Target], Mapping[str, Values]],
    of_observation: Callable[[Target], Mapping[str, Values]],
) -> Mapping[str, Values]:
    """Derivatives of the divergence from a target, by whether its rows are distributions or were observed."""
    kind = target.is_distribution
    if isinstance(kind, bool):
        return of_distribution(target) if kind else of_observation(target)
    return choose(kind, of_distribution(target), of_observation(target))


class CrossEntropy(Loss[Target, AnyPrediction]):
    """-E_target[log density of the prediction]."""

    name = "cross_entropy"
    usual_place = 1
    formulas = LossFormulas(
        formula=r"-\operatorname{E}_p[\log q(y)]",
        where={"S": r"\sum_j p_j", r"\chi": r"\operatorname{E}_p[T(y)]"},
        gradient={"natural": r"g'(\eta) - \chi", "logits": "S q_k - p_k", "probabilities": r"-\frac{p_k}{q_k}"},
        hessian={"natural": r"g''(\eta)", "logits": "S q_k (1 - q_k)", "probabilities": r"\frac{p_k}{q_k^2}"},
        floor=r"-\operatorname{E}_p[\log p(y)]",
        zero_at_match=False,
        proper=True,
        convex_in_logits=True,
        bounded_below=None,
        notes=(
            "At the match it is the entropy of the target, not 0: read the floor beside it, or kl_divergence.",
            "Soft targets are no misuse: cross-entropy minus entropy is KL >= 0, and 0 only at the match.",
            "An observed value under a predicted density has no bound below where the density may grow without bound; "
            "each family says whether it has one.",
            "Each family states its own formula; class_weights w move the optimum to w p / sum(w p).",
            "With class_weights, mean divides by the weights of the rows. PyTorch's CrossEntropyLoss(weight=w) divides "
            "by the sum of w[y] where targets are labels y: send w[y] as sample_weights instead, for the same number.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.CrossEntropyLoss; torch.nn.BCEWithLogitsLoss; torch.nn.NLLLoss of log-probabilities; "
            "torch.nn.GaussianNLLLoss(full=True); torch.nn.PoissonNLLLoss(full=True), by Stirling's formula",
            "Keras": "keras.losses.CategoricalCrossentropy; keras.losses.SparseCategoricalCrossentropy; "
            "keras.losses.BinaryCrossentropy",
            "scikit-learn": "sklearn.metrics.log_loss for labels",
            "SciPy": "the negative logpdf or logpmf of scipy.stats",
            "R": "scoringRules::logs_norm and its like; the negative of dnorm(log = TRUE) and its like",
        },
    )
    weights_move_optimum = True
    kl_multiple = 1.0
    floor_is_entropy = True
    options = frozenset({"class_weights", "positive_weight"})
    has_normalization_term = True

    def value(self, target: Target, prediction: AnyPrediction) -> Array:
        return prediction.cross_entropy(target)

    def floor(self, target: Target, prediction: AnyPrediction) -> Array | float | None:
        return prediction.floor(target)

    def divergence(self, target: Target, prediction: AnyPrediction) -> Array | None:
        return prediction.divergence(target)

    def normalization_term(self, target: Target, prediction: AnyPrediction) -> Array | float:
        return prediction.normalization_term(target)

    def gradient(self, target: Target, prediction: AnyPrediction) -> Derivatives:
        return prediction.gradient(target)

    def second_derivative(self, target: Target, prediction: AnyPrediction) -> SecondDerivatives:
        return prediction.second_derivative(target)

    def fisher_information(self, target: Target, prediction: AnyPrediction) -> Derivatives:
        return prediction.fisher_information(target)


class KLDivergence(CrossEntropy):
    """Cross-entropy minus the entropy of the target: >= 0, and 0 only at the match."""

    name = "kl_divergence"
    usual_place = 2
    formulas = LossFormulas(
        formula=r"\operatorname{E}_p[\log \frac{p(y)}{q(y)}]",
        where=CrossEntropy.formulas.where,
        gradient=CrossEntropy.formulas.gradient,
        hessian=CrossEntropy.formulas.hessian,
        floor="0",
        zero_at_match=True,
        proper=True,
        convex_in_logits=True,
        bounded_below=True,
        notes=(
            "Cross-entropy and its gradient, less the entropy of the target: no better to train on, better to read.",
            "It is summed in parts that are never negative, and keeps its digits near a match.",
        ),
        elsewhere={
            "PyTorch": 'torch.nn.KLDivLoss(reduction="batchmean") of log q and p; torch.distributions.kl_divergence',
            "Keras": "keras.losses.KLDivergence, which clips p and q",
            "SciPy": "scipy.stats.entropy(p, q), which rescales both; scipy.special.rel_entr, summed",
            "R": "philentropy::KL",
        },
    )
    needs_distribution = True
    needs_normalized = True
    has_normalization_term = False
    floor_is_entropy = False
    options = frozenset()

    def value(self, target: Target, prediction: AnyPrediction) -> Array:
        divergence = prediction.divergence(target)
        assert divergence is not None  # a distribution has an entropy
        return divergence

    def floor(self, target: Target, prediction: AnyPrediction) -> float:
        return 0.0

    def normalization_term(self, target: Target, prediction: AnyPrediction) -> float:
        return 0.0


class Deviance(Loss[Target, AnyPrediction]):
    """Twice the loss minus its least over the parameter that moves the mean; 2 KL for distributions."""

    name = "deviance"
    usual_place = 3
    usual_of_values = True  # of classes it is twice the KL divergence
    formulas = LossFormulas(
        formula=r"2 \log \frac{\max_{q'} q'(y)}{q(y)}",
        where=CrossEntropy.formulas.where,
        gradient={name: f"2 ({formula})" for name, formula in CrossEntropy.formulas.gradient.items()},
        hessian={name: f"2 ({formula})" for name, formula in CrossEntropy.formulas.hessian.items()},
        floor="0",
        zero_at_match=True,
        proper=True,
        convex_in_logits=True,
        bounded_below=True,
        notes=(
            "q' differs from q in the parameter that moves the mean; spread, shape or dispersion are held. "
            "Each family states its own formula.",
            "For targets that are distributions, and for class families, it is twice kl_divergence. Derivatives are "
            "those of that, or of an observed value where nothing but the mean is predicted.",
        ),
        elsewhere={
            "scikit-learn": "sklearn.metrics.mean_poisson_deviance; sklearn.metrics.mean_gamma_deviance at shape 1; "
            "sklearn.metrics.mean_tweedie_deviance",
            "statsmodels": "statsmodels.genmod.families.Poisson and its like: their deviance",
            "R": "deviance of a glm",
        },
    )
    needs_normalized = True
    kl_multiple = 2.0

    def value(self, target: Target, prediction: AnyPrediction) -> Array:
        half = prediction.divergence(target)
        assert half is not None  # the border refuses families without a deviance
        return 2 * half

    def floor(self, target: Target, prediction: AnyPrediction) -> float:
        return 0.0

    def divergence(self, target: Target, prediction: AnyPrediction) -> Array:
        return self.value(target, prediction)

    def gradient(self, target: Target, prediction: AnyPrediction) -> Derivatives:
        return scaled(by_kind(target, prediction.gradient, prediction.divergence_gradient), 2)

    def second_derivative(self, target: Target, prediction: AnyPrediction) -> SecondDerivatives:
        return scaled(by_kind(target, prediction.second_derivative, prediction.divergence_second_derivative), 2)

    def fisher_information(self, target: Target, prediction: AnyPrediction) -> Derivatives:
        return scaled(prediction.fisher_information(target), 2)
