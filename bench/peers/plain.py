"""What one would write in an afternoon: FastAPI, Pydantic and NumPy, softmax cross-entropy with its gradient.

It checks lengths and finite numbers, as Pydantic does for the asking, and nothing else.
"""

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel, FiniteFloat

app = FastAPI()


class Batch(BaseModel):
    probabilities: list[list[FiniteFloat]]
    logits: list[list[FiniteFloat]]


class Scored(BaseModel):
    value: float
    losses: list[float]
    gradients: list[list[float]]


@app.post("/score")
def score(batch: Batch) -> Scored:
    p, z = np.array(batch.probabilities), np.array(batch.logits)
    shifted = z - z.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    whole = e.sum(axis=1, keepdims=True)
    losses = p.sum(axis=1) * np.log(whole[:, 0]) - (p * shifted).sum(axis=1)
    gradients = (p.sum(axis=1, keepdims=True) * (e / whole) - p) / len(p)
    return Scored(value=float(losses.mean()), losses=losses.tolist(), gradients=gradients.tolist())
