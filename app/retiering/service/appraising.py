"""The scheduler's turn: closes what is decided, looks anew at what came to nothing, opens what there is reason for."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.infra.db import Database
from app.kernel.ids import AccountId, TenantId
from app.retiering.core.schedule import scheduled_on, settle_by
from app.retiering.core.signs import leading, signs
from app.retiering.queries import appraising as queries
from app.retiering.service.appraisals import Opening, open_all
from app.retiering.service.finding import findings
from app.retiering.service.settling import settle
from app.tenancy import service as tenancy
from app.tenancy.service import auditing

NIGHTLY: Final = "retiering.nightly"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to: appraisals opened, plans to be looked at anew, and appraisals closed by a decision."""

    opened: int
    reevaluated: int
    settled: int


async def turn(database: Database, tenant_id: TenantId, now: datetime) -> Turn:
    """Close what is decided, look anew at plans that came to nothing by their day, and open what there is reason to.

    Two turns at once, or one after the other, do no more than one.
    """
    async with database.transaction(tenant_id) as connection:
        await queries.one_at_a_time(connection, tenant_id)
        settled = await settle(connection, tenant_id, now.date())
        reevaluated = await _reevaluate(connection, tenant_id, now.date())
        came_to = Turn(await _appraise(connection, tenant_id, now.date()), reevaluated, settled)
        await auditing.by_turn(connection, tenant_id, NIGHTLY, asdict(came_to))
        return came_to


async def _appraise(connection: AsyncConnection, tenant_id: TenantId, day: date) -> int:
    rows = await queries.to_appraise(connection, tenant_id)
    organization = await tenancy.organization(connection, tenant_id)
    found = await findings(connection, tenant_id, [AccountId(row["account_id"]) for row in rows], day)
    openings = []
    for row in rows:
        account_id = AccountId(row["account_id"])
        used_below = organization.warning_thresholds.resources_used_below
        seen = signs(found[account_id], used_below=used_below, last_word_on=row["last_word_on"])
        due = scheduled_on(row["tier"], row["selected_on"], row["last_word_on"], organization.appraisal_days)
        if (sign := leading(seen, due, day)) is not None:
            openings.append(
                Opening(account_id, sign, found[account_id], day, settle_by(day), row["kam_user_id"], seen=seen)
            )
    return len(await open_all(connection, tenant_id, openings))


async def _reevaluate(connection: AsyncConnection, tenant_id: TenantId, day: date) -> int:
    """A plan came to nothing when its day has passed while an action is not done or a requirement still missed."""
    rows = await queries.past_their_day(connection, tenant_id, day)
    if not rows:
        return 0
    found = await findings(connection, tenant_id, [AccountId(row["account_id"]) for row in rows], day)
    unmet = [row["id"] for row in rows if row["undone"] or found[AccountId(row["account_id"])].counted("missed")]
    done = await queries.reevaluate(connection, tenant_id, unmet)
    states = {"previous": "action_plan", "current": "reevaluation"}
    told = [
        (
            row["id"],
            {
                "account_id": str(row["account_id"]),
                **states,
                "on": row["reevaluation_on"].isoformat(),
                "why": "past_due",
            },
        )
        for row in done
    ]
    await events.record_all(connection, tenant_id, "appraisal.reevaluation", "appraisal", told)
    return len(done)
