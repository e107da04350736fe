"""The motions of random organizations, against plain Python over the same facts and against the metrics."""

from typing import Any

import pytest

from app.health.core.motions import MOTIONS
from app.health.service import motions
from app.infra.paging import PageRequest
from tests.metrics import random_worlds
from tests.metrics.ground import founded
from tests.metrics.oracle import Oracle
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def cell_of(deal):
    return deal.get("buying_center_id"), deal.get("offering_id")


def motion_of(deal, bought):
    if cell_of(deal) in {cell_of(one) for one in bought}:
        return "continuation"
    return "cross_sell" if cell_of(deal)[0] in {cell_of(one)[0] for one in bought} else "expansion"


def by_motion(oracle, account, deals, since):
    """Each motion's deals, by what the account had bought `since` days before the oracle's day or earlier."""
    bought = oracle.of(account, "won", until=oracle.since(since))
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in MOTIONS}
    for deal in deals:
        found[motion_of(deal, bought)].append(deal)
    return found


def near(number):
    return None if number is None else pytest.approx(number, rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("seed", range(3))
async def test_motions_are_as_plain_counting_has_them(database, seed):
    world = await founded(database)
    accounts = random_worlds.filled(world, seed, deals=90)
    await world.save()

    for day in random_worlds.DAYS[:3]:
        oracle = Oracle(world, day)
        known = await world.measured(
            "gross_retention", "net_retention", "revenue_ltm", "revenue_prior_ltm", "open_pipeline", as_of=day,
            accounts=accounts,
        )  # fmt: skip
        for row, account in enumerate(accounts):
            async with database.transaction(world.tenant_id) as connection:
                told = (await motions.of_account(connection, world.tenant_id, account, None, day)).motions
            now = by_motion(oracle, account, oracle.of(account, "won", oracle.since(365)), 365)
            before = by_motion(oracle, account, oracle.of(account, "won", oracle.since(730), oracle.since(365)), 730)
            still_open = by_motion(oracle, account, oracle.of(account, "open"), 0)
            for one in told.motions:
                assert one.amount == near(oracle.total(map(oracle.worth, now[one.name])))
                assert one.before == near(oracle.total(map(oracle.worth, before[one.name])))
                assert one.open_amount == near(oracle.total(map(oracle.price, still_open[one.name])))
                assert (one.deals, one.open_deals) == (len(now[one.name]), len(still_open[one.name]))
            figures = (told.gross_retention, told.net_retention, told.revenue, told.before, told.open_amount)
            assert figures == tuple(near(known.value(key, row)) for key in known.values), (seed, day)


async def test_the_listed_deals_are_those_that_were_summed(database):
    world = await founded(database)
    accounts = random_worlds.filled(world, 7, deals=90)
    await world.save()
    asked = PageRequest(limit=200)

    async with database.transaction(world.tenant_id) as connection:
        for account in accounts:
            wanted = motions.WantedDeals(None, random_worlds.DAYS[0], None, "won")
            told = await motions.of_account(connection, world.tenant_id, account, None, wanted.last)
            listed = (await motions.deals(connection, world.tenant_id, account, asked, wanted)).data
            for at, one in enumerate(told.motions.motions):
                mine = [row["amount"] for row in listed if row["motion"] == at]
                assert (len(mine), mine.count(None)) == (one.deals, one.without_amount)
                assert one.amount is None or sum(filter(None, mine)) == pytest.approx(one.amount)


async def test_the_portfolio_is_the_sum_of_its_accounts(database):
    world = await founded(database)
    accounts = random_worlds.filled(world, 3, deals=90)
    await world.save()
    day = random_worlds.DAYS[0]

    async with database.transaction(world.tenant_id) as connection:
        whole = await motions.of_portfolio(connection, world.tenant_id, None, day, by="revenue", limit=500)
        each = [(await motions.of_account(connection, world.tenant_id, one, None, day)).motions for one in accounts]

    assert whole.told.motions.revenue == pytest.approx(sum(one.revenue or 0 for one in each))
    for at, motion in enumerate(whole.told.motions.motions):
        assert (motion.amount or 0) == pytest.approx(sum(one.motions[at].amount or 0 for one in each))
        assert motion.deals == sum(one.motions[at].deals for one in each)
    revenues = [found.revenue or 0 for _, _, found in whole.accounts]
    assert revenues == sorted(revenues, reverse=True)
    by_account = dict(zip(accounts, each, strict=True))
    assert all(by_account[one] == found for one, _, found in whole.accounts)
