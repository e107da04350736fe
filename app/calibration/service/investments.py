"""What the supplier invests by a calibration: what is an exception, who knows of it, and what the account gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.core import investments as core
from app.calibration.core.investments import Line
from app.calibration.core.open_points import OpenPoint
from app.calibration.queries import expectations as expectation_queries
from app.calibration.queries import investments as queries
from app.calibration.service.references import names
from app.kernel.ids import AccountId, TenantId
from app.resourcing.core.withdrawals import Allowed
from app.resourcing.service import entitlements, resources
from app.resourcing.service.entitlements import By, Grant

BASIS: Final = "agreement"
AGREED: Final = "agreed"  # what the customer agreed to it was told of


@dataclass(frozen=True, slots=True)
class Investments:
    """The investments of a calibration, each with its resource and how it stands to the level.

    names: of the people who asked, approved and acknowledged.
    """

    calibration: RowMapping
    rows: Sequence[RowMapping]
    lines: Sequence[Line]
    resources: Mapping[UUID, RowMapping]
    acknowledgements: Sequence[RowMapping]
    names: Mapping[UUID, str]

    @property
    def acknowledged(self) -> set[str]:
        """The functions that know what they give."""
        return {row["function"] for row in self.acknowledgements}

    @property
    def costs(self) -> tuple[dict[str, Decimal], int]:
        """What it costs per quarter, by currency, and of how many resources no cost is known."""
        owned = [(row["quantity"], self.resources[row["resource_id"]]) for row in self.rows]
        return core.costs_per_quarter([(quantity, one["unit_cost"], one["currency"]) for quantity, one in owned])


async def find(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> Investments:
    """What a calibration invests, as it stands."""
    rows = await queries.of_calibration(connection, tenant_id, calibration["id"])
    known = await resources.of(connection, tenant_id, [row["resource_id"] for row in rows])
    acknowledgements = await queries.acknowledged(connection, tenant_id, calibration["id"])
    entitled = await _entitled(connection, tenant_id, calibration)
    return Investments(
        calibration=calibration,
        rows=rows,
        lines=[_line(row, known[row["resource_id"]], entitled) for row in rows],
        resources=known,
        acknowledgements=acknowledgements,
        names=await names(connection, tenant_id, [*rows, *acknowledgements]),
    )


async def _entitled(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> Mapping[UUID, float]:
    level = calibration["agreed_level"]
    return {} if level is None else await entitlements.of_level(connection, tenant_id, level)


def _line(row: RowMapping, resource: RowMapping, entitled: Mapping[UUID, float]) -> Line:
    return Line(
        resource_id=row["resource_id"],
        function=resource["function"],
        quantity=row["quantity"],
        entitled=entitled.get(row["resource_id"], 0.0),
        exception_reason=row["exception_reason"],
        approved=row["approved_on"] is not None,
    )


async def open_points(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping) -> list[OpenPoint]:
    """What is missing before the calibration may become active."""
    found = await find(connection, tenant_id, calibration)
    measurable = await expectation_queries.measurable_sides(connection, tenant_id, calibration["id"])
    return core.open_points(found.lines, found.acknowledged, measurable)


async def grant(connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping, on: date) -> None:
    """Entitle the account to what was agreed: each resource from its own day on, though not before the calibration."""
    rows = await queries.of_calibration(connection, tenant_id, calibration["id"])
    account_id = AccountId(calibration["account_id"])
    for day in sorted({on, *_later(rows, on)}):
        lines = [_grant(row, calibration) for row in rows if row["from_on"] <= day and _lasts(row, day)]
        if lines:
            by = By(calibration["key_id"])
            await entitlements.grant(connection, tenant_id, account_id, lines, on=day, by=by, allowed=AGREED)
        else:
            await entitlements.withdraw(connection, tenant_id, account_id, [BASIS], on=day, allowed=AGREED)


async def revoke(
    connection: AsyncConnection, tenant_id: TenantId, calibration: RowMapping, on: date, *, allowed: Allowed
) -> None:
    """End what the account is entitled to by the calibration, also what was to begin later.

    Raises ConversationNotRecorded where it may not be taken yet.
    """
    rows = await queries.of_calibration(connection, tenant_id, calibration["id"])
    account_id = AccountId(calibration["account_id"])
    for day in sorted({on, *_later(rows, on)}):
        await entitlements.withdraw(connection, tenant_id, account_id, [BASIS], on=day, allowed=allowed)


def _later(rows: Sequence[RowMapping], on: date) -> set[date]:
    return {row["from_on"] for row in rows if row["from_on"] > on}


def _lasts(row: RowMapping, day: date) -> bool:
    return row["until_on"] is None or row["until_on"] > day


def _grant(row: RowMapping, calibration: RowMapping) -> Grant:
    values: dict[str, Any] = {"basis_name": calibration["agreed_level"], "calibration_id": calibration["id"]}
    return Grant(
        row["resource_id"], row["quantity"], BASIS, **values, reason=row["exception_reason"], until_on=row["until_on"]
    )
