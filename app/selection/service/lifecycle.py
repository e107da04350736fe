"""Moves accounts through the program, one step at a time, and tells where they stand and how they came there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.service.people import speaker
from app.events import service as events
from app.infra.paging import Keyset, PageRequest, Slice, by_name
from app.kernel.errors import Conflict, FieldProblem, Invalid, Stale
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.selection.core.lifecycle import IN_PROGRAM, PROMOTED_FROM, START, Standing, State, check_day, moved
from app.selection.queries import lifecycle as queries
from app.selection.service import entitling, models
from app.selection.service.keeping import today
from app.selection.service.reviews import decisions
from app.selection.service.reviews.decisions import Decision
from app.selection.service.reviews.handing_over import hand_over
from app.selection.tables import account_standings, lifecycle_moves
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller

STANDINGS = Keyset(
    {
        "since": account_standings.c.since,
        "review_due_on": account_standings.c.review_due_on,
        "state": account_standings.c.state,
        "tier": account_standings.c.tier,
    },
    tiebreak=account_standings.c.account_id,
    default="-since",
)
MOVES = Keyset({"created_at": lifecycle_moves.c.created_at}, tiebreak=lifecycle_moves.c.id, default="-created_at")


class StandingChanged(Stale):
    """The account has moved since it was read."""


class TrackFull(Conflict):
    """The track has as many accounts as it may have."""


class UnknownTier(Invalid):
    """The organization's model has no such tier."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an account stands, since when, and the version of that; version 0: it has never moved."""

    account_id: AccountId
    standing: Standing
    since: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Move:
    """Where an account is to go, why, who says so, and on which day it went there (None: today)."""

    to: State
    reason: str
    tier: str | None
    user_id: UserId | None
    on: date | None = None


async def placed(connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId) -> Placed:
    """Where the account stands; one that has never moved is a prospect."""
    return _placed(account_id, await queries.standing(connection, tenant_id, account_id))


async def move(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, asked: Move, *, version: int | None
) -> Placed:
    """Let the account go one step; what led there stays on record."""
    tenant_id = caller.tenant_id
    # Held, so that two who move at once, or fill a track at once, do it one after the other.
    organization = await tenancy.locked_organization(connection, tenant_id)
    before = _placed(account_id, await queries.standing(connection, tenant_id, account_id, lock=True))
    if version is not None and version != before.version:
        raise StandingChanged(f"it is {before.standing.state} by now, version {before.version}")
    on = day_asked(asked.on, today(), pointer="/on")
    check_day(on, before.since and before.since.date())
    who = await _who(connection, caller, asked.user_id)
    decision = await _decision(connection, tenant_id, account_id, before.standing, asked.to)
    await _check_tier(connection, tenant_id, asked.tier)

    after = moved(
        before.standing,
        asked.to,
        tier=asked.tier,
        decided_tier=None if decision is None else decision.tier,
        on=on,
        tracks=organization.tracks,
    )

    await _check_room(connection, tenant_id, before.standing, after, organization.tracks[after.track].capacity)
    await entitling.follow(connection, caller, account_id, before.standing, after, who, on=on)
    return await _store(connection, caller, before, after, {**_record(asked, who, decision), "moved_on": on})


def _record(asked: Move, who: UserId | None, decision: Decision | None) -> dict[str, Any]:
    return {"reason": asked.reason, "user_id": who, "decision_id": None if decision is None else decision.id}


async def _who(connection: AsyncConnection, caller: Caller, user_id: UserId | None) -> UserId | None:
    """The person behind the move, where one is known: schedulers move accounts, too."""
    if user_id is None and caller.user_id is None:
        return None
    return (await speaker(connection, caller, user_id)).id


async def _decision(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, standing: Standing, to: State
) -> Decision | None:
    """The decision that a promotion acts on: the newest, if it selects and nobody has acted on it yet."""
    if to != "selected" or standing.state not in PROMOTED_FROM:
        return None
    newest = await decisions.newest(connection, tenant_id, account_id)
    if newest is None or newest.decision != "select" or await queries.acted_on(connection, tenant_id, newest.id):
        return None
    return newest


async def _check_tier(connection: AsyncConnection, tenant_id: TenantId, tier: str | None) -> None:
    if tier is None:
        return
    names = (await models.to_use(connection, tenant_id, None)).model.tier_names
    if tier not in names:
        message = f"is none of {', '.join(names)}"
        raise UnknownTier(message, errors=[FieldProblem("/tier", "unknown_tier", message)])


async def _check_room(
    connection: AsyncConnection, tenant_id: TenantId, before: Standing, after: Standing, capacity: int | None
) -> None:
    comes = after.state in IN_PROGRAM and (before.state not in IN_PROGRAM or before.track != after.track)
    if capacity is None or not comes:
        return
    there = await queries.count_on(connection, tenant_id, after.track, IN_PROGRAM)
    if there >= capacity:
        raise TrackFull(f"{there} accounts are on the track {after.track}, which takes {capacity}")


async def _store(
    connection: AsyncConnection, caller: Caller, before: Placed, after: Standing, record: Mapping[str, Any]
) -> Placed:
    shared = {
        "tenant_id": caller.tenant_id,
        "account_id": before.account_id,
        "track": after.track,
        "tier": after.tier,
    }
    steps = {"from_state": before.standing.state, "to_state": after.state}
    await queries.add_move(connection, {**shared, **steps, **record, "id": new_id(), "key_id": caller.key_id})
    row = await queries.save_standing(
        connection,
        {**shared, "state": after.state, "since": _since(record["moved_on"]), "review_due_on": after.review_due_on},
    )
    told = {
        "account_id": str(before.account_id),
        "previous": steps["from_state"],
        "current": steps["to_state"],
        "track": after.track,
        "tier": after.tier,
        "on": record["moved_on"].isoformat(),
    }
    await events.record(connection, caller.tenant_id, "account.lifecycle_moved", "account", before.account_id, told)
    if after.state == "selected" != before.standing.state:
        await hand_over(connection, caller, before.account_id, record["user_id"])
    return _placed(before.account_id, row)


def _since(moved_on: date) -> datetime:
    """The instant from which an account stands somewhere: of an earlier day no more than the day is known."""
    return datetime.now(UTC) if moved_on == today() else datetime.combine(moved_on, time(), UTC)


async def page(
    connection: AsyncConnection,
    tenant_id: TenantId,
    asked: PageRequest,
    wanted: Mapping[str, str],
    *,
    review_due_until: date | None,
) -> Slice[tuple[Placed, str | None]]:
    """A page of accounts that have moved at all, those that moved last first, each with its name."""
    statement = queries.standings_of(tenant_id, wanted, review_due_until=review_due_until)
    rows = (await connection.execute(STANDINGS.page(statement, asked))).all()
    cut = STANDINGS.cut(rows, asked, by_name)
    found = [_placed(AccountId(row["account_id"]), row) for row in cut.data]
    names = await accounts.account_names(connection, tenant_id, [one.account_id for one in found])
    return Slice([(one, names.get(one.account_id)) for one in found], cut.next_cursor)


async def moves(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, asked: PageRequest
) -> Slice[RowMapping]:
    """A page of the account's moves, the newest first."""
    rows = (await connection.execute(MOVES.page(queries.moves_of(tenant_id, account_id), asked))).all()
    return MOVES.cut(rows, asked, by_name)


def _placed(account_id: AccountId, row: RowMapping | None) -> Placed:
    if row is None:
        return Placed(account_id, START, None, 0)
    standing = Standing(row["state"], row["track"], row["tier"], row["review_due_on"])
    return Placed(account_id, standing, row["since"], row["version"])
