"""What is put into the customer's own strategic planning: a log, and its index per account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core.contributions import WINDOW_DAYS, Contribution, Index, index
from app.calibration.queries import contributions as queries
from app.calibration.service import calibrations
from app.calibration.service.references import check_contact, names
from app.calibration.service.speaking import Speaker
from app.calibration.tables import strategic_contributions
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.ids import AccountId, TenantId, new_id
from app.kernel.periods import day_asked, trailing

CONTRIBUTIONS: Final = Keyset(
    {"contributed_on": strategic_contributions.c.contributed_on},
    tiebreak=strategic_contributions.c.id,
    default="-contributed_on",
)


@dataclass(frozen=True, slots=True)
class Log:
    """A page of contributions up to a day, what people are called, and the index of the year that ends with it."""

    as_of: date
    page: Slice[RowMapping]
    index: Index
    names: Mapping[UUID, str]


async def add(
    connection: AsyncConnection, speaker: Speaker, account_id: AccountId, given: Mapping[str, Any], on: date | None
) -> tuple[RowMapping, Mapping[UUID, str]]:
    """Put on record what was contributed, and what people it names are called.

    given: `kind`, `title`, `in_their_plan`, `contact_id`, `note`.
    """
    day = day_asked(on, calibrations.today(), pointer="/on")
    if given["contact_id"] is not None:
        await check_contact(connection, speaker.tenant_id, account_id, given["contact_id"], pointer="/contact_id")
    identity = {"tenant_id": speaker.tenant_id, "id": new_id(), "account_id": account_id}
    row = await queries.add(connection, {**identity, **given, "contributed_on": day, **speaker.ours()})
    ids = {"account_id": str(account_id), "contribution_id": str(row["id"])}
    told = {**ids, "kind": row["kind"], "on": day.isoformat()}
    await events.record(connection, speaker.tenant_id, "strategic_contribution.added", "account", account_id, told)
    return row, await names(connection, speaker.tenant_id, [row])


async def log(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest, as_of: date | None
) -> Log:
    """What was contributed to an account's planning as of a day, the latest first."""
    day = day_asked(as_of, calibrations.today(), pointer="/query/as_of")
    statement = queries.of_account(tenant_id, account_id, day)
    rows = (await connection.execute(CONTRIBUTIONS.page(statement, asked))).all()
    cut = CONTRIBUTIONS.cut(rows, asked, by_name)
    window = trailing(day, WINDOW_DAYS)
    counted = await queries.since(connection, tenant_id, account_id, window.after, window.until)
    found = index([Contribution(row["kind"], row["contributed_on"], row["in_their_plan"]) for row in counted], day)
    return Log(day, cut, found, await names(connection, tenant_id, cut.data))
