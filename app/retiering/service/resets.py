"""Relationship resets: what is decided for less is held until the customer was told; the plan as it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS
from app.calibration.service.references import names
from app.events import service as events
from app.infra.jobs import enqueue
from app.kernel.errors import NotFound, Stale
from app.kernel.ids import AccountId, TenantId
from app.resourcing.service import entitlements, holds, resources
from app.resourcing.service.resources import ENTITLE
from app.retiering.core.recommendation import LESS
from app.retiering.core.resets import Framing, Planned, framing, unmapped
from app.retiering.queries import decisions as decision_queries
from app.retiering.queries import resets as queries
from app.selection.core.model import STANDARD

FRAMING: Final = ("what_changes", "why_it_fits", "what_they_gain", "way_back")


class ResetNotFound(NotFound):
    """No relationship reset is planned for this retiering."""


class ResetChanged(Stale):
    """The relationship reset has changed since it was read."""


@dataclass(frozen=True, slots=True)
class Reset:
    """A reset with its steps, what takes the place of what, and of which resources the account gets less.

    withdrawn: by resource, per quarter, what it is entitled to and what it will be; of a reset that is over, what was
    mapped. names: of the people of both sides. resources: those that are named.
    """

    row: RowMapping
    retiering: RowMapping
    steps: Sequence[RowMapping]
    realignments: Sequence[RowMapping]
    withdrawn: Mapping[UUID, tuple[float, float]]
    names: Mapping[UUID, str]
    resources: Mapping[UUID, RowMapping]

    @property
    def planned(self) -> list[Planned]:
        """The steps as rules see them."""
        return [planned(step) for step in self.steps]

    @property
    def framing(self) -> Framing:
        """How complete what the customer is told is."""
        return framing({name: self.row[name] for name in FRAMING}, self.planned)

    @property
    def unmapped(self) -> list[UUID]:
        """The resources of which it gets less, without a word on what takes their place."""
        return unmapped(self.withdrawn, [line["resource_id"] for line in self.realignments])


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


def planned(step: RowMapping | Mapping[str, Any]) -> Planned:
    """A step as rules see it."""
    return Planned(step["kind"], step["due_on"], step["customer_gains"], step.get("done_on"))


async def plan_needed(connection: AsyncConnection, retiering: RowMapping) -> None:
    """Once a retiering is decided: for less than before nothing is taken until the customer was told, else all is free.

    To be called in the transaction of the decision.
    """
    tenant_id, account_id = retiering["tenant_id"], await customer(connection, retiering)
    on = decided_on(retiering)
    if retiering["decision"] in LESS:
        await holds.hold(connection, tenant_id, account_id, retiering["id"], on)
        return
    if await queries.live(connection, tenant_id, account_id) is None and await holds.release(
        connection, tenant_id, account_id, on
    ):
        await enqueue(connection, ENTITLE, {"tenant_id": str(tenant_id)})  # what its tier brings may have changed


async def customer(connection: AsyncConnection, row: RowMapping) -> AccountId:
    """Who is told, and from whom nothing is taken before: the account of a row, or the one that it was merged into."""
    return await accounts.require_account(connection, row["tenant_id"], ACCOUNTS, AccountId(row["account_id"]))


def decided_on(retiering: RowMapping) -> date:
    """The day from which a decision stands: that of its approval, where it needed one."""
    day: date = retiering["approved_on"] or retiering["decided_on"]
    return day


async def require(
    connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, *, lock: bool = False
) -> RowMapping:
    """The row of a retiering's reset; raises ResetNotFound."""
    row = await queries.of_retiering(connection, tenant_id, retiering_id, lock=lock)
    if row is None:
        raise ResetNotFound(f"retiering {retiering_id}")
    return row


async def held(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, version: int | None) -> RowMapping:
    """The same, held until the transaction ends, as it was read; raises ResetChanged."""
    row = await require(connection, tenant_id, retiering_id, lock=True)
    if version is not None and version != row["version"]:
        raise ResetChanged(f"it is {row['state']} by now, version {row['version']}")
    return row


async def find_on(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, day: date) -> Reset:
    """A reset that was planned by a day; raises ResetNotFound where it was not."""
    reset = await find(connection, tenant_id, retiering_id)
    if reset.row["opened_on"] > day:
        raise ResetNotFound(f"retiering {retiering_id}, on {day}")
    return reset


async def find(connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID) -> Reset:
    """A reset as it stands."""
    row = await require(connection, tenant_id, retiering_id)
    retiering = await decision_queries.find(connection, tenant_id, retiering_id)
    if retiering is None:  # it refers to one
        raise ResetNotFound(f"retiering {retiering_id}")
    steps = await queries.steps_of(connection, tenant_id, row["id"])
    mapped = await queries.realignments_of(connection, tenant_id, row["id"])
    withdrawn = await _withdrawn(connection, row, retiering, mapped)
    named = {line["resource_id"] for line in mapped} | withdrawn.keys()
    named |= {line["replacement_resource_id"] for line in mapped if line["replacement_resource_id"]}
    return Reset(
        row=row,
        retiering=retiering,
        steps=steps,
        realignments=mapped,
        withdrawn=withdrawn,
        names=await names(connection, tenant_id, steps),
        resources=await resources.of(connection, tenant_id, sorted(named)) if named else {},
    )


async def _withdrawn(
    connection: AsyncConnection, row: RowMapping, retiering: RowMapping, mapped: Sequence[RowMapping]
) -> dict[UUID, tuple[float, float]]:
    if row["state"] in {"complete", "cancelled"}:
        return {line["resource_id"]: (line["quantity_before"], line["quantity_after"]) for line in mapped}
    return await foreseen(connection, retiering)


async def foreseen(connection: AsyncConnection, retiering: RowMapping) -> dict[UUID, tuple[float, float]]:
    """The resources of which an account gets less by what is decided: per quarter, what it has and will have."""
    account_id = AccountId(retiering["account_id"])
    tier = tier_after(retiering)
    found = await entitlements.with_tier(connection, retiering["tenant_id"], account_id, tier, on=today())
    return {resource_id: both for resource_id, both in found.items() if both[1] < both[0]}


def tier_after(retiering: RowMapping) -> str | None:
    """The tier that an account has by what is decided; None outside the program."""
    tier: str | None = retiering["to_tier"]
    return None if retiering["decision"] == "exit_program" or tier == STANDARD else tier


async def tell(connection: AsyncConnection, row: RowMapping, what: str, data: Mapping[str, Any]) -> None:
    """Tell what happened to a reset."""
    told = {"account_id": str(row["account_id"]), "retiering_id": str(row["retiering_id"]), **data}
    await events.record(connection, row["tenant_id"], f"reset.{what}", "reset", row["id"], told)
