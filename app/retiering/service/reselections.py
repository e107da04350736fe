"""Ways back to being a key account: what has to be shown, how far that is on a day, and who is ready."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.service.references import names
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import NotFound
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.retiering.core.readiness import Readiness, Standing, Target, judged, measured, readiness
from app.retiering.queries import reselections as queries
from app.retiering.queries.reselections import Wanted
from app.retiering.tables import reselections

__all__ = ["Criterion", "Reselection", "Wanted"]
LISTED: Final = Keyset({"opened_on": reselections.c.opened_on}, tiebreak=reselections.c.id, default="-opened_on")


class ReselectionNotFound(NotFound):
    """There is no way back after this retiering."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion, the metric's value on the day (None: not known, or none), and how it stands."""

    row: RowMapping
    value: float | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class Reselection:
    """A way back as it stands on a day; names: of those who are to carry out the joint plan."""

    row: RowMapping
    as_of: date
    criteria: Sequence[Criterion]
    readiness: Readiness
    peers: Sequence[RowMapping]
    names: Mapping[UUID, str]

    @property
    def state(self) -> str:
        """Its state on the day."""
        closed_on = self.row["closed_on"]
        state: str = "open" if closed_on is not None and closed_on > self.as_of else self.row["state"]
        return state

    @property
    def unmet(self) -> list[str]:
        """The titles of the criteria that are not known to be met."""
        return [one.row["title"] for one in self.criteria if one.standing.met is not True]


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def find(
    connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, as_of: date | None = None
) -> Reselection:
    """The newest way back after a retiering, as it stood on a day; raises ReselectionNotFound."""
    day = day_asked(as_of, today(), pointer="/query/as_of")
    row = await queries.of_retiering(connection, tenant_id, retiering_id)
    if row is None or row["opened_on"] > day:
        raise ReselectionNotFound(f"retiering {retiering_id}, on {day}")
    return (await standing(connection, tenant_id, [row], day))[0]


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Wanted
) -> Slice[Reselection]:
    """A page of ways back as they stand today, the newest first; so many statements, however many there are."""
    rows = (await connection.execute(LISTED.page(queries.shown(tenant_id, wanted), asked))).all()
    cut = LISTED.cut(rows, asked, by_name)
    return Slice(await standing(connection, tenant_id, list(cut.data), today()), cut.next_cursor)


async def standing(
    connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping], as_of: date
) -> list[Reselection]:
    """How ways back stand on a day."""
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    criteria = await queries.criteria_of(connection, tenant_id, ids)
    accounts = list(dict.fromkeys(AccountId(row["account_id"]) for row in rows))
    values = await values_of(connection, tenant_id, accounts, {one["metric"] for one in criteria}, as_of)
    account_of = {row["id"]: AccountId(row["account_id"]) for row in rows}
    by_reselection: dict[UUID, list[Criterion]] = defaultdict(list)
    for one in criteria:
        value = values.get((account_of[one["reselection_id"]], one["metric"]))
        by_reselection[one["reselection_id"]].append(Criterion(one, value, _stands(one, value, as_of)))
    met: dict[UUID, list[RowMapping]] = defaultdict(list)
    for peer in await queries.peers_of(connection, tenant_id, ids, as_of):
        met[peer["reselection_id"]].append(peer)
    called = await names(connection, tenant_id, criteria)
    return [
        Reselection(row, as_of, found, readiness([one.standing for one in found]), met[row["id"]], called)
        for row in rows
        for found in [by_reselection[row["id"]]]
    ]


def _stands(row: RowMapping, value: float | None, as_of: date) -> Standing:
    if row["metric"] is not None:
        return measured(Target(row["comparison"], row["target"], row["baseline"]), value)
    known = row["judged_on"] is not None and row["judged_on"] <= as_of
    return judged(row["met"] if known else None)


async def values_of(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_ids: Sequence[AccountId],
    keys: set[str | None],
    as_of: date,
) -> dict[tuple[AccountId, str | None], float | None]:
    """The metrics of accounts on a day; raises UnknownMetric."""
    named = sorted(key for key in keys if key is not None)
    if not named:
        return {}
    found = await metrics.measured(connection, tenant_id, as_of=as_of, keys=named, account_ids=account_ids)
    return {(one, key): found.value(key, at) for at, one in enumerate(found.account_ids) for key in named}


async def notice(connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping], on: date) -> int:
    """Tell of accounts on the way back that meet all their criteria for the first time; how many they are."""
    fresh = [row for row in rows if row["state"] == "open" and row["eligible_on"] is None]
    found = [one.row for one in await standing(connection, tenant_id, fresh, on) if one.readiness.eligible]
    if found:
        await queries.change(connection, tenant_id, [row["id"] for row in found], {"eligible_on": on})
        told = [(row["id"], {**_about(row), "on": on.isoformat()}) for row in found]
        await events.record_all(connection, tenant_id, "reselection.eligible", "reselection", told)
    return len(found)


async def notice_all(connection: AsyncConnection, tenant_id: TenantId, on: date) -> int:
    """The same for all that are on the way back."""
    return await notice(connection, tenant_id, await queries.every_open(connection, tenant_id), on)


async def tell(connection: AsyncConnection, row: RowMapping, what: str, data: Mapping[str, Any]) -> None:
    """Tell what happened on a way back."""
    told = {**_about(row), **data}
    await events.record(connection, row["tenant_id"], f"reselection.{what}", "reselection", row["id"], told)


def _about(row: RowMapping) -> dict[str, Any]:
    return {"account_id": str(row["account_id"]), "retiering_id": str(row["retiering_id"])}
