"""Who is being served: the request's id, trace, tenant and key, visible to every log line of its work."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field

from uuid_utils import uuid7

Headers = list[tuple[bytes, bytes]]

_WELL_FORMED_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
# W3C Trace Context: version 00 has exactly these four parts, later ones may add more; ff and all-zero ids are invalid.
_TRACEPARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]*)?")


@dataclass(slots=True)
class Facts:
    """What is known of the request or job in hand; filled in as it becomes known."""

    request_id: str = ""
    trace_id: str | None = None
    traceparent: str | None = None
    tenant_id: str | None = None
    key_id: str | None = None
    invitation_id: str | None = None
    job: str | None = None
    # Sent with the answer whatever it becomes, so that a refusal carries them too.
    answer_headers: Headers = field(default_factory=list)


_facts: ContextVar[Facts | None] = ContextVar("facts", default=None)


def current() -> Facts:
    """The facts of the work in hand; empty ones, kept nowhere, outside of any."""
    return _facts.get() or Facts()


def facts_of(headers: Headers) -> Facts:
    """What the request's own headers say: its id if well formed (else a new one), and its trace."""
    request_id, facts = "", Facts()
    for name, value in headers:
        if name == b"x-request-id" and _WELL_FORMED_ID.fullmatch(value):
            request_id = value.decode("ascii")
        elif name == b"traceparent" and (found := _traced(value)):
            facts.trace_id, facts.traceparent = found
    facts.request_id = request_id or str(uuid7())
    return facts


def _traced(value: bytes) -> tuple[str, str] | None:
    match = _TRACEPARENT.fullmatch(value) if len(value) <= 256 else None
    if match is None or (match[2] is not None and value.startswith(b"00")):
        return None
    return match[1].decode("ascii"), value.decode("ascii")


def begin(facts: Facts) -> Token[Facts | None]:
    """Make `facts` the current ones, until `end`."""
    return _facts.set(facts)


def end(token: Token[Facts | None]) -> None:
    """Go back to the facts before `begin`."""
    _facts.reset(token)


@contextmanager
def serving(facts: Facts) -> Iterator[Facts]:
    """Work on behalf of `facts` (a job's, say) inside the block."""
    token = begin(facts)
    try:
        yield facts
    finally:
        end(token)
