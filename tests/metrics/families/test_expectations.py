"""Worked examples of the share of expectations that are met."""

from tests.metrics.ground import ago, morning


async def test_the_latest_assessment_by_the_day_says_whether_an_expectation_is_met(world):
    account, without = world.account(), world.account()
    calibration = world.calibration(account, ago(400))
    ours, theirs, unsaid = (
        world.expectation(calibration, account, owed_by=side) for side in ("supplier", "customer", "supplier")
    )
    world.assessment(ours, ago(200), met=True)
    world.assessment(theirs, ago(200), met=False)
    world.assessment(theirs, ago(100), met=True)
    world.assessment(ours, ago(10), met=True)
    world.assessment(ours, ago(10), met=False)  # the later word of the day

    days = (201, 200, 101, 100, 11, 10, 0)
    found = [await world.value(account, "expectations_met", as_of=ago(day)) for day in days]

    assert found == [None, 0.5, 0.5, 1, 1, 0.5, 0.5]
    assert await world.value(without, "expectations_met") is None
    whole = await world.measured("expectations_met", accounts=[account])
    assert (whole.facts["expectations_met"][0], whole.latest_on("expectations_met", 0)) == (2, ago(10))
    assert unsaid


async def test_only_the_calibration_in_force_counts_and_of_it_what_is_not_withdrawn(world):
    account = world.account()
    old = world.calibration(account, ago(400), ended_on=ago(100))
    new = world.calibration(account, ago(100))
    begun = world.calibration(account, None, state="investing", started_on=ago(5), entered_on=ago(5))
    for calibration, met in ((old, False), (new, True), (begun, False)):
        world.assessment(world.expectation(calibration, account), ago(300 if calibration == old else 50), met=met)
    given_up = world.expectation(new, account, withdrawn_on=ago(20))
    undone = world.expectation(new, account, invalidated_at=morning(ago(10)))
    for expectation in (given_up, undone):
        world.assessment(expectation, ago(40), met=False)

    days = (101, 100, 50, 40, 21, 20, 11, 9)
    found = [await world.value(account, "expectations_met", as_of=ago(day)) for day in days]

    assert [None if value is None else round(value, 4) for value in found] == [
        0, None, 1, 0.3333, 0.3333, 0.5, 0.5, 1,
    ]  # fmt: skip
