"""Worked examples of what won and lost deals say; every figure was worked out by hand."""

import math
from datetime import date

import pytest

from tests.metrics.ground import AS_OF, ago, founded, morning


async def test_revenue_ltm_counts_the_last_365_days_with_as_of_and_without_the_day_365_before(world):
    account = world.account()
    world.won(account, "100.25", AS_OF)
    world.won(account, "20", ago(364))
    world.won(account, "3", ago(365))
    world.lost(account, "1000", ago(10))
    world.deal(account, "5000")

    assert await world.value(account, "revenue_ltm") == 120.25
    assert await world.value(account, "revenue_prior_ltm") == 3
    assert await world.value(account, "deal_count_ltm") == 2
    assert await world.value(account, "lost_amount_ltm") == 1000
    assert await world.value(account, "revenue_growth") == pytest.approx(120.25 / 3 - 1)
    assert await world.value(account, "net_retention") == pytest.approx(120.25 / 3)


async def test_the_prior_year_ends_where_the_ltm_begins_and_reaches_365_days_back(world):
    account = world.account()
    world.won(account, "7", ago(729))
    world.won(account, "1000", ago(730))

    assert await world.value(account, "revenue_prior_ltm") == 7


async def test_windows_are_days_also_over_the_29th_of_february(world):
    account = world.account()
    world.won(account, "1", date(2023, 3, 1))
    world.won(account, "10", date(2023, 2, 28))
    world.won(account, "100", date(2024, 2, 29))

    # 365 days before 29 February 2024 is 1 March 2023, which is no longer in the window.
    assert await world.value(account, "revenue_ltm", as_of=date(2024, 2, 29)) == 100
    assert await world.value(account, "revenue_prior_ltm", as_of=date(2024, 2, 29)) == 11
    assert await world.value(account, "revenue_ltm", as_of=date(2024, 2, 28)) == 1
    assert await world.value(account, "revenue_prior_ltm", as_of=date(2024, 2, 28)) == 10


async def test_growth_is_unknown_without_revenue_in_the_year_before(world):
    account = world.account()
    world.won(account, "5", AS_OF)

    assert await world.value(account, "revenue_growth") is None
    assert await world.value(account, "net_retention") is None


async def test_amounts_convert_at_the_rate_in_force_on_the_close_date(world):
    account = world.account()
    world.rate("EUR", "1.10", ago(400))
    world.rate("EUR", "1.20", ago(100))
    world.rate("EUR", "9.00", date(2018, 1, 1))
    world.won(account, "100", ago(200), currency="EUR")
    world.won(account, "100", ago(100), currency="EUR")
    world.won(account, "1", ago(50))

    assert await world.value(account, "revenue_ltm") == pytest.approx(110 + 120 + 1)


async def test_an_amount_without_rate_is_left_out_and_said(world):
    account = world.account()
    world.rate("EUR", "1.10", ago(100))
    world.won(account, "100", ago(101), currency="EUR")
    world.won(account, "50", ago(99), currency="CHF")
    world.won(account, "50", ago(98), currency="CHF")
    world.won(account, "10", ago(98))
    world.won(account, None, ago(97))

    found = await world.measured("revenue_ltm", accounts=[account])

    assert found.value("revenue_ltm", 0) == 10
    assert found.notes_of("revenue_ltm", 0) == {"missing_rates": {"EUR": 1, "CHF": 2}, "without_amount": 1}
    assert found.facts["revenue_ltm"][0] == 5


async def test_revenue_is_unknown_where_no_amount_of_the_deals_is_known(world):
    account = world.account()
    world.won(account, "50", ago(99), currency="CHF")

    assert await world.value(account, "revenue_ltm") is None
    assert await world.value(account, "deal_count_ltm") == 1


async def test_the_reporting_currency_is_the_organizations(measuring):
    world = await founded(measuring, reporting_currency="EUR")
    account = world.account()
    world.rate("USD", "0.5", ago(500), into="EUR")
    world.won(account, "8", ago(1))
    world.won(account, "3", ago(1), currency="EUR")

    found = await world.measured("revenue_ltm", accounts=[account])

    assert found.currency == "EUR"
    assert found.value("revenue_ltm", 0) == 7


async def test_win_rate_needs_three_decided_deals(world):
    account = world.account()
    world.won(account, "1", ago(1))
    world.lost(account, "1", ago(364))
    assert await world.value(account, "win_rate") is None

    world.won(account, None, ago(2))
    world.lost(account, "1", ago(365))
    assert await world.value(account, "win_rate") == pytest.approx(2 / 3)


async def test_revenue_trend_is_the_slope_of_log_revenue_per_quarter(world):
    account = world.account()
    # Quarters of 90 days, the oldest first: e^1 - 1, e^2 - 1, … e^8 - 1 grow by 1 a quarter in ln(1 + revenue).
    for quarter in range(8):
        world.won(account, f"{math.expm1(8 - quarter):.4f}", ago(90 * quarter + 45), created_on=ago(1000))

    assert await world.value(account, "revenue_trend") == pytest.approx(1, abs=1e-4)


async def test_revenue_trend_reads_only_the_quarters_since_the_first_deal(world):
    young, middling = world.account(), world.account()
    world.won(young, "10", ago(1), created_on=ago(358))
    world.won(middling, "10", ago(1), created_on=ago(359))

    assert await world.value(young, "revenue_trend") is None
    # Four quarters: 0, 0, 0, ln 11: the slope is 1.5 ln 11 / 5.
    assert await world.value(middling, "revenue_trend") == pytest.approx(1.5 * math.log(11) / 5)


async def test_revenue_trend_is_unknown_where_a_quarters_amounts_are_all_unknown(world):
    account = world.account()
    world.won(account, "10", ago(1), created_on=ago(800))
    assert await world.value(account, "revenue_trend") is not None

    world.won(account, None, ago(200))
    assert await world.value(account, "revenue_trend") is None


async def test_tenure_counts_from_the_first_deal_ever_won(world):
    account, prospect = world.account(), world.account()
    world.lost(account, "1", ago(5000))
    world.won(account, None, ago(1461))
    world.won(account, "1", ago(1))
    world.deal(prospect, "1")

    assert await world.value(account, "tenure_years") == 4
    assert await world.value(prospect, "tenure_years") is None


async def test_facts_and_the_latest_day_are_those_of_the_window(world):
    account = world.account()
    world.won(account, "1", ago(400))
    world.won(account, "1", ago(20))
    world.won(account, "1", ago(7))

    found = await world.measured("revenue_ltm", "revenue_prior_ltm", "nps", accounts=[account])

    assert found.facts["revenue_ltm"][0] == 2
    assert found.latest_on("revenue_ltm", 0) == ago(7)
    assert found.latest_on("revenue_prior_ltm", 0) == ago(400)
    assert found.latest_on("nps", 0) is None


async def test_a_deal_is_open_until_the_day_it_closed(world):
    account = world.account()
    world.won(account, "40", ago(10), created_on=ago(60))

    assert await world.value(account, "revenue_ltm", as_of=ago(11)) == 0
    assert await world.value(account, "open_pipeline", as_of=ago(11)) == 40
    assert await world.value(account, "revenue_ltm", as_of=ago(10)) == 40
    assert await world.value(account, "open_pipeline", as_of=ago(10)) == 0


async def test_a_deal_counts_with_the_amount_and_account_of_its_state_on_the_day(world):
    first, second = world.account(), world.account()
    common = {
        "status": "won",
        "created_on": ago(100),
        "closed_on": ago(80),
        "stage_entered_at": morning(AS_OF),
        "currency": "USD",
    }
    world.states(
        "opportunities",
        [(ago(100), {"account_id": first, "amount": 10}), (ago(50), {"account_id": second, "amount": 25})],
        **common,
    )

    assert await world.value(first, "revenue_ltm", as_of=ago(51)) == 10
    assert await world.value(second, "revenue_ltm", as_of=ago(51)) == 0
    assert await world.value(first, "revenue_ltm", as_of=ago(50)) == 0
    assert await world.value(second, "revenue_ltm", as_of=ago(50)) == 25


async def test_deals_without_account_are_in_no_metric(world):
    account = world.account()
    world.won(None, "99", ago(1))

    found = await world.measured()

    assert all(found.value(key, found.row(account)) is None for key in found.values)
