"""Logs: JSON lines for machines, short lines for people on a terminal. Nothing of a payload is ever logged.

The server's own events and those of libraries go through the same pipe.
"""

import io
import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

Logger = Any  # structlog's loggers have the methods of their level
Event = MutableMapping[str, Any]
STANDARD_OUTPUT = 1
INNERMOST = 8  # places of a traceback that are logged
DETAILS = ("request_id", "bytes_in", "bytes_out", "decode_seconds", "score_seconds", "encode_seconds")


class Output(io.FileIO):
    """Standard output, which may be closed by whoever reads it: lines are lost then, and nothing else."""

    def __init__(self) -> None:
        super().__init__(STANDARD_OUTPUT, "w", closefd=False)

    def write(self, line: Any) -> int:
        with suppress(OSError):
            super().write(line)
        return len(line)


class Handler(logging.Handler):
    """Writes the lines of the standard library's logging to an output."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self.output = output

    def emit(self, record: logging.LogRecord) -> None:
        self.output.write(self.format(record).encode() + b"\n")


def configure(level: str) -> None:
    """Send what is at least of this level to standard output: JSON lines, or lines for people if it is a terminal."""
    for_people, output = sys.stdout.isatty(), Output()
    prepare = _for_people() if for_people else _for_machines()
    threshold = logging.getLevelNamesMapping()[level.upper()]
    render: Processor = structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer(_text)
    quick: Processor = render if for_people else structlog.processors.JSONRenderer(orjson.dumps)
    structlog.configure(
        processors=[*prepare, quick],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory() if for_people else structlog.BytesLoggerFactory(output),
        cache_logger_on_first_use=True,
    )
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = Handler(output)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[remove, render], foreign_pre_chain=prepare))
    root = logging.getLogger()
    root.handlers, root.level = [handler], threshold


def _for_machines() -> list[Processor]:
    """Level, time in UTC, and no message of an exception."""
    return [structlog.stdlib.add_log_level, structlog.processors.TimeStamper("iso", utc=True), _without_message]


def _for_people() -> list[Processor]:
    """Level, time of day, and of a request what one looks for while trying the service out."""
    time_of_day = structlog.processors.TimeStamper("%H:%M:%S", utc=False)
    return [structlog.stdlib.add_log_level, time_of_day, _without_message, _in_short]


def _text(event: Event, **_: Any) -> str:
    return orjson.dumps(event).decode()


def _in_short(_: Any, __: str, event: Event) -> Event:
    """A request as its method, route and status, without the details that nobody reads on a terminal."""
    if event["event"] == "request":
        event["event"] = f"{event.pop('method')} {event.pop('route')} {event.pop('status')}"
        for name in (*DETAILS, *(name for name in ("code", "rows") if not event[name])):
            event.pop(name, None)
    return event


def _without_message(_: Any, __: str, event: Event) -> Event:
    """An event with the type and the place of its exception, but not its message, which may quote a payload."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"], event["at"] = type(error).__name__, where(error)
    return event


def where(error: BaseException) -> list[str]:
    """The innermost places of a traceback, outermost of them first, as `file:line function`."""
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_qualname}")
        traceback = traceback.tb_next
    return frames[-INNERMOST:]


def request_log() -> Logger:
    """The logger to which the middleware writes one event per request."""
    return structlog.get_logger()
