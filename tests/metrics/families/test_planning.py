"""Worked examples of how plans are kept up, and by whom."""

from tests.metrics.ground import ago, morning


async def test_days_are_counted_from_the_last_version_that_said_something_new(world):
    account, without = world.account(), world.account()
    plan = world.plan(account)
    for number, (days, substantive) in enumerate([(200, True), (90, True), (10, False)], 1):
        world.plan_version(plan, number, ago(days), substantive=substantive)

    assert await world.value(account, "days_since_plan_update") == 90
    assert await world.value(account, "days_since_plan_update", as_of=ago(91)) == 109
    assert await world.value(account, "days_since_plan_update", as_of=ago(201)) is None
    assert await world.value(without, "days_since_plan_update") is None
    found = await world.measured("days_since_plan_update", accounts=[account])
    assert (found.facts["days_since_plan_update"][0], found.latest_on("days_since_plan_update", 0)) == (2, ago(90))


async def test_an_archived_plan_counts_up_to_the_day_before(world):
    account = world.account()
    old = world.plan(account, state="archived", archived_at=morning(ago(30)))
    world.plan_version(old, 1, ago(100))

    assert await world.value(account, "days_since_plan_update", as_of=ago(31)) == 69
    assert await world.value(account, "days_since_plan_update", as_of=ago(30)) is None

    world.plan_version(world.plan(account), 1, ago(5))
    assert await world.value(account, "days_since_plan_update") == 5
