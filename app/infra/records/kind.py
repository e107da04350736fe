"""What a kind of record is: its rows, its shapes on the wire, what it refers to, and the rule that settles a row."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from app.infra.records.wire import RecordBody
from app.infra.wire import Answer
from app.kernel.errors import NotFound, Refusal
from app.kernel.ids import TenantId

Columns = Mapping[str, Any]
_NONE: Columns = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Moment:
    """When a change arrives, and the day from which what it says holds unless it says otherwise."""

    now: datetime
    arrived_on: date


class Settled(NamedTuple):
    """What a change comes to: the present state, and the past states that it adds (or, with `whole_past`, replaces).

    `children` is what belongs to the record and is kept elsewhere; given, it replaces what was there.
    """

    present: Columns
    past: Sequence[Columns] = ()
    whole_past: bool = False
    children: Columns = _NONE


# (the present row or None, the row as the change would have it, the fields that the change gave, when) -> the outcome.
# Returns None when the change is older than what is known. Raises Invalid, with pointers into the body.
Settle = Callable[[Columns | None, dict[str, Any], Columns, Moment], Settled | None]


@dataclass(frozen=True, slots=True)
class Reference:
    """A field of the body that names another record: by id, by external identity, or by a text of its own."""

    name: str
    column: str
    table: Table
    text_column: str | None = None
    within_account: bool = False
    brings: Sequence[str] = ()  # columns of the record named that fill the same columns here when they are not given


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter of the list: the column that it restricts, and how.

    how: `null_unless_asked` leaves out rows where the column has a value, also when nothing is said, until it is true.
    follows: the table whose merged records the value may name; their survivors are meant then.
    """

    column: str
    type: Any
    how: Literal["equals", "in_any_case", "at_least", "at_most", "is_null", "null_unless_asked"] = "equals"
    description: str = ""
    follows: Table | None = None


# The same for records that nobody knew, as whole columns: those that it fills, and the places of what `settle` has to
# look at, because it would refuse it.
Arrive = Callable[[Mapping[str, Sequence[Any]], Moment], tuple[Mapping[str, Sequence[Any]], set[int]]]


# What belongs to records and is kept elsewhere, by the records' ids: read for all of them at once, saved likewise.
Children = Callable[[AsyncConnection, TenantId, Sequence[UUID]], Awaitable[Mapping[UUID, Columns]]]
SaveChildren = Callable[[AsyncConnection, TenantId, Mapping[UUID, Columns]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record; `doors` makes its routes from this alone."""

    singular: str
    plural: str
    table: Table
    body: type[RecordBody]
    patch: type[RecordBody]
    answer: type[Answer]
    missing: type[NotFound]
    settle: Settle
    required: Sequence[str]
    arrive: Arrive | None = None
    defaults: Columns = field(default_factory=dict)
    references: Sequence[Reference] = ()
    natural_key: Sequence[str] = ()
    past: Table | None = None
    filters: Mapping[str, Filter] = field(default_factory=dict)
    sorts: Sequence[str] = ()
    children: Children | None = None
    save_children: SaveChildren | None = None
    derived: Callable[[Columns], Columns] | None = None  # what the answer shows beyond the row's columns
    area: str = "accounts"
    tag: str | None = None  # the group in which its doors are shown; its own words when None

    @property
    def path(self) -> str:
        return self.plural.replace("_", "-")

    @property
    def removable(self) -> bool:
        """Whether records of the kind may be gone from their source, or merged there, and are kept as such."""
        return "removed_at" in self.table.columns

    @property
    def within_account(self) -> bool:
        """Whether every record of the kind stands below an account in the paths."""
        return "account_id" in self.table.columns


class Change(NamedTuple):
    """What somebody wants a record to be: the given columns and references, and which record is meant."""

    given: Columns
    id: UUID | None = None
    version: int | None = None
    must_be_new: bool = False


Result = Literal["created", "updated", "unchanged", "stale", "refused"]


class Outcome(NamedTuple):
    """What came of a change."""

    result: Result
    id: UUID | None = None
    refusal: Refusal | None = None


def unversioned(_before: Columns | None, after: dict[str, Any], _given: Columns, _moment: Moment) -> Settled:
    """The rule of records whose past is not kept: what was said last holds."""
    return Settled(after)
