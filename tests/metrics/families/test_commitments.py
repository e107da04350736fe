"""Worked examples of promises that were kept, and of functions that work on an account together."""

from tests.metrics.ground import ago


async def test_kept_are_those_that_arrived_by_their_day_of_all_that_fell_due(world):
    account, without = world.account(), world.account()
    resource = world.resource()
    for due, ended in (
        (100, {"delivered": ago(101)}),
        (90, {"delivered": ago(90)}),
        (80, {"delivered": ago(70)}),  # late
        (60, {"missed": ago(65)}),  # given up before its day
        (50, {"withdrawn": ago(50)}),  # never fell due
        (40, {"withdrawn": ago(39)}),  # too late to be none
        (30, {}),  # overdue
        (0, {}),  # still in time
        (-9, {"delivered": ago(1)}),  # early, but not due yet
    ):
        world.commitment(account, resource, ago(200), ago(due), **ended)

    assert await world.value(account, "commitments_kept") == 2 / 6
    assert await world.value(account, "commitments_kept", as_of=ago(75)) == 2 / 3
    assert await world.value(account, "commitments_kept", as_of=ago(65)) == 2 / 4
    assert await world.value(account, "commitments_kept", as_of=ago(101)) is None
    assert await world.value(account, "commitments_kept", as_of=ago(-20)) == 3 / 8
    assert await world.value(account, "commitments_kept", as_of=ago(-300)) == 1 / 4  # what fell due within a year
    assert await world.value(account, "commitments_kept", as_of=ago(-380)) is None
    assert await world.value(without, "commitments_kept") is None
    found = await world.measured("commitments_kept", accounts=[account])
    assert (found.facts["commitments_kept"][0], found.latest_on("commitments_kept", 0)) == (6, ago(30))


async def test_functions_that_had_a_hand_in_the_account_are_counted_once_and_for_a_year(world):
    account, quiet = world.account(), world.account()
    assert await world.value(account, "collaboration_breadth") is None
    plan = world.plan(account)
    for number, (days, function) in enumerate(
        [(365, "legal"), (364, "finance"), (9, "sales"), (3, "sales"), (1, None)], 1
    ):
        world.plan_version(plan, number, ago(days), function=function, substantive=False)

    assert await world.value(account, "collaboration_breadth") == 2
    assert await world.value(account, "collaboration_breadth", as_of=ago(1)) == 3
    assert await world.value(quiet, "collaboration_breadth") == 0
    assert await world.value(quiet, "collaboration_breadth", as_of=ago(366)) is None
    # Who answers a request that is accepted, and who votes, has a hand in it, too.
    world.commitment(account, world.resource(), ago(20), ago(-20), function="service")
    world.vote(quiet, "marketing", ago(30))
    world.vote(account, "sales", ago(30))
    assert await world.value(account, "collaboration_breadth") == 3
    assert await world.value(account, "collaboration_breadth", as_of=ago(21)) == 3  # legal, finance, sales
    assert await world.value(quiet, "collaboration_breadth") == 1
    assert await world.value(quiet, "collaboration_breadth", as_of=ago(31)) == 0


async def test_an_organization_that_records_promises_alone_has_zeros(world):
    account, quiet = world.account(), world.account()
    world.commitment(account, world.resource(), ago(20), ago(10), function="service")

    assert await world.value(account, "collaboration_breadth") == 1
    assert await world.value(quiet, "collaboration_breadth") == 0
    assert await world.value(quiet, "collaboration_breadth", as_of=ago(21)) is None
