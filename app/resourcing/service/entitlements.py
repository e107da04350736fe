"""What accounts are entitled to: by their tier, by the level agreed with them, and by way of exception."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, get_args
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing
from app.kernel.ids import AccountId, KeyId, TenantId, UserId, new_id
from app.resourcing.core.entitlements import EXCEPTION, Basis, Grant, Replacement, Statement, entitled, replaced
from app.resourcing.core.withdrawals import Allowed, entitlement, remaining, withdrawn
from app.resourcing.queries import entitlements as queries
from app.resourcing.queries import resources as catalogue
from app.resourcing.service import holds

__all__ = [
    "Basis", "By", "Grant", "Statement", "capacity", "entitled", "grant", "held", "of_level",
    "tier_became", "tiers", "tiers_became", "with_tier", "withdraw",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class By:
    """Who said so: the key, and the person behind it where one is known."""

    key_id: KeyId | None = None
    user_id: UserId | None = None


NOBODY = By()
_BASES: Final[tuple[Basis, ...]] = get_args(Basis)


async def of_level(connection: AsyncConnection, tenant_id: TenantId, level: str) -> dict[UUID, float]:
    """What a partnership level brings per quarter: the quantity by resource."""
    return (await _brought(connection, tenant_id, "level")).get(level, {})


async def _brought(connection: AsyncConnection, tenant_id: TenantId, basis: str) -> dict[str, dict[UUID, float]]:
    found: dict[str, dict[UUID, float]] = defaultdict(dict)
    for row in await catalogue.rules_by(connection, tenant_id, basis):
        found[row["name"]][row["resource_id"]] = row["quantity"]
    return dict(found)


async def capacity(connection: AsyncConnection, tenant_id: TenantId, resource_id: UUID, quarter: date) -> float | None:
    """What there is of a resource in the quarter that begins on a day; None: there is no limit."""
    return await catalogue.capacity(connection, tenant_id, resource_id, quarter)


async def held(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Collection[AccountId] | None, as_of: date
) -> dict[AccountId, dict[UUID, list[RowMapping]]]:
    """The statements that hold on a day, by account and resource; without `account_ids` of every account."""
    found: dict[AccountId, dict[UUID, list[RowMapping]]] = defaultdict(lambda: defaultdict(list))
    for row in await queries.held(connection, tenant_id, account_ids, as_of):
        found[AccountId(row["account_id"])][row["resource_id"]].append(row)
    return {account_id: dict(by_resource) for account_id, by_resource in found.items()}


async def tiers(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Collection[AccountId] | None, as_of: date
) -> dict[AccountId, str]:
    """The tier that accounts' entitlements came with, as of a day; accounts without such are left out."""
    return await queries.tiers(connection, tenant_id, account_ids, as_of)


async def grant(  # noqa: PLR0913  # who gives what to whom, from when on
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    lines: Sequence[Grant],
    *,
    on: date,
    by: By = NOBODY,
    allowed: Allowed = "unheld",
) -> None:
    """Entitle an account from a day on, in place of what held by the same bases.

    An exception takes the place of the exceptions for the same resource alone. Lines of quantity 0 end what held.
    Raises ConversationNotRecorded where that is less than before, and may not be yet.
    """
    bases = {line.basis for line in lines}
    await _store(connection, tenant_id, _Change({account_id: lines}, bases, on, by, allowed))


async def withdraw(  # from whom what is taken, from when on
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    bases: Collection[Basis],
    *,
    on: date,
    allowed: Allowed = "unheld",
) -> None:
    """Let what an account is entitled to by these bases end with a day, which is no longer included.

    Raises ConversationNotRecorded where it may not be taken yet.
    """
    await _store(connection, tenant_id, _Change({account_id: ()}, bases, on, NOBODY, allowed))


async def tier_became(  # whose tier, and who said so
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    tier: str | None,
    *,
    on: date,
    by: By = NOBODY,
) -> None:
    """Entitle an account to what its tier brings from a day on; without a tier, to nothing of the kind.

    Raises ConversationNotRecorded where that takes something from the account of which the customer was not told.
    """
    wanted = await _by_tier(connection, tenant_id, {account_id: tier})
    await _store(connection, tenant_id, _Change(wanted, ["tier"], on, by, "told"))


async def tiers_became(
    connection: AsyncConnection, tenant_id: TenantId, tiers: Mapping[AccountId, str | None], *, on: date
) -> None:
    """Entitle accounts to what their tiers bring by now, in as many statements for any of them.

    What a tier brings changes for all of it; whose customer is to be told of something first keeps what it has.
    """
    untold = await holds.untold(connection, tenant_id)
    wanted = await _by_tier(connection, tenant_id, {one: tier for one, tier in tiers.items() if one not in untold})
    if wanted:
        await _store(connection, tenant_id, _Change(wanted, ["tier"], on, NOBODY, "agreed"))


async def with_tier(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, tier: str | None, *, on: date
) -> dict[UUID, tuple[float, float]]:
    """What an account is entitled to per quarter, by resource, on a day; and what it would be with another tier."""
    before = await _not_ended(connection, tenant_id, [account_id], on)
    wanted = await _by_tier(connection, tenant_id, {account_id: tier})
    others = [one for one in before[account_id] if one.grant.basis != "tier"]
    had = entitlement(before[account_id], on)
    has = entitlement([*others, *(Statement(new_id(), grant, on) for grant in wanted[account_id])], on)
    return {resource_id: (had.get(resource_id, 0.0), has.get(resource_id, 0.0)) for resource_id in {*had, *has}}


async def _by_tier(
    connection: AsyncConnection, tenant_id: TenantId, tiers: Mapping[AccountId, str | None]
) -> dict[AccountId, list[Grant]]:
    brought = await _brought(connection, tenant_id, "tier")
    return {
        account_id: [
            Grant(resource_id, quantity, "tier", tier) for resource_id, quantity in brought.get(tier or "", {}).items()
        ]
        for account_id, tier in tiers.items()
    }


@dataclass(frozen=True, slots=True)
class _Change:
    """What accounts are to be entitled to by which bases, since when, who says so, and when less may be."""

    wanted: Mapping[AccountId, Sequence[Grant]]
    bases: Collection[str]
    on: date
    by: By
    allowed: Allowed


async def _store(connection: AsyncConnection, tenant_id: TenantId, asked: _Change) -> None:
    await queries.hold(connection, tenant_id, asked.wanted.keys())
    found = await _not_ended(connection, tenant_id, asked.wanted.keys(), asked.on)
    changes = {account_id: _replacement(asked, found[account_id], lines) for account_id, lines in asked.wanted.items()}
    less = [one for one, change in changes.items() if _is_less(found[one], change, asked.on)]
    await holds.check_withdrawals(connection, tenant_id, less, on=asked.on, allowed=asked.allowed)

    ended = [statement_id for change in changes.values() for statement_id in change.ended]
    rows = [
        _row(account_id, opened.grant, asked.on, opened.until_on, asked.by)
        for account_id, change in changes.items()
        for opened in change.opened
    ]
    if ended:
        await queries.end(connection, tenant_id, ended, asked.on)
    await queries.add(connection, tenant_id, rows)
    if ended or rows:
        await changing.told(connection, tenant_id, ACCOUNTS, list(asked.wanted), any_record=False)


async def _not_ended(
    connection: AsyncConnection, tenant_id: TenantId, account_ids: Collection[AccountId], on: date
) -> Mapping[AccountId, list[Statement]]:
    """All statements on accounts that hold on a day or later."""
    found: dict[AccountId, list[Statement]] = defaultdict(list)
    for row in await queries.not_ended(connection, tenant_id, account_ids, _BASES, on):
        found[AccountId(row["account_id"])].append(_statement(row))
    return found


def _replacement(asked: _Change, held: Sequence[Statement], lines: Sequence[Grant]) -> Replacement:
    spoken_of = [one for one in held if one.grant.basis in asked.bases]
    return replaced(_spoken_of(spoken_of, lines), lines, asked.on)


def _is_less(held: Sequence[Statement], change: Replacement, on: date) -> bool:
    opened = [Statement(new_id(), replace(one.grant, until_on=one.until_on), on) for one in change.opened]
    return bool(withdrawn(held, [*remaining(held, change.ended, on), *opened], on))


def _spoken_of(statements: Sequence[Statement], lines: Sequence[Grant]) -> list[Statement]:
    """The statements whose place the lines take: exceptions are of their resource alone."""
    excepted = {line.resource_id for line in lines if line.basis == EXCEPTION}
    return [
        statement
        for statement in statements
        if not lines or statement.grant.basis != EXCEPTION or statement.grant.resource_id in excepted
    ]


def _statement(row: RowMapping) -> Statement:
    fields = ("resource_id", "quantity", "basis", "basis_name", "calibration_id", "reason", "until_on")
    return Statement(row["id"], Grant(**{name: row[name] for name in fields}), row["from_on"])


def _row(account_id: AccountId, grant: Grant, on: date, until_on: date | None, by: By) -> dict[str, Any]:
    return {
        "id": new_id(),
        "account_id": account_id,
        "resource_id": grant.resource_id,
        "quantity": grant.quantity,
        "from_on": on,
        "until_on": until_on,
        "basis": grant.basis,
        "basis_name": grant.basis_name,
        "calibration_id": grant.calibration_id,
        "reason": grant.reason,
        "user_id": by.user_id,
        "key_id": by.key_id,
    }
