"""Saves facts that CRMs tell: one that cannot be kept harms no other, and a name that leads nowhere is left out."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import kinds
from app.accounts import service as accounts
from app.accounts.core.parents import OwnAncestor
from app.accounts.kinds.settling import ATTRIBUTES_BESIDE
from app.crm.core.columns import columns
from app.crm.core.mapping import Mapped
from app.crm.core.plain_rows import PlainRows
from app.crm.core.spec import ObjectName
from app.crm.service.understanding import external_ref
from app.infra.faults import UnfitValue, database_refusal
from app.infra.invalid_fields import field_problems
from app.infra.records.kind import Change, Columns, Kind, Moment, Outcome
from app.infra.records.references import UnknownReference
from app.kernel.errors import Conflict, FieldProblem, Invalid, Refusal, Unavailable
from app.kernel.ids import TenantId

KINDS: Mapping[ObjectName, Kind] = {
    "user": kinds.USERS,
    "account": kinds.ACCOUNTS,
    "contact": kinds.CONTACTS,
    "opportunity": kinds.OPPORTUNITIES,
}
# References that a fact goes without, or, where null is named, is told to have none of, when nobody knows their record.
_LEFT_OUT = frozenset({"primary_contact", "buying_center", "offering", "kam_user_id"})
_EMPTIED = frozenset({"account", "parent"})


_NONE: Mapping[str, Any] = MappingProxyType({})


class UnusableRecord(Invalid):
    """The CRM's record does not fit."""


class Item(NamedTuple):
    """A fact to be saved; `without`: the references that it goes without, as the CRM named them."""

    external_id: str
    given: Columns
    without: Mapping[str, Any] = _NONE

    def less(self, name: str) -> "Item":
        given = {key: value for key, value in self.given.items() if key != name}
        if name in _EMPTIED:
            given[name] = None
        return self._replace(given=given, without={**self.without, name: self.given[name]})


def given(kind: Kind, body: Mapping[str, Any]) -> Columns:
    """The columns that a body gives, by the very rules of the API; raises UnusableRecord."""
    try:
        return kind.body.model_validate(body).given()
    except ValidationError as error:
        problems = field_problems(error.errors(include_url=False, include_input=False), dict(body))
        raise UnusableRecord(f"{problems[0].pointer} {problems[0].message}", errors=problems[:20]) from error


def told_columns(kind: Kind, body: Mapping[str, Any], source: str) -> Columns:
    """The columns of a body that was made of a CRM's record: the same as `given`, in a quarter of the time.

    The mapping has held each value to the rules of the API already; where it could not, they are asked.
    """
    found = columns(body, source, partial(external_ref, source))
    if found is None:
        return given(kind, body)
    return _keyed(kind, found)


def columns_of(kind: Kind, record: Mapped, source: str) -> Columns:
    """The columns of a record, read with others or by itself; raises UnusableRecord."""
    return told_columns(kind, record.body, source) if record.columns is None else _keyed(kind, record.columns)


def _keyed(kind: Kind, found: Columns) -> Columns:
    if found.get("name") is None or "name_key" not in kind.table.columns:
        return found
    return {**found, "name_key": found["name"].lower()}


async def keep(
    db: AsyncConnection, tenant_id: TenantId, kind: Kind, items: Sequence[Item], moment: Moment
) -> dict[str, tuple[Item, Outcome]]:
    """What came of each fact by its external id, with the form in which it was saved at last."""
    kept: dict[str, tuple[Item, Outcome]] = {}
    waiting = list(items)
    while waiting:
        outcomes = await _outcomes(db, tenant_id, kind, waiting, moment)
        again = []
        for item, outcome in zip(waiting, outcomes, strict=True):
            name = None if outcome.refusal is None else _nowhere(outcome.refusal)
            if name is not None and item.given.get(name) is not None:
                again.append(item.less(name))
            else:
                kept[item.external_id] = (item, outcome)
        waiting = again
    return kept


async def keep_plain(
    db: AsyncConnection, tenant_id: TenantId, kind: Kind, plain: PlainRows, moment: Moment
) -> set[int]:
    """Take in facts that nobody knew; the places of those that are to be kept one by one."""
    if not len(plain):
        return set()
    try:
        async with db.begin_nested():
            return await accounts.arrive(db, tenant_id, kind, plain.columns, moment)
    except DBAPIError as error:
        refusal = database_refusal(error)
        if refusal is None or isinstance(refusal, Unavailable):
            raise
    return set(range(len(plain)))


def _nowhere(refusal: Refusal) -> str | None:
    """The reference that leads nowhere, if that is what the refusal is about."""
    if isinstance(refusal, OwnAncestor):
        return "parent"
    if not isinstance(refusal, UnknownReference) or not refusal.errors:
        return None
    name = refusal.errors[0].pointer.strip("/")
    return name if name in _LEFT_OUT | _EMPTIED else None


def _beside(columns: Columns) -> Columns:
    """The CRM speaks of the attributes that are registered, and leaves the account's other ones alone."""
    if "attributes" not in columns:
        return columns
    rest = {name: value for name, value in columns.items() if name != "attributes"}
    return {**rest, ATTRIBUTES_BESIDE: columns["attributes"]}


async def _outcomes(
    db: AsyncConnection, tenant_id: TenantId, kind: Kind, items: Sequence[Item], moment: Moment
) -> list[Outcome]:
    """What came of each; the one for which the whole is refused is found by halving."""
    try:
        async with db.begin_nested():
            return await accounts.save(db, tenant_id, kind, [Change(_beside(item.given)) for item in items], moment)
    except (DBAPIError, OwnAncestor) as error:
        refusal = error if isinstance(error, Refusal) else database_refusal(error)
        if refusal is None or isinstance(refusal, Unavailable):
            raise
    if len(items) > 1:
        half = len(items) // 2
        first = await _outcomes(db, tenant_id, kind, items[:half], moment)
        return [*first, *await _outcomes(db, tenant_id, kind, items[half:], moment)]
    return [Outcome("refused", refusal=refusal)]


def reason_of(refusal: Refusal) -> tuple[str, list[dict[str, str]]]:
    """A refusal as it is shown beside its record: the reason, and the problems by field."""
    problems = told(refusal.errors)
    if isinstance(refusal, UnfitValue | Conflict) or not problems:
        return refusal.detail, problems
    return f"{problems[0]['pointer'].strip('/')} {problems[0]['message']}".strip(), problems


def told(errors: Sequence[FieldProblem]) -> list[dict[str, str]]:
    """The first problems by field, as they are kept."""
    return [{"pointer": one.pointer, "code": one.code, "message": one.message} for one in errors[:20]]
