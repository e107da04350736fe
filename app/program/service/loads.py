"""What key account managers look after, what they spend their time on, and what hangs on each of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.service import people
from app.kernel.ids import AccountId, TenantId, UserId
from app.kernel.periods import QUARTER_DAYS, day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.program.core.key_person import Held, KeyPersonRisk, key_person_risk
from app.program.core.loads import Load, effort, load
from app.program.core.time_spent import Spent, TimeSpent, time_spent
from app.program.queries import loads as queries
from app.program.service.key_accounts import key_accounts
from app.selection.core.model import RESERVED_TIERS
from app.selection.service import models

METRICS: Final = ("revenue_ltm", "buying_centers_active", "cycle_days")


@dataclass(frozen=True, slots=True)
class Manager:
    """One manager: the key accounts with the largest revenue first, all accounts, the load, the time, the risk."""

    user_id: UserId
    name: str | None
    every_account: int
    load: Load
    time: TimeSpent
    risk: KeyPersonRisk
    held: Sequence[Held]


@dataclass(frozen=True, slots=True)
class Told:
    """All managers as of a day, those with the greatest load first; unmanaged: key accounts that nobody looks after.

    cycles: the sales cycle in days of the accounts that each manager looks after, of any kind, as far as it is known.
    """

    as_of: date
    currency: str
    managers: Sequence[Manager]
    cycles: Mapping[UserId, Sequence[float]]
    unmanaged: Sequence[AccountId]
    account_names: Mapping[AccountId, str]


async def loads(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Told:
    """The load of everybody who looks after accounts; as many statements for any number of them."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    keys = await key_accounts(connection, tenant_id, day)
    found = await queries.managers(connection, tenant_id, day, list(keys))
    managed = {one: user_id for one, user_id in found.items() if user_id is not None}
    every = await queries.every_managed(connection, tenant_id, day)
    measured = await metrics.measured(connection, tenant_id, as_of=day, keys=METRICS, account_ids=sorted(every))
    rows = await queries.held(connection, tenant_id, day, managed)
    spent = _spent(await queries.hours(connection, tenant_id, day - timedelta(days=QUARTER_DAYS), day), keys)
    named = (await models.to_use(connection, tenant_id, None)).model.tier_names
    users = sorted({*every.values(), *spent})
    names = await people.names(connection, tenant_id, users)
    shown = await accounts.account_names(connection, tenant_id, sorted(found))

    tiers = [name for name in named if name not in RESERVED_TIERS]
    held = _by_manager(measured, managed, rows, {one: (keys[one], tiers) for one in managed})
    accounts_of = Counter(every.values())
    managers = [
        _manager(user_id, names.get(user_id), accounts_of[user_id], held[user_id], spent[user_id]) for user_id in users
    ]
    return Told(
        as_of=day,
        currency=measured.currency,
        managers=sorted(managers, key=lambda one: (-one.load.share, one.name or "", one.user_id)),
        cycles=_cycles(measured, every),
        unmanaged=sorted((one for one in found if one not in managed), key=lambda one: (shown.get(one, ""), one)),
        account_names=shown,
    )


def _spent(rows: Sequence[RowMapping], keys: Mapping[AccountId, str]) -> defaultdict[UserId, list[Spent]]:
    found: defaultdict[UserId, list[Spent]] = defaultdict(list)
    for row in rows:
        for_key = None if row["account_id"] is None else row["account_id"] in keys
        found[UserId(row["user_id"])].append(Spent(row["activity"], row["hours"], for_key))
    return found


def _by_manager(
    measured: Measured,
    managed: Mapping[AccountId, UserId],
    rows: Mapping[AccountId, RowMapping],
    tiers: Mapping[AccountId, tuple[str, Sequence[str]]],
) -> defaultdict[UserId, list[Held]]:
    found: defaultdict[UserId, list[Held]] = defaultdict(list)
    for place, account_id in enumerate(measured.account_ids):
        if account_id not in managed:
            continue
        tier, order = tiers[account_id]
        figures: dict[str, Any] = {name: rows[account_id][name] for name in _HELD}
        asks = effort(tier, order, measured.value("buying_centers_active", place))
        one = Held(tier=tier, effort=asks, revenue=measured.value("revenue_ltm", place), **figures)
        found[managed[account_id]].append(one)
    return found


def _cycles(measured: Measured, managers: Mapping[AccountId, UserId]) -> Mapping[UserId, Sequence[float]]:
    found: defaultdict[UserId, list[float]] = defaultdict(list)
    for place, account_id in enumerate(measured.account_ids):
        days = measured.value("cycle_days", place)
        if days is not None:
            found[managers[account_id]].append(days)
    return found


_HELD: Final = (
    "account_id", "contacts", "alone", "advocates_alone", "executives_alone", "sponsored", "second_function",
)  # fmt: skip


def _manager(user_id: UserId, name: str | None, every: int, held: Sequence[Held], spent: Sequence[Spent]) -> Manager:
    return Manager(
        user_id=user_id,
        name=name,
        every_account=every,
        load=load([(one.tier, one.effort) for one in held]),
        time=time_spent(spent),
        risk=key_person_risk(held),
        held=sorted(held, key=lambda one: (-(one.revenue or 0.0), one.account_id)),
    )
