"""The log: JSON lines on standard output, holding no field that is not on the list."""

import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from datetime import UTC, date, datetime
from typing import Any, BinaryIO, TextIO
from uuid import UUID

import orjson
import structlog

from app.infra.request_ids import Facts, current

# All a line may hold. Nothing that a caller, a CRM or a person has written belongs here.
_LISTED = """
account_id attempt bytes code connection_id count delay_seconds done dropped endpoint_id error_class error_fields
error_message event event_id invitation_id job job_id key_id level logger method migration model_id ms pid port
provider reason request_id route rows run_id sqlstate status tenant_id time total trace_id traceback version
"""
FIELDS = frozenset(_LISTED.split())
# The messages of these speak of code; those of the others may quote data (a key, a row, a body).
_SPEAK_OF_CODE = (
    TypeError,
    AttributeError,
    NameError,
    AssertionError,
    NotImplementedError,
    ImportError,
    ZeroDivisionError,
    RuntimeError,
)
_OF_FACTS = ("trace_id", "tenant_id", "key_id", "invitation_id", "job")
_AS_LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
_MAX_TEXT = 2000
_MAX_FRAMES = 40

EventDict = MutableMapping[str, Any]


class Sink:
    """Where lines go. A broken pipe or a full disk loses lines, counted in `lost`, and breaks nobody."""

    def __init__(self, stream: BinaryIO, threshold: int = logging.INFO) -> None:
        self._stream = stream
        self.threshold = threshold
        self.lost = 0

    def __call__(self, *_name: object) -> "Sink":
        return self

    def msg(self, line: bytes) -> None:
        try:
            self._stream.write(line)
            self._stream.flush()
        except (OSError, ValueError):  # ValueError: the stream is closed
            self.lost += 1

    debug = info = warning = error = critical = msg


def configure(level: str = "INFO", stream: BinaryIO | None = None) -> Sink:
    """Send all logs of the process, those of libraries too, to `stream` (standard output) from `level` up."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    sink = Sink(stream or sys.stdout.buffer, threshold)
    structlog.configure(
        processors=[_with_facts, _explained, as_line],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=sink,
        cache_logger_on_first_use=False,
    )
    _take_over_stdlib(max(threshold, logging.INFO))
    return sink


@contextlib.contextmanager
def losable() -> Iterator[None]:
    """For the life of a service: what nobody could take of its output is lost at its end, and makes it no failure."""
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            _let_go(stream)


def _let_go(stream: TextIO) -> None:
    try:
        stream.flush()
    except (OSError, ValueError):  # Python would try again when it ends, and then tell of a failure
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _with_facts(_logger: object, level: str, event: EventDict) -> EventDict:
    facts = current()
    for name in ("request_id", *_OF_FACTS):
        if value := getattr(facts, name):
            event.setdefault(name, value)
    event["level"] = level
    return event


def _explained(_logger: object, _level: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event.update(explanation(error))
    return event


def as_line(_logger: object, _level: str, event: EventDict) -> bytes:
    """`event` as one line; fields that are not on the list are dropped."""
    line: dict[str, object] = {"time": datetime.now(UTC)}
    line.update((name, _shown(value)) for name, value in event.items() if name in FIELDS and value is not None)
    return orjson.dumps(line, option=_AS_LINE)


def write_request(method: str, route: str, status: int, ms: float, facts: Facts) -> None:
    """The one line of each request; straight to the sink, since every request pays for it."""
    sink = structlog.get_config()["logger_factory"]
    level, threshold = ("error", logging.ERROR) if status >= 500 else ("info", logging.INFO)
    if not isinstance(sink, Sink) or threshold < sink.threshold:  # nobody has asked for logs, or for such lines
        return
    line = {
        "time": datetime.now(UTC),
        "level": level,
        "event": "request",
        "request_id": facts.request_id,
        "method": method,
        "route": route,
        "status": status,
        "ms": ms,
    }
    for name in _OF_FACTS:
        if value := getattr(facts, name):
            line[name] = value
    sink.msg(orjson.dumps(line, option=_AS_LINE))


def _shown(value: object) -> object:
    """`value` if a line can hold it as it is, else something that it can."""
    if isinstance(value, str):
        text = value if len(value) <= _MAX_TEXT or "\n" in value else value[:_MAX_TEXT]
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, UUID):  # the database driver's are of a kind of their own, which JSON does not know
        return str(value)
    if isinstance(value, bool | float | date) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    return f"<{type(value).__name__}>"  # of what else it may be, a line tells no contents


def explanation(error: BaseException) -> dict[str, str]:
    """What is logged of an unforeseen error: its class and the calls that led to it, without values."""
    told = {"error_class": _class_name(error), "traceback": _frames(error)}
    if isinstance(error, _SPEAK_OF_CODE) and not isinstance(error, UnicodeError):
        told["error_message"] = str(error)[:_MAX_TEXT]
    if sqlstate := getattr(getattr(error, "orig", error), "sqlstate", None):
        told["sqlstate"] = str(sqlstate)
    if fields := _failed_fields(error):
        told["error_fields"] = fields
    return told


def _failed_fields(error: BaseException) -> str:
    """Where an answer did not fit its own schema, and how; not what it held."""
    errors = getattr(error, "errors", None)
    found = errors() if callable(errors) else ()
    return "; ".join(f"{'/'.join(map(str, each['loc']))}: {each['type']}" for each in found[:5])


def _class_name(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _frames(error: BaseException) -> str:
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 5:
        frames = traceback.extract_tb(seen.__traceback__)[-_MAX_FRAMES:]
        parts.append(f"{_class_name(seen)}\n{''.join(traceback.format_list(frames))}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "because of ".join(parts)


class _Onward(logging.Handler):
    """Hands the standard library's records (uvicorn, sqlalchemy, alembic) to the same log."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        level = logging.getLevelName(record.levelno).lower()
        write = getattr(log, level, log.info)
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = str(record.msg)
        write(message.strip(), logger=record.name, exc_info=record.exc_info)


def _take_over_stdlib(threshold: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [_Onward()]
    # What libraries say by the way quotes URLs (httpx) and statements (sqlalchemy); uvicorn tells of start and stop.
    root.setLevel(max(threshold, logging.WARNING))
    logging.getLogger("uvicorn").setLevel(threshold)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # It would write query strings, where webhook senders put secrets; our own line holds the route instead.
    logging.getLogger("uvicorn.access").disabled = True
