"""Memory is bounded: what a report takes does not grow with the rows."""

from pathlib import Path

import pytest

from bench.scale import measured, write


@pytest.mark.heavy
@pytest.mark.parametrize("processes", [1, 2])
def test_memory(tmp_path: Path, processes: int) -> None:
    """Three times the rows take hardly more memory, all processes together."""
    most = []
    for rows in (2_000_000, 6_000_000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        write(folder, rows)
        most.append(measured(folder, processes)[2])
    assert most[1] < 1.2 * most[0]
