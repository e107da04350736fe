"""Revenue between any two days: the deals and rates of the metrics of revenue, over other windows."""

from datetime import timedelta

import numpy as np
import pytest

from app.accounts import service as facts
from app.accounts.kinds import ACCOUNTS
from app.kernel.ids import AccountId, new_id
from app.metrics import service
from tests.metrics import random_worlds
from tests.metrics.ground import AS_OF, ago, morning
from tests.metrics.oracle import Oracle


async def between(world, after, until, accounts, *, known_on=AS_OF):
    await world.save()
    async with world.database.transaction(world.tenant_id) as connection:
        return await service.revenue_between(
            connection, world.tenant_id, after=after, until=until, known_on=known_on, account_ids=accounts
        )


@pytest.mark.parametrize("seed", range(3))
async def test_any_window_is_as_the_oracle_says(world, seed):
    accounts = random_worlds.filled(world, seed)

    for known_on, first, last in ((AS_OF, 400, 35), (AS_OF, 900, 10), (ago(37), 300, 100)):
        found = await between(world, ago(first), ago(last), accounts, known_on=known_on)
        oracle = Oracle(world, known_on)
        for row, account in enumerate(accounts):
            won = oracle.of(account, "won", ago(first), ago(last))
            expected = oracle.total(map(oracle.worth, won))
            value = None if np.isnan(found.value[row]) else found.value[row]
            assert value == (None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-7))
            assert found.deals[row] == len(won)
            assert found.without_amount[row] == sum(deal["amount"] is None for deal in won)
            unconverted = sum(deal["amount"] is not None and oracle.worth(deal) is None for deal in won)
            assert sum(counts[row] for counts in found.missing_rates.values()) == unconverted


@pytest.mark.parametrize("seed", range(2))
async def test_over_the_last_year_it_is_the_metric_of_that_name(world, seed):
    accounts = random_worlds.filled(world, seed)
    day = ago(60)
    metric = await world.measured("revenue_ltm", as_of=day, accounts=accounts)

    found = await between(world, day - timedelta(days=365), day, accounts, known_on=day)

    np.testing.assert_allclose(found.value, metric.values["revenue_ltm"], rtol=1e-12)
    told = {currency: counts.tolist() for currency, counts in found.missing_rates.items() if counts.any()}
    rates = metric.missing_rates["revenue_ltm"]
    assert told == {currency: counts.tolist() for currency, counts in rates.items()}


async def test_rates_reach_as_far_back_as_the_window(world):
    account = world.account()
    world.rate("EUR", "2", ago(2000))
    world.rate("EUR", "9", ago(10))
    world.won(account, "100", ago(1500), currency="EUR")

    found = await between(world, ago(1600), ago(1400), [account])

    assert found.value.tolist() == [200]


async def test_without_any_deal_in_the_organization_revenue_is_unknown_and_not_zero(world):
    account = world.account()

    found = await between(world, ago(100), AS_OF, [account])

    assert np.isnan(found.value).all()


async def test_who_stands_for_an_account_is_known_by_the_day(world):
    kept, loser, survivor, removed = (world.account() for _ in range(4))
    world.won(loser, "100", ago(50))
    world.won(survivor, "10", ago(40))
    await world.save()
    at = morning(ago(20)) + timedelta(hours=9)
    async with world.database.transaction(world.tenant_id) as connection:
        await facts.merge(connection, world.tenant_id, ACCOUNTS, loser, survivor, at)
        await facts.mark_gone(connection, world.tenant_id, ACCOUNTS, {removed: at}, facts.arriving())
        stranger = AccountId(new_id())
        asked = [kept, loser, survivor, removed, stranger]
        before = await service.successors(connection, world.tenant_id, ago(21), asked)
        after = await service.successors(connection, world.tenant_id, ago(20), asked)

    assert before == {account: account for account in asked[:4]}
    assert after == {kept: kept, loser: survivor, survivor: survivor, removed: None}
    assert (await between(world, ago(60), ago(30), [survivor, loser])).value.tolist() == [110, 0]


async def test_revenue_begins_with_the_first_deal_that_was_won(world):
    account = world.account()
    await world.save()

    async def begins(known_on):
        async with world.database.transaction(world.tenant_id) as connection:
            return await service.first_won_on(connection, world.tenant_id, known_on)

    assert await begins(AS_OF) is None
    world.lost(account, "1", ago(90))
    world.won(account, "1", ago(40))
    world.won(account, None, ago(50))
    await world.save()
    assert await begins(AS_OF) == ago(50)
    assert await begins(ago(60)) is None
