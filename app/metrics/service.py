"""The use cases of metrics: the registry, and what is known of accounts on a date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import Window
from app.metrics.core.measured import Mask, Measured, Results, Vector
from app.metrics.core.measured import measured as gathered
from app.metrics.core.metric import Metric
from app.metrics.core.registry import Registry, observed, rated
from app.metrics.core.window_revenue import WindowRevenue
from app.metrics.families import FAMILIES, SHIPPED, observations, portfolio, ratings, spans
from app.metrics.families.family import Asked, Family
from app.metrics.families.opening import opened
from app.metrics.families.proofs import STATEMENTS as PROVABLE
from app.metrics.families.proofs import proof
from app.metrics.families.reading import Places, Reading, packed_places
from app.tenancy import service as tenancy
from app.tenancy.core.organization import CustomMetric, Organization

__all__ = [
    "PROVABLE", "SHIPPED", "Compared", "account_metrics", "compared", "first_won_on", "measured", "proofs",
    "reading_of", "registry_of", "revenue_between", "revenue_of_each", "revenue_within", "successors",
]  # fmt: skip


def registry_of(organization: Organization) -> Registry:
    """The shipped metrics, and those that the organization observes or rates beyond them."""
    return SHIPPED.extended(_declared(custom) for custom in organization.custom_metrics)


async def measured(
    connection: AsyncConnection,
    tenant_id: TenantId,
    *,
    as_of: date,
    keys: Collection[str],
    account_ids: Sequence[AccountId] | None = None,
) -> Measured:
    """The metrics `keys` of accounts on a date; how many statements it takes does not depend on the accounts.

    Without `account_ids`: of every account that existed by then, ordered by id. With them: of exactly those, in their
    order, also where one did not exist then (see `Measured.exists`). Raises UnknownMetric naming the keys that are not
    in the registry.
    """
    organization = await tenancy.organization(connection, tenant_id)
    registry = registry_of(organization)
    registry.refuse_unknown(keys)
    asked = _with_needs(keys, registry)

    accounts, exists = await _accounts(connection, tenant_id, as_of, account_ids)
    reading = await opened(connection, organization, as_of, asked, accounts, whole=account_ids is None)
    return gathered(
        await _filled(reading, asked),
        list(dict.fromkeys(keys)),
        as_of=as_of,
        currency=organization.reporting_currency,
        account_ids=accounts,
        exists=exists,
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """Accounts, and by metric the values of all other accounts that there are."""

    own: Measured
    peers: Mapping[str, Vector]


async def compared(
    connection: AsyncConnection,
    tenant_id: TenantId,
    *,
    as_of: date,
    keys: Collection[str],
    account_ids: Sequence[AccountId],
    peer_keys: Collection[str],
) -> Compared:
    """The metrics `keys` of accounts, as `measured` has them, and `peer_keys` of every other account that existed then.

    What both need is read once. Without `peer_keys` nothing is read of the others.
    """
    organization = await tenancy.organization(connection, tenant_id)
    registry = registry_of(organization)
    registry.refuse_unknown({*keys, *peer_keys})
    asked, theirs = _with_needs(keys, registry), _with_needs(peer_keys, registry)

    mine = list(dict.fromkeys(account_ids))
    reading = await opened(connection, organization, as_of, {**asked, **theirs}, mine, whole=False)
    results = await _filled(reading, asked)
    every = await _every(reading) if theirs else None
    own = gathered(
        results,
        list(dict.fromkeys(keys)),
        as_of=as_of,
        currency=organization.reporting_currency,
        account_ids=mine,
        exists=await _existing(connection, tenant_id, as_of, mine)
        if every is None
        else every.rows(reading.places.ids)[1],
    )
    return Compared(own, {} if every is None else await _of_others(reading, every, theirs, peer_keys))


async def _every(reading: Reading) -> Places:
    """Every account that existed on the day."""
    return packed_places(await portfolio.existing_packed(reading.connection, reading.tenant_id, reading.as_of))


async def _of_others(reading: Reading, every: Places, asked: Asked, keys: Collection[str]) -> dict[str, Vector]:
    await portfolio.allow_memory(reading.connection)
    whole = replace(reading, accounts=len(every.ids), places=every, account_ids=None)
    results = await _filled(whole, asked)
    others = np.ones(len(every.ids), dtype=np.bool_)
    others[every.rows(reading.places.ids)[0]] = False
    return {key: results.columns[key].value[others] for key in keys}


async def _filled(reading: Reading, asked: Asked) -> Results:
    """The columns of the metrics asked for, family by family."""
    results = Results()
    for family in FAMILIES:
        mine = _of_family(family, asked)
        if mine:
            await family.measure(reading, mine, results)
    return results


async def account_metrics(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date
) -> tuple[Registry, Measured]:
    """Every metric of the registry for one account; the caller knows that there is such an account."""
    registry = registry_of(await tenancy.organization(connection, tenant_id))
    found = await measured(connection, tenant_id, as_of=as_of, keys=tuple(registry.metrics), account_ids=(account_id,))
    return registry, found


async def proofs(
    connection: AsyncConnection, tenant_id: TenantId, *, as_of: date, keys: Sequence[str], account_id: AccountId
) -> dict[str, Sequence[Mapping[str, Any]]]:
    """By metric, the records that it counts for an account on a day, all of them; one of `PROVABLE` each."""
    organization = await tenancy.organization(connection, tenant_id)
    reading = await opened(connection, organization, as_of, {}, (account_id,), whole=False)
    return {key: await proof(reading, key) for key in keys}


async def revenue_between(  # whose, from when to when, as known when
    connection: AsyncConnection,
    tenant_id: TenantId,
    *,
    after: date,
    until: date,
    known_on: date,
    account_ids: Sequence[AccountId],
) -> WindowRevenue:
    """What accounts spent after one day and up to another, as it is known on a third; each account named once.

    Over the 365 days that end at `known_on` it is the metric revenue_ltm: the same deals, at the same rates.
    """
    reading = await reading_of(connection, tenant_id, known_on, account_ids)
    return await spans.won_between(
        replace(reading, rates_reach_days=spans.reach_days(known_on, after)), after=after, until=until
    )


async def revenue_within(
    connection: AsyncConnection,
    tenant_id: TenantId,
    windows: Sequence[Window],
    *,
    known_on: date,
    account_id: AccountId,
) -> WindowRevenue:
    """What one account spent in each window, as `revenue_between` has it, in as many statements for any of them."""
    reading = await reading_of(connection, tenant_id, known_on, (account_id,))
    first = min((window.after for window in windows), default=known_on)
    return await spans.won_within(replace(reading, rates_reach_days=spans.reach_days(known_on, first)), windows)


async def revenue_of_each(
    connection: AsyncConnection, tenant_id: TenantId, windows: Sequence[tuple[AccountId, Window]], *, known_on: date
) -> WindowRevenue:
    """What accounts spent, each in windows of its own, in as many statements for any number of them; by window."""
    account_ids = list(dict.fromkeys(account_id for account_id, _ in windows))
    reading = await reading_of(connection, tenant_id, known_on, account_ids)
    first = min((window.after for _, window in windows), default=known_on)
    return await spans.won_of_each(replace(reading, rates_reach_days=spans.reach_days(known_on, first)), windows)


async def first_won_on(connection: AsyncConnection, tenant_id: TenantId, known_on: date) -> date | None:
    """The day on which the organization's first deal was won, as it is known on a day: its revenue begins there."""
    return await spans.first_won_on(await reading_of(connection, tenant_id, known_on, ()))


async def successors(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId]
) -> dict[AccountId, AccountId | None]:
    """Who stands for each account at the end of a day: itself, the one it was merged into, or nobody if it is gone."""
    return await portfolio.successors(connection, tenant_id, as_of, account_ids)


async def reading_of(
    connection: AsyncConnection,
    tenant_id: TenantId,
    as_of: date,
    account_ids: Sequence[AccountId] | None,
    *,
    keys: Collection[str] = ("revenue_ltm",),
) -> Reading:
    """How the metrics `keys` are read, for those who list the facts behind them: the same states at the same rates.

    Without `account_ids`: of every account that existed by then, as `measured` has it; else each is named once.
    """
    organization = await tenancy.organization(connection, tenant_id)
    accounts = await portfolio.existing(connection, tenant_id, as_of) if account_ids is None else account_ids
    asked = _with_needs(keys, registry_of(organization))
    return await opened(connection, organization, as_of, asked, accounts, whole=account_ids is None)


def _declared(custom: CustomMetric) -> Metric:
    if custom.kind == "rating":
        return rated(
            custom.key, custom.title, unit=custom.unit, horizon=custom.horizon, shelf_life_days=custom.shelf_life_days
        )
    return observed(
        custom.key, custom.title, custom.unit, horizon=custom.horizon, shelf_life_days=custom.shelf_life_days
    )


def _with_needs(keys: Collection[str], registry: Registry) -> Asked:
    """The asked metrics and all that they are computed from, in the registry's order."""
    needs = {key: needed for family in FAMILIES for key, needed in family.needs.items()}
    wanted: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in wanted:
            wanted.add(key)
            waiting.extend(needs.get(key, ()))
    return {metric.key: metric for metric in registry if metric.key in wanted}


def _of_family(family: Family, asked: Asked) -> Asked:
    own = {metric.key for metric in family.metrics}
    return {key: metric for key, metric in asked.items() if key in own or _fact_of(metric) is family}


def _fact_of(metric: Metric) -> Family | None:
    """The family that reads an organization's own metric."""
    if metric.shelf_life_days is None:
        return None
    return observations.FAMILY if metric.facts == ("observations",) else ratings.FAMILY


async def _accounts(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId] | None
) -> tuple[list[AccountId], Mask]:
    if account_ids is None:
        accounts = await portfolio.existing(connection, tenant_id, as_of)
        return accounts, np.ones(len(accounts), dtype=np.bool_)
    accounts = list(dict.fromkeys(account_ids))
    return accounts, await _existing(connection, tenant_id, as_of, accounts)


async def _existing(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, accounts: Sequence[AccountId]
) -> Mask:
    there = await portfolio.existing_of(connection, tenant_id, as_of, accounts)
    return np.array([account in there for account in accounts], dtype=np.bool_)
