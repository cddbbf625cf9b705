"""Files of columns as they are: their bytes, and the media type that says how they are read."""

from pathlib import Path

from distscore.client.errors import InvalidInput

PARQUET_MARK = b"PAR1"
CSV, TSV, PARQUET = "text/csv", "text/tab-separated-values", "application/vnd.apache.parquet"
TYPES = {".csv": CSV, ".tsv": TSV, ".tab": TSV, ".parquet": PARQUET, ".pq": PARQUET}


def content_of(file: str | Path | bytes) -> tuple[bytes, str]:
    """The bytes of a file, or bytes as they are, and their media type; raises InvalidInput for another ending."""
    if isinstance(file, bytes):
        return file, PARQUET if file.startswith(PARQUET_MARK) else CSV
    path = Path(file)
    if path.suffix.lower() not in TYPES:
        raise InvalidInput("/file", f"{path.name}: files end in {', '.join(TYPES)}")
    return path.read_bytes(), TYPES[path.suffix.lower()]
