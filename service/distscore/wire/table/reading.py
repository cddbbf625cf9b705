"""From the bytes of a file to a document: the file itself, which a query makes the document of a request of."""

from collections.abc import Mapping

from distscore.wire.read.document import Buffer, Document
from distscore.wire.read.limits import Limits
from distscore.wire.table.delimited import CsvSheet
from distscore.wire.table.parquet import ParquetSheet
from distscore.wire.table.sheet import Sheet
from distscore.wire.table.upload import MEDIA_TYPE as FORM
from distscore.wire.table.upload import parts_of

CSV, TSV, PARQUET = "text/csv", "text/tab-separated-values", "application/vnd.apache.parquet"
OCTETS = "application/octet-stream"  # of which the first bytes tell what it is
MEDIA_TYPES = (CSV, TSV, PARQUET, FORM, OCTETS)
PARQUET_MARK = b"PAR1"
SEPARATORS: Mapping[str, str] = {TSV: "\t"}


def read(body: Buffer, limits: Limits, separator: str = "") -> Document:
    """The file, still closed but for its header; raises MalformedTable, or a 413."""
    return {"sheet": opened(bytes(body), limits, separator)}


def read_tabs(body: Buffer, limits: Limits) -> Document:
    """The same with tabs between columns."""
    return read(body, limits, "\t")


def read_form(body: Buffer, limits: Limits) -> Document:
    """The file of a form, and the JSON that it has beside it."""
    parts = parts_of(bytes(body))
    request = parts.get("request", b"").decode(errors="replace")
    return {"sheet": opened(parts["file"], limits), "request": request}


def opened(body: bytes, limits: Limits, separator: str = "") -> Sheet:
    """A Parquet file has its mark; anything else is text."""
    return ParquetSheet(body, limits) if body.startswith(PARQUET_MARK) else CsvSheet(body, separator)


READERS = {CSV: read, TSV: read_tabs, PARQUET: read, OCTETS: read, FORM: read_form}
