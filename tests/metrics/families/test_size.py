"""How large a customer is: what its own record said on the day."""

from decimal import Decimal

import pytest

from tests.metrics.ground import ago


async def test_size_is_what_the_record_said_on_the_day(world):
    account = world.states(
        "accounts",
        [
            (ago(50), {"employees": 10, "annual_revenue": Decimal(1000), "annual_revenue_currency": "USD"}),
            (ago(20), {"employees": 25, "annual_revenue": Decimal(3000), "annual_revenue_currency": "USD"}),
        ],
        name="x",
        name_key="x",
        attributes={},
    )

    assert [await world.value(account, "employees", as_of=ago(days)) for days in (51, 50, 21, 20, 0)] == [
        None, 10, 10, 25, 25,
    ]  # fmt: skip
    assert await world.value(account, "annual_revenue", as_of=ago(21)) == 1000
    found = await world.measured("employees", accounts=[account])
    assert found.latest_on("employees", 0) == ago(20)
    assert int(found.facts["employees"][0]) == 1


async def test_the_customers_revenue_is_converted_at_the_rate_of_the_day(world):
    account = world.account(annual_revenue=Decimal(100), annual_revenue_currency="EUR", employees=3)
    world.rate("EUR", "1.10", ago(30))
    world.rate("EUR", "1.50", ago(10))

    assert await world.value(account, "annual_revenue", as_of=ago(11)) == pytest.approx(110)
    assert await world.value(account, "annual_revenue") == pytest.approx(150)


async def test_without_a_rate_it_is_unknown_and_said(world):
    account = world.account(annual_revenue=Decimal(100), annual_revenue_currency="CHF")
    bare = world.account()

    found = await world.measured("employees", "annual_revenue")

    row = found.row(account)
    assert found.value("annual_revenue", row) is None
    assert found.notes_of("annual_revenue", row) == {"missing_rates": {"CHF": 1}}
    assert (found.value("employees", row), int(found.facts["employees"][row])) == (None, 0)
    assert found.notes_of("annual_revenue", found.row(bare)) == {}
