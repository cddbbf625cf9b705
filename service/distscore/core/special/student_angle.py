"""Residuals of Student's t as angles: tan t = z / sqrt(nu), z = (y - location) / scale.

The tail of the density is cos(t)^(nu + 1), so that every derivative is a polynomial in sine and cosine. These come from
hypot(sqrt(nu), z): neither z^2 nor z^2 / nu overflows, underflows or cancels before it is used.
"""

from typing import NamedTuple

import numpy as np

from distscore.core.special.elementwise import SMALL, Array, half_minus_phi_ratio

LOG_2 = 0.6931471805599453094
SMALL_SHARE = 0.4  # of sin^2: up to here a logarithm cancels with it


class StudentAngle(NamedTuple):
    """An angle t by its functions, all of the shape of the residuals."""

    sine: Array
    cosine: Array
    length: Array  # of the hypotenuse in units of y: sqrt(nu scale^2 + (y - location)^2)
    minus_log_cosine: Array  # log(1 + z^2 / nu) / 2 >= 0

    def scaled_remainder(self, nu: Array) -> Array:
        """nu (-2 log cos t - sin^2 t) >= 0, which goes to z^4 / (2 nu) for large nu: by series for small sin^2 t."""
        share = self.sine * self.sine
        small = share <= SMALL_SHARE
        ratio = 0.5 - half_minus_phi_ratio(np.where(small, -share, 0.0))
        return np.where(small, nu * share * (share * ratio), nu * (2 * self.minus_log_cosine - share))


def student_angle(values: Array, location: Array, scale: Array, log_scale: Array, nu: Array) -> StudentAngle:
    """The angle of each residual; `log_scale` is the logarithm of `scale`, with its digits."""
    difference, root = values - location, np.sqrt(nu)
    z = difference / scale
    hypotenuse, overflows = np.hypot(root, z), np.isinf(z)
    cosine, tangent = root / hypotenuse, z / root
    far = -np.log(cosine)
    if not (cosine > SMALL).all():
        log_difference = np.log(np.abs(0.5 * values - 0.5 * location)) + LOG_2
        far = np.where(cosine > SMALL, far, log_difference - log_scale - np.log(root))
    return StudentAngle(
        sine=np.where(overflows, np.sign(difference), z / hypotenuse),
        cosine=cosine,
        length=np.where(overflows, np.abs(difference), hypotenuse * scale),
        minus_log_cosine=np.where(np.abs(tangent) < 1, 0.5 * np.log1p(tangent * tangent), far),
    )
