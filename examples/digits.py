"""A classifier of handwritten digits against soft targets, and a report on it in words.

Real digits are ambiguous, but their labels are not. Here every digit gets the votes of its fifteen nearest neighbors,
as if fifteen people had been asked. A logistic regression is trained on half of the digits and its logits for the
others are scored against those votes: is it good, where does it err, can its probabilities be trusted, what would help?

    python examples/digits.py [http://127.0.0.1:8000]
"""

import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors

from distscore import Client

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
VOTERS = 15

images, labels = load_digits(return_X_y=True)
_, nearest = NearestNeighbors(n_neighbors=VOTERS).fit(images).kneighbors(images)
votes = np.stack([np.bincount(row, minlength=10) for row in labels[nearest]])

order = np.random.default_rng(0).permutation(len(images))
train, test = order[: len(order) // 2], order[len(order) // 2 :]
model = LogisticRegression(max_iter=5000).fit(images[train] / 16, labels[train])
logits = model.decision_function(images[test] / 16)

with Client(URL) as distscore:
    answer = distscore.score(
        family="categorical",
        classes=[f"digit {k}" for k in range(10)],
        targets={"counts": votes[test]},
        predictions={"logits": logits},
        outputs=["diagnostics", "diagnostics.temperature"],
    )
report = answer.diagnostics
verdict, parts, skill = report["verdict"], report["decomposition"], report["skill"]

print(f"{answer.row_count} digits with {VOTERS} votes each, mean cross-entropy {answer.value:.4f} nats per vote\n")
print("Is it good?")
print(f"  {verdict['text']}")
print(f"  Skill over the mean target, where 1 is perfect and 0 is no better: {skill['d_squared']:.3f}.")
bias = parts["floor_bias"]
print(f"  Votes are a sample: even the true probabilities would show a divergence of {bias['lower']:.4f} to")
print(f"  {bias['upper']:.4f}, by two estimates; that of the predictions is {parts['divergence']:.4f}.\n")

print("Where does it err? Share of the divergence, and prediction minus target with its standard error:")
for each in report["per_class"][:4]:
    share, bias, error = each["divergence_share"], each["bias"], each["bias_standard_error"]
    print(f"  {each['name']}: {100 * share:4.1f} %, bias {bias:+.4f} +- {error:.4f}")
print(
    "  and in these rows most:", ", ".join(f"{each['row']} ({each['class_name']})" for each in report["worst_rows"][:5])
)

calibration, temperature = report["calibration"], report["temperature"]
print("\nCan its probabilities be trusted?")
print(f"  Against the votes they are off by {calibration['expected_calibration_error']:.4f} on average.")
print(
    f"  Against the majority it is {calibration['hard_label']:.4f}; the votes themselves: {calibration['oracle']:.4f}."
)

best, saved = temperature["best"], temperature["divergence_saved"]
print("\nWhat would help?")
print(f"  Dividing the logits by {best:.3f} would save {saved:.5f} nats per vote.")
for warning in answer.warnings:
    print(f"\nNote: {warning['message']}")
