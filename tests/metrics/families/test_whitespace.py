"""Worked examples of the empty cells of buying centers by offerings."""

from datetime import date

from tests.metrics.ground import ago, morning


def a_market(world, offering, *revenues, industry):
    """Other accounts of an industry, each with a buying center that bought the offering."""
    for revenue in revenues:
        peer = world.account(industry=industry)
        world.won(peer, revenue, ago(30), buying_center_id=world.buying_center(peer), offering_id=offering)


async def test_a_cells_potential_is_the_median_of_the_industry_else_of_all(world):
    account = world.account(industry="retail")
    world.buying_center(account)
    one, two, _unsold = world.offering(), world.offering(), world.offering()
    a_market(world, one, "10", "20", "90", industry="retail")
    a_market(world, one, "1000", industry="energy")
    a_market(world, two, "40", "60", industry="energy")

    found = await world.measured("whitespace", accounts=[account])

    assert found.value("whitespace", 0) == 20 + 50
    assert found.facts["whitespace"][0] == 2
    assert found.notes_of("whitespace", 0) == {"cells_without_potential": 1}


async def test_cells_that_are_bought_or_open_have_no_potential(world):
    account = world.account(industry="retail")
    north, south = world.buying_center(account), world.buying_center(account)
    one = world.offering()
    a_market(world, one, "10", "20", "90", industry="retail")
    assert await world.value(account, "whitespace") == 40

    world.won(account, "1", ago(3000), buying_center_id=north, offering_id=one)
    assert await world.value(account, "whitespace") == 20

    world.deal(account, "5", buying_center_id=south, offering_id=one)
    assert await world.value(account, "whitespace") == 0
    assert await world.value(account, "whitespace_ratio") == 1


async def test_the_ratio_sets_whitespace_and_pipeline_against_the_pipeline(world):
    account = world.account(industry="retail")
    north = world.buying_center(account)
    one, two = world.offering(), world.offering()
    a_market(world, one, "30", industry="retail")
    world.deal(account, "10", buying_center_id=north, offering_id=two)

    assert await world.value(account, "whitespace") == 30
    assert await world.value(account, "whitespace_ratio") == 4


async def test_whitespace_is_unknown_without_buying_centers_catalogue_or_anything_sold(world):
    account, other = world.account(), world.account()
    world.buying_center(account)
    assert await world.value(account, "whitespace") is None

    world.offering()
    assert await world.value(account, "whitespace") is None
    assert await world.value(other, "whitespace") is None


async def test_the_repeated_purchases_of_a_buying_center_are_one_figure(world):
    account, peer = world.account(), world.account()
    world.buying_center(account)
    center, offering = world.buying_center(peer), world.offering()
    for amount in ("10", "15"):
        world.won(peer, amount, ago(9), buying_center_id=center, offering_id=offering)
    world.won(peer, "500", ago(365), buying_center_id=center, offering_id=offering)

    assert await world.value(account, "whitespace") == 25


async def test_a_buying_center_counts_once_it_was_made_or_named(world):
    account, peer = world.account(), world.account()
    offering = world.offering()
    world.won(peer, "10", ago(300), buying_center_id=world.buying_center(peer), offering_id=offering)
    late = world.buying_center(account, made=date(2020, 1, 1))
    assert await world.value(account, "whitespace") is None

    world.contact(account, since=ago(5), buying_center_id=late)
    assert await world.value(account, "whitespace", as_of=ago(6)) is None
    assert await world.value(account, "whitespace", as_of=ago(5)) == 10
    assert await world.value(account, "whitespace", as_of=date(2020, 1, 1)) is None  # nothing sold in that year


async def test_the_industry_is_that_of_the_day(world):
    account = world.states(
        "accounts",
        [(ago(900), {"industry": "energy"}), (ago(10), {"industry": "retail"})],
        name="moved", name_key="moved", attributes={},
    )  # fmt: skip
    world.buying_center(account)
    one = world.offering()
    a_market(world, one, "10", industry="retail")
    a_market(world, one, "70", industry="energy")

    assert await world.value(account, "whitespace", as_of=ago(11)) == 70
    assert await world.value(account, "whitespace", as_of=ago(10)) == 10


async def test_an_entered_potential_stands_before_the_estimate_and_counts_at_the_rate_of_the_day(world):
    account = world.account(industry="retail")
    center, one = world.buying_center(account), world.offering()
    a_market(world, one, "20", industry="retail")
    world.rate("EUR", "2", ago(50))
    world.rate("EUR", "3", ago(10))
    world.word(account, center, one, ago(40), potential="500", currency="EUR")

    assert await world.value(account, "whitespace", as_of=ago(20)) == 1000
    assert await world.value(account, "whitespace") == 1500

    world.word(account, center, one, ago(5), state="competitor")
    assert await world.value(account, "whitespace") == 20


async def test_a_potential_without_a_rate_is_said_to_be_missing_and_not_guessed(world):
    account = world.account(industry="retail")
    center, one, two = world.buying_center(account), world.offering(), world.offering()
    a_market(world, one, "20", industry="retail")
    a_market(world, two, "30", industry="retail")
    world.word(account, center, one, ago(40), potential="500", currency="CHF")

    found = await world.measured("whitespace", accounts=[account])

    assert found.value("whitespace", 0) == 30
    assert found.notes_of("whitespace", 0) == {"cells_without_potential": 1}


async def test_what_does_not_apply_or_is_not_pursued_is_no_whitespace(world):
    account = world.account(industry="retail")
    north, south, one = world.buying_center(account), world.buying_center(account), world.offering()
    a_market(world, one, "20", industry="retail")
    world.word(account, north, one, ago(9), state="not_applicable")
    assert await world.value(account, "whitespace") == 20

    world.word(account, south, one, ago(5), state="no_pursue", potential="700")
    assert await world.value(account, "whitespace") == 0
    assert await world.value(account, "whitespace", as_of=ago(6)) == 20
    assert await world.value(account, "whitespace_covered") is None


async def test_the_last_word_of_a_day_holds(world):
    account = world.account()
    center, one = world.buying_center(account), world.offering()
    for potential in ("1", "2", "3"):
        world.word(account, center, one, ago(9), potential=potential)

    assert await world.value(account, "whitespace") == 3
    assert await world.value(account, "whitespace", as_of=ago(10)) is None


async def test_whitespace_is_covered_by_an_owner_with_a_dated_next_step_or_by_an_open_action(world):
    account, owner = world.account(), world.user()
    center, one, two, three = world.buying_center(account), world.offering(), world.offering(), world.offering()
    step = {"owner_user_id": owner, "next_step": "a workshop", "due_on": ago(-30)}
    world.word(account, center, one, ago(20), potential="100", **{**step, "due_on": None})
    world.word(account, center, two, ago(20), potential="300")
    world.word(account, center, three, ago(20), potential="600")
    assert await world.value(account, "whitespace_covered") == 0

    world.word(account, center, one, ago(15), potential="100", **step)
    assert await world.value(account, "whitespace_covered") == 0.1

    plan = world.plan(account)
    world.action(plan, account, owner, ago(10), closed_on=ago(3), buying_center_id=center, offering_id=two)
    assert await world.value(account, "whitespace_covered", as_of=ago(4)) == 0.4
    assert await world.value(account, "whitespace_covered") == 0.1


async def test_an_action_of_a_plan_that_is_archived_covers_nothing(world):
    account, owner = world.account(), world.user()
    center, one = world.buying_center(account), world.offering()
    world.word(account, center, one, ago(20), potential="100")
    plan = world.plan(account, state="archived", archived_at=morning(ago(5)))
    world.action(plan, account, owner, ago(10), buying_center_id=center, offering_id=one)

    assert await world.value(account, "whitespace_covered", as_of=ago(6)) == 1
    assert await world.value(account, "whitespace_covered") == 0


async def test_coverage_is_unknown_while_nobody_records_any_strategy(world):
    account, other = world.account(industry="retail"), world.account()
    world.buying_center(account)
    one = world.offering()
    a_market(world, one, "20", industry="retail")
    assert await world.value(account, "whitespace_covered") is None

    world.word(other, world.buying_center(other), one, ago(3))
    assert await world.value(account, "whitespace_covered") == 0
    assert await world.value(account, "whitespace_covered", as_of=ago(4)) is None
