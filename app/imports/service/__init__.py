"""The use case of imports: look through an export, then save it whole, or, when anything breaks, not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.imports import queries
from app.imports.core.report import Report
from app.imports.service.saving import Advanced, FileImport
from app.imports.service.surveying import Survey
from app.infra.db import Database, enter
from app.infra.records.kind import Moment
from app.kernel.errors import Invalid, Unavailable
from app.kernel.ids import TenantId
from app.tenancy import service as tenancy
from app.tenancy.service import auditing

COMMAND: Final = "kap import"


class ImportInterrupted(Unavailable):
    """The import was interrupted, and nothing of it was kept."""


class ExportOfTheFuture(Invalid):
    """An export is of today or earlier."""


async def import_export(
    database: Database,
    organization: str,
    survey: Survey,
    as_of: date | None = None,
    advanced: Advanced = lambda _: None,
) -> Report:
    """Save every row of a surveyed export for the organization of that name, which is made when it is new.

    All is one transaction. Rows that cannot be saved are reported and harm no other. `advanced` is told of rows done.
    """
    moment = _moment(as_of or survey.mapping.exported_on)
    async with _whole(database) as connection:
        tenant_id = await _entered(connection, organization)
        await queries.wait_for_turn(connection, tenant_id)
        reports = [
            await FileImport.of(connection, tenant_id, moment, survey.mapping, file).run(advanced)
            for file in survey.files
        ]
        report = Report(organization, survey.mapping.source, moment.arrived_on, reports)
        if report.count("created", "updated"):
            said = {"source": report.source, "as_of": report.as_of.isoformat(), "rows": survey.rows}
            await auditing.by_command_line(connection, tenant_id, COMMAND, said)
    return report


def _moment(as_of: date | None) -> Moment:
    moment = accounts.arriving(datetime.now(UTC), as_of)
    if moment.arrived_on > moment.now.date() + timedelta(days=1):  # today has begun elsewhere already
        raise ExportOfTheFuture(f"{moment.arrived_on} has not come yet")
    return moment


@asynccontextmanager
async def _whole(database: Database) -> AsyncIterator[AsyncConnection]:
    """One transaction; a database that fails or goes away is told as what it means for the import."""
    try:
        async with database.engine.begin() as connection:
            yield connection
    except (DBAPIError, OSError) as error:
        state = getattr(getattr(error, "orig", error), "sqlstate", None)
        why = "its disk is full" if state == "53100" else f"{state or 'the connection was lost'}"
        raise ImportInterrupted(f"the database failed ({why}); everything is as it was before") from error


async def _entered(connection: AsyncConnection, organization: str) -> TenantId:
    tenant_id = await tenancy.organization_named(connection, organization)
    if tenant_id is None:
        return await tenancy.found(connection, organization)
    await enter(connection, tenant_id)
    return tenant_id
