"""A form with a file and a request in it, as browsers and `curl -F` send them."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from distscore.wire.errors.problems import MalformedTable

MEDIA_TYPE = "multipart/form-data"
PARTS = 10


def parts_of(body: bytes) -> dict[str, bytes]:
    """The parts of a form by name; raises MalformedTable for what is no form, or lacks `file`."""
    boundary = body[: body.find(b"\r\n")].removeprefix(b"--") if body.startswith(b"--") else b""
    if not boundary:
        raise MalformedTable("The body does not begin with the boundary of a form.")
    found: dict[str, bytearray] = {}
    current: list[bytearray] = []
    header: dict[str, bytes] = {"field": b"", "value": b""}

    def begin() -> None:
        current[:] = [bytearray()]

    def field(data: bytes, start: int, end: int) -> None:
        header["field"] += data[start:end]

    def value(data: bytes, start: int, end: int) -> None:
        header["value"] += data[start:end]

    def end_of_header() -> None:
        if header["field"].lower() == b"content-disposition":
            _, options = parse_options_header(header["value"])
            if len(found) < PARTS:
                found[options.get(b"name", b"").decode(errors="replace")] = current[0]
        header.update(field=b"", value=b"")

    def content(data: bytes, start: int, end: int) -> None:
        current[0] += data[start:end]

    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": begin,
            "on_header_field": field,
            "on_header_value": value,
            "on_header_end": end_of_header,
            "on_part_data": content,
        },
    )
    try:
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise MalformedTable("The form is damaged, or ends too early.") from None
    if "file" not in found:
        raise MalformedTable("The form has no part named `file`.")
    return {name: bytes(part) for name, part in found.items()}
