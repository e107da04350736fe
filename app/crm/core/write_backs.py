"""Decides what is written to the CRM's account records, when it is tried again, and what is only our echo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal
from uuid import UUID

from app.crm.core.connection import WritableValue
from app.crm.core.spec import Json

Result = Literal["written", "refused", "failed"]
# An event that tells which fields changed and not to what is taken for our echo when it happened about as we wrote.
ECHO_BEFORE, ECHO_AFTER = timedelta(minutes=2), timedelta(minutes=5)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
_DOUBLINGS = 10
# With every change CRMs say when and by whom the record was changed.
_BOOKKEEPING = frozenset(
    {
        "LastModifiedDate", "LastModifiedById", "SystemModstamp", "update_time", "modifiedon", "modifiedby",
        "modifiedonbehalfby", "versionnumber", "accountid", "hs_lastmodifieddate", "lastmodifieddate",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account of the CRM stands. values: None where there is nothing to tell."""

    account_id: UUID
    external_id: str
    values: Mapping[WritableValue, Json]


@dataclass(frozen=True, slots=True)
class Write:
    """Fields of one account record, under the CRM's own names; attempts: how often these values were tried, now too."""

    account_id: UUID
    external_id: str
    fields: Mapping[str, Json]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Written:
    """What was last written to an account record, or tried; tried_at: when."""

    external_id: str
    fields: Mapping[str, Json]
    result: Result
    attempts: int
    tried_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be written now, and when the next failed write may be tried again (None: none has to wait)."""

    writes: Sequence[Write]
    next_at: datetime | None


def due(
    names: Mapping[WritableValue, str],
    standings: Sequence[Standing],
    written: Mapping[UUID, Written],
    now: datetime,
) -> Due:
    """The writes that are wanted now: only of values that differ from those last written to the same record.

    names: our value -> the CRM's field. written: by account. A value that is None is written only over one that we
    wrote before. What the CRM refused is left until a value changes; what failed is tried again, ever more rarely.
    """
    writes, later = [], []
    for standing in standings:
        before = written.get(standing.account_id)
        before = before if before and before.external_id == standing.external_id else None
        fields = _fields(names, standing, before)
        if not fields:
            continue
        if before is None or dict(before.fields) != fields:
            writes.append(Write(standing.account_id, standing.external_id, fields))
        elif before.result == "failed" and (again := before.tried_at + pause_after(before.attempts)) > now:
            later.append(again)
        elif before.result == "failed":
            writes.append(Write(standing.account_id, standing.external_id, fields, before.attempts + 1))
    return Due(writes, min(later, default=None))


def _fields(names: Mapping[WritableValue, str], standing: Standing, before: Written | None) -> dict[str, Json]:
    told = {field: standing.values.get(value) for value, field in names.items()}
    known = before.fields if before else {}
    return {field: value for field, value in told.items() if value is not None or field in known}


def pause_after(attempts: int) -> timedelta:
    """How long a failed write waits after so many tries (1, 2, …): 10 s, 20 s, 40 s, up to an hour."""
    return min(_FIRST_PAUSE * (1 << min(max(attempts - 1, 0), _DOUBLINGS)), _LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Told:
    """What an event tells of an account's change: one property with its value, or the names of all changed fields."""

    change: str
    occurred_at: datetime | None
    property_name: str | None = None
    property_value: Json = None
    changed_fields: Sequence[str] = ()


def is_echo(told: Told, written: Written, read: frozenset[str]) -> bool:
    """Whether an event tells of nothing but what we wrote.

    read: the CRM's fields that facts are made of; an event of one of these is no echo unless it tells the value that we
    wrote. One that names the fields without their values is an echo only of fields that are ours alone, and only where
    it happened about the time at which we wrote. Where nothing is told of fields, the record is to be pulled.
    """
    if told.change != "changed" or written.result == "refused":
        return False
    if told.property_name is not None:
        return told.property_name in written.fields and same(told.property_value, written.fields[told.property_name])
    changed = set(told.changed_fields) - _BOOKKEEPING
    if not changed or told.occurred_at is None or not changed <= set(written.fields) - read:
        return False
    return -ECHO_BEFORE <= told.occurred_at - written.tried_at <= ECHO_AFTER


def same(told: Json, wrote: Json) -> bool:
    """Whether a CRM's value is what we wrote: numbers may come back as texts, nothing as an empty text."""
    if told in (None, "") or wrote in (None, ""):
        return told in (None, "") and wrote in (None, "")
    if isinstance(wrote, int | float) and not isinstance(wrote, bool):
        try:
            return Decimal(str(told)) == Decimal(str(wrote))
        except InvalidOperation:
            return False
    return str(told) == str(wrote)
