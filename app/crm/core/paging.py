"""Decides where the next page of a pull begins, and when a CRM leads in circles."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson

from app.crm.core import templates
from app.crm.core.paths import at
from app.crm.core.spec import Call, Json

MAX_PAGES = 100_000
MAX_EMPTY = 100  # pages without a record, one after another
STEP = timedelta(milliseconds=1)  # as fine as instants are told to CRMs
_INSTANTS = frozenset(name for name in templates.INSTANTS if name.startswith("since"))
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Loops(ValueError):
    """The pages lead in circles, or to nowhere."""


class Elsewhere(ValueError):
    """An address that is not on the CRM's own host."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins.

    address: path and query on the CRM's host, where the CRM itself named them. counted: the offset or number of the
    page. since, last_id: after which record (keyset). tying: whether records of exactly `since` are asked for.
    """

    address: str | None = None
    cursor: Json = None
    counted: int | None = None
    since: datetime | None = None
    last_id: str = ""
    tying: bool = False

    def as_json(self) -> dict[str, Any]:
        """What is kept of it; `from_json` makes it again."""
        kept = {name: value for name, value in asdict(self).items() if value is not None}
        return kept | ({"since": self.since.isoformat()} if self.since else {})

    def variables(self, call: Call) -> dict[str, Json]:
        """What it means to the templates of a call."""
        told: dict[str, Json] = {"cursor": self.cursor, "last_id": self.last_id or call.paging.lowest}
        if call.paging.kind in {"offset", "page"}:
            told[call.paging.kind] = self.counted
        return told | (templates.of_instant("since", self.since) if self.since else {})


def from_json(kept: Mapping[str, Any]) -> Position:
    """The position that was kept; parts that it does not know are left out."""
    known = {name: value for name, value in kept.items() if name in Position.__dataclass_fields__}
    return Position(**known | ({"since": datetime.fromisoformat(known["since"])} if known.get("since") else {}))


def beginning(call: Call, since: datetime | None) -> Position:
    """The first page. `since` is taken at its whole second; a keyset without one begins with the first record."""
    start = None if since is None else since.astimezone(UTC).replace(microsecond=0)
    if call.paging.kind == "keyset":
        return Position(since=start or BEGINNING, last_id=call.paging.lowest)
    return Position(since=start, counted=call.paging.first if call.paging.kind in {"offset", "page"} else None)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page brought: the whole answer, its records, instant and id of the last one that tells what is needed."""

    answer: Json
    records: Sequence[Json]
    last_at: datetime | None = None
    last_id: str | None = None


def following(call: Call, position: Position, page: Page, *, base_url: str, address: str) -> Position | None:
    """Where the page after `page` begins; None if it was the last one.

    base_url, address: of the CRM and of the page itself, for the links of `next_url`. Records of a keyset are expected
    in the order of their times, which count to the millisecond. With `ties`, a full page is followed by the records of
    its last instant, by their ids, and then by those after that instant: however many share an instant, none is left
    out, some are seen twice. Raises Loops where there would be no way on, and Elsewhere.
    """
    kind = call.paging.kind
    if kind == "next_url":
        link = at(page.answer, call.paging.next)
        return replace(position, address=on_host(base_url, link, address)) if link else None
    if kind == "cursor":
        cursor = at(page.answer, call.paging.next)
        more = not call.paging.more or bool(at(page.answer, call.paging.more))
        return replace(position, cursor=cursor) if cursor is not None and more else None
    if kind in {"offset", "page"}:
        return _counted(call, position, page)
    return _keyset(call, position, page) if kind == "keyset" else None


def _counted(call: Call, position: Position, page: Page) -> Position | None:
    said = at(page.answer, call.paging.more) if call.paging.more else None
    more = bool(said) if said is not None else not call.paging.more and len(page.records) >= call.size
    if not more or not page.records:
        return None
    step = len(page.records) if call.paging.kind == "offset" else 1
    return replace(position, counted=(position.counted or 0) + step)


def _keyset(call: Call, position: Position, page: Page) -> Position | None:
    size = (call.ties or call).size if position.tying else call.size
    more = call.paging.more and at(page.answer, call.paging.more)
    if len(page.records) < size and not (page.records and more):
        # The instant that was tied is through; a short page of the main call is the end of all.
        return Position(since=_since(position) + STEP) if position.tying else None
    if position.tying:
        return replace(position, last_id=_further(position.last_id, page.last_id))
    by_id = "last_id" in _asked(call)
    if not needs_time(call):
        return replace(position, last_id=_further(position.last_id, page.last_id))
    if page.last_at is None or page.last_id is None:
        raise Loops("its records do not say when they were changed")
    reached = page.last_at.replace(microsecond=page.last_at.microsecond // 1000 * 1000)
    if reached < _since(position):
        raise Loops("its records are not in the order of their changes")
    if call.ties:
        return Position(since=reached, last_id=call.ties.paging.lowest, tying=True)
    last_id = page.last_id if by_id else ""
    if (reached, last_id) == (position.since, position.last_id):
        raise Loops("more records share one instant than a page holds")
    return Position(since=reached, last_id=last_id)


def _since(position: Position) -> datetime:
    return position.since or BEGINNING


def _further(last_id: str, reached: str | None) -> str:
    if reached is None or reached == last_id:
        raise Loops("its pages do not come to an end")
    return reached


def needs_time(call: Call) -> bool:
    """Whether the next page of a keyset begins at an instant, rather than after an id alone."""
    return call.ties is not None or "last_id" not in _asked(call) or bool(_asked(call) & _INSTANTS)


def _asked(call: Call) -> frozenset[str]:
    return templates.names_in([call.path, call.query, call.body])


def on_host(base_url: str, link: Json, address: str = "") -> str:
    """Path and query of a link that the CRM gave, as read at `address`; raises Elsewhere if it leaves the CRM's host.

    Only path and query are kept, and put after the CRM's own address again: whatever a link is taken for elsewhere,
    it cannot lead away.
    """
    base = urlsplit(base_url)
    try:
        led = urlsplit(urljoin(address or base_url, str(link)))
        same = (led.scheme, led.hostname, _port(led)) == (base.scheme, base.hostname, _port(base))
    except ValueError as error:
        raise Elsewhere("its link is no address") from error
    if not same or led.username is not None or "\\" in str(link):
        raise Elsewhere("its link leads to another host")
    return (led.path or "/") + (f"?{led.query}" if led.query else "")


def _port(parts: Any) -> int | None:
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)


@dataclass(slots=True)
class Track:
    """The way that a pull has come; it tells when it has been here before."""

    pages: int = 0
    empty: int = 0
    positions: set[bytes] = field(default_factory=set)
    contents: set[bytes] = field(default_factory=set)

    def came_to(self, position: Position) -> None:
        """Raises Loops at a position that comes twice, and after MAX_PAGES."""
        self.pages += 1
        if self.pages > MAX_PAGES:
            raise Loops(f"more than {MAX_PAGES} pages")
        _once(self.positions, position.as_json(), "its pages lead in circles")

    def saw(self, page: Page, *, repeats: bool) -> None:
        """Raises Loops for a page that was seen before (unless pages may repeat), and after MAX_EMPTY empty ones."""
        self.empty = 0 if page.records else self.empty + 1
        if self.empty > MAX_EMPTY:
            raise Loops(f"more than {MAX_EMPTY} pages without a record")
        if page.records and not repeats:
            _once(self.contents, page.records, "the same page came twice")


def _once(seen: set[bytes], value: Json, otherwise: str) -> None:
    digest = hashlib.blake2b(orjson.dumps(value, default=str), digest_size=16).digest()
    if digest in seen:
        raise Loops(otherwise)
    seen.add(digest)
