"""Worked examples of whom the supplier meets, what people judge and what is observed."""

import pytest

from app.accounts import service as facts
from app.accounts.kinds import ACCOUNTS, CONTACTS
from tests.metrics.ground import AS_OF, ago, morning


async def test_relationship_depth_is_the_highest_seniority_engaged_in_180_days(world):
    account, quiet = world.account(), world.account()
    manager, chief = world.contact(account, "manager"), world.contact(account, "c_level")
    world.engagement(account, ago(179), manager)
    world.engagement(account, ago(180), chief)

    assert await world.value(account, "relationship_depth") == 2
    assert await world.value(account, "relationship_depth", as_of=ago(1)) == 5
    assert await world.value(quiet, "relationship_depth") == 0


@pytest.mark.parametrize(
    ("seniority", "level"), [("functional", 1), ("manager", 2), ("director", 3), ("vp", 4), ("c_level", 5)]
)
async def test_each_seniority_has_its_level(world, seniority, level):
    account = world.account()
    world.engagement(account, AS_OF, world.contact(account, seniority))

    assert await world.value(account, "relationship_depth") == level


async def test_depth_is_unknown_where_nobody_says_who_was_met(world):
    account, unnamed = world.account(), world.account()
    world.engagement(account, ago(1))
    assert await world.value(account, "relationship_depth") is None

    world.engagement(unnamed, ago(1), world.contact(unnamed, None))
    assert await world.value(unnamed, "relationship_depth") is None
    assert await world.value(account, "relationship_depth") == 0


async def test_seniority_and_activity_are_those_of_the_day(world):
    account = world.account()
    person = world.states(
        "contacts",
        [
            (ago(500), {"seniority": "manager", "active": True}),
            (ago(50), {"seniority": "vp", "active": True}),
            (ago(5), {"seniority": "vp", "active": False}),
        ],
        account_id=account, name="person", stance="unknown",
    )  # fmt: skip
    world.engagement(account, ago(60), person)

    assert await world.value(account, "relationship_depth", as_of=ago(51)) == 2
    assert await world.value(account, "relationship_depth", as_of=ago(50)) == 4
    assert await world.value(account, "relationship_depth", as_of=ago(5)) == 0


async def test_executives_met_new_were_met_for_the_first_time_in_the_quarter(world):
    account, other = world.account(), world.account()
    known, new, manager, edge, outside = (
        world.contact(account, seniority) for seniority in ("vp", "director", "manager", "c_level", "c_level")
    )
    world.engagement(account, ago(300), known)
    world.engagement(account, ago(3), known, new, manager)
    world.engagement(account, ago(1), new)
    world.engagement(account, ago(89), edge)
    world.engagement(account, ago(90), outside)

    assert await world.value(account, "executives_met_new") == 2
    assert await world.value(other, "executives_met_new") == 0


async def test_referrals_count_that_open_a_buying_center(world):
    account, other = world.account(), world.account()
    old, new, late = (world.buying_center(account) for _ in range(3))
    world.engagement(account, ago(200), buying_center_id=old)
    world.engagement(account, ago(10), kind="referral", buying_center_id=old)
    world.engagement(account, ago(10), kind="referral", buying_center_id=new)
    world.engagement(account, ago(5), kind="meeting", buying_center_id=new)
    world.engagement(account, ago(90), kind="referral", buying_center_id=late)
    world.engagement(account, ago(10), kind="referral")

    assert await world.value(account, "referrals_new_buying_center") == 1
    assert await world.value(other, "referrals_new_buying_center") == 0
    assert await world.value(account, "referrals_new_buying_center", as_of=ago(91)) is None


async def test_days_since_are_counted_to_the_day_asked_for(world):
    account, never = world.account(), world.account()
    world.engagement(account, ago(40), kind="qbr")
    world.engagement(account, ago(70), kind="qbr")
    world.engagement(account, ago(33), kind="executive_review")
    world.engagement(account, ago(20), world.contact(account, "vp"), kind="call")
    world.engagement(account, ago(10), world.contact(account, "director"))

    assert await world.value(account, "days_since_qbr") == 40
    assert await world.value(account, "days_since_qbr", as_of=ago(41)) == 29
    assert await world.value(account, "days_since_executive_meeting") == 20
    assert await world.value(account, "days_since_executive_meeting", as_of=ago(21)) == 12
    assert await world.value(never, "days_since_qbr") is None
    assert await world.value(never, "days_since_executive_meeting") is None


async def test_advocacy_is_the_share_of_advocates_among_known_stances(world):
    account, unknown = world.account(), world.account()
    for stance in ("advocate", "coach", "neutral", "detractor", "supporter", "unknown"):
        world.contact(account, stance=stance)
    world.contact(account, stance="advocate", active=False)
    world.contact(account, stance="advocate", since=AS_OF.replace(year=2018))
    world.contact(unknown)

    assert await world.value(account, "advocacy") == 0.4
    assert await world.value(unknown, "advocacy") is None


async def test_an_observation_is_the_latest_within_its_shelf_life(world):
    account, stale = world.account(), world.account()
    world.observation(account, "nps", 9, ago(100))
    world.observation(account, "nps", 4, ago(3))
    world.observation(account, "nps", 7, ago(3))
    world.observation(account, "csat", 1, ago(2))
    world.observation(stale, "nps", 3, ago(365))

    found = await world.measured("nps", accounts=[account])

    assert found.value("nps", 0) == 7
    assert found.facts["nps"][0] == 3
    assert found.latest_on("nps", 0) == ago(3)
    assert await world.value(account, "nps", as_of=ago(4)) == 9
    assert await world.value(stale, "nps") is None
    assert await world.value(stale, "nps", as_of=ago(1)) == 3


async def test_ten_sellers_do_not_outvote_one_finance_lead(world):
    account = world.account()
    for _ in range(10):
        world.rating(account, 5, ago(3), user_id=world.user())
    world.rating(account, 1, ago(3), user_id=world.user("finance"), function="finance")

    found = await world.measured("goal_fit", accounts=[account])

    assert found.value("goal_fit", 0) == 3
    assert found.facts["goal_fit"][0] == 11


async def test_only_a_persons_latest_rating_counts_and_only_while_it_is_fresh(world):
    account, stale = world.account(), world.account()
    seller, leader = world.user(), world.user()
    world.rating(account, 1, ago(90), user_id=seller)
    world.rating(account, 5, ago(9), user_id=seller)
    world.rating(account, 2, ago(364), user_id=leader)
    world.rating(account, 1, ago(365), user_id=leader, function="legal")
    world.rating(account, 1, ago(1), metric="switching_cost", user_id=seller)
    world.rating(stale, 4, ago(365))

    assert await world.value(account, "goal_fit") == 3.5
    # Ten days before, sales said 1 and 2, and legal's 1 was still fresh.
    assert await world.value(account, "goal_fit", as_of=ago(10)) == (1.5 + 1) / 2
    assert await world.value(stale, "goal_fit") is None


async def test_advocates_are_counted_and_those_against_us_where_they_decide(world):
    account, other = world.account(), world.account()
    for stance in ("advocate", "coach", "supporter", "neutral", "unknown"):
        world.contact(account, "vp", stance=stance)
    for seniority in (None, "functional", "manager", "director", "vp", "c_level"):
        world.contact(account, seniority, stance="detractor")
    world.contact(account, "c_level", stance="detractor", active=False)
    world.contact(account, "c_level", stance="advocate", active=False)

    assert await world.value(account, "advocates") == 2
    assert await world.value(account, "detractors_deciding") == 3
    assert await world.value(other, "advocates") == await world.value(other, "detractors_deciding") == 0


async def test_who_speaks_for_or_against_us_is_unknown_while_no_stance_is_said_anywhere(world):
    account = world.account()
    world.contact(account, "vp", stance="unknown")
    world.contact(account, "vp", since=ago(20), stance="advocate")

    for key in ("advocates", "detractors_deciding", "supporters_left"):
        assert await world.value(account, key, as_of=ago(21)) is None
    assert await world.value(account, "advocates") == 1
    assert await world.value(account, "supporters_left") is None  # a quarter ago nothing was known


async def test_detractors_who_decide_are_unknown_while_no_seniority_is_said_anywhere(world):
    account = world.account()
    world.contact(account, stance="detractor")

    assert await world.value(account, "detractors_deciding") is None


def a_person(world, account, *states):
    """A contact with states (days ago, stance, active)."""
    told = [(ago(days), {"stance": stance, "active": active}) for days, stance, active in states]
    return world.states("contacts", told, account_id=account, name="person")


async def test_supporters_left_spoke_for_us_a_quarter_ago_and_no_longer_do(world):
    account, other = world.account(), world.account()
    a_person(world, account, (300, "supporter", True), (50, "neutral", True))
    a_person(world, account, (300, "coach", True), (89, "coach", False))
    a_person(world, account, (300, "advocate", True), (10, "supporter", True))  # still one
    a_person(world, account, (300, "advocate", True), (90, "neutral", True))  # no longer one a quarter ago
    a_person(world, account, (300, "advocate", False))
    a_person(world, account, (80, "advocate", True), (10, "detractor", True))  # was none a quarter ago

    found = await world.measured("supporters_left", accounts=[account])
    assert (found.value("supporters_left", 0), found.facts["supporters_left"][0]) == (2, 3)
    assert found.latest_on("supporters_left", 0) == ago(50)
    assert await world.value(account, "supporters_left", as_of=ago(51)) == 2  # who was inactive, and who left before
    assert await world.value(other, "supporters_left") == 0


async def test_a_supporter_who_changed_to_another_account_left(world):
    account, other = world.account(), world.account()
    states = [(ago(300), {"account_id": account}), (ago(30), {"account_id": other})]
    world.states("contacts", states, name="person", stance="advocate", active=True)

    assert await world.value(account, "supporters_left") == 1
    assert await world.value(account, "supporters_left", as_of=ago(31)) == 0
    assert await world.value(other, "supporters_left") == 0


async def test_a_supporter_who_is_gone_left_and_one_who_was_merged_did_not(world):
    account = world.account(since=ago(300))
    twice, once, gone = (world.contact(account, since=ago(300), stance="coach") for _ in range(3))
    await world.save()
    async with world.database.transaction(world.tenant_id) as connection:
        merged_at = morning(ago(20))
        await facts.merge(connection, world.tenant_id, CONTACTS, twice, once, merged_at)
        await facts.mark_gone(connection, world.tenant_id, CONTACTS, {gone: merged_at}, facts.arriving())

    assert await world.value(account, "supporters_left") == 1
    assert await world.value(account, "supporters_left", as_of=ago(21)) == 0
    found = await world.measured("supporters_left", accounts=[account])
    assert (found.facts["supporters_left"][0], found.latest_on("supporters_left", 0)) == (2, ago(20))


async def test_the_supporters_of_a_merged_account_are_those_of_the_one_that_stands_for_it(world):
    loser, survivor = world.account(since=ago(300)), world.account(since=ago(300))
    leaves, stays = (world.contact(loser, since=ago(300), stance="coach") for _ in range(2))
    await world.save()
    async with world.database.transaction(world.tenant_id) as connection:
        await facts.merge(connection, world.tenant_id, ACCOUNTS, loser, survivor, morning(ago(20)))
        await facts.mark_gone(connection, world.tenant_id, CONTACTS, {leaves: morning(ago(10))}, facts.arriving())
    assert stays

    found = await world.measured("supporters_left", accounts=[survivor])
    assert (found.value("supporters_left", 0), found.facts["supporters_left"][0]) == (1, 2)
    assert await world.value(survivor, "supporters_left", as_of=ago(11)) == 0
