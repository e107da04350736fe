"""Removed facts count as of every day before their removal, and as of none from it on."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text

from app.accounts import service as facts
from app.accounts.kinds import ACCOUNTS, CONTACTS, OPPORTUNITIES
from app.infra.records.kind import Change
from app.kernel.ids import AccountId
from tests.metrics import random_worlds
from tests.metrics.ground import AS_OF, LONG_AGO, World, ago, morning

REMOVED_ON = ago(20)
AT = morning(REMOVED_ON) + timedelta(hours=9)


async def remove_some(world: World, kind, every: int) -> list[UUID]:
    """Let every so-manieth record of the kind that was there by then be gone."""
    async with world.database.transaction(world.tenant_id) as connection:
        table = kind.table.name
        found = await connection.scalars(
            text(f"SELECT id FROM {table} WHERE valid_from <= :at AND tenant_id = :tenant_id ORDER BY id"),
            {"at": AT, "tenant_id": world.tenant_id},
        )
        chosen = list(found)[::every]
        done = await facts.mark_gone(connection, world.tenant_id, kind, dict.fromkeys(chosen, AT), facts.arriving())
        assert chosen
        assert done == set(chosen)
    return chosen


async def erase(world: World, *statements: str, ids: list[UUID]) -> None:
    async with world.database.transaction(world.tenant_id) as connection:
        for statement in statements:
            await connection.execute(text(statement), {"ids": ids, "tenant_id": world.tenant_id})


def assert_same(one, other, *, but: str | None = None) -> None:
    assert one.account_ids == other.account_ids
    for key, values in one.values.items():
        if key == but:
            continue
        np.testing.assert_array_equal(other.values[key], values, err_msg=key)
        np.testing.assert_array_equal(other.facts[key], one.facts[key], err_msg=key)
        np.testing.assert_array_equal(other.latest[key], one.latest[key], err_msg=key)


@pytest.mark.parametrize("kind", [OPPORTUNITIES, CONTACTS, ACCOUNTS], ids=lambda kind: kind.plural)
@pytest.mark.parametrize("seed", range(2))
async def test_what_was_known_before_the_removal_stays(world, seed, kind):
    random_worlds.filled(world, seed)
    days = (ago(300), REMOVED_ON - timedelta(days=1))
    before = [await world.measured(as_of=day) for day in days]

    await remove_some(world, kind, 2)

    for day, known in zip(days, before, strict=True):
        assert_same(known, await world.measured(as_of=day))


@pytest.mark.parametrize("day", [REMOVED_ON, AS_OF])
@pytest.mark.parametrize("seed", range(2))
async def test_from_its_removal_on_a_deal_counts_as_little_as_one_that_never_was(world, seed, day):
    accounts = random_worlds.filled(world, seed)
    whole = await world.measured(as_of=day)
    gone = await remove_some(world, OPPORTUNITIES, 2)
    removed = await world.measured(as_of=day)
    alone = await world.measured(as_of=day, accounts=accounts)

    await erase(world, "DELETE FROM opportunities WHERE tenant_id = :tenant_id AND id = ANY(:ids)", ids=gone)

    assert_same(await world.measured(as_of=day), removed)
    assert_same(await world.measured(as_of=day, accounts=accounts), alone)
    assert any(not np.array_equal(whole.values[key], removed.values[key], equal_nan=True) for key in whole.values)


@pytest.mark.parametrize("seed", range(2))
async def test_from_its_removal_on_a_contact_was_met_by_nobody(world, seed):
    random_worlds.filled(world, seed)
    await world.save()
    gone = await remove_some(world, CONTACTS, 2)
    removed = await world.measured()

    await erase(
        world,
        "DELETE FROM engagement_contacts WHERE tenant_id = :tenant_id AND contact_id = ANY(:ids)",
        "DELETE FROM contacts_past WHERE tenant_id = :tenant_id AND id = ANY(:ids)",
        ids=gone,
    )

    # That one who spoke for us is gone is what this metric tells; of who never was, nothing can be told.
    assert_same(await world.measured(), removed, but="supporters_left")


async def test_a_removed_account_is_in_the_portfolio_of_every_day_before_and_of_none_after(world):
    account, other = world.account(since=ago(100)), world.account(since=ago(100))
    world.won(account, "100", ago(50))
    await world.save()
    await gone(world, account, AT)

    async def known(days: int) -> list[AccountId]:
        found = await world.measured("revenue_ltm", as_of=ago(days))
        return list(found.account_ids)

    assert await known(21) == sorted([account, other])
    assert await known(20) == await known(0) == [other]
    found = await world.measured("revenue_ltm", as_of=ago(20), accounts=[account, other])
    assert found.exists.tolist() == [False, True]


async def test_an_account_that_came_back_was_gone_in_between(world):
    account = world.account(since=ago(100))
    await world.save()
    await gone(world, account, AT)
    back = {"name": "Back", "name_key": "back", "source_modified_at": morning(ago(10))}
    async with world.database.transaction(world.tenant_id) as connection:
        change = Change(back, id=account)
        await facts.save_one(connection, world.tenant_id, ACCOUNTS, change, facts.arriving())

    there = [bool((await world.measured("nps", as_of=ago(days))).account_ids) for days in (100, 21, 20, 11, 10, 0)]

    assert there == [True, True, False, False, True, True]


async def test_a_contact_that_came_back_was_met_by_nobody_in_between(world):
    account = world.account()
    person = world.contact(account, "vp", since=ago(100))
    world.engagement(account, ago(60), person)
    world.engagement(account, ago(90), world.contact(account, "manager"))
    await world.save()
    async with world.database.transaction(world.tenant_id) as connection:
        await facts.mark_gone(connection, world.tenant_id, CONTACTS, {person: AT}, facts.arriving())
        change = Change({"title": "CEO", "source_modified_at": morning(ago(10))}, id=person)
        await facts.save_one(connection, world.tenant_id, CONTACTS, change, facts.arriving())

    depth = [await world.value(account, "relationship_depth", as_of=ago(days)) for days in (21, 20, 11, 10)]

    assert depth == [4, 2, 2, 4]


async def test_the_deals_of_merged_accounts_count_for_the_loser_before_and_for_the_survivor_after(world):
    loser, survivor = world.account(since=LONG_AGO), world.account(since=LONG_AGO)
    world.won(loser, "100", ago(50))
    world.won(survivor, "10", ago(40))
    await world.save()
    async with world.database.transaction(world.tenant_id) as connection:
        await facts.merge(connection, world.tenant_id, ACCOUNTS, loser, survivor, AT)

    assert await world.value(loser, "revenue_ltm", as_of=ago(21)) == 100
    assert await world.value(survivor, "revenue_ltm", as_of=ago(21)) == 10
    assert await world.value(survivor, "revenue_ltm", as_of=ago(20)) == 110
    assert (await world.measured("revenue_ltm")).account_ids == [survivor]


async def gone(world: World, account: AccountId, at) -> None:
    async with world.database.transaction(world.tenant_id) as connection:
        await facts.mark_gone(connection, world.tenant_id, ACCOUNTS, {account: at}, facts.arriving())
