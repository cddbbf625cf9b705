"""In which unit and sign a number is given, and functions of it that are given in its place."""

import math

from distscore.core.conventions.convention import Scale


def root(x: float) -> float:
    """The square root, NaN of negative numbers."""
    return math.sqrt(x) if x >= 0 else math.nan


def exponential(x: float) -> float:
    """e^x, infinite beyond the doubles."""
    return math.exp(x) if x < 709 else math.inf


SCALES = (
    Scale(
        name="log_base_2",
        of_nats=True,
        says="logarithms to base 2",
        formula=r"l / \log 2",
        of=lambda x: x / math.log(2),
    ),
    Scale(
        name="log_base_10",
        of_nats=True,
        says="logarithms to base 10",
        formula=r"l / \log 10",
        of=lambda x: x / math.log(10),
    ),
    Scale(name="half", says="half of it", formula=r"l / 2", of=lambda x: x / 2),
    Scale(name="twice", says="twice of it, as a deviance is", formula=r"2 l", of=lambda x: 2 * x),
    Scale(name="negative", says="with the other sign, as a log-likelihood or score", formula=r"-l", of=lambda x: -x),
    Scale(name="square_root", says="its square root", formula=r"\sqrt{l}", of=root),
    Scale(name="exponential", of_nats=True, says="its exponential, as a perplexity", formula=r"e^{l}", of=exponential),
)
