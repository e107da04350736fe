"""The portfolio: every account scored at once, as a job; its results and its map."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import changing
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.jobs import service as jobs
from app.jobs.core.job import Job
from app.kernel.columns import Column
from app.kernel.errors import NotFound
from app.kernel.ids import JobId, KeyId, ModelId, RunId, TenantId, new_id
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.scoring.core.inputs import inputs_from_columns
from app.selection import queries
from app.selection.core import kept
from app.selection.core.model import SelectionModel
from app.selection.core.score import Scores, score_portfolio
from app.selection.core.standing import standing
from app.selection.service import keeping, models, news, transitions
from app.selection.service.keeping import today
from app.selection.service.models import Version
from app.selection.service.scoring import explained
from app.selection.tables import scores, selection_runs
from app.tenancy import service as tenancy

JOB = "selection.run"
PART = 2_500  # accounts whose scores are written at once
Tell = Callable[[int, int], Awaitable[None]]
RESULTS = Keyset(
    {
        name: scores.c[name]
        for name in ("composite", "opportunity", "alignment", "coverage", "rank", "tier", "quadrant")
    },
    tiebreak=scores.c.id,
    default="-composite",
)
RUNS = Keyset(
    {"created_at": selection_runs.c.created_at, "as_of": selection_runs.c.as_of},
    tiebreak=selection_runs.c.id,
    default="-created_at",
)


class RunNotFound(NotFound):
    """No such selection run."""


async def start(
    connection: AsyncConnection,
    tenant_id: TenantId,
    *,
    as_of: date | None,
    model_id: ModelId | None,
    key_id: KeyId | None,
) -> Job:
    """Ask for a run; the version of the model and the day are settled now."""
    day = day_asked(as_of, today(), pointer="/as_of")
    version = await models.to_use(connection, tenant_id, model_id)
    job = await jobs.start(connection, tenant_id, JOB, {}, key_id=key_id)
    await _add_run(connection, tenant_id, RunId(job.id), version, day, key_id)
    return job


async def run_now(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> RunId:
    """Run the portfolio in the open transaction, for who waits for it anyway."""
    day = day_asked(as_of, today(), pointer="/as_of")
    version = await models.to_use(connection, tenant_id, None)

    async def work(job_id: JobId) -> dict[str, Any]:
        await _add_run(connection, tenant_id, RunId(job_id), version, day, None)
        return await carry_out(connection, tenant_id, RunId(job_id))

    return RunId(UUID((await jobs.on_the_spot(connection, tenant_id, JOB, work))["run_id"]))


async def _add_run(  # what a run is
    connection: AsyncConnection, tenant_id: TenantId, run_id: RunId, version: Version, as_of: date, key_id: KeyId | None
) -> None:
    await queries.add_run(
        connection,
        {
            "tenant_id": tenant_id,
            "id": run_id,
            "model_id": version.model_id,
            "model_version": version.number,
            "as_of": as_of,
            "key_id": key_id,
        },
    )


async def _untold(_done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""


async def carry_out(
    connection: AsyncConnection, tenant_id: TenantId, run_id: RunId, tell: Tell = _untold
) -> dict[str, Any]:
    """Score every account of the run and keep the scores; a run that was carried out is left as it is.

    tell: is told how many accounts are done, of how many.
    """
    run = await find(connection, tenant_id, run_id)
    if run["accounts"] is not None:
        return summary(run)
    version = await models.version(connection, tenant_id, run["model_id"], run["model_version"])
    if await keeping.will_know_all(connection, tenant_id, run["as_of"]):
        await changing.all_taken(connection, tenant_id)
    measured = await metrics.measured(connection, tenant_id, as_of=run["as_of"], keys=version.model.metrics)
    await tell(0, len(measured.account_ids))
    # The scores before are read while the new ones are made.
    scoring = asyncio.create_task(asyncio.to_thread(_scored, version, measured))
    earlier = await transitions.before(connection, tenant_id, version, measured.account_ids, measured.as_of)
    scored = await scoring
    judged = transitions.judged(version, measured.as_of, measured.account_ids, scored.score_ids, scored.scores, earlier)

    count = len(judged.account_ids)
    whose = keeping.identity(tenant_id, judged, run["id"], run["key_id"])
    async for done in _kept(connection, {**whose, **scored.columns, **keeping.previous(judged)}, count):
        await tell(done, count)
    await transitions.tell(connection, tenant_id, judged)
    await queries.finish_run(connection, tenant_id, run_id, accounts=count, ranked=scored.ranked)
    await news.tell(connection, tenant_id)
    # What changed while nothing was scored, and while this run went on, is scored from now on.
    await changing.ask_unless_asked(connection, tenant_id)
    return summary(await find(connection, tenant_id, run_id))


@dataclass(frozen=True, slots=True)
class _Scored:
    """The scores of all accounts, what is kept of them, and how many have a rank."""

    score_ids: list[UUID]
    scores: Scores
    columns: dict[str, Column]
    ranked: int


def _scored(version: Version, measured: Measured) -> _Scored:
    model, ids = version.model, measured.account_ids
    inputs = inputs_from_columns(measured.values, model.columns, len(ids))
    scored = score_portfolio(model, inputs.matrix)
    ranks = standing(scored.composite)
    return _Scored([new_id() for _ in ids], scored, kept.kept_columns(scored, inputs, ranks, measured), ranks.ranked)


async def _kept(connection: AsyncConnection, columns: Mapping[str, Column], count: int) -> AsyncIterator[int]:
    """Keep scores part by part, the next one made ready while one is written; tells how many are kept so far."""

    def ready(start: int) -> bytes:
        return queries.packed({name: column.part(slice(start, start + PART)) for name, column in columns.items()})

    if count <= queries.FEW:
        await queries.add_scores(connection, columns)
        yield count
        return
    following = asyncio.create_task(asyncio.to_thread(ready, 0))
    for start in range(0, count, PART):
        part = await following
        following = asyncio.create_task(asyncio.to_thread(ready, start + PART))
        await queries.add_packed(connection, list(columns), part)
        yield min(start + PART, count)
    await following


async def find(connection: AsyncConnection, tenant_id: TenantId, run_id: RunId) -> RowMapping:
    """One run."""
    found = await queries.run(connection, tenant_id, run_id)
    if found is None:
        raise RunNotFound(str(run_id))
    return found


async def page(connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest) -> Slice[RowMapping]:
    """A page of runs, the newest first."""
    rows = (await connection.execute(RUNS.page(queries.runs(tenant_id), asked))).all()
    return RUNS.cut(rows, asked, by_name)


async def results(
    connection: AsyncConnection, tenant_id: TenantId, run_id: RunId, asked: PageRequest, wanted: Mapping[str, str]
) -> Slice[dict[str, Any]]:
    """A page of a run's scores, the best first."""
    await find(connection, tenant_id, run_id)
    statement = queries.scores_of_run(tenant_id, run_id)
    for name, value in wanted.items():
        statement = statement.where(scores.c[name] == value)
    rows = (await connection.execute(RESULTS.page(statement, asked))).all()
    cut = RESULTS.cut(rows, asked, by_name)
    return Slice(await explained(connection, tenant_id, cut.data), cut.next_cursor)


def summary(run: RowMapping) -> dict[str, Any]:
    """What a run came to."""
    return {"run_id": str(run["id"]), "accounts": run["accounts"], "ranked": run["ranked"]}


@dataclass(frozen=True, slots=True)
class Map:
    """Where every scored account stands on a day, and the model whose thresholds divide the map."""

    as_of: date
    model: SelectionModel
    points: Sequence[RowMapping]
    simulated: bool


async def matrix(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Map:
    """The map of the day."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    version = await models.to_use(connection, tenant_id, None)
    organization = await tenancy.organization(connection, tenant_id)
    return Map(day, version.model, await queries.points(connection, tenant_id, day), organization.simulated)
