"""Portfolios: asked for as a job, solved within its time, kept with what they were asked by."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NewType
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.service import people, standing
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.jobs import service as jobs
from app.jobs.core.job import Job
from app.jobs.service import JobContext
from app.kernel.errors import NotFound
from app.kernel.ids import AccountId, KeyId, TenantId, UserId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.program.core.concentration import concentration
from app.program.core.documents import entry_figures, plan_document, plan_from, result_document
from app.program.core.outcome import Outcome, outcome
from app.program.core.plan import Candidate, Plan
from app.program.core.wanted import Wanted, plan_of
from app.program.queries import portfolios as queries
from app.program.tables import portfolio_entries, portfolios
from app.selection.core.model import RESERVED_TIERS
from app.selection.service import models
from app.selection.service.newest_scores import NewestScore, newest_scores
from app.tenancy import service as tenancy

JOB: Final = "selection.portfolio"
PART: Final = 5_000  # entries that are written at once
# The solver looks at the clock now and then only, and the solution is to be explained yet.
SOLVING_SHARE: Final = 0.8
REVENUE: Final = "revenue_ltm"
PortfolioId = NewType("PortfolioId", UUID)
LISTED = Keyset({"created_at": portfolios.c.created_at}, tiebreak=portfolios.c.id, default="-created_at")
ENTRIES = Keyset({"place": portfolio_entries.c.place}, tiebreak=portfolio_entries.c.account_id, default="place")


class PortfolioNotFound(NotFound):
    """No such portfolio."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a portfolio's job works on."""

    plan: Plan
    seconds: float
    scores: Sequence[NewestScore]
    revenue: Measured


async def start(connection: AsyncConnection, tenant_id: TenantId, wanted: Wanted, *, key_id: KeyId | None) -> Job:
    """Ask for a portfolio; the day, the tiers and all that is named are settled now."""
    day = day_asked(wanted.as_of, datetime.now(UTC).date(), pointer="/as_of")
    organization = await tenancy.organization(connection, tenant_id)
    model = (await models.to_use(connection, tenant_id, None)).model
    own_tiers = [name for name in model.tier_names if name not in RESERVED_TIERS]
    plan = plan_of(wanted, own_tiers, organization.reporting_currency)
    await _check_people(connection, tenant_id, plan)
    plan, account_ids = await _standing(connection, tenant_id, wanted, plan)

    job = await jobs.start(connection, tenant_id, JOB, {}, key_id=key_id)
    parameters = {
        **plan_document(plan),
        "currency": organization.reporting_currency,
        "accounts": None if account_ids is None else [str(one) for one in account_ids],
        "time_limit_seconds": wanted.time_limit_seconds,
    }
    values = {"tenant_id": tenant_id, "id": job.id, "name": wanted.name, "as_of": day, "key_id": key_id}
    await queries.add(connection, {**values, "parameters": parameters})
    return job


async def _check_people(connection: AsyncConnection, tenant_id: TenantId, plan: Plan) -> None:
    ids = [UserId(kam.user_id) for kam in plan.kams]
    try:
        await people.people(connection, tenant_id, ids, pointer="/kams")
    except people.UnknownPeople as refusal:
        errors = [replace(problem, pointer=f"{problem.pointer}/user_id") for problem in refusal.errors]
        raise people.UnknownPeople(refusal.detail, errors=errors) from None


async def _standing(
    connection: AsyncConnection, tenant_id: TenantId, wanted: Wanted, plan: Plan
) -> tuple[Plan, list[AccountId] | None]:
    """The plan and the accounts, with those that were merged away replaced by those that stand for them."""
    asked = [AccountId(one) for one in wanted.accounts or ()]
    must = [AccountId(one) for one in plan.must]
    pointers = [f"/accounts/{at}" for at in range(len(asked))]
    pointers += [f"/must_select/{at}/account_id" for at in range(len(must))]
    found = await standing.standing_for(connection, tenant_id, [*asked, *must], pointers=pointers)
    musts: dict[UUID, str | None] = dict(zip(found[len(asked) :], plan.must.values(), strict=True))
    settled = None if wanted.accounts is None else list(dict.fromkeys(found[: len(asked)]))
    return replace(plan, must=musts), settled


async def carry_out(context: JobContext) -> dict[str, Any]:
    """Solve the portfolio of a job, and keep it; one that was solved is left as it is."""
    async with context.transaction() as connection:
        row = await find(connection, context.tenant_id, PortfolioId(context.job_id))
        if row["result"] is not None:
            return summary(row["id"], row["result"])
        asked = await _asked(connection, context.tenant_id, row)
    await context.progress(1, 3)

    began = time.monotonic()
    solved = await context.in_thread(_solved, asked)
    seconds = time.monotonic() - began

    await context.progress(2, 3)
    result = _result(asked, solved, seconds)
    await _keep(context, solved, result)
    return summary(row["id"], result)


async def _asked(connection: AsyncConnection, tenant_id: TenantId, row: RowMapping) -> Asked:
    parameters, day = row["parameters"], row["as_of"]
    named = parameters["accounts"]
    ids = None if named is None else [AccountId(UUID(one)) for one in named]
    plan = plan_from(parameters)
    return Asked(
        plan=plan,
        seconds=parameters["time_limit_seconds"],
        scores=await newest_scores(connection, tenant_id, day, ids),
        revenue=await metrics.measured(connection, tenant_id, as_of=day, keys=[REVENUE]),
    )


def _solved(asked: Asked) -> Outcome:
    until = time.monotonic() + SOLVING_SHARE * asked.seconds
    candidates = [_candidate(score) for score in asked.scores]
    there = {candidate.account_id for candidate in candidates}
    # Whoever has to be selected is looked at also without a score: then it is told what that comes to.
    candidates += [Candidate(account_id) for account_id in asked.plan.must if account_id not in there]
    return outcome(candidates, asked.plan, lambda: until - time.monotonic())


def _candidate(score: NewestScore) -> Candidate:
    return Candidate(
        account_id=score.account_id,
        composite=score.composite,
        opportunity=score.opportunity,
        alignment=score.alignment,
        tier=score.tier,
        ineligible=score.ineligible,
        kam_user_id=score.kam_user_id,
    )


def _result(asked: Asked, solved: Outcome, seconds: float) -> dict[str, Any]:
    selected = {entry.candidate.account_id for entry in solved.entries if entry.tier is not None}
    stands_on = concentration(asked.revenue.account_ids, asked.revenue.values[REVENUE], selected)
    figures = {
        name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(stands_on).items()
    }
    document = result_document(solved, asked.plan, asked.revenue.currency)
    return {**document, "seconds": round(seconds, 3), "concentration": figures}


async def _keep(context: JobContext, solved: Outcome, result: dict[str, Any]) -> None:
    """Keep what came of it, all or nothing; who comes second keeps nothing."""
    async with context.transaction() as connection:
        row = await queries.find(connection, context.tenant_id, context.job_id, lock=True)
        if row is None or row["result"] is not None:
            return
        lines = [
            (entry.candidate.account_id, entry.tier, entry.kam_user_id, entry_figures(entry))
            for entry in solved.entries
        ]
        for first in range(0, len(lines), PART):
            part = lines[first : first + PART]
            await queries.add_entries(connection, context.tenant_id, context.job_id, first + 1, part)
        await queries.finish(connection, context.tenant_id, context.job_id, result)
        data = summary(context.job_id, result)
        await events.record(connection, context.tenant_id, "portfolio.solved", "portfolio", context.job_id, data)


def summary(portfolio_id: UUID, result: dict[str, Any]) -> dict[str, Any]:
    """What a portfolio came to."""
    told = {name: result[name] for name in ("status", "objective", "gap", "candidates", "selected")}
    return {"portfolio_id": str(portfolio_id), **told}


async def find(connection: AsyncConnection, tenant_id: TenantId, portfolio_id: PortfolioId) -> RowMapping:
    """One portfolio."""
    row = await queries.find(connection, tenant_id, portfolio_id)
    if row is None:
        raise PortfolioNotFound(str(portfolio_id))
    return row


async def page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of portfolios, the newest first."""
    rows = (await connection.execute(LISTED.page(queries.of_tenant(tenant_id), asked))).all()
    return LISTED.cut(rows, asked, by_name)


async def entries(  # which of them are wanted
    connection: AsyncConnection,
    tenant_id: TenantId,
    portfolio_id: PortfolioId,
    asked: PageRequest,
    wanted: dict[str, Any],
) -> Slice[dict[str, Any]]:
    """A page of what a portfolio gives each account: those selected by what they add, then those left out."""
    await find(connection, tenant_id, portfolio_id)
    statement = queries.entries_of(tenant_id, portfolio_id, **wanted)
    rows = (await connection.execute(ENTRIES.page(statement, asked))).all()
    cut = ENTRIES.cut(rows, asked, by_name)
    names = await accounts.account_names(connection, tenant_id, [AccountId(row["account_id"]) for row in cut.data])
    told = [
        {
            **{name: row[name] for name in ("place", "account_id", "tier", "kam_user_id")},
            "account_name": names.get(AccountId(row["account_id"])),
            **row["figures"],
        }
        for row in cut.data
    ]
    return Slice(told, cut.next_cursor)
