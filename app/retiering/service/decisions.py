"""Retierings: proposed with what the rules recommend, and read again with what people decided."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.retiering.core.carrying_out import REVIEWED_FROM
from app.retiering.core.deciding import check_order
from app.retiering.queries import decisions as queries
from app.retiering.queries.decisions import Wanted
from app.retiering.service.recommending import recommendation, today
from app.retiering.tables import retierings
from app.selection.service import lifecycle
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller

__all__ = ["RetieringId", "Said", "Wanted"]
RetieringId = NewType("RetieringId", UUID)
LISTED: Final = Keyset(
    {"proposed_on": retierings.c.proposed_on, "decided_on": retierings.c.decided_on},
    tiebreak=retierings.c.id,
    default="-proposed_on",
)


class RetieringNotFound(NotFound):
    """No such retiering."""


class RetieringUnderWay(Conflict):
    """A retiering of the account is not decided yet."""


class NothingToRetier(Conflict):
    """The account has no tier in the program that could be decided anew."""


class UnknownAppraisal(Invalid):
    """The account has no such appraisal."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who does something about a retiering, on which day (None: today)."""

    user_id: UserId | None = None
    on: date | None = None


async def find(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID) -> RowMapping | None:
    """The retiering with what it names, where there is one."""
    return await queries.find(connection, tenant_id, retiering_id)


async def require(
    connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, *, lock: bool = False
) -> RowMapping:
    """The same; raises RetieringNotFound unless there is one. lock: nobody else changes it until the end."""
    there = not lock or await queries.hold(connection, tenant_id, retiering_id)
    row = await queries.find(connection, tenant_id, retiering_id) if there else None
    if row is None:
        raise RetieringNotFound(f"retiering {retiering_id}")
    return row


async def propose(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, said: Said, appraisal_id: UUID | None
) -> RowMapping:
    """Put an account's tier up for decision, with what the rules recommend as of the day, and keep both.

    The account is under review from now on. appraisal_id: the appraisal it comes of, the one under way unless named.
    """
    tenant_id = caller.tenant_id
    on = day_asked(said.on, today(), pointer="/on")
    await tenancy.locked_organization(connection, tenant_id)  # of two who propose at once one comes too late
    check_order(on, await queries.decided_last_on(connection, tenant_id, account_id) or on)
    await _review(connection, caller, account_id, said.user_id, on)
    await _check_appraisal(connection, tenant_id, account_id, appraisal_id)
    found = await recommendation(connection, tenant_id, account_id, on)

    appraised = found.evidence.appraised
    retiering_id = RetieringId(new_id())
    values = {
        "tenant_id": tenant_id,
        "id": retiering_id,
        "account_id": account_id,
        "appraisal_id": appraisal_id or (appraised and appraised.appraisal_id),
        "proposed_on": on,
        "from_tier": found.evidence.tier,
        "recommended": found.recommendation.decision,
        "recommended_tier": found.recommendation.tier,
        "recommendation": found.document,
        "key_id": caller.key_id,
    }
    await queries.add(connection, values)
    row = await require(connection, tenant_id, retiering_id)
    await tell(connection, row, None, "retiering.proposed", {"recommended": row["recommended"]})
    return row


async def _review(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, user_id: UserId | None, on: date
) -> None:
    """Let the account be under review; raises RetieringUnderWay, or NothingToRetier where it has no tier to review."""
    under_way = await queries.live(connection, caller.tenant_id, account_id)
    if under_way is not None:
        raise RetieringUnderWay(f"decide retiering {under_way}, or withdraw it")
    state = (await lifecycle.placed(connection, caller.tenant_id, account_id)).standing.state
    if state in REVIEWED_FROM:
        move = lifecycle.Move("under_review", "its tier is to be decided anew", None, user_id, on)
        await lifecycle.move(connection, caller, account_id, move, version=None)
    elif state != "under_review":
        raise NothingToRetier(f"it is {state}; reviewed are those that are {', '.join(REVIEWED_FROM)}")


async def _check_appraisal(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, appraisal_id: UUID | None
) -> None:
    if appraisal_id is None or await queries.is_appraisal_of(connection, tenant_id, account_id, appraisal_id):
        return
    problem = FieldProblem("/appraisal_id", "unknown_appraisal", "names no appraisal of the account")
    raise UnknownAppraisal("see GET /v1/accounts/{account_id}/appraisals", errors=[problem])


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted
) -> Slice[RowMapping]:
    """A page of retierings, the newest first."""
    rows = (await connection.execute(LISTED.page(queries.shown(tenant_id, wanted), asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def tell(
    connection: AsyncConnection, row: RowMapping, before: str | None, type_: str, data: dict[str, Any]
) -> None:
    """Tell what became of a retiering that was in the state `before`."""
    states = {"previous": before, "current": row["state"]}
    told = {"account_id": str(row["account_id"]), "from_tier": row["from_tier"], **states, **data}
    await events.record(connection, row["tenant_id"], type_, "retiering", row["id"], told)
