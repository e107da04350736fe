"""Analyses of a model, whatever their kind: asked for as a job, carried out once, kept with the model as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Literal, NewType, get_args
from uuid import UUID

import orjson
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.jobs import service as jobs
from app.jobs.core.job import Job
from app.jobs.service import JobContext
from app.kernel.errors import NotFound
from app.kernel.ids import AccountId, KeyId, ModelId, TenantId
from app.kernel.periods import day_asked
from app.selection.core.model import SelectionModel
from app.selection.queries import analyses as queries
from app.selection.service import models
from app.selection.service.keeping import today
from app.selection.service.models import model_of
from app.selection.tables import analyses, analysis_entries

Kind = Literal["preview", "backtest", "stability"]
AnalysisId = NewType("AnalysisId", UUID)
# The work of each kind by its name in the queue.
JOBS: Final[Mapping[Kind, str]] = {kind: f"selection.{kind}" for kind in get_args(Kind)}
PART: Final = 5_000  # accounts that are written at once
LISTED = Keyset({"created_at": analyses.c.created_at}, tiebreak=analyses.c.id, default="-created_at")
ENTRIES = Keyset({"place": analysis_entries.c.place}, tiebreak=analysis_entries.c.account_id, default="place")


class AnalysisNotFound(NotFound):
    """No such analysis."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was asked of which version of a model; `result` is None until its job has succeeded."""

    id: AnalysisId
    kind: Kind
    model_id: ModelId
    model_version: int
    document: Mapping[str, Any]
    as_of: date
    parameters: Mapping[str, Any]
    result: Mapping[str, Any] | None
    created_at: datetime

    @property
    def model(self) -> SelectionModel:
        """The model as it was when it was asked."""
        return model_of(orjson.dumps(self.document))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the figures of the whole, and those of accounts, the most telling first."""

    result: Mapping[str, Any]
    entries: Sequence[tuple[AccountId, Mapping[str, Any]]] = ()


async def start(  # noqa: PLR0913  # what is asked, of what, by whom
    connection: AsyncConnection,
    tenant_id: TenantId,
    kind: Kind,
    model_id: ModelId,
    *,
    number: int | None,
    as_of: date | None,
    parameters: Mapping[str, Any],
    key_id: KeyId | None,
) -> Job:
    """Ask for an analysis of a version, the newest when none is named; the day and the model are settled now."""
    day = day_asked(as_of, today(), pointer="/as_of")
    find_version = models.newest if number is None else partial(models.version, number=number)
    version = await find_version(connection, tenant_id, model_id)
    job = await jobs.start(connection, tenant_id, JOBS[kind], {}, key_id=key_id)
    await queries.add(
        connection,
        {
            "tenant_id": tenant_id,
            "id": job.id,
            "kind": kind,
            "model_id": model_id,
            "model_version": version.number,
            "document": version.document,
            "as_of": day,
            "parameters": dict(parameters),
            "key_id": key_id,
        },
    )
    return job


async def of_job(context: JobContext, kind: Kind) -> Analysis:
    """The analysis that a job carries out."""
    async with context.transaction() as connection:
        return await find(connection, context.tenant_id, kind, AnalysisId(context.job_id))


async def keep(context: JobContext, outcome: Outcome) -> dict[str, Any]:
    """Keep what came of a job's analysis, all or nothing; returns what the job leads to."""
    async with context.transaction() as connection:
        for first in range(0, len(outcome.entries), PART):
            part = outcome.entries[first : first + PART]
            await queries.add_entries(connection, context.tenant_id, context.job_id, first + 1, part)
        await queries.finish(connection, context.tenant_id, context.job_id, outcome.result)
    return {"analysis_id": str(context.job_id), "accounts": len(outcome.entries)}


async def find(connection: AsyncConnection, tenant_id: TenantId, kind: Kind, analysis_id: AnalysisId) -> Analysis:
    """One analysis of a kind."""
    row = await queries.find(connection, tenant_id, kind, analysis_id)
    if row is None:
        raise AnalysisNotFound(str(analysis_id))
    return _analysis(row)


async def page(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, model_id: ModelId, asked: PageRequest
) -> Slice[Analysis]:
    """A page of a model's analyses of a kind, the newest first."""
    await models.newest(connection, tenant_id, model_id)
    rows = (await connection.execute(LISTED.page(queries.of_model(tenant_id, kind, model_id), asked))).all()
    return LISTED.cut(rows, asked, lambda row: _analysis(row._mapping))  # noqa: SLF001  # SQLAlchemy's public name


async def newest_results(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, model_id: ModelId, number: int
) -> list[Analysis]:
    """The finished analyses of a version, the newest first, twenty at most."""
    rows = await queries.newest_with_result(connection, tenant_id, kind, model_id, number)
    return [_analysis(row) for row in rows]


async def entries(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, analysis_id: AnalysisId, asked: PageRequest
) -> Slice[dict[str, Any]]:
    """A page of what an analysis says of accounts, the most telling first; each with the account's id and name."""
    await find(connection, tenant_id, kind, analysis_id)
    rows = (await connection.execute(ENTRIES.page(queries.entries_of(tenant_id, analysis_id), asked))).all()
    cut = ENTRIES.cut(rows, asked, by_name)
    names = await accounts.account_names(connection, tenant_id, [AccountId(row["account_id"]) for row in cut.data])
    told = [
        {
            "account_id": str(row["account_id"]),
            "account_name": names.get(AccountId(row["account_id"])),
            **row["figures"],
        }
        for row in cut.data
    ]
    return Slice(told, cut.next_cursor)


def _analysis(row: RowMapping) -> Analysis:
    return Analysis(
        id=AnalysisId(row["id"]),
        kind=row["kind"],
        model_id=ModelId(row["model_id"]),
        model_version=row["model_version"],
        document=row["document"],
        as_of=row["as_of"],
        parameters=row["parameters"],
        result=row["result"],
        created_at=row["created_at"],
    )
