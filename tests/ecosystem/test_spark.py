"""Spark in local mode: the bits of one batch, from however many partitions, merged by the executors."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from distscore.client import Refused, Summary
from distscore.local import tables
from tests.api.test_local_tables import QUERY, table
from tests.ecosystem.tables import PARTITIONS, PLAIN, WORKERS, whole, wrong

pytestmark = [pytest.mark.ecosystem, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]

SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WORKERS.items():
            patch.setenv(name, value)
        builder = import_module("pyspark.sql").SparkSession.builder.master("local[2]")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        yield session
        session.stop()


def summarize(frame: Any, query: str) -> Summary:
    """By Spark, which is not imported where only other tests are asked for."""
    summary: Summary = import_module("distscore.spark").summarize(frame, query)
    return summary


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_the_bits_of_one_batch(spark: Any, partitions: int) -> None:
    """Whatever the partitions and the order of rows in them, some of them empty, and with groups."""
    rows = np.random.default_rng(partitions).permutation(table().num_rows)
    frame = spark.createDataFrame(table().take(rows)).repartition(partitions)
    assert frame.rdd.getNumPartitions() == partitions
    assert summarize(frame, QUERY).document == whole(QUERY).document


def test_no_shuffle_of_rows(spark: Any) -> None:
    """What is exchanged between executors are states, after the rows have become such; without groups, one each."""
    frame = spark.createDataFrame(table())
    assert frame.rdd.getNumPartitions() == 2
    merged = import_module("distscore.spark").merged(frame, tables.query_of(QUERY, {}))
    plan = merged._jdf.queryExecution().executedPlan().toString()
    assert plan.count("Exchange") == 1
    assert "MapInArrow" in plan[plan.index("Exchange") :]
    assert summarize(frame, PLAIN).document == whole(PLAIN).document


def test_names_with_dots(spark: Any) -> None:
    """Columns are found by the names that the frame has, and others are left alone."""
    frame = spark.createDataFrame(table()).withColumnRenamed("w", "weight.of").selectExpr("*", "array(1) as other")
    assert summarize(frame, PLAIN.replace("=w", "=weight.of")).document == whole(PLAIN).document


def test_refusals(spark: Any) -> None:
    """A column that is missing is refused before anything runs; a wrong row is named by its partition and number."""
    with pytest.raises(Refused, match="no column 'v'"):
        summarize(spark.createDataFrame(table()), PLAIN.replace("=w", "=v"))
    with pytest.raises(
        import_module("pyspark.errors").PythonException,
        match=r"partition 0: /targets/probabilities/100/0: -0.5 is negative",
    ):
        summarize(spark.createDataFrame(wrong()).coalesce(1), PLAIN)
