"""Worked examples of plans and what became of them."""

from datetime import date

import pytest

from tests.metrics.ground import AS_OF, ago

YEAR = (date(2017, 1, 1), date(2017, 12, 31))
NEXT = (date(2018, 1, 1), date(2018, 12, 31))


async def test_attainment_is_revenue_over_the_target_of_the_same_days(world):
    account, unplanned = world.account(), world.account()
    world.target(account, "1000", *YEAR)
    world.won(account, "400", date(2017, 1, 1))
    world.won(account, "350", AS_OF)
    world.won(account, "999", date(2016, 12, 31))
    world.won(unplanned, "1", AS_OF)

    assert await world.value(account, "revenue_attainment") == 0.75
    assert await world.value(unplanned, "revenue_attainment") is None


async def test_only_the_days_that_a_target_covers_count_on_both_sides(world):
    account = world.account()
    # As of 9 April 2017, 99 of the year's 365 days are in the window; the deal of the year before has no target.
    world.target(account, "3650", *YEAR)
    world.won(account, "495", date(2017, 4, 9))
    world.won(account, "10000", date(2016, 12, 31))

    assert await world.value(account, "revenue_attainment", as_of=date(2017, 4, 9)) == pytest.approx(0.5)


async def test_targets_add_up_and_convert_at_the_day_asked_for(world):
    account, unconverted = world.account(), world.account()
    world.rate("EUR", "2", ago(30))
    world.target(account, "100", *YEAR)
    world.target(account, "50", *YEAR, currency="EUR")
    world.won(account, "50", ago(5))
    world.target(unconverted, "50", *YEAR, currency="CHF")
    world.won(unconverted, "50", ago(5))

    assert await world.value(account, "revenue_attainment") == 0.25
    assert await world.value(unconverted, "revenue_attainment") is None
    found = await world.measured("revenue_attainment", accounts=[unconverted])
    assert found.notes_of("revenue_attainment", 0) == {"targets_without_rate": 1}


async def test_a_target_counts_as_it_was_on_the_day(world):
    account = world.account()
    world.states(
        "targets",
        [(ago(300), {"amount": 100}), (ago(20), {"amount": 200})],
        account_id=account, metric="revenue", period_from=YEAR[0], period_to=YEAR[1], currency="USD",
    )  # fmt: skip
    world.won(account, "100", date(2017, 1, 1))

    assert await world.value(account, "revenue_attainment", as_of=AS_OF) == 0.5
    assert await world.value(account, "revenue_attainment", as_of=ago(21)) == pytest.approx(365 / (365 - 21))


async def test_attainment_is_0_without_revenue_but_unknown_without_any_deals_recorded(world):
    account = world.account()
    world.target(account, "1000", *YEAR)
    assert await world.value(account, "revenue_attainment") is None

    world.deal(world.account(), "1")
    assert await world.value(account, "revenue_attainment") == 0


async def test_margin_attainment_is_the_observed_share_of_revenue_over_the_margin_target(world):
    account, percent = world.account(), world.account()
    for each, margin in ((account, 0.3), (percent, 30)):
        world.target(each, "100", *YEAR, metric="margin")
        world.won(each, "200", ago(5))
        world.observation(each, "margin", margin, ago(50))

    assert await world.value(account, "margin_attainment") == pytest.approx(0.6)
    assert await world.value(percent, "margin_attainment") is None


async def test_margin_attainment_is_unknown_without_an_observed_margin(world):
    account = world.account()
    world.target(account, "100", *YEAR, metric="margin")
    world.won(account, "200", ago(5))

    assert await world.value(account, "margin_attainment") is None


async def test_pipeline_coverage_sets_future_spend_against_the_next_365_days(world):
    account, unplanned = world.account(), world.account()
    world.target(account, "1000", *YEAR)
    world.target(account, "400", *NEXT)
    world.deal(account, "1000", probability=0.5)
    world.deal(unplanned, "1000", probability=0.5)

    assert await world.value(account, "pipeline_coverage") == 1.25
    assert await world.value(unplanned, "pipeline_coverage") is None
