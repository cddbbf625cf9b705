"""How many rows a second Spark and Ray summarize in local mode, on how many processors.

    python -m bench.clusters [--rows 5000000] [--folder /tmp/rows] [processors ...]

The files are those of bench.scale. What is timed is the second summary in a session: the first one, of one file, starts
the processes and imports what they need. Each session has a process of its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.scale import QUERY, processor_time, tree, write

Summarize = Callable[[str], Any]  # of a file or a folder


def spark(processors: int) -> Summarize:
    """Summaries of files by Spark with so many processors."""
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": str(processors),
        "spark.ui.enabled": "false",
    }
    builder = import_module("pyspark.sql").SparkSession.builder.master(f"local[{processors}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    return lambda path: import_module("distscore.spark").summarize(session.read.parquet(path), QUERY)


def ray(processors: int) -> Summarize:
    """Summaries of files by Ray with so many processors."""
    import_module("ray").init(num_cpus=processors, include_dashboard=False, log_to_driver=False)
    data = import_module("ray.data")
    data.DataContext.get_current().enable_progress_bars = False
    return lambda path: import_module("distscore.ray").summarize(data.read_parquet(path), QUERY)


LIBRARIES = {"spark": spark, "ray": ray}


def measure(library: str, processors: int, folder: Path) -> None:
    """Time one summary, and write its seconds and its value."""
    summarize = LIBRARIES[library](processors)
    summarize(str(folder / "part-0.parquet"))
    start, before = time.perf_counter(), computed()
    report = summarize(str(folder))
    seconds, busy = time.perf_counter() - start, computed() - before
    sys.stdout.write(
        f"{library}, {processors} processors: {report.row_count} rows in {seconds:.1f} s, busy for {busy:.1f} s, "
        f"{report.row_count / seconds:,.0f} rows/s, value {report.value.hex()}\n"
    )


def computed() -> float:
    """Seconds that this process and all that it began have computed."""
    return sum(map(processor_time, tree(os.getpid())))


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.clusters", description="Rows a second of Spark and Ray.")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path, help="where to write the files (default: one that is deleted)")
    parser.add_argument("--library", choices=LIBRARIES, help="measure in this process")
    parser.add_argument("processors", type=int, nargs="*", default=[1, 2])
    arguments = parser.parse_args()
    if arguments.library:
        measure(arguments.library, *arguments.processors, arguments.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        write(folder, arguments.rows)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYSPARK_PYTHON": sys.executable}
        environment["RAY_USAGE_STATS_ENABLED"] = "0"
        for library in LIBRARIES:
            for processors in arguments.processors:
                command = [sys.executable, "-m", "bench.clusters", "--library", library, "--folder", str(folder)]
                subprocess.run([*command, str(processors)], env=environment, check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
