"""The examples run against a served service and print what they promise."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import special

EXAMPLES = Path(__file__).parents[2] / "examples"


def output_of(name: str, url: str) -> str:
    command = [sys.executable, str(EXAMPLES / name), url]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout


def test_star98_arrives_at_the_published_fit(url: str) -> None:
    """The deviance and the log-likelihood of R's glm, and the coefficients of an independent fit."""
    text = output_of("star98.py", url)
    found = {
        line.split()[0]: list(map(float, line.split()[1:])) for line in text.split("statsmodels\n")[1].splitlines()
    }
    assert found.pop("deviance")[0] == pytest.approx(4078.76541772, abs=1e-8)
    assert found.pop("log-likelihood")[0] == pytest.approx(-2998.61255899, abs=1e-8)
    assert len(found) == 21
    for ours, theirs in found.values():
        assert ours == pytest.approx(theirs, rel=1e-8)


def test_soft_labels_shows_who_starves_the_rare_class(url: str) -> None:
    """Trained on cross-entropy the rarest class is right to a few percent, trained on squared error it is far off."""
    text = output_of("soft_labels.py", url)
    rows = [line.split() for line in text.splitlines() if re.match(r" +\d ", line)]
    assert len(rows) == 6
    assert abs(float(rows[-1][2])) < 10
    assert abs(float(rows[-1][3])) > 100


def test_digits_reports_on_a_classifier(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every question of the report is answered, and its loss is that of the votes under the softmax of the logits."""
    monkeypatch.setattr(sys, "argv", ["digits.py", url])
    names = runpy.run_path(str(EXAMPLES / "digits.py"))
    votes = names["votes"][names["test"]]
    expected = -(votes * special.log_softmax(names["logits"], axis=1)).sum() / votes.sum()
    text = capsys.readouterr().out
    assert f"mean cross-entropy {expected:.4f} nats per vote" in text
    assert names["answer"].value == pytest.approx(float(expected), rel=1e-13)
    for question in ("Is it good?", "Where does it err?", "Can its probabilities be trusted?", "What would help?"):
        assert question in text
    assert np.isfinite(names["best"])
