"""Logistic regression on the Star98 data, with losses, gradients and Hessian diagonals from the service alone.

303 school districts, each with its numbers of students above and below the national median in mathematics: k of n. The
model is fitted by Newton's method. The service knows nothing of the model: it gets logits and answers with the gradient
and the Hessian diagonal in them, and X' diag(h) X is the Hessian in the coefficients. R's glm says deviance 4078.765.

    python examples/star98.py [http://127.0.0.1:8000]
"""

import sys

import httpx
import numpy as np
from statsmodels.datasets import star98
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"

data = star98.load()
votes = np.asarray(data.endog, dtype=float)
X = np.column_stack((np.asarray(data.exog, dtype=float), np.ones(len(votes))))
scale = np.abs(X).max(axis=0)  # columns of like size, so that the linear systems are well conditioned
request = {
    "family": "bernoulli",
    "targets": {"successes": votes[:, 0].tolist(), "trials": votes.sum(axis=1).tolist()},
    "reduction": "sum",
    "outputs": ["gradients", "hessian_diagonals", "diagnostics.decomposition", "diagnostics.weighted_likelihood"],
}

with httpx.Client(base_url=URL, timeout=30) as service:
    beta = np.zeros(X.shape[1])
    for step in range(1, 21):
        predictions = {"logits": (X / scale @ beta).tolist()}
        answer = service.post("/v1/score", json={**request, "predictions": predictions}).raise_for_status().json()
        gradient = X.T / scale[:, None] @ answer["gradients"]["logits"]
        hessian = (X.T / scale[:, None] * answer["hessian_diagonals"]["logits"]) @ (X / scale)
        change = np.linalg.solve(hessian, gradient)
        print(f"step {step}: loss {answer['value']:.8f}, largest gradient {np.abs(gradient).max():.1e}")
        if np.abs(change).max() < 1e-10:
            break
        beta = beta - change

report = answer["diagnostics"]
deviance = 2 * answer["total_weight"] * report["decomposition"]["divergence"]
likelihood = report["weighted_likelihood"]["log_likelihood_with_coefficients"]
peer = GLM(votes, X, family=Binomial()).fit(tol=1e-12)

print(f"\n{'':16}{'this service':>20}{'statsmodels':>20}")
print(f"{'deviance':16}{deviance:20.8f}{peer.deviance:20.8f}")
print(f"{'log-likelihood':16}{likelihood:20.8f}{peer.llf:20.8f}")
for name, ours, theirs in zip([*data.exog_name, "constant"], beta / scale, np.asarray(peer.params), strict=True):
    print(f"{name:16}{ours:20.12g}{theirs:20.12g}")
