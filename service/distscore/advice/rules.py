"""Which family and loss fit: rules on what is measured of the targets. What the data cannot decide is said."""

from dataclasses import dataclass

import numpy as np

from distscore.core.special.elementwise import Array

CLOSE = 1e-5
HEAVY = 1.5  # excess kurtosis from which a gaussian is doubted
OVERDISPERSED = 1.5  # variance / mean from which a poisson is doubted


@dataclass(frozen=True)
class Fact:
    """Something measured on the data."""

    fact: str
    number: float | None


@dataclass(frozen=True)
class Advice:
    """One family and loss, and why."""

    family: str
    loss: str
    why: str
    caveat: str = ""


@dataclass(frozen=True)
class Assessment:
    """What targets are, what says so, and what fits, best first."""

    kind: str
    facts: list[Fact]
    advice: list[Advice]


SOFT_WHY = "Cross-entropy is exact for soft targets and convex in the logits; its gradient is prediction minus target."
SOFT_CAVEAT = "It is not zero at the optimum but the targets' entropy: read the divergence, which is."
READ_KL = Advice(
    *("categorical", "kl_divergence", "The same gradient as cross-entropy, and 0 means perfect: the number to read.")
)
BRIER = Advice(
    *("categorical", "brier", "Bounded and proper: a second opinion that rare classes cannot dominate."),
    "Through softmax its gradient has an extra factor q: rare classes learn slowly. Report it, train on cross-entropy.",
)
RANKS = Advice(
    *("categorical", "ranked_probability_score", "Classes are in order: being off by one costs less than by three."),
    "Cross-entropy ignores the order of the classes.",
)

COMPOSITION = Advice(
    *(
        "dirichlet",
        "cross_entropy",
        "If a row is one measured composition, not a probability, with a spread to predict.",
    ),
    "Whether rows are probabilities or measured shares is not in the data: you know it.",
)


def of_rows(p: Array, meaning: str | None) -> Assessment:
    """Rows of probabilities, fractions or one-hot labels, (n, K)."""
    sums = np.add.reduce(p, axis=1)
    away = float(np.abs(sums - 1).max())
    hard = float(np.mean((p == 0) | (p == 1)))
    facts = [Fact("largest distance of a row's sum from 1", away), Fact("share of entries that are 0 or 1", hard)]
    percent = float(np.abs(sums - 100).max()) < 0.5
    exclusive = away <= CLOSE or percent or meaning in ("fractions", "votes", "ranks")
    if meaning == "multilabel" or not exclusive:
        return _multilabel(p, facts, away)
    kind = "soft_categorical"
    if hard == 1:
        kind = "one_hot"
    elif smoothing := _smoothing(p):
        kind = "smoothed_one_hot"
        facts.append(Fact("smoothing: the entry that all but one class of a row share, times K", smoothing))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = p / sums[:, None]
        entropy = -np.add.reduce(np.where(share > 0, share * np.log(share), 0.0), axis=1)
    facts.append(Fact("mean entropy of a row, the floor of the cross-entropy, in nats", float(entropy.mean())))
    facts.append(Fact("smallest mean share of a class", float(share.mean(axis=0).min())))
    why = {"one_hot": "Labels are distributions with one certain class: the ordinary cross-entropy."}.get(
        kind, SOFT_WHY
    )
    first = Advice("categorical", "cross_entropy", why, "" if kind == "one_hot" else SOFT_CAVEAT)
    advice = [first, READ_KL, BRIER, *([COMPOSITION] if p.min() > 0 and away <= CLOSE else [])]
    return Assessment(kind, facts, [RANKS, *advice] if meaning == "ranks" else advice)


def _multilabel(p: Array, facts: list[Fact], away: float) -> Assessment:
    why = "Rows do not sum to 1, so that each label is an event of its own: the sum of binary cross-entropies."
    caveat = "" if away > CLOSE else "The rows sum to 1: if only one label can hold at a time, use categorical."
    share = Fact("mean number of labels per row", float(np.add.reduce(p, axis=1).mean()))
    advice = [
        Advice("multilabel", "cross_entropy", why, caveat),
        Advice("multilabel", "kl_divergence", "The same gradient, and 0 means perfect."),
    ]
    return Assessment("multilabel", [*facts, share], advice)


def _smoothing(p: Array) -> float | None:
    """e, where every row is (1 - e) onehot + e / K."""
    ordered = np.sort(p, axis=1)
    low = ordered[0, 0]
    same = np.abs(ordered[:, :-1] - low).max() <= 1e-6
    return float(low * p.shape[1]) if same and low > 0 and (p.shape[1] > 2 or len(p) > 2) else None


def of_votes(counts: Array) -> Assessment:
    """Rows of votes, (n, K)."""
    totals = np.add.reduce(counts, axis=1)
    bias = float((counts.shape[1] - 1) / 2 * np.mean(1 / totals))
    facts = [
        *(Fact("fewest votes of a row", float(totals.min())), Fact("most votes of a row", float(totals.max()))),
        Fact("how much too low the floor is because votes are a sample, (K - 1) / 2n, in nats", bias),
    ]
    why = "Rows of votes are binomial or multinomial: each row weighs as many votes as it has, as in a likelihood."
    caveat = "With few votes much of the divergence is noise: see divergence_corrected and d_squared_ceiling."
    return Assessment("counts", facts, [Advice("categorical", "cross_entropy", why, caveat), READ_KL])


def of_events(successes: Array, trials: Array) -> Assessment:
    """k of n."""
    share = float(successes.sum() / trials.sum())
    bias = float(np.mean(0.5 / trials))
    facts = [
        *(Fact("share of successes", share), Fact("fewest trials", float(trials.min()))),
        Fact("how much too low the floor is because trials are a sample, 1 / 2n, in nats", bias),
    ]
    why = "k of n is binomial: each row weighs n, as in R's glm; twice the weighted divergence is its deviance."
    return Assessment("counts", facts, [Advice("bernoulli", "cross_entropy", why)])


def of_labels(labels: Array) -> Assessment:
    """Class indices, the sparse way to write one-hot rows."""
    classes, counts = np.unique(labels, return_counts=True)
    facts = [
        Fact("classes that occur", float(len(classes))),
        Fact("share of the rarest class that occurs", float(counts.min() / counts.sum())),
    ]
    why = "Labels are distributions with one certain class: the ordinary cross-entropy, and its floor is 0."
    return Assessment("one_hot", facts, [Advice("categorical", "cross_entropy", why), BRIER])


def of_distributions(families: list[str], kind: str, whole: bool) -> Assessment:
    """Targets that are distributions by their parameters, or what is known of one, its expectation parameters."""
    why = "The target is a whole distribution of this family: the divergence from it is 0 only at the match."
    if not whole:
        why = "Expectation parameters are all that the cross-entropy of this family needs to know of a target."
    loss = "kl_divergence" if whole else "cross_entropy"
    return Assessment(kind, [], [Advice(family, loss, why) for family in families])


def of_values(y: Array, meaning: str | None) -> Assessment:
    """Observed numbers, of any shape."""
    y = y.ravel()
    mean, variance = float(y.mean()), float(y.var())
    facts = [
        *(Fact("smallest value", float(y.min())), Fact("largest value", float(y.max()))),
        *(Fact("mean", mean), Fact("variance", variance)),
    ]
    if meaning in ("probabilities", "intensities", "fractions") or (meaning is None and _unit(y)):
        return _unit_interval(y, facts, meaning)
    if meaning == "counts" or (meaning is None and y.min() >= 0 and bool(np.all(y == np.floor(y)))):
        return _counts(facts, mean, variance)
    if meaning == "amounts" or (meaning is None and y.min() > 0):
        return _amounts(y, facts)
    return _real(y, facts, variance)


def _unit(y: Array) -> bool:
    return bool(y.min() >= 0 and y.max() <= 1 and np.any(y != np.floor(y)))


def _unit_interval(y: Array, facts: list[Fact], meaning: str | None) -> Assessment:
    ends = float(np.mean((y == 0) | (y == 1)))
    facts.append(Fact("share of values that are exactly 0 or 1", ends))
    undecided = "Whether a number in [0, 1] is a probability or a measured intensity is not in the data: you know it."
    event = Advice(
        *(
            "bernoulli",
            "cross_entropy",
            "If a value is the probability or the share of an event: exact, least at q = y.",
        ),
        "" if meaning else undecided,
    )
    intensity = Advice(
        *("continuous_bernoulli", "cross_entropy", "If a value is a measured intensity in [0, 1], ends included."),
        "Its optimum is not lam = y: the mean of the distribution is what meets y." if meaning else undecided,
    )
    proportion = Advice(
        *("beta", "cross_entropy", "If a value is a proportion inside (0, 1) whose spread is to be predicted too."),
        "It cannot hold values that are exactly 0 or 1." if meaning else undecided,
    )
    readings = [event, intensity] if ends else [event, intensity, proportion]
    if meaning == "intensities":
        readings = [*readings[1:], event]
    return Assessment("unit_interval_values", facts, readings)


def _counts(facts: list[Fact], mean: float, variance: float) -> Assessment:
    dispersion = variance / mean if mean else 0.0
    facts.append(Fact("variance / mean, 1 for a poisson", dispersion))
    poisson = Advice(
        *("poisson", "cross_entropy", "Counts of events: the variance equals the mean around each prediction."),
        "The ratio above is that of all rows together; what matters is the one around the predictions.",
    )
    wider = Advice(
        *(
            "negative_binomial",
            "cross_entropy",
            "Counts that vary more than a poisson: variance mean + dispersion mean^2.",
        ),
        "The dispersion is one more number to predict or to fix.",
    )
    ordered = [wider, poisson] if dispersion > OVERDISPERSED else [poisson, wider]
    return Assessment("counts", facts, ordered)


def _amounts(y: Array, facts: list[Fact]) -> Assessment:
    logs = np.log(y)
    facts.append(Fact("standard deviation / mean", float(y.std() / y.mean())))
    facts.append(Fact("skewness of the logarithms, 0 for a log-normal", _standardized(logs, 3)))
    gamma = Advice(
        *("gamma", "cross_entropy", "Positive amounts whose spread grows with their mean; the mean is estimated well."),
        "With a fixed shape only the relative error counts.",
    )
    log_normal = Advice("log_normal", "cross_entropy", "Positive amounts that vary by factors: a gaussian of log y.")
    inverse = Advice("inverse_gaussian", "cross_entropy", "Positive amounts with a heavier tail than a gamma.")
    return Assessment("positive_values", facts, [gamma, log_normal, inverse])


def _real(y: Array, facts: list[Fact], variance: float) -> Assessment:
    excess = _standardized(y, 4) - 3 if variance else 0.0
    facts.append(Fact("excess kurtosis, 0 for a gaussian", excess))
    gaussian = Advice(
        *(
            "gaussian",
            "cross_entropy",
            "Real values around a mean; with a fixed spread its gradient is that of squared error.",
        ),
        "Predict the spread as well if it differs from row to row: squared error cannot.",
    )
    heavy = Advice("student_t", "cross_entropy", "Heavy tails: an outlier pulls with bounded force.", "Not convex.")
    laplace = Advice("laplace", "cross_entropy", "The median instead of the mean: absolute error with a spread.")
    return Assessment(
        "real_values", facts, [heavy, laplace, gaussian] if excess > HEAVY else [gaussian, heavy, laplace]
    )


def _standardized(y: Array, power: int) -> float:
    deviation = y.std()
    return float(np.mean(((y - y.mean()) / deviation) ** power)) if deviation > 0 else 0.0
