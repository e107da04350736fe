"""Keeps what people find of accounts in ten elements, and tells what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.health.core import assessments as core
from app.health.core.assessments import Assessment, Element, Found, Summary
from app.health.queries import assessments as queries
from app.health.tables import assessments
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.tenancy.core.caller import Caller

KEYSET = Keyset(
    {"assessed_on": assessments.c.assessed_on, "created_at": assessments.c.created_at},
    tiebreak=assessments.c.id,
    default="-assessed_on",
)


class UnusableAssessment(Invalid):
    """The assessment cannot stand so."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """An account's assessment on a day, with what people are called and who has no word in it.

    silent_functions: those that the organization has people of, and of which nobody's word stands.
    kam_user_id: the account's manager if their word does not stand; None if it does, or there is none.
    """

    account_id: AccountId
    as_of: date
    summary: Summary
    names: Mapping[UserId, str]
    silent_functions: tuple[str, ...]
    kam_user_id: UserId | None


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def assess(  # who, of what account, when, and what
    connection: AsyncConnection,
    caller: Caller,
    account_id: AccountId,
    elements: Mapping[Element, Found],
    *,
    assessed_on: date | None,
    user_id: UserId | None,
) -> tuple[RowMapping, str]:
    """Keep what a person found, and say what they are called; on a day the later word on an element counts."""
    day = assessed_on or today()
    if day > today():
        problem = FieldProblem("/assessed_on", "in_the_future", "must not lie after today")
        raise UnusableAssessment(f"{day} lies after today", errors=[problem])
    person = await people.speaker(connection, caller, user_id)
    row = await queries.add(
        connection,
        {
            "tenant_id": caller.tenant_id,
            "id": new_id(),
            "account_id": account_id,
            "assessed_on": day,
            "user_id": person.id,
            "function": person.function,
            "elements": {key: {"value": one.value, "evidence": one.evidence} for key, one in elements.items()},
            "key_id": caller.key_id,
        },
    )
    return row, person.name


async def page(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> Slice[dict[str, Any]]:
    """A page of the account's assessments, the newest first, each with who found it."""
    rows = (await connection.execute(KEYSET.page(queries.of_account(tenant_id, account_id), asked))).all()
    cut = KEYSET.cut(rows, asked, by_name)
    names = await people.names(connection, tenant_id, [UserId(row["user_id"]) for row in cut.data])
    return Slice([{**row, "user_name": names.get(row["user_id"])} for row in cut.data], cut.next_cursor)


async def summary(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> Assessed:
    """What the assessments of an account come to on a day, today if none is asked for."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    rows = await queries.of_days(connection, tenant_id, account_id, day, core.REACH_DAYS)
    functions = await queries.functions(connection, tenant_id)
    kam = await queries.kam(connection, tenant_id, account_id, day)

    found = core.summary([_assessment(row) for row in rows], day)

    speaking: set[UUID] = {one.user_id for one in found.assessors}
    spoken_for = {one.function for one in found.assessors}
    silent_kam = None if kam is None or kam in speaking else UserId(kam)
    named = [UserId(user_id) for user_id in (*speaking, *found.lapsed, silent_kam) if user_id is not None]
    return Assessed(
        account_id=account_id,
        as_of=day,
        summary=found,
        names=await people.names(connection, tenant_id, named),
        silent_functions=tuple(function for function in functions if function not in spoken_for),
        kam_user_id=silent_kam,
    )


def _assessment(row: RowMapping) -> Assessment:
    elements = {
        cast("Element", key): Found(one["value"], one["evidence"])
        for key, one in row["elements"].items()
        if key in core.ELEMENTS
    }
    return Assessment(row["user_id"], row["function"], row["assessed_on"], elements)
