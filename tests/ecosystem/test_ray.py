"""Ray in local mode: the bits of one batch, from however many blocks, merged by the workers."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from distscore.client import Refused, Summary
from tests.api.test_local_tables import QUERY, table
from tests.ecosystem.tables import PARTITIONS, PLAIN, WORKERS, whole, wrong

pytestmark = [pytest.mark.ecosystem, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def ray() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WORKERS.items():
            patch.setenv(name, value)
        ray = import_module("ray")
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            object_store_memory=100_000_000,
            _node_ip_address="127.0.0.1",
        )
        import_module("ray.data").DataContext.get_current().enable_progress_bars = False
        yield ray
        ray.shutdown()


def summarize(dataset: Any, query: str) -> Summary:
    """By Ray, which is not imported where only other tests are asked for."""
    summary: Summary = import_module("distscore.ray").summarize(dataset, query)
    return summary


@pytest.mark.parametrize("blocks", PARTITIONS)
def test_the_bits_of_one_batch(ray: Any, blocks: int) -> None:
    """Whatever the blocks and the order of rows in them, and with groups."""
    rows = np.random.default_rng(blocks).permutation(table().num_rows)
    dataset = ray.data.from_arrow(table().take(rows)).repartition(blocks).materialize()
    assert dataset.num_blocks() == blocks
    assert summarize(dataset, QUERY).document == whole(QUERY).document


def test_refusals(ray: Any) -> None:
    """A column that is missing is refused before anything runs; a wrong row is named by its number in its block."""
    with pytest.raises(Refused, match="no column 'v'"):
        summarize(ray.data.from_arrow(table()), PLAIN.replace("=w", "=v"))
    with pytest.raises(ray.exceptions.RayTaskError, match=r"a block: /targets/probabilities/100/0: -0.5 is negative"):
        summarize(ray.data.from_arrow(wrong()), PLAIN)
