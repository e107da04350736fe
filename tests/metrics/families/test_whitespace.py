"""Worked examples of the empty cells of buying centers by offerings."""

from datetime import date

from tests.metrics.ground import ago


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
