"""How many rows a second `distscore report` reads and scores, on how many processors, in how much memory.

    python -m bench.scale [--rows 50000000] [--folder /tmp/rows] [processes ...]

DuckDB writes ten Parquet files of three soft classes, their logits and a weight, and these are reported on. Memory is
the largest sum over all processes at once, with a share of what several have in common. Files that the folder has
already are kept and used.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

FILES = 10
EVERY = 0.1  # seconds between two looks at memory
TICKS = 100  # of processor time in a second
QUERY = "family=categorical&targets.probabilities=t_*&predictions.logits=z_*&sample_weights=w"
ROW = """SELECT t_cat / s AS t_cat, t_dog / s AS t_dog, t_fish / s AS t_fish,
  ln(t_cat) + random() AS z_cat, ln(t_dog) + random() AS z_dog, ln(t_fish) + random() AS z_fish, w
  FROM (SELECT *, t_cat + t_dog + t_fish AS s FROM (SELECT 1 + i % 3 AS w, -ln(1 - random()) AS t_cat,
    -ln(1 - random()) / 2 AS t_dog, -ln(1 - random()) / 20 AS t_fish FROM range({rows}) r(i)))"""


def write(folder: Path, rows: int) -> None:
    """Ten files of as many rows; logits are those of the targets and noise, so that a few rows are bad."""
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "1GB"})
    for part in range(FILES):
        path = folder / f"part-{part}.parquet"
        if not path.exists():
            connection.execute(f"SELECT setseed({part / FILES})")
            connection.execute(f"COPY ({ROW.format(rows=rows // FILES)}) TO '{path}' (FORMAT parquet)")


def tree(process: int) -> Iterator[int]:
    """A process and all that it began."""
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from tree(int(child))


def memory(process: int) -> int:
    """Kilobytes of a process: what is its own, and its part of what it shares."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def processor_time(process: int) -> float:
    """Seconds that a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / TICKS


def measured(folder: Path, processes: int) -> tuple[float, float, int]:
    """Seconds, seconds of processors, and the most kilobytes that one report took."""
    command = [sys.executable, "-m", "distscore", "report", str(folder / "*.parquet"), "--query", QUERY, "--json"]
    start, computed, most = time.perf_counter(), dict[int, float](), 0
    with subprocess.Popen([*command, "--processes", str(processes)], stdout=subprocess.DEVNULL) as report:
        while report.poll() is None:
            try:
                every = list(tree(report.pid))
                computed |= {each: processor_time(each) for each in every}
                most = max(most, sum(map(memory, every)))
            except OSError:  # one of them has just ended
                pass
            time.sleep(EVERY)
    assert report.returncode == 0
    return time.perf_counter() - start, sum(computed.values()), most


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.scale", description="Rows a second of `distscore report`.")
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--folder", type=Path, help="where to write the files (default: one that is deleted)")
    parser.add_argument("processes", type=int, nargs="*", default=[1, 2])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = arguments.folder or Path(passing)
        folder.mkdir(exist_ok=True)
        write(folder, arguments.rows)
        print("| processes | seconds | rows a second | processor seconds | MiB |")
        print("| --- | --- | --- | --- | --- |")
        for processes in arguments.processes:
            seconds, computed, most = measured(folder, processes)
            rate = arguments.rows / seconds
            print(f"| {processes} | {seconds:.1f} | {rate:,.0f} | {computed:.1f} | {most / 1024:.0f} |", flush=True)


if __name__ == "__main__":
    main()
