"""Plans relationship resets: what the customer is told in which order, and what takes the place of what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.kernel.errors import Conflict, FieldProblem, Invalid, NotFound
from app.kernel.ids import AccountId, TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.resourcing.service import holds, resources
from app.retiering.core.recommendation import LESS
from app.retiering.core.resets import StepDone, check_live, check_steps, not_before
from app.retiering.queries import resets as queries
from app.retiering.service import decisions
from app.retiering.service.resets import customer, decided_on, find, foreseen, held, planned, tell, today
from app.tenancy.core.caller import Caller


class NothingToReset(Conflict):
    """Nothing is decided that would take something from the account."""


class ResetPlanned(Conflict):
    """A relationship reset is planned already."""


class StepNotFound(NotFound):
    """The relationship reset has no such step."""


class UnusableRealignment(Invalid):
    """The realignment names what cannot be."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which step of which retiering's reset, as of which version of the reset (None: whichever)."""

    retiering_id: UUID
    place: int
    version: int | None


async def plan(
    connection: AsyncConnection,
    caller: Caller,
    retiering_id: UUID,
    given: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
) -> None:
    """Plan how the customer is told of less than before.

    given: the framing, `feared_loss_share` and `on` (None: today). steps: in their order, each with `kind`, `audience`,
    `message`, `customer_gains`, `owner_user_id` and `due_on`.
    """
    tenant_id = caller.tenant_id
    retiering = await decisions.require(connection, tenant_id, retiering_id)
    if retiering["state"] != "decided" or retiering["decision"] not in LESS:
        raise NothingToReset(f"it is {retiering['state']}: {retiering['decision'] or 'nothing'} is decided")
    on = day_asked(given["on"], today(), pointer="/on")
    not_before([decided_on(retiering)], on)
    check_steps([planned(step) for step in steps])
    await people.people(connection, tenant_id, [UserId(step["owner_user_id"]) for step in steps], pointer="/steps")

    account_id = AccountId(retiering["account_id"])
    held_for = await customer(connection, retiering)
    await holds.hold(connection, tenant_id, held_for, retiering_id, decided_on(retiering))
    await _check_none(connection, tenant_id, account_id, retiering_id)
    await _add(connection, caller, retiering, {**_without(given, "on"), "opened_on": on}, steps)
    reset = await find(connection, tenant_id, retiering_id)
    await tell(connection, reset.row, "planned", {"on": on.isoformat(), "steps": len(steps)})


def _without(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {field: value for field, value in given.items() if field != name}


async def _check_none(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, retiering_id: UUID
) -> None:
    if await queries.of_retiering(connection, tenant_id, retiering_id) is not None:
        raise ResetPlanned("see this retiering's reset")
    live = await queries.live(connection, tenant_id, account_id)
    if live is not None:
        raise ResetPlanned(f"that of retiering {live['retiering_id']} is {live['state']}; complete or cancel it first")


async def _add(
    connection: AsyncConnection,
    caller: Caller,
    retiering: RowMapping,
    given: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
) -> None:
    identity = {"tenant_id": caller.tenant_id, "key_id": caller.key_id}
    reset_id = new_id()
    of = {"id": reset_id, "retiering_id": retiering["id"], "account_id": retiering["account_id"]}
    rows = [
        {**step, **identity, "id": new_id(), "reset_id": reset_id, "place": place}
        for place, step in enumerate(steps, start=1)
    ]
    await queries.add(connection, {**given, **identity, **of}, rows)


async def begun(
    connection: AsyncConnection, tenant_id: TenantId, which: Which
) -> tuple[RowMapping, Sequence[RowMapping], RowMapping]:
    """The reset, held and not over, its steps, and the one that is meant; raises StepNotFound."""
    row = await held(connection, tenant_id, which.retiering_id, which.version)
    check_live(row["state"])
    steps = await queries.steps_of(connection, tenant_id, row["id"])
    return row, steps, step_of(steps, which.place)


def step_of(steps: Sequence[RowMapping], place: int) -> RowMapping:
    """The step of a place, from 1; raises StepNotFound."""
    if not 1 <= place <= len(steps):
        raise StepNotFound(f"it has {len(steps)}")
    return steps[place - 1]


async def change_step(connection: AsyncConnection, tenant_id: TenantId, which: Which, given: Mapping[str, Any]) -> None:
    """Change a step that is not done yet: its audience, message, gains, owner or day."""
    row, steps, step = await begun(connection, tenant_id, which)
    if step["done_on"] is not None:
        raise StepDone(f"on {step['done_on']}")
    if "owner_user_id" in given:
        await people.people(connection, tenant_id, [UserId(given["owner_user_id"])], pointer="/owner_user_id")
    check_steps([planned({**one, **given} if one["id"] == step["id"] else one) for one in steps])
    await queries.change_step(connection, step, given)
    await queries.change(connection, row, {})


async def realign(
    connection: AsyncConnection,
    tenant_id: TenantId,
    retiering_id: UUID,
    lines: Sequence[Mapping[str, Any]],
    *,
    version: int | None,
) -> None:
    """Say of each withdrawn resource what takes its place, or why nothing does; these lines, and no others.

    lines: each with `resource_id`, `replacement_resource_id`, `replacement`, `customer_need`, `none_reason` and
    `quantity_after` (None: what is decided leaves of it).
    """
    row = await held(connection, tenant_id, retiering_id, version)
    check_live(row["state"])
    retiering = await decisions.require(connection, tenant_id, retiering_id)
    less = await foreseen(connection, retiering)
    await _check_lines(connection, tenant_id, lines, less)
    await queries.realign(connection, tenant_id, row["id"], [_line(line, less) for line in lines])
    await queries.change(connection, row, {})


def _line(line: Mapping[str, Any], less: Mapping[UUID, tuple[float, float]]) -> dict[str, Any]:
    had, has = less[line["resource_id"]]
    after = line["quantity_after"]
    return {**line, "quantity_before": had, "quantity_after": has if after is None else after}


async def _check_lines(
    connection: AsyncConnection,
    tenant_id: TenantId,
    lines: Sequence[Mapping[str, Any]],
    less: Mapping[UUID, tuple[float, float]],
) -> None:
    replacing = {line["replacement_resource_id"] for line in lines} - {None}
    known = await resources.of(connection, tenant_id, sorted(replacing)) if replacing else {}
    problems = [
        problem
        for at, line in enumerate(lines)
        for problem in _line_problems(line, f"/lines/{at}", less, {one for one in known if known[one]["active"]})
    ]
    seen: set[UUID] = set()
    for at, line in enumerate(lines):
        if line["resource_id"] in seen:
            problems.append(FieldProblem(f"/lines/{at}/resource_id", "twice", "one line per resource"))
        seen.add(line["resource_id"])
    if problems:
        raise UnusableRealignment("see errors", errors=problems)


def _line_problems(
    line: Mapping[str, Any], pointer: str, less: Mapping[UUID, tuple[float, float]], given: set[UUID]
) -> list[FieldProblem]:
    problems = []
    if line["resource_id"] not in less:
        problems.append(FieldProblem(f"{pointer}/resource_id", "not_withdrawn", "the account gets no less of it"))
    elif (line["quantity_after"] or 0) > less[line["resource_id"]][0]:
        problems.append(FieldProblem(f"{pointer}/quantity_after", "more", "is more than it has now"))
    if (line["replacement"] is None) == (line["none_reason"] is None):
        problems.append(FieldProblem(f"{pointer}/replacement", "either", "say what replaces it, or why nothing does"))
    replacing = line["replacement_resource_id"]
    if replacing is not None and (replacing not in given or line["replacement"] is None):
        problems.append(FieldProblem(f"{pointer}/replacement_resource_id", "unknown_resource", "is not given"))
    return problems
