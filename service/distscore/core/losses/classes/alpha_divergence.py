"""The alpha family of divergences; KL, reverse KL and Hellinger are members of it (Amari, Cichocki 2010).

    f = (p^a q^(1-a) - a p - (1-a) q) / (a (a - 1)),    df/dq = (1 - e^(-a t)) / a,    d2f/dq2 = e^(-a t) / q

with t = log(q/p). Of the three masses p, q and m = p^a q^(1-a) = p e^((1-a) t) = q e^(-a t), one lies between the
others; seen from it, with the others at distances c t, the loss has no negative part (phi2(x) = (e^x - 1 - x) / x^2):

    0 <= a <= 1:   f = m t^2 ((1-a) phi2(-(1-a) t) + a phi2(a t))
    a > 1:         f = p t^2 (phi2(t) + (a-1) phi2((1-a) t)) / a
    a < 0:         f = q t^2 (phi2(-t) - a phi2(-a t)) / (1-a)
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.terms import Pair, SoftenedPair, Terms
from distscore.core.losses.classes.outcome_loss import OutcomeLoss, of_terms
from distscore.core.special.elementwise import Array, phi2, product, ratio
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives


def mixture(p: Array, q: Array, t: Array, alpha: float) -> Array:
    """m = p^a q^(1-a), from the larger of p and q."""
    high = t > 0
    m = np.where(high, q, p) * np.exp(product(np.where(high, -alpha, 1 - alpha), t))
    return np.where(np.isnan(m), np.inf, m)  # the exponential outgrows what is too small for a double


def divergence_entries(p: Array, q: Array, t: Array, alpha: float) -> Array:
    """f; infinite where p = 0 < q and a <= 0, or q = 0 < p and a >= 1."""
    m = mixture(p, q, t, alpha)
    if alpha > 1:
        middle, sides = p, ((q, 1.0, 1 / alpha), (m, 1 - alpha, (alpha - 1) / alpha))
    elif alpha < 0:
        middle, sides = q, ((p, -1.0, 1 / (1 - alpha)), (m, -alpha, alpha / (alpha - 1)))
    else:
        middle, sides = m, ((p, alpha - 1, 1 - alpha), (q, alpha, alpha))
    found = sum((share * _side(middle, side, t, c) for side, c, share in sides if share), np.zeros_like(t))
    return np.where(unbounded(t, alpha), np.inf, found)


def unbounded(t: Array, alpha: float) -> NDArray[np.bool_]:
    """Where one side has nothing and the other cannot bear it."""
    nowhere: NDArray[np.bool_] = ((t == np.inf) & (alpha <= 0)) | ((t == -np.inf) & (alpha >= 1))
    return nowhere


def _side(middle: Array, side: Array, t: Array, c: float) -> Array:
    """t^2 middle phi2(c t), with side = middle e^(c t)."""
    x = c * t
    near = np.abs(x) < 1
    within = np.where(near, t, 0.0)
    far = np.where(np.isposinf(side), np.inf, side - middle - product(middle, x)) / (c * c)
    return np.where(near, middle * within * within * phi2(c * within), far)


class Pole(Terms):
    """What an infinite divergence of order a is but for an infinite factor: q^(1-a), or 1 where that overflowed too."""

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def entries(self, pair: Pair) -> Array:
        infinite = np.isinf(mixture(pair.p, pair.q, pair.log_ratio, self.alpha)) | unbounded(pair.log_ratio, self.alpha)
        return np.where(infinite, pair.q ** max(1 - self.alpha, 0.0), 0.0)

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        first, second = self.log_derivatives(pair)
        return ratio(first, pair.q), ratio(ratio(second - first, pair.q), pair.q)

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        first = (1 - self.alpha) * self.entries(pair)
        return first, (1 - self.alpha) * first

    def information(self, pair: Pair) -> Array:
        return -self.alpha * (1 - self.alpha) * self.entries(pair)


def outgrown(values: Array, pole: Callable[[], Array]) -> Array:
    """Where infinities cancel, the one that outgrows the others."""
    lost = np.isnan(values)
    return np.where(lost, product(np.full_like(values, np.inf), pole()), values) if lost.any() else values


class AlphaMember(OutcomeLoss):
    """sum f over the outcomes, for one order a."""

    scale: ClassVar[float] = 1.0  # what f is multiplied by

    @property
    def alpha(self) -> float:
        """The order a."""
        return self.settings["alpha"]

    def entries(self, pair: Pair) -> Array:
        return self.scale * divergence_entries(pair.p, pair.q, pair.log_ratio, self.alpha)

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        p, q, t, a = pair.p, pair.q, pair.log_ratio, self.alpha
        high = t > 0
        second = np.exp(product(np.where(high, -a, -a - 1), t)) / np.where(high, q, p)
        first = np.where(pair.is_far(a), -np.exp(-a * t), self.scaled_derivative(t)) / (a or 1)
        return self.scale * first, self.scale * np.where((p == 0) & (q == 0), 0.0, second)

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        q, t, a = pair.q, pair.log_ratio, self.alpha
        m = mixture(pair.p, q, t, a)
        far = pair.is_far(a)
        first = np.where(far, -m, np.where(a * t < -1, q - m, product(q, self.scaled_derivative(t)))) / (a or 1)
        second = m + first if abs(a) < 0.5 else (np.where(far, 0.0, q) - (1 - a) * m) / a
        return self.scale * first, self.scale * second

    def information(self, pair: Pair) -> Array:
        return self.scale * mixture(pair.p, pair.q, pair.log_ratio, self.alpha)

    def normalizer_second_derivative(self, pair: Pair) -> Array:
        q, a = pair.q, self.alpha
        if abs(a) < 0.5:
            return super().normalizer_second_derivative(pair)
        m = mixture(pair.p, q, pair.log_ratio, a)
        return self.scale * (product(m, np.array(1 - 2 / a)) + np.where(pair.is_far(a), 0.0, 2 * q / a))

    def softmax_normalizer_second_derivative(self, pair: SoftenedPair) -> Array:
        return self.normalizer_second_derivative(pair)

    def gradient(self, target: Outcomes, prediction: OutcomePrediction) -> Derivatives:
        pole = Pole(self.alpha)
        found = prediction.gradient_of(self, target)
        return {prediction.column: outgrown(found, lambda: prediction.gradient_of(pole, target))}

    def second_derivative(self, target: Outcomes, prediction: OutcomePrediction) -> SecondDerivatives:
        found, pole = prediction.second_derivative_of(self, target), Pole(self.alpha)
        if not isinstance(found, HessianParts) and np.isnan(found).any():
            of_pole = prediction.second_derivative_of(pole, target)
            assert not isinstance(of_pole, HessianParts)
            found = np.where(np.isnan(found), product(np.full_like(found, np.inf), of_pole), found)
        return {prediction.column: found}

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        found = super().logit_second_derivative(pair)
        return outgrown(found, lambda: Pole(self.alpha).logit_second_derivative(pair))

    def amount_second_derivative(self, pair: SoftenedPair) -> Array:
        found = super().amount_second_derivative(pair)
        return outgrown(found, lambda: Pole(self.alpha).amount_second_derivative(pair))

    def scaled_derivative(self, t: Array) -> Array:
        """a df/dq = 1 - e^(-a t), or df/dq = t where a = 0."""
        return -np.expm1(-self.alpha * t) if self.alpha else t


class AlphaDivergence(AlphaMember):
    """sum (p^a q^(1-a) - a p - (1-a) q) / (a (a - 1)); KL(p, q) at a = 1, KL(q, p) at 0, 4 Hellinger^2 at 1/2."""

    name = "alpha_divergence"
    formulas = of_terms(
        r"\sum_k \frac{p_k^\alpha q_k^{1 - \alpha} - \alpha p_k - (1 - \alpha) q_k}{\alpha (\alpha - 1)}",
        r"\frac{1 - p_k^\alpha q_k^{-\alpha}}{\alpha}",
        r"p_k^\alpha q_k^{-\alpha - 1}",
        notes=(
            "alpha = 1 is kl_divergence, 0 its reverse, 1/2 four times squared_hellinger, 2 half the chi-square of "
            "Pearson; it is continuous in alpha. At 1 it is also proper.",
        ),
        elsewhere={"TensorFlow": "tfp.vi.amari_alpha(self_normalized=True) of log(p / q), averaged over q"},
    )
    parameters: ClassVar[Mapping[str, float]] = {"alpha": 0.5}


class ReverseKLDivergence(AlphaMember):
    """KL(q, p) = sum (q log(q/p) - q + p)."""

    name = "reverse_kl_divergence"
    formulas = of_terms(
        r"\sum_k (q_k \log \frac{q_k}{p_k} - q_k + p_k)",
        r"\log \frac{q_k}{p_k}",
        r"\frac{1}{q_k}",
        notes=("Infinite where q has mass and p has none: for soft targets without zeros, and for no hard label.",),
        elsewhere={
            "PyTorch": 'torch.nn.KLDivLoss(reduction="batchmean") of log p and q',
            "SciPy": "scipy.stats.entropy(q, p), which rescales both",
        },
        example={"label_smoothing": 0.01},
    )
    alpha = 0.0


class GeneralizedKLDivergence(AlphaMember):
    """sum w (p log(p/q) - p + q): zero at q = p whatever the class weights w."""

    name = "generalized_kl_divergence"
    formulas = of_terms(
        r"\sum_k w_k (p_k \log \frac{p_k}{q_k} - p_k + q_k)",
        r"w_k (1 - \frac{p_k}{q_k})",
        r"\frac{w_k p_k}{q_k^2}",
        proper=True,
        convex_in_logits=True,
        notes=(
            "The way to weight classes: its least is at q = p whatever the weights; that of cross_entropy moves.",
            "Without weights it is kl_divergence where both sides sum to 1, and convex in the logits; with them it is "
            "not.",
        ),
        elsewhere={
            "SciPy": "scipy.special.kl_div, summed",
            "scikit-learn": 'sklearn.decomposition.NMF(beta_loss="kullback-leibler")',
        },
    )
    needs_exclusive_classes = True
    options = frozenset({"class_weights"})
    alpha = 1.0


class SquaredHellinger(AlphaMember):
    """sum (sqrt q - sqrt p)^2 / 2."""

    name = "squared_hellinger"
    units = "probability"
    formulas = of_terms(
        r"\frac{1}{2} \sum_k (\sqrt{q_k} - \sqrt{p_k})^2",
        r"\frac{1}{2} - \frac{1}{2} \sqrt{\frac{p_k}{q_k}}",
        r"\frac{\sqrt{p_k}}{4 q_k^{3 / 2}}",
        notes=("At most 1, whatever the classes.",),
        elsewhere={"TensorFlow": "tfp.vi.squared_hellinger is twice it", "R": "philentropy::squared_chord is twice it"},
    )
    alpha = 0.5
    scale = 0.25
