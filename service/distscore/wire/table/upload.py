"""A form with a file and a request in it, as browsers and `curl -F` send them."""

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

from distscore.wire.errors.problems import MalformedTable

MEDIA_TYPE = "multipart/form-data"


def parts_of(body: bytes) -> dict[str, bytes]:
    """The parts of a form by name; raises MalformedTable for what is no form, or lacks `file`."""
    boundary = body[: body.find(b"\r\n")].removeprefix(b"--") if body.startswith(b"--") else b""
    if not boundary:
        raise MalformedTable("The body does not begin with the boundary of a form.")
    found: dict[str, bytes] = {}

    def keep_field(field: Field) -> None:
        found[(field.field_name or b"").decode(errors="replace")] = field.value or b""

    def keep_file(file: File) -> None:
        file.file_object.seek(0)
        found[(file.field_name or b"").decode(errors="replace")] = file.file_object.read()

    in_memory = {"MAX_MEMORY_FILE_SIZE": len(body)}  # the file system may be read-only
    try:
        parser = FormParser(MEDIA_TYPE, keep_field, keep_file, boundary=boundary, config=in_memory)
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise MalformedTable("The form is damaged, or ends too early.") from None
    if "file" not in found:
        raise MalformedTable("The form has no part named `file`.")
    return found
