"""What is wrong with a file is said in one line, with the place where it is."""

from pathlib import Path

import pyarrow as pa
import pytest

from distscore.files import delimited, part
from distscore.files.delimited import cut
from distscore.files.parquet import connection
from distscore.files.paths import WrongInput, files_of
from distscore.files.report import guess
from tests.files.batches import QUERY, as_arrow, as_csv, as_parquet, report_of, table, written

HEADER = b't_a,t_b,"z_a",z_b,note\n'
GOOD = b'0.5,0.5,1,2,"said ""no""\nand left"\n'
PAIRS = "family=categorical&targets.probabilities=t_*&predictions.logits=z_*"


def refused(paths: list[Path], query: str = PAIRS) -> str:
    with pytest.raises(WrongInput) as wrong:
        report_of(paths, query)
    assert "\n" not in str(wrong.value)
    return str(wrong.value)


@pytest.mark.parametrize("size", [30, 100, 1 << 20])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\n\n", b"\r\n"], ids=["", "mark", "blank", "CRLF"])
def test_lines_of_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: bytes, size: int) -> None:
    """A wrong cell is found on its physical line, in whichever part it is, quoted ends of lines counted."""
    monkeypatch.setattr(delimited, "BYTES", size)
    body = start + HEADER + GOOD * 7 + b"0.5,x,1,2,\n" + GOOD * 3
    line = start.count(b"\n") + 1 + 2 * 7 + 1
    (path,) = written(tmp_path, x_csv=body)
    assert refused([path]).startswith(f"{path} line {line}, column t_b: expected a number, got text")


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_rows_of_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A wrong row of a file without lines has its number in the file; of several wrong parts the first is told."""
    monkeypatch.setattr(part, "ROWS", 64)
    found = table(500).to_pandas()
    found.loc[[321, 444], "t_b"] = -1.0
    wrong = pa.Table.from_pandas(found, preserve_index=False)
    body = as_parquet(wrong) if kind == "parquet" else as_arrow(wrong, pa.ipc.new_file)
    (path,) = written(tmp_path, **{f"x_{kind}": body})
    assert refused([path], QUERY).startswith(f"{path} row 321, column t_b: -1 is negative")


def test_whole_files(tmp_path: Path) -> None:
    """Files that are none, lack a column, or do not fit those before them are named."""
    good, short, other, empty, text = written(
        tmp_path,
        a_csv=as_csv(table(9)),
        b_csv=as_csv(table(9).drop_columns("w")),
        c_csv=as_csv(table(9).rename_columns({"t_c": "t_d", "z_c": "z_d"})),
        d_csv=b"",
        e_parquet=b"PAR1 and no more",
    )
    assert refused([good, short], QUERY).startswith(f"{short}: sample_weights: the file has no column 'w'")
    assert refused([good, other], QUERY).startswith(f"{other}: it differs from those before it in classes")
    assert refused([good, other], f"{QUERY}&groups=place").startswith(
        f"{other}: it differs from those before it in classes"
    )
    assert refused([good, empty], QUERY).startswith(f"{empty}: The file is empty")
    assert refused([good, text], QUERY).startswith(f"{text}: The file is not Parquet")
    assert refused([good], "family=categorical&family=gamma&x.y=1").startswith("--query: ")
    assert "must not be cut" in refused([good], f"{QUERY}&clusters=w")


def test_ragged_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line with too many cells is found in the part that it is in."""
    monkeypatch.setattr(delimited, "BYTES", 20)
    (path,) = written(tmp_path, x_csv=b"t_a,t_b,z_a,z_b\n" + b"0.5,0.5,1,2\n" * 5 + b"0.5,0.5,1,2,3\n")
    assert refused([path]).startswith(
        f"{path}: in the part from line 5 on, with the header before it: A line (row 4) has 5 cells"
    )


def test_names_that_differ_by_case(tmp_path: Path) -> None:
    """DuckDB takes `A` for `a`: a file with both is refused rather than misread."""
    body = as_parquet(pa.table({"y": [1.0], "Y": [2.0], "z": [3.0]}))
    (path,) = written(tmp_path, x_parquet=body)
    assert "rename it" in refused([path], "family=gaussian&targets.values=y&predictions.mean=z")


def test_cut() -> None:
    """Lines are cut where they end outside quotes."""
    assert cut(b'a,b\n1,"2\n') == 4
    assert cut(b'a,b\n1,"2\n"\n3') == 11
    assert cut(b'1,"""\n""\n') == 0
    assert cut(b"") == 0


def test_patterns(tmp_path: Path) -> None:
    """Patterns stand for files in the order of their names; what stands for none, or twice, is refused."""
    (tmp_path / "day=1").mkdir()
    written(tmp_path, b_csv=b"", a_csv=b"")
    written(tmp_path / "day=1", c_csv=b"")
    assert [path.name for path in files_of([f"{tmp_path}/*.csv", f"{tmp_path}/*/*.csv"])] == ["a.csv", "b.csv", "c.csv"]
    for wrong in ([f"{tmp_path}/*.csv", f"{tmp_path}/a.csv"], [f"{tmp_path}/x*"], [f"{tmp_path}/x"], [str(tmp_path)]):
        with pytest.raises(WrongInput):
            files_of(wrong)


def test_brackets_in_names(tmp_path: Path) -> None:
    """A file whose name looks like a pattern is that file."""
    (path, _) = written(tmp_path, **{"x[1]_parquet": as_parquet(table(50)), "x1_parquet": as_parquet(table(70))})
    assert report_of(files_of([str(path)]), QUERY)["row_count"] == 50


def test_duckdb_is_quiet() -> None:
    """DuckDB shows no progress of its own, which would be printed among the answer after some seconds."""
    assert connection().sql("SELECT current_setting('enable_progress_bar')").fetchall() == [(False,)]


def test_guesses(tmp_path: Path) -> None:
    """What columns are is guessed as the service guesses it, or has to be said."""
    (path,) = written(tmp_path, x_csv=as_csv(table(50)))
    assert guess(path).query == f"{QUERY}&groups=place"
    (path,) = written(tmp_path, x_csv=b"name\nEve\n")
    with pytest.raises(WrongInput, match="say in --query what the columns are, there are name"):
        guess(path)
