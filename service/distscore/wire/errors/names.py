"""Names that are not known: the nearest known one, by what others call the same thing and by spelling."""

from collections.abc import Collection
from difflib import get_close_matches
from functools import cache

from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES

LISTED = 10  # names that an error lists
LONGEST = 60  # characters of a name that is compared with others
SIMILAR = 0.66  # of two names, as difflib measures it

# What others call a thing, and what it may be here: the first of these that is known where it was sent.
ALIASES: dict[str, tuple[str, ...]] = {
    # columns
    "sigma": ("standard_deviation", "scale"),
    "std": ("standard_deviation", "scale"),
    "stddev": ("standard_deviation", "scale"),
    "sd": ("standard_deviation", "scale"),
    "spread": ("standard_deviation", "scale"),
    "var": ("variance", "standard_deviation"),
    "mu": ("mean", "location"),
    "loc": ("location", "mean"),
    "median": ("location", "mean"),
    "lambda": ("rate", "lam"),
    "intensity": ("rate", "lam"),
    "theta": ("scale", "rate"),
    "alpha": ("alpha", "alpha_divergence", "concentration", "shape"),
    "beta": ("rate",),
    "k": ("shape", "successes"),
    "n": ("trials",),
    "phi": ("dispersion", "precision"),
    "r": ("dispersion",),
    "nu": ("degrees_of_freedom",),
    "df": ("degrees_of_freedom",),
    "dof": ("degrees_of_freedom",),
    "p": ("probabilities",),
    "q": ("probabilities",),
    "prob": ("probabilities", "scores"),
    "probs": ("probabilities",),
    "proba": ("probabilities",),
    "predict_proba": ("probabilities",),
    "y_prob": ("probabilities",),
    "y_score": ("probabilities", "scores"),
    "softmax": ("probabilities", "categorical"),
    "shares": ("probabilities",),
    "soft_labels": ("probabilities",),
    "one_hot": ("probabilities",),
    "log_softmax": ("log_probabilities",),
    "log_probs": ("log_probabilities",),
    "logprobs": ("log_probabilities",),
    "logp": ("log_probabilities",),
    "decision_function": ("logits",),
    "raw_scores": ("logits",),
    "eta": ("natural", "logits"),
    "chi": ("expectations",),
    "y": ("values", "labels", "targets"),
    "x": ("values",),
    "observations": ("values",),
    "observed": ("values",),
    "outcomes": ("values", "labels"),
    "draws": ("samples",),
    "votes": ("counts",),
    "hits": ("successes",),
    "successes_out_of": ("trials",),
    "class": ("labels", "classes"),
    # members of a request
    "y_true": ("targets", "labels", "values", "probabilities"),
    "y_pred": ("predictions", "probabilities", "mean"),
    "y_hat": ("predictions", "probabilities", "mean"),
    "target": ("targets",),
    "truth": ("targets",),
    "ground_truth": ("targets",),
    "actual": ("targets",),
    "preds": ("predictions",),
    "forecast": ("predictions",),
    "weights": ("sample_weights", "class_weights"),
    "weight": ("sample_weights", "class_weights"),
    "w": ("sample_weights",),
    "pos_weight": ("positive_weight",),
    "scale_pos_weight": ("positive_weight",),
    "ignore_index": ("ignore_label",),
    "smoothing": ("label_smoothing",),
    "eps": ("clip", "label_smoothing"),
    "epsilon": ("clip", "label_smoothing"),
    "distribution": ("family",),
    "model": ("family",),
    "likelihood": ("family",),
    "objective": ("loss",),
    "criterion": ("loss",),
    "metric": ("loss", "losses"),
    "metrics": ("losses", "loss"),
    "link": ("activations",),
    "class_names": ("classes",),
    "names": ("classes",),
    "t": ("temperature", "student_t"),
    "nan": ("missing",),
    "models": ("candidates",),
    "systems": ("candidates",),
    "control": ("baseline",),
    "reference": ("baseline",),
    "confidence_level": ("confidence",),
    "tolerance": ("margin",),
    "cluster_ids": ("clusters",),
    "segments": ("groups",),
    # families
    "normal": ("gaussian",),
    "norm": ("gaussian",),
    "binomial": ("bernoulli",),
    "binary": ("bernoulli",),
    "logistic": ("bernoulli",),
    "sigmoid": ("bernoulli", "sigmoid"),
    "multinomial": ("categorical",),
    "multiclass": ("categorical",),
    "lognorm": ("log_normal",),
    "nbinom": ("negative_binomial",),
    "negbin": ("negative_binomial",),
    "expon": ("exponential",),
    "cauchy": ("student_t",),
    "wald": ("inverse_gaussian",),
    "invgauss": ("inverse_gaussian",),
    "weibull_min": ("weibull",),
    "double_exponential": ("laplace",),
    # losses
    "nll": ("cross_entropy",),
    "ce": ("cross_entropy",),
    "bce": ("cross_entropy",),
    "log_loss": ("cross_entropy",),
    "log_score": ("cross_entropy",),
    "log_likelihood": ("cross_entropy",),
    "negative_log_likelihood": ("cross_entropy",),
    "categorical_crossentropy": ("cross_entropy",),
    "sparse_categorical_crossentropy": ("cross_entropy",),
    "binary_crossentropy": ("cross_entropy",),
    "softmax_cross_entropy": ("cross_entropy",),
    "mse": ("mean_squared_error", "brier"),
    "l2": ("mean_squared_error", "brier"),
    "rmse": ("mean_squared_error", "brier"),
    "mae": ("mean_absolute_error", "deviance"),
    "l1": ("mean_absolute_error", "deviance"),
    "kl": ("kl_divergence", "divergences"),
    "kld": ("kl_divergence",),
    "kldiv": ("kl_divergence",),
    "relative_entropy": ("kl_divergence",),
    "js": ("jensen_shannon_divergence",),
    "jsd": ("jensen_shannon_divergence",),
    "tv": ("total_variation",),
    "hellinger": ("squared_hellinger",),
    "rps": ("ranked_probability_score",),
    "emd": ("earth_mover_distance",),
    "wasserstein": ("earth_mover_distance",),
    # outputs
    "grad": ("gradients",),
    "grads": ("gradients",),
    "hessian": ("hessian_diagonals",),
    "fisher": ("fisher_diagonals",),
    "entropy": ("floors",),
    "kls": ("divergences",),
    "ece": ("diagnostics.calibration",),
    # activations and settings
    "relu": ("softplus",),
    "log": ("exp",),
    "logit": ("logits", "sigmoid"),
    "linear": ("identity",),
    "elu": ("softplus",),
    "average": ("mean",),
    "avg": ("mean",),
    "batchmean": ("mean",),
    "normalize": ("rescale", "normalization"),
    "renormalize": ("rescale", "normalization"),
    "drop": ("exclude",),
    "ignore": ("exclude",),
    "skip": ("exclude",),
}


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that was meant, if one is near."""
    if len(name) > LONGEST:
        return None
    plain = name.lower().strip().replace("-", "_").replace(" ", "_")
    for candidate in (plain, *ALIASES.get(plain, ()), f"{plain}s", plain.removesuffix("s"), f"diagnostics.{plain}"):
        if candidate in known:
            return candidate
    longer = [other for other in known if other.startswith(f"{plain}_") or plain.startswith(f"{other}_")]
    return longer[0] if len(longer) == 1 else next(iter(get_close_matches(plain, known, 1, SIMILAR)), None)


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """A hint that names the nearest known name."""
    found = nearest(name, known)
    return None if found is None else f"did you mean {found}?"


@cache
def _homes() -> dict[str, str]:
    """Where each column and parameter stands, by its name."""
    found: dict[str, str] = {}
    for loss in LOSSES:
        found |= dict.fromkeys(loss.parameters, "it stands in loss_parameters")
    for family in FAMILIES.values():
        constants = [constant.name for form in family.predictions for constant in form.constants]
        found |= dict.fromkeys(constants, "it stands in family_parameters, or among the columns of predictions")
    for family in FAMILIES.values():
        described = [*(form.columns for form in family.targets), *(form.columns for form in family.predictions)]
        columns = [column.name for columns in described for column in columns]
        found |= {name: "a column: it stands in targets or in predictions" for name in columns if name not in found}
    return found


def of_request(name: str, known: Collection[str]) -> str | None:
    """A hint for a name that is no member of a request: where it stands inside one, or the nearest member."""
    return _homes().get(name) or did_you_mean(name, known)


def listed(names: Collection[str], separator: str = ", ") -> str:
    """Some names for an error: all of them if they are few."""
    shown = separator.join(list(names)[:LISTED])
    return shown if len(names) <= LISTED else f"{shown} and {len(names) - LISTED} more"
