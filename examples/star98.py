"""Logistic regression on the Star98 data, with losses, gradients and Hessian diagonals from the service alone.

303 school districts, each with its numbers of students above and below the national median in mathematics: k of n. The
model is fitted by Newton's method. The service knows nothing of the model: it gets logits and answers with the gradient
and the Hessian diagonal in them, and X' diag(h) X is the Hessian in the coefficients. R's glm says deviance 4078.765.

    python examples/star98.py [http://127.0.0.1:8000]
"""

import sys

import numpy as np
from statsmodels.datasets import star98
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from distscore import Client

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"

data = star98.load()
votes = np.asarray(data.endog, dtype=float)
X = np.column_stack((np.asarray(data.exog, dtype=float), np.ones(len(votes))))
scale = np.abs(X).max(axis=0)  # columns of like size, so that the linear systems are well conditioned
request = {
    "family": "bernoulli",
    "targets": {"successes": votes[:, 0], "trials": votes.sum(axis=1)},
    "reduction": "sum",
    "outputs": ["gradients", "hessian_diagonals", "diagnostics.decomposition", "diagnostics.weighted_likelihood"],
}

with Client(URL) as service:
    beta = np.zeros(X.shape[1])
    for step in range(1, 21):
        score = service.score(**request, predictions={"logits": X / scale @ beta})
        gradient = X.T / scale[:, None] @ score.gradients["logits"]
        hessian = (X.T / scale[:, None] * score.hessian_diagonals["logits"]) @ (X / scale)
        change = np.linalg.solve(hessian, gradient)
        print(f"step {step}: loss {score.value:.8f}, largest gradient {np.abs(gradient).max():.1e}")
        if np.abs(change).max() < 1e-10:
            break
        beta = beta - change

report = score.diagnostics
deviance = 2 * score.total_weight * report["decomposition"]["divergence"]
likelihood = report["weighted_likelihood"]["log_likelihood_with_coefficients"]
peer = GLM(votes, X, family=Binomial()).fit(tol=1e-12)

print(f"\n{'':16}{'this service':>20}{'statsmodels':>20}")
print(f"{'deviance':16}{deviance:20.8f}{peer.deviance:20.8f}")
print(f"{'log-likelihood':16}{likelihood:20.8f}{peer.llf:20.8f}")
for name, ours, theirs in zip([*data.exog_name, "constant"], beta / scale, np.asarray(peer.params), strict=True):
    print(f"{name:16}{ours:20.12g}{theirs:20.12g}")
