"""Trees for what annotators said, and trees for the class that most of them named: which come closer to the truth?

Nine people judge each of 500 cases, whose true probabilities are known because they are simulated.

    python examples/boosted_trees.py

needs xgboost and distscore[server]; it asks no service.
"""

import numpy as np
import xgboost
from scipy.special import rel_entr, softmax

from distscore import objective

ROUNDS = 80
random = np.random.default_rng(8)
features, fresh = random.normal(size=(500, 5)), random.normal(size=(4000, 5))


def truth(of):
    return softmax(np.stack((1.2 * of[:, 0], of[:, 1] - 0.5, of[:, 2] * of[:, 3]), axis=1), axis=1)


votes = random.multinomial(9, truth(features))
targets = {
    "the class with most votes": {"labels": votes.argmax(axis=1)},
    "shares of votes": {"probabilities": votes / 9},
    "votes": {"counts": votes},
    "true probabilities": {"probabilities": truth(features)},
}

print(f"KL divergence of the truth of {len(fresh)} fresh cases from what {ROUNDS} rounds of trees predict\n")
for name, each in targets.items():
    loss = objective("xgboost", "categorical", "cross_entropy", each)
    parameters = {"num_target": 3, "base_score": loss.start.tolist(), "max_depth": 3, "eta": 0.1, "nthread": 1}
    booster = xgboost.train(parameters, xgboost.DMatrix(features), ROUNDS, obj=loss)
    predicted = softmax(booster.predict(xgboost.DMatrix(fresh)), axis=1)
    print(f"trees for {name:26} {np.mean(rel_entr(truth(fresh), predicted).sum(axis=1)):.4f}")
