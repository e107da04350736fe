"""As-of is honest: nothing that is dated later changes what was known on a day."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import text

from app.infra.rows import metadata
from app.kernel.ids import AccountId
from tests.metrics import random_worlds
from tests.metrics.ground import World, ago, morning

DAY = ago(37)
LATER = DAY + timedelta(days=1)

# Everything that changes with a date gets another state from the day after on, as different as it can be.
CHANGES = {
    "opportunities": """amount = 777777, currency = 'USD', probability = 1, status = 'open', closed_on = NULL,
        stage = 'Proposal', stage_entered_at = :later, sole_sourced = NOT sole_sourced, competitor = 'Later',
        created_on = created_on - 1000, offering_id = NULL, buying_center_id = NULL, primary_contact_id = NULL,
        account_id = (SELECT a.id FROM accounts a WHERE a.id <> coalesce(opportunities.account_id, a.id) LIMIT 1)""",
    "contacts": "seniority = 'functional', stance = 'detractor', active = NOT active",
    "accounts": """industry = 'moved', country = 'XX', employees = 1, annual_revenue = 7,
        annual_revenue_currency = 'USD'""",
    "targets": "amount = 123456, period_from = period_from - 30, period_to = period_to + 30",
}
# What became of a promise after the day, it was given up instead on the day after.
MISSED = """UPDATE commitments SET state = 'missed', delivered_on = NULL, closed_on = CAST(:later AS date)
    WHERE accepted_on < :later AND coalesce(delivered_on, closed_on, :later) >= :later"""
LATE_FACTS = {
    "opportunities": "valid_from > :end",
    "engagements": "held_on > :day",
    "observations": "observed_on > :day",
    "ratings": "rated_on > :day",
    "targets": "valid_from > :end",
    "exchange_rates": "from_on > :day",
    "whitespace_statements": "said_on > :day",
    "plan_actions": "opened_on > :day",
    "account_entitlements": "from_on > :day",
    "usage_entries": "used_on > :day",
    "commitments": "accepted_on > :day",
}


async def add_later(world: World, accounts: list[AccountId]) -> None:
    """New accounts, and facts of every kind for the old ones."""
    newcomer = world.account(since=LATER)
    offering = world.offering("10", active_from=LATER)
    world.rate("EUR", "99", LATER)
    world.rate("GBP", "99", LATER)
    user, sold = world.user(), world.known["offerings"][0]["id"]
    old_centers = [(row["account_id"], row["id"]) for row in world.known["buying_centers"]]
    for account, center in old_centers:
        world.word(account, center, sold, LATER, potential=77, owner_user_id=user, next_step="x", due_on=LATER)
    for plan in world.known["account_plans"]:
        world.plan_version(plan["id"], 99, LATER, function="operations")
    for expectation in world.known["expectations"]:
        world.assessment(expectation["id"], LATER, met=False)
    for account in (*accounts, newcomer):
        give_later(world, account)
        center = world.buying_center(account, made=LATER)
        contact = world.contact(account, "c_level", since=LATER, stance="advocate")
        world.deal(account, "100000", created_on=LATER, probability=1, stage="Proposal", competitor="Rival")
        world.won(account, "100000", LATER, created_on=LATER, offering_id=offering, buying_center_id=center)
        for kind in ("qbr", "executive_review", "referral", "proposal"):
            world.engagement(account, LATER, contact, kind=kind, buying_center_id=center)
        for key in ("nps", "margin", "expected_spend"):
            world.observation(account, key, 0.9, LATER)
        world.rating(account, 5, LATER, function="legal")
        world.target(account, "100000", ago(900), LATER + timedelta(days=900), since=LATER)
        world.target(account, "100000", ago(900), LATER, metric="margin", since=LATER)
    await world.save()


def give_later(world: World, account: AccountId) -> None:
    """More of a resource, some of it used, and promised in vain."""
    resource = world.known["resources"][0]["id"]
    world.entitlement(account, resource, 99, LATER, basis="exception")
    world.usage(account, resource, 7, LATER)
    world.commitment(account, resource, LATER, LATER, function="legal", missed=LATER)
    world.vote(account, "marketing", LATER)


async def change_later(world: World, accounts: list[AccountId]) -> None:
    """Another state of every record, from the day after on."""
    async with world.database.transaction(world.tenant_id) as connection:
        for table, change in CHANGES.items():
            past = metadata.tables[f"{table}_past"].columns.keys()
            columns = ", ".join(column for column in past if column != "valid_to")
            days = {"later": morning(LATER)}
            await connection.execute(
                text(
                    f"INSERT INTO {table}_past ({columns}, valid_to) SELECT {columns}, CAST(:later AS timestamptz)"
                    f" FROM {table} WHERE valid_from < :later"
                ),
                days,
            )
            await connection.execute(
                text(f"UPDATE {table} SET {change}, valid_from = :later WHERE valid_from < :later"), days
            )
        await connection.execute(text(MISSED), {"later": LATER})


async def delete_later(world: World, accounts: list[AccountId]) -> None:
    """Whatever is dated later goes."""
    async with world.database.transaction(world.tenant_id) as connection:
        for table, condition in LATE_FACTS.items():
            past = (
                f" AND NOT EXISTS (SELECT FROM {table}_past p WHERE p.id = {table}.id)"
                if "valid_from" in condition
                else ""
            )
            dates = {"end": morning(LATER)} if "valid_from" in condition else {"day": DAY}
            await connection.execute(text(f"DELETE FROM {table} WHERE {condition}{past}"), dates)


@pytest.mark.parametrize("happens", [add_later, change_later, delete_later])
@pytest.mark.parametrize("seed", range(3))
async def test_what_happens_later_changes_no_metric_of_any_account(world, seed, happens):
    accounts = random_worlds.filled(world, seed)
    before = await world.measured(as_of=DAY)
    today = await world.measured(as_of=ago(-30))

    await happens(world, accounts)

    after = await world.measured(as_of=DAY)
    assert after.account_ids == before.account_ids
    for key, values in before.values.items():
        np.testing.assert_array_equal(after.values[key], values, err_msg=key)
        np.testing.assert_array_equal(after.facts[key], before.facts[key], err_msg=key)
        np.testing.assert_array_equal(after.latest[key], before.latest[key], err_msg=key)
        for row in range(len(before.account_ids)):
            assert after.notes_of(key, row) == before.notes_of(key, row)
    # It did happen: today's answers are not what they were.
    changed = await world.measured(as_of=ago(-30))
    assert changed.account_ids != today.account_ids or any(
        not np.array_equal(changed.values[key], today.values[key], equal_nan=True) for key in today.values
    )


async def test_an_account_is_in_no_portfolio_of_a_day_before_it_was_known(world):
    old = world.account(since=ago(100))
    by_deal, by_meeting, by_customer_since, never = (
        world.account(since=ago(-10)),
        world.account(since=ago(-10)),
        world.account(since=ago(-10), customer_since=ago(3)),
        world.account(since=ago(-10)),
    )
    world.deal(by_deal, "1", created_on=ago(20))
    world.engagement(by_meeting, ago(5))

    async def known(days: int) -> set[AccountId]:
        found = await world.measured("revenue_ltm", as_of=ago(days))
        return set(found.account_ids)

    assert await known(101) == set()
    assert await known(21) == {old}
    assert await known(20) == {old, by_deal}
    assert await known(5) == {old, by_deal, by_meeting}
    assert await known(3) == {old, by_deal, by_meeting, by_customer_since}
    assert await known(-10) == {old, by_deal, by_meeting, by_customer_since, never}


async def test_observations_ratings_and_targets_make_an_account_known_too(world):
    observed, rated, planned = (world.account(since=ago(-10)) for _ in range(3))
    world.observation(observed, "nps", 1, ago(9))
    world.rating(rated, 1, ago(8))
    world.target(planned, "1", ago(9), ago(8), since=ago(7))

    counts = [len((await world.measured("nps", as_of=ago(days))).account_ids) for days in (10, 9, 8, 7)]

    assert counts == [0, 1, 2, 3]


async def test_an_account_that_changed_was_known_before(world):
    account = world.states(
        "accounts", [(ago(50), {"industry": "a"}), (ago(-5), {"industry": "b"})], name="x", name_key="x", attributes={}
    )

    assert (await world.measured("nps", as_of=ago(50))).account_ids == [account]
    assert (await world.measured("nps", as_of=ago(51))).account_ids == []
