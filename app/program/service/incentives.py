"""What key account managers are paid for: the plan for all, and those of their own."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.service import people
from app.accounts.service.people import UnknownPeople
from app.kernel.errors import FieldProblem
from app.kernel.ids import TenantId, UserId, new_id
from app.kernel.periods import day_asked
from app.program.core.incentives import MIX, Mix, check_whole, mean_mix
from app.program.queries import incentives as queries
from app.program.queries import loads
from app.tenancy.core.caller import Caller


@dataclass(frozen=True, slots=True)
class Plan:
    """A mix, from a day on."""

    from_on: date
    mix: Mix


@dataclass(frozen=True, slots=True)
class Paid:
    """What one manager is paid for; own: by a plan of their own. plan: None where none holds for them."""

    user_id: UserId
    name: str | None
    own: bool
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Told:
    """The plans that hold on a day: for all without an own, by manager, and the mean over the managers with any."""

    as_of: date
    general: Plan | None
    managers: Sequence[Paid]
    mean: Mix | None


async def settle(
    connection: AsyncConnection, caller: Caller, mix: Mix, *, user_id: UserId | None, from_on: date | None
) -> None:
    """Say what somebody, or everybody without an own plan, is paid for from a day on; the day's plan is replaced."""
    check_whole(mix)
    if user_id is not None and not await people.names(connection, caller.tenant_id, [user_id]):
        problem = FieldProblem("/user_id", "unknown_user", "names no user")
        raise UnknownPeople("see GET /v1/users", errors=[problem])
    values = {
        "tenant_id": caller.tenant_id,
        "id": new_id(),
        "user_id": user_id,
        "from_on": from_on or datetime.now(UTC).date(),
        "key_id": caller.key_id,
        **asdict(mix),
    }
    await queries.save(connection, values)


async def told(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Told:
    """What every manager is paid for on a day: everybody who looks after accounts, or has a plan of their own."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    rows = await queries.in_force(connection, tenant_id, day)
    plans = {row["user_id"]: Plan(row["from_on"], Mix(**{name: row[name] for name in MIX})) for row in rows}
    general = plans.pop(None, None)
    managing = (await loads.every_managed(connection, tenant_id, day)).values()
    ids = sorted({*plans, *managing})
    names = await people.names(connection, tenant_id, ids)

    managers = [Paid(one, names.get(one), one in plans, plans.get(one, general)) for one in ids]
    return Told(day, general, managers, mean_mix([one.plan.mix for one in managers if one.plan is not None]))
