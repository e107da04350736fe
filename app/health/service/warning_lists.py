"""Shows early warnings with what is behind them, takes note of who has seen them, and tells the rules in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.events import service as events
from app.health.core.warnings.conditions import Comparison
from app.health.core.warnings.limits import CADENCE_OF
from app.health.core.warnings.rule import Rule, Way
from app.health.core.warnings.rules import RULES
from app.health.queries import warning_records
from app.health.queries import warnings as queries
from app.health.tables import account_warnings
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, NotFound, Stale
from app.kernel.ids import TenantId, UserId
from app.metrics import service as metrics
from app.metrics.core.registry import Registry
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller
from app.tenancy.core.organization import Organization, WarningThresholds

_columns = account_warnings.c
WARNINGS: Final = Keyset(
    {
        "first_seen_on": _columns.first_seen_on,
        "last_seen_on": _columns.last_seen_on,
        "severity": queries.SEVERITY,
    },
    tiebreak=_columns.id,
    default="-first_seen_on",
)
# Who asks for the live ones wants those that are not resolved, seen by somebody or not.
LIVE: Final = ("open", "acknowledged")


class WarningNotFound(NotFound):
    """There is no such warning."""


class WarningResolved(Conflict):
    """The warning is over; one that holds again is a new one."""


class WarningChanged(Stale):
    """The warning has changed since it was read."""


@dataclass(frozen=True, slots=True)
class Told:
    """A warning, what its records are called, and who acknowledged it."""

    row: RowMapping
    record_names: Mapping[UUID, str | None]
    user_names: Mapping[UserId, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison of a rule, and what it compares with in the organization."""

    way: Way
    comparison: Comparison
    threshold: float | None
    usual: float | None
    by_tier: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule as it holds for the organization; missing: the metrics that nothing measures yet."""

    rule: Rule
    asked: Sequence[Asked]
    missing: Sequence[str]


async def page(
    connection: AsyncConnection, tenant_id: TenantId, asked: PageRequest, wanted: Mapping[str, Sequence[object]]
) -> Slice[Told]:
    """A page of warnings, the newest first; wanted: by column, one of these values."""
    rows = (await connection.execute(WARNINGS.page(queries.warnings_of(tenant_id, wanted), asked))).all()
    cut = WARNINGS.cut(rows, asked, by_name)
    return Slice(await _told(connection, tenant_id, cut.data), cut.next_cursor)


async def one(connection: AsyncConnection, tenant_id: TenantId, warning_id: UUID) -> Told:
    """One warning; raises WarningNotFound unless it is there."""
    row = await queries.find(connection, tenant_id, warning_id)
    if row is None:
        raise WarningNotFound(str(warning_id))
    (told,) = await _told(connection, tenant_id, [row])
    return told


async def acknowledge(  # a change has its version
    connection: AsyncConnection,
    caller: Caller,
    warning_id: UUID,
    *,
    note: str | None,
    user_id: UserId | None,
    version: int | None,
) -> Told:
    """Note that somebody has seen the warning; who does so later stands in place of who did before."""
    found = await queries.lock(connection, caller.tenant_id, warning_id)
    if found is None:
        raise WarningNotFound(str(warning_id))
    if version is not None and version != found["version"]:
        raise WarningChanged(f"it is version {found['version']} by now")
    if found["state"] == "resolved":
        raise WarningResolved("it no longer held on two days")
    who = await people.speaker(connection, caller, user_id)
    values = {
        "state": "acknowledged",
        "acknowledged_at": datetime.now(UTC),
        "acknowledged_by_user_id": who.id,
        "acknowledgement": note,
    }
    await queries.acknowledge(connection, caller.tenant_id, warning_id, values)
    made = await one(connection, caller.tenant_id, warning_id)
    if found["state"] == "open":
        await _tell_acknowledged(connection, caller.tenant_id, made.row)
    return made


async def _tell_acknowledged(connection: AsyncConnection, tenant_id: TenantId, row: RowMapping) -> None:
    told = {
        "account_id": str(row["account_id"]),
        "warning_id": str(row["id"]),
        "code": row["code"],
        "severity": row["severity"],
        "user_id": str(row["acknowledged_by_user_id"]),
        "previous": "open",
        "current": "acknowledged",
    }
    await events.record(connection, tenant_id, "warning.acknowledged", "account", row["account_id"], told)


async def registry(connection: AsyncConnection, tenant_id: TenantId) -> Registry:
    """The organization's metrics, by which figures are titled."""
    return metrics.registry_of(await tenancy.organization(connection, tenant_id))


async def rules(connection: AsyncConnection, tenant_id: TenantId) -> list[InForce]:
    """All rules, as they hold for the organization."""
    organization = await tenancy.organization(connection, tenant_id)
    return [
        InForce(
            rule,
            [_asked(organization, way, comparison) for way in rule.ways for comparison in way.opens],
            [key for key in rule.metrics if key not in metrics.SHIPPED],
        )
        for rule in RULES
    ]


def _asked(organization: Organization, way: Way, comparison: Comparison) -> Asked:
    limit = comparison.limit
    if not isinstance(limit, str):
        return Asked(way, comparison, limit, limit, {})
    touchpoint = CADENCE_OF.get(limit)
    return Asked(
        way,
        comparison,
        getattr(organization.warning_thresholds, limit, None),
        getattr(WarningThresholds(), limit, None),
        {tier: own[touchpoint] for tier, own in organization.cadences.items() if touchpoint in own}
        if touchpoint
        else {},
    )


async def _told(connection: AsyncConnection, tenant_id: TenantId, rows: Sequence[RowMapping]) -> list[Told]:
    """The warnings with the names that they need, in two statements for all."""
    ids = {UUID(record["id"]) for row in rows for record in row["evidence"]["records"]}
    users = {UserId(row["acknowledged_by_user_id"]) for row in rows if row["acknowledged_by_user_id"] is not None}
    named = await warning_records.names(connection, tenant_id, sorted(ids)) if ids else {}
    called = await people.names(connection, tenant_id, sorted(users)) if users else {}
    return [Told(row, named, called) for row in rows]
