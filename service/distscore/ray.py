"""Summaries of Ray datasets: blocks are scored where they are, and only their states travel.

from distscore.ray import summarize

report = summarize(dataset, "family=categorical&targets.probabilities=t_*&predictions.logits=z_*&groups=country")
print(report.value, report.diagnostics["verdict"]["text"])
"""

from typing import Any

import pyarrow as pa
import ray
from ray.data import Dataset

from distscore.client import Summary
from distscore.local import tables


def summarize(dataset: Dataset, query: str = "", **members: Any) -> Summary:
    """The report of all rows, and in `groups` one of each value of each group.

    The columns are said as for files, in a query or as members of a request: `family="gamma",
    targets={"values": "y"}, predictions={"mean": "m", "shape": "k"}, groups=["country"]`. Rows are not shuffled: each
    block becomes one state for each group, and the states of a group are merged by Ray's workers. The bits do not
    depend on the blocks or on their order.
    """
    asked = tables.query_of(query, members)
    rows = dataset.select_columns(tables.columns_of(asked, dataset.schema().names))
    states = rows.map_batches(_states, batch_size=None, batch_format="pyarrow", fn_kwargs={"query": asked})
    processors = int(ray.cluster_resources()["CPU"])
    merged = states.groupby(["of", "group"], num_partitions=processors).map_groups(
        tables.merged, batch_format="pyarrow"
    )
    return tables.report(pa.concat_tables(ray.get(merged.to_arrow_refs())))


def _states(block: pa.Table, query: str) -> pa.Table:
    return tables.states_of_batches(block.to_batches(), query, "a block")
