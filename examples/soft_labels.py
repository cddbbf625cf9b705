"""Why cross-entropy beats squared error on classes of very different size.

Six classes with targets from 80 % to 0.5 %. The same logits are trained twice with the same number of gradient steps of
the same size, once with the cross-entropy and once with the squared error through the softmax. Both losses are least at
the targets. But through the softmax the gradient of the squared error has an extra factor q, so that it starves the
rare classes.

    python examples/soft_labels.py [http://127.0.0.1:8000]
"""

import sys

import numpy as np

from distscore import Client

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
TARGETS = [0.80, 0.10, 0.05, 0.03, 0.015, 0.005]
STEPS, SIZE = 500, 1.0


def train(service: Client, loss: str) -> tuple[np.ndarray, float]:
    """Probabilities after training from uniform ones, and their squared error."""
    logits = np.zeros((1, len(TARGETS)))
    request = {"family": "categorical", "loss": loss, "targets": {"probabilities": [TARGETS]}, "outputs": ["gradients"]}
    for _ in range(STEPS):
        logits -= SIZE * service.score(**request, predictions={"logits": logits}).gradients["logits"]
    probabilities = np.exp(logits[0] - logits.max())
    probabilities /= probabilities.sum()
    return probabilities, float(np.sum((probabilities - TARGETS) ** 2))


with Client(URL) as service:
    entropy, entropy_error = train(service, "cross_entropy")
    squared, squared_error = train(service, "brier")

print(f"{STEPS} steps of size {SIZE:g}; relative error q / p - 1 of each class, in percent\n")
print(f"{'class':>6}{'target':>10}{'cross-entropy':>16}{'squared error':>16}")
for k, target in enumerate(TARGETS):
    print(f"{k:6}{target:10.3f}{100 * (entropy[k] / target - 1):16.3f}{100 * (squared[k] / target - 1):16.3f}")
print(f"\nsquared error {entropy_error:.1e} when trained on cross-entropy, {squared_error:.1e} when trained on itself")
