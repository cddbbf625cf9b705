"""Losses of outcomes that are sums of terms f(p_k, q_k), and their derivatives through a softmax.

Through logits z with q = softmax(z), G1 = df/dlog q, I = q^2 d2f/dq2 and c = 1 - q:

    dL/dz_k = G1_k - q_k sum(G1),    d2L/dz_k2 = I_k c_k^2 + q_k^2 sum_{j != k} I_j + (1 - 2 q_k) dL/dz_k.

Where the prediction is right only the first part is left, the Gauss-Newton part.

Amounts a that are divided by their sum A are the softmax of their logarithms; with K = I + 2 G1,

    a_k^2 d2L/da_k2 = I_k c_k^2 - 2 q_k c_k G1_k + q_k^2 sum_{j != k} K_j.

A constant b added to all df/dq changes nothing, for sum q = 1: G1 is taken less q b, with the b of the most probable
outcome, which would drown the others in saturated rows.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.comparison import Comparison
from distscore.core.families.classes.probabilities import Probabilities, others
from distscore.core.families.classes.softened import Softened
from distscore.core.special.elementwise import Array, product, ratio, total, total_of_others

Pair = Comparison[Probabilities]
SoftenedPair = Comparison[Softened]


ALL = np.ones((), dtype=bool)


class Jacobian(NamedTuple):
    """How the probabilities q_j of a row move with the entries x_k of a column; those that are clipped do not.

    dq_j/dx_k = rate_k (1[j = k] - share_j), with shares that sum to 1, or are 0 where each q_k moves with x_k alone.
    d2q_j/dx_k2 = second_k dq_j/dx_k. Of an event and its opposite, second is that of the one number.
    """

    rate: Array | float
    second: Array | float
    share: Array = np.zeros(())
    unclipped: NDArray[np.bool_] = ALL


class Terms(ABC):
    """A loss of outcomes, sum f(p_k, q_k), with the derivatives of f in q and in log q; arrays have the shape of q."""

    separable: ClassVar[bool] = True  # whether a term depends on its own entry alone

    @abstractmethod
    def entries(self, pair: Pair) -> Array:
        """The loss term f(p, q) of every outcome, in the shape of q."""

    @abstractmethod
    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        """df/dq and d2f/dq2, for every entry."""

    def complement_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        """c df/dq and c^2 d2f/dq2 with c = 1 - q, for every entry."""
        first, second = self.derivatives(pair)
        return product(pair.complement, first), product(pair.complement, product(pair.complement, second))

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

    def gauss_newton(self, pair: Pair, by: Jacobian) -> Array:
        """The Gauss-Newton part of the second derivatives in a column; only of terms that are not separable."""
        raise NotImplementedError

    def softmax_log_derivatives(self, pair: SoftenedPair) -> Array:
        """G1, or that and a multiple of q by a number per row, which a softmax ignores."""
        return self.log_derivatives(pair)[0]

    def logit_gradient(self, pair: SoftenedPair) -> Array:
        """dL/dz, where q is the softmax of z."""
        first, _ = pair.predicted.centered(pair.target.weigh(self.softmax_log_derivatives(pair)))
        return pair.predicted.through(first)

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        """Second derivatives of the loss in the logits z, the diagonal, (outcomes, rows)."""
        return self.logit_gauss_newton(pair) - pair.predicted.balance(1, 1) * self.logit_gradient(pair)

    def logit_gauss_newton(self, pair: SoftenedPair) -> Array:
        """The part of d2L/dz2 that is a sum of d2f/dq2 times squares: all of it where the prediction is right."""
        information = pair.target.weigh(self.information(pair))
        of_others = product(pair.q, product(pair.q, others(information)))
        return product(information, pair.complement**2) + of_others

    def amount_second_derivative(self, pair: SoftenedPair) -> Array:
        """a^2 d2L/da2, the diagonal, where q = a / sum a."""
        return self.logit_gauss_newton(pair) - 2 * product(pair.q, self.logit_gradient(pair))


def with_ties(plain: Array, pair: SoftenedPair, careful: Callable[[SoftenedPair], Array]) -> Array:
    """Derivatives in logits, (K, rows), with careful ones in the rows whose outcomes may all be tied; in place."""
    rows = pair.predicted.tied
    if len(rows):
        plain[:, rows] = careful(Comparison(pair.target.of_rows(rows), pair.predicted.of_rows(rows)))
    return plain


def second_through_softmax(pair: SoftenedPair, first: Array, second: Array) -> Array:
    """d2L/dz_k2 = G2_k c_k^2 + q_k^2 sum_{j != k} G2_j - q_k c_k sum(G1), from weighted G1 and G2 = d2f/dlog q2."""
    q, c = pair.q, pair.complement
    own: Array = second * c**2 + q * q * total_of_others(second, q > 0.5)
    return own - total(first) * q * c


class CrossEntropyTerms(Terms):
    """Terms of the cross-entropy, -p log q for each outcome, in nats."""

    def entries(self, pair: Pair) -> Array:
        return -product(pair.p, pair.log_q)

    def derivatives(self, pair: Pair) -> tuple[Array, Array]:
        first = ratio(-pair.p, pair.q)
        return first, ratio(-first, pair.q)

    def log_derivatives(self, pair: Pair) -> tuple[Array, Array]:
        return 0.0 - pair.p, np.broadcast_to(np.float64(0), pair.p.shape)

    def information(self, pair: Pair) -> Array:
        return pair.p

    def logit_second_derivative(self, pair: SoftenedPair) -> Array:
        """S q (1 - q)."""
        return pair.target.scaled(pair.target.masses.mass * (pair.q * pair.complement))


CROSS_ENTROPY = CrossEntropyTerms()
