import numpy as np
import pytest

from distscore.client import Client, Refused


def test_arrays_go_in_and_numbers_come_out(url: str) -> None:
    """NumPy arrays are sent as they are, and every route answers."""
    targets, logits = np.eye(3), np.ones((3, 3))
    with Client(url) as distscore:
        batch = {"family": "categorical", "targets": {"probabilities": targets}, "predictions": {"logits": logits}}
        assert distscore.score(**batch)["value"] == pytest.approx(np.log(3), rel=1e-15)
        assert distscore.compare(**batch)["row_count"] == 3
        assert distscore.advise(targets={"probabilities": targets})["target_kind"] == "one_hot"
        assert distscore.family("categorical")["name"] == "categorical"
        assert distscore.loss("brier")["name"] == "brier"


def test_problems_are_exceptions(url: str) -> None:
    """A refusal tells status, code and where."""
    with Client(url) as distscore, pytest.raises(Refused) as refused:
        distscore.score(family="poisson", targets={"values": [-1.0]}, predictions={"rate": [1.0]})
    assert (refused.value.status, refused.value.code) == (422, "invalid_request")
    assert refused.value.errors[0]["pointer"] == "/targets/values/0"
