"""The API keys, read again when their file changes, so that they can be rotated without a restart."""

import codecs
import logging
from pathlib import Path
from time import monotonic

from distscore.settings import WrongSetting

SECONDS = 1.0  # between two looks at the file


class Keys:
    """The keys in a file; none are asked for if there is no file."""

    def __init__(self, path: Path | None) -> None:
        """Raises WrongSetting where the file cannot be read, or has no keys."""
        self._path = path
        self._keys = [] if path is None else read_keys(path)
        self._content_of = None if path is None else _version(path)
        self._looked = monotonic()

    def current(self) -> list[bytes]:
        """The keys of the file as it is, or was a second ago; the former ones, if it has none any more."""
        if self._path is not None and monotonic() - self._looked >= SECONDS:
            self._looked = monotonic()
            self._look(self._path)
        return self._keys

    def _look(self, path: Path) -> None:
        found = _version(path)
        if found == self._content_of:
            return
        self._content_of = found
        try:
            self._keys = read_keys(path)
        except WrongSetting as error:
            logging.getLogger(__name__).error("The former keys stay valid: %s", error)


def _version(path: Path) -> tuple[int, int, int] | None:
    """What changes with the content of a file; None where there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def read_keys(path: Path) -> list[bytes]:
    """The API keys in a file, one per line, `#` beginning a comment; WrongSetting if there are none."""
    try:
        content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise WrongSetting(f"DISTSCORE_API_KEYS_FILE: {error.strerror}: {path}") from None
    if b"\0" in content:
        raise WrongSetting(f"DISTSCORE_API_KEYS_FILE: {path} is no text in UTF-8, but perhaps UTF-16")
    lines = [line.strip() for line in content.splitlines()]
    keys = [line for line in lines if line and not line.startswith(b"#")]
    if not keys:
        raise WrongSetting(f"DISTSCORE_API_KEYS_FILE: {path} has no keys: nobody could get in")
    return keys
