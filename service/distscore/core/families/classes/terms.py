"""Losses of outcomes that are sums of terms f(p_k, q_k), and their derivatives through a softmax.

Through logits z with q = softmax(z), G1 = df/dlog q and G2 = d2f/dlog q2, c = 1 - q:

    dL/dz_k = G1_k - q_k sum(G1),    d2L/dz_k2 = G2_k c_k^2 + q_k^2 sum_{j != k} G2_j - q_k c_k sum(G1).

Where the prediction is right only the Gauss-Newton part is left, with I = q^2 d2f/dq2:

    I_k c_k^2 + q_k^2 sum_{j != k} I_j.

Amounts a that are divided by their sum A are the softmax of their logarithms; with K = I + 2 G1,

    a_k^2 d2L/da_k2 = I_k c_k^2 - 2 q_k c_k G1_k + q_k^2 sum_{j != k} K_j.

A constant b added to all df/dq changes nothing, for sum q = 1: G1 and G2 are taken less q b, with b that of the most
probable outcome, which would drown the others in saturated rows.
"""

from abc import ABC, abstractmethod

import numpy as np

from distscore.core.families.classes.comparison import Comparison
from distscore.core.families.classes.probabilities import Probabilities, Softened, others
from distscore.core.special.elementwise import Array, product, ratio, total, total_of_others

Pair = Comparison[Probabilities]
SoftenedPair = Comparison[Softened]


class Terms(ABC):
    """A loss of outcomes, sum f(p_k, q_k), with the derivatives of f in q and in log q; arrays have the shape of q."""

    @abstractmethod
    def entries(self, pair: Pair) -> Array:
        """f, for every entry."""

    @abstractmethod
    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        """df/dq and d2f/dq2, for every entry."""

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        """G1 = df/dlog q and G2 = d2f/dlog q2, for every entry."""
        first, second = self.derivatives(pair)
        first = pair.q * first
        return first, pair.q * pair.q * second + first

    def information(self, pair: Pair) -> Array:
        """I = q^2 d2f/dq2, for every entry: its second derivative in log q at a match."""
        return product(pair.q, product(pair.q, self.derivatives(pair)[1]))

    def normalizer_second_derivative(self, pair: Pair) -> Array:
        """K = q^2 d2f/dq2 + 2 q df/dq, for every entry: A^2 d2f(p, a / A)/dA2 in the normalizer A of an amount a."""
        return self.information(pair) + 2 * self.log_derivatives(pair)[0]

    def softmax_log_derivatives(self, pair: SoftenedPair) -> tuple[Array, Array]:
        """G1 and G2, or both and a multiple of q by a number per row, which a softmax ignores."""
        return self.log_derivatives(pair)

    def softmax_normalizer_second_derivative(self, pair: SoftenedPair) -> Array:
        """K by the same G1."""
        return self.information(pair) + 2 * self.softmax_log_derivatives(pair)[0]

    def centered_log_derivatives(self, pair: SoftenedPair) -> tuple[Array, Array, Array]:
        """Weighted G1 and G2 less q df/dq of the most probable outcome, and what was taken off."""
        first, second = self.softmax_log_derivatives(pair)
        at_peak = ratio(pair.at_peak(first), pair.at_peak(pair.q))
        if pair.target.weights is not None:
            at_peak = at_peak * pair.at_peak(pair.target.weights)
        base = product(pair.q, at_peak)
        return pair.target.weigh(first) - base, pair.target.weigh(second) - base, base

    def logit_gradient(self, pair: SoftenedPair) -> Array:
        """dL/dz, where q is the softmax of z."""
        first, _, _ = self.centered_log_derivatives(pair)
        return first - pair.q * total(first)

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        """d2L/dz2, the diagonal."""
        first, second, _ = self.centered_log_derivatives(pair)
        q, complement = pair.q, pair.complement
        own: Array = second * complement**2 + q * q * total_of_others(second, q > 0.5)
        return own - total(first) * q * complement

    def logit_gauss_newton(self, pair: SoftenedPair) -> Array:
        """The part of d2L/dz2 that is a sum of d2f/dq2 times squares: all of it where the prediction is right."""
        information = pair.target.weigh(self.information(pair))
        of_others = product(pair.q, product(pair.q, others(information)))
        return product(information, pair.complement**2) + of_others

    def amount_second_derivative(self, pair: SoftenedPair) -> Array:
        """a^2 d2L/da2, the diagonal, where q = a / sum a."""
        q, complement = pair.q, pair.complement
        first, _, base = self.centered_log_derivatives(pair)
        information = product(pair.target.weigh(self.information(pair)), complement**2)
        in_normalizer = pair.target.weigh(self.softmax_normalizer_second_derivative(pair)) - 2 * base
        grown = total_of_others(in_normalizer, q > 0.5)
        return information - 2 * q * complement * first + product(q, product(q, grown))


class CrossEntropyTerms(Terms):
    """-p log q."""

    def entries(self, pair: Pair) -> Array:
        return -product(pair.p, pair.log_q)

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        first = ratio(-pair.p, pair.q)
        return first, ratio(-first, pair.q)

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        return 0.0 - pair.p, np.broadcast_to(np.float64(0), pair.p.shape)

    def information(self, pair: Pair) -> Array:
        return pair.p


CROSS_ENTROPY = CrossEntropyTerms()
