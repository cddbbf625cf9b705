"""What a type checker says of calls: `make static` fails where it finds too much, or misses what is marked."""

import numpy as np
import pandas as pd

from distscore import AsyncClient, Client, Score

Y = np.array([1.0, 2.0])


def right(client: Client, frame: pd.DataFrame) -> float:
    """Forms of families, frames in their places, options, and answers with their types."""
    score: Score = client.score(
        family="gamma",
        targets={"values": Y},
        predictions={"mean": Y, "shape": Y},
        activations={"mean": "exp", "shape": "softplus"},
        loss="deviance",
        outputs=["losses", "gradients", "diagnostics.residuals"],
    )
    client.score(family="gaussian", targets=frame, predictions={"mean": Y}, family_parameters={"standard_deviation": 2})
    client.compare(
        family="bernoulli",
        targets={"successes": Y, "trials": Y},
        candidates=[{"name": "a", "predictions": {"logits": Y}}, {"name": "b", "predictions": {"probabilities": Y}}],
    )
    client.explain(family="poisson", targets={"values": Y}, predictions={"rate": Y}, observed=1.5)
    page = client.report(family="poisson", targets={"values": Y}, predictions={"rate": Y})
    return score.value + float(score.gradients["mean"][0]) + len(page.html)


def wrong(client: Client) -> None:
    """A column of the targets, one of the predictions, an activation, a loss, an output and a family that are none."""
    client.score(family="gamma", targets={"value": Y}, predictions={"mean": Y})  # type: ignore[call-overload]
    client.score(family="gamma", targets={"values": Y}, predictions={"mu": Y})  # type: ignore[call-overload]
    client.score(  # type: ignore[call-overload]
        family="gamma", targets={"values": Y}, predictions={"mean": Y}, activations={"mean": "relu"}
    )
    client.score(  # type: ignore[call-overload]
        family="gamma", targets={"values": Y}, predictions={"mean": Y}, loss="brier"
    )
    client.score(  # type: ignore[call-overload]
        family="gamma", targets={"values": Y}, predictions={"mean": Y}, outputs=["gradient"]
    )
    client.score(family="poison", targets={"values": Y}, predictions={"rate": Y})  # type: ignore[call-overload]


async def awaited(client: AsyncClient) -> float:
    """The same of the client that is awaited."""
    score = await client.score(family="poisson", targets={"values": Y}, predictions={"rate": Y})
    await client.score(family="poisson", targets={"values": Y}, predictions={"rates": Y})  # type: ignore[call-overload]
    return score.value
