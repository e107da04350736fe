"""What a CRM's answer means: its JSON, or which failure it is."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

import orjson

from app.crm.client.failures import CrmBusy, CrmDown, CrmFailure, CrmLies, CrmRefuses, DeltaExpired
from app.crm.core import pace
from app.crm.core.spec import Json, Limits
from app.infra.outgoing import Answered
from app.kernel.retry_after import retry_at

_HTML = frozenset({"text/html", "application/xhtml+xml"})
# Where CRMs put the short word for what is wrong; a code only: messages quote records.
_CODES = ("errorCode", "error", "code", "category", "error_code", "type", "status")
_MESSAGES = ("message", "error_description", "error")
_QUOTED = re.compile(r"""['"`]([^'"`\s]{1,100})['"`]""")
_CODE = re.compile(r"[A-Za-z0-9_.:/-]{2,60}")
_GONE = 410


def read(answered: Answered) -> Json:
    """The JSON of an answer that is well; None where it has no body. Raises CrmLies."""
    if not answered.body.strip():
        return None
    if is_html(answered):
        raise CrmLies("it answers with a page for people instead of data")
    try:
        return orjson.loads(answered.body)
    except orjson.JSONDecodeError:
        raise CrmLies("its answer is not the JSON that it should be, or only a part of it") from None


def is_html(answered: Answered) -> bool:
    return answered.media_type in _HTML or answered.body.lstrip()[:1] == b"<"


def failure_of(
    answered: Answered, limits: Limits, now: datetime, expired: Sequence[str] | None, fields: Collection[str] = ()
) -> CrmFailure | None:
    """The failure that an answer tells of; None if it is well.

    expired: what says that the address asked, which the CRM gave some time ago, no longer holds; None for other calls.
    fields: the names that were asked for, of which the failure tells those that the CRM's message is about.
    """
    status = answered.status
    if 200 <= status < 300:
        return None
    if status < 400:
        return CrmLies("it sends us on to another address")
    if expired is not None and (status == _GONE or _says(answered, expired)):
        return DeltaExpired("what has changed since is no longer known")
    return _busy(answered, limits, now) or _other(answered, fields)


def _busy(answered: Answered, limits: Limits, now: datetime) -> CrmBusy | None:
    until = retry_at(answered.headers.get("retry-after"), now)
    if pace.day_is_over(limits, answered.body):
        return CrmBusy(until or pace.next_day(now), "the calls of the day are used up", for_the_day=True)
    if answered.status == 429:
        return CrmBusy(until or now + pace.UNSAID, "it is asked too often", told=until is not None)
    if answered.status == 503 and until is not None:
        return CrmBusy(until, "it is busy")
    return None


def _other(answered: Answered, fields: Collection[str]) -> CrmFailure:
    status = answered.status
    if status >= 500 or status in {408, 425}:
        return CrmDown(f"it answers with status {status}")
    if is_html(answered):
        # Taken at its word, such a 404 would have the record deleted.
        return CrmLies(f"it answers with status {status} and a page for people instead of data")
    said = ": ".join(filter(None, (code_of(answered.body), ", ".join(_named(answered.body, fields)))))
    return CrmRefuses(f"it answers with status {status}" + (f" ({said})" if said else ""), status=status)


def _named(body: bytes, fields: Collection[str]) -> list[str]:
    """Those of our own fields' names that an error's message quotes; all else that it quotes may be of a record."""
    messages = (each.get(name) for each in _places(_parsed(body)) for name in _MESSAGES)
    quoted = {word for one in messages if isinstance(one, str) for word in _QUOTED.findall(one)}
    return [name for name in dict.fromkeys(fields) if name in quoted]


def _parsed(body: bytes) -> Json:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def code_of(body: bytes) -> str | None:
    """The short word by which an error's body says what is wrong; None if there is none."""
    for each in _places(_parsed(body)):
        for name in _CODES:
            if isinstance(code := each.get(name), str) and _CODE.fullmatch(code) and code != "error":
                return code
    return None


def _places(said: Json) -> Iterator[Mapping[str, Json]]:
    """The objects that may hold it: the body, the first of a list, and what they call `error` or `errors`."""
    first = said[0] if isinstance(said, list) and said else said
    if not isinstance(first, Mapping):
        return
    yield first
    for name in ("error", "errors"):
        inner = first.get(name)
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(inner, Mapping):
            yield inner


def _says(answered: Answered, words: Sequence[str]) -> bool:
    text = answered.body[:4096].decode("utf-8", "replace")
    return str(answered.status) in words or any(word in text for word in words if not word.isdigit())
