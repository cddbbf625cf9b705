"""The alpha divergence and its members: KL, reverse KL and Hellinger (Amari, Cichocki 2010)."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from distscore.core.families.classes.probabilities import others
from distscore.core.families.classes.terms import SoftenedPair
from distscore.core.losses.classes.alpha_family import AlphaMember
from distscore.core.losses.classes.outcome_loss import of_terms
from distscore.core.special.elementwise import Array, total


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

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        """q_k (w_k c_k^2 + q_k sum_{j != k} w_j q_j + c_k sum w (p - q)): what it is at a match, and a correction."""
        q, c, weigh = pair.q, pair.complement, pair.target.weigh
        at_match = weigh(c * c) + q * others(weigh(q))
        surplus = pair.surplus if pair.target.weights is None else total(pair.target.weights * pair.difference)
        return q * (at_match - c * pair.target.scaled(np.asarray(surplus)))


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
