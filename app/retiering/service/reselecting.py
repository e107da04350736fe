"""Carries ways back out: opened with what has to be shown, judged, introduced to peers, readmitted or given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.accounts.service.people import speaker
from app.calibration.service.references import check_contact
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound, Stale
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.retiering.core.readiness import UnusableCriterion, check_criterion, check_eligible
from app.retiering.core.recommendation import LESS
from app.retiering.core.resets import not_before
from app.retiering.queries import reselections as queries
from app.retiering.service import decisions
from app.retiering.service.finding import findings
from app.retiering.service.reselections import Criterion, Reselection, find, notice, tell, today, values_of
from app.retiering.service.resets import decided_on
from app.selection.core.lifecycle import IN_PROGRAM
from app.selection.service import lifecycle
from app.selection.service.lifecycle import Move
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller

# Of accounts that left, and of those that stayed with a lower tier.
_FROM: Final = ("reset", "reselection", "retiered")


class NotOnTheWayBack(Conflict):
    """The account is not where a way back begins."""


class ReselectionOpen(Conflict):
    """The account is on the way back already."""


class ReselectionClosed(Conflict):
    """The way back is over."""


class ReselectionChanged(Stale):
    """The way back has changed since it was read."""


class CriterionNotFound(NotFound):
    """The way back has no such criterion."""


class NotAKeyAccount(Invalid):
    """Introductions are to customers that are key accounts."""


class NothingToShow(Invalid):
    """Without criteria there is nothing that the account could show."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who does something about a way back, on which day (None: today), as of which version (None: whichever)."""

    version: int | None = None
    on: date | None = None
    user_id: UserId | None = None


def criterion_of(found: Reselection, criterion_id: UUID) -> Criterion:
    """One of the criteria of a way back; raises CriterionNotFound."""
    for one in found.criteria:
        if one.row["id"] == criterion_id:
            return one
    raise CriterionNotFound(f"criterion {criterion_id}")


async def open_way_back(
    connection: AsyncConnection,
    caller: Caller,
    retiering_id: UUID,
    given: Sequence[Mapping[str, Any]] | None,
    said: Said,
) -> None:
    """Open the way back of an account that has less by a retiering.

    given: what it has to show (None: what it fell short of when that was decided), each with `title`, `metric`,
    `comparison`, `target`, `action`, `owner_user_id`, `owner_contact_id` and `due_on`.
    """
    tenant_id = caller.tenant_id
    retiering = await decisions.require(connection, tenant_id, retiering_id, lock=True)
    if retiering["state"] != "decided" or retiering["decision"] not in LESS:
        raise NotOnTheWayBack(f"the retiering is {retiering['state']}: nothing less is decided")
    on = day_asked(said.on, today(), pointer="/on")
    not_before([decided_on(retiering)], on)
    account_id = AccountId(retiering["account_id"])
    await _set_out(connection, caller, account_id, said.user_id, on)

    wanted = await _shortfalls(connection, tenant_id, account_id, decided_on(retiering)) if given is None else given
    if not wanted:
        raise NothingToShow("name criteria", errors=[FieldProblem("/criteria", "missing", "it fell short of nothing")])
    await _check(connection, tenant_id, account_id, wanted)
    at_the_onset = await values_of(connection, tenant_id, [account_id], {one["metric"] for one in wanted}, on)

    identity = {"tenant_id": tenant_id, "key_id": caller.key_id}
    reselection_id = new_id()
    of = {"id": reselection_id, "account_id": account_id, "retiering_id": retiering_id, "opened_on": on}
    await queries.add(connection, {**identity, **of})
    rows = [
        {
            **one,
            **identity,
            "id": new_id(),
            "reselection_id": reselection_id,
            "baseline": at_the_onset.get((account_id, one["metric"])),
        }
        for one in wanted
    ]
    await queries.add_criteria(connection, rows)
    made = await find(connection, tenant_id, retiering_id)
    await tell(connection, made.row, "opened", {"on": on.isoformat(), "criteria": len(rows)})
    await notice(connection, tenant_id, [made.row], today())


async def _set_out(
    connection: AsyncConnection, caller: Caller, account_id: AccountId, user_id: UserId | None, on: date
) -> None:
    """Let an account that is in its reset set out on its way back; what it had goes with that, if it may."""
    under_way = await queries.open_of(connection, caller.tenant_id, account_id)
    if under_way is not None:
        raise ReselectionOpen("see its criteria")
    state = (await lifecycle.placed(connection, caller.tenant_id, account_id)).standing.state
    if state not in _FROM:
        raise NotOnTheWayBack(f"it is {state}; a way back begins where it is {', '.join(_FROM)}")
    if state == "reset":
        move = Move("reselection", "It is on the way back", None, user_id, on)
        await lifecycle.move(connection, caller, account_id, move, version=None)


async def _shortfalls(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, on: date
) -> list[dict[str, Any]]:
    """What the customer did not meet of what was agreed, by the day of the decision, as what it has to show."""
    registry = metrics.registry_of(await tenancy.organization(connection, tenant_id))
    found = (await findings(connection, tenant_id, [account_id], on))[account_id]
    rows = []
    for one in found.of("customer"):
        if one.status in {"missed", "at_risk"}:
            is_measured = one.metric in registry.metrics and one.target is not None
            measure = {"metric": one.metric, "comparison": one.comparison, "target": one.target}
            plan = dict.fromkeys(("action", "owner_user_id", "owner_contact_id", "due_on"))
            rows.append({"title": one.title, **(measure if is_measured else dict.fromkeys(measure)), **plan})
    return rows


async def _check(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, wanted: Sequence[Mapping[str, Any]]
) -> None:
    for at, one in enumerate(wanted):
        check_criterion(one["metric"], one["comparison"], one["target"], f"/criteria/{at}")
        await _check_owners(connection, tenant_id, account_id, one, f"/criteria/{at}")


async def _check_owners(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, one: Mapping[str, Any], pointer: str
) -> None:
    if one.get("owner_user_id") is not None:
        owner = [UserId(one["owner_user_id"])]
        await people.people(connection, tenant_id, owner, pointer=f"{pointer}/owner_user_id")
    if one.get("owner_contact_id") is not None:
        where = f"{pointer}/owner_contact_id"
        await check_contact(connection, tenant_id, account_id, one["owner_contact_id"], pointer=where)


async def _begun(
    connection: AsyncConnection, tenant_id: TenantId, retiering_id: UUID, said: Said
) -> tuple[RowMapping, date]:
    """The way back, held, open and as it was read, and the day of what is done."""
    await queries.hold(connection, tenant_id, retiering_id)
    row = (await find(connection, tenant_id, retiering_id)).row
    if said.version is not None and said.version != row["version"]:
        raise ReselectionChanged(f"it is {row['state']} by now, version {row['version']}")
    if row["state"] != "open":
        raise ReselectionClosed(f"it is {row['state']}")
    on = day_asked(said.on, today(), pointer="/on")
    not_before([row["opened_on"]], on)
    return row, on


async def change_criterion(
    connection: AsyncConnection,
    caller: Caller,
    which: tuple[UUID, UUID],
    given: Mapping[str, Any],
    said: Said,
) -> None:
    """Change a criterion: its target or its place in the joint plan; or judge it, where no metric does.

    which: of which retiering, and the criterion. given: what changes, `met` where it is judged.
    """
    tenant_id = caller.tenant_id
    row, on = await _begun(connection, tenant_id, which[0], said)
    criteria = await queries.criteria_of(connection, tenant_id, [row["id"]])
    criterion = next((one for one in criteria if one["id"] == which[1]), None)
    if criterion is None:
        raise CriterionNotFound(f"criterion {which[1]}")
    pointer = next((name for name in ("target", "met") if _not_meant(criterion, name, given)), None)
    if pointer is not None:
        meant = "measured by a metric" if pointer == "met" else "judged by people"
        problem = FieldProblem(f"/{pointer}", "unexpected", f"the criterion is {meant}")
        raise UnusableCriterion("see errors", errors=[problem])
    await _check_owners(connection, tenant_id, AccountId(row["account_id"]), given, "")

    values = dict(given)
    if "met" in given:
        person = await speaker(connection, caller, said.user_id)
        values |= {"judged_on": on, "judged_by_user_id": person.id}
    await queries.change_criterion(connection, tenant_id, criterion["id"], values)
    await queries.change(connection, tenant_id, [row["id"]], {})
    await notice(connection, tenant_id, [row], today())


def _not_meant(criterion: RowMapping, name: str, given: Mapping[str, Any]) -> bool:
    return name in given and (criterion["metric"] is None) == (name == "target")


async def introduce(
    connection: AsyncConnection, caller: Caller, retiering_id: UUID, given: Mapping[str, Any], said: Said
) -> None:
    """Record that somebody of the account was introduced to a customer that is a key account now.

    given: `peer_account_id`, `contact_id`, `peer_contact_id`, `user_id` and `note`.
    """
    tenant_id = caller.tenant_id
    row, on = await _begun(connection, tenant_id, retiering_id, said)
    peer = AccountId(given["peer_account_id"])
    state = (await lifecycle.placed(connection, tenant_id, peer)).standing.state
    if peer == row["account_id"] or state not in IN_PROGRAM:
        problem = FieldProblem("/peer_account_id", "no_key_account", "names no key account other than this one")
        raise NotAKeyAccount(f"it is {state}", errors=[problem])
    for pointer, account_id in (("contact_id", AccountId(row["account_id"])), ("peer_contact_id", peer)):
        if given[pointer] is not None:
            await check_contact(connection, tenant_id, account_id, given[pointer], pointer=f"/{pointer}")
    if given["user_id"] is not None:
        await people.people(connection, tenant_id, [UserId(given["user_id"])], pointer="/user_id")

    identity = {"tenant_id": tenant_id, "id": new_id(), "reselection_id": row["id"], "key_id": caller.key_id}
    await queries.add_peer(connection, {**given, **identity, "introduced_on": on})
    await queries.change(connection, tenant_id, [row["id"]], {})
    await tell(connection, row, "peer_introduced", {"on": on.isoformat(), "peer_account_id": str(peer)})


async def readmit(connection: AsyncConnection, caller: Caller, retiering_id: UUID, reason: str, said: Said) -> None:
    """Let an account that meets all its criteria be a key account again, by a new decision of a review.

    Raises NotEligible, and DecisionNeeded where nobody decided to select it since.
    """
    row, on = await _begun(connection, caller.tenant_id, retiering_id, said)
    person = await speaker(connection, caller, said.user_id)
    found = await find(connection, caller.tenant_id, retiering_id)
    check_eligible(found.readiness, found.unmet)
    account_id = AccountId(row["account_id"])
    state = (await lifecycle.placed(connection, caller.tenant_id, account_id)).standing.state
    if state != "reselection":
        raise NotOnTheWayBack(f"it is {state}; a higher tier within the program is decided in a retiering")
    await lifecycle.move(connection, caller, account_id, Move("selected", reason, None, person.id, on), version=None)
    await _close(connection, row, "readmitted", on, person.id, reason)


async def abandon(connection: AsyncConnection, caller: Caller, retiering_id: UUID, reason: str, said: Said) -> None:
    """Give a way back up; who left the program has left it for good."""
    row, on = await _begun(connection, caller.tenant_id, retiering_id, said)
    person = await speaker(connection, caller, said.user_id)
    account_id = AccountId(row["account_id"])
    state = (await lifecycle.placed(connection, caller.tenant_id, account_id)).standing.state
    if state == "reselection":
        await lifecycle.move(connection, caller, account_id, Move("exited", reason, None, person.id, on), version=None)
    await _close(connection, row, "abandoned", on, person.id, reason)


async def _close(  # which, how, when, by whom and why
    connection: AsyncConnection, row: RowMapping, state: str, on: date, user_id: UserId, reason: str
) -> None:
    values = {"state": state, "closed_on": on, "closed_by_user_id": user_id, "note": reason}
    await queries.change(connection, row["tenant_id"], [row["id"]], values)
    await tell(connection, row, state, {"previous": row["state"], "current": state, "on": on.isoformat()})
