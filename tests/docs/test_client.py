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
        assert distscore.explain(**batch, observed=np.log2(3))["matches"][0]["convention"] == "log_base_2"
        assert distscore.family("categorical")["name"] == "categorical"
        assert distscore.loss("brier")["name"] == "brier"


def test_arrays_stand_anywhere(url: str) -> None:
    """Arrays and NumPy's scalars are sent as numbers inside lists of objects too; NaN is refused at once."""
    batch = {"family": "categorical", "targets": {"labels": np.arange(3)}, "predictions": {"logits": np.eye(3)[::-1].T}}
    with Client(url) as distscore:
        losses = [{"loss": "alpha_divergence", "loss_parameters": {"alpha": np.float32(0.5)}}, {"loss": "brier"}]
        assert [each["loss"] for each in distscore.compare(**batch, losses=losses)["results"]] == [
            "alpha_divergence",
            "brier",
        ]
        with pytest.raises(ValueError, match="not JSON compliant"):
            distscore.score(**batch, sample_weights=np.array([1.0, np.nan, 1.0]))


def test_problems_are_exceptions(url: str) -> None:
    """A refusal tells status, code and where."""
    with Client(url) as distscore, pytest.raises(Refused) as refused:
        distscore.score(family="poisson", targets={"values": [-1.0]}, predictions={"rate": [1.0]})
    assert (refused.value.status, refused.value.code) == (422, "invalid_request")
    assert refused.value.errors[0]["pointer"] == "/targets/values/0"
