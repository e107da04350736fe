"""Worked examples of what open deals are worth, and of what the answer says of its estimates."""

import pytest

from tests.metrics.ground import AS_OF, ago, founded, morning


async def test_future_spend_weighs_open_deals_by_their_probability(world):
    account = world.account()
    world.deal(account, "1000", probability=0.25)
    world.deal(account, "200", probability=0)
    world.won(account, "77", ago(3))

    found = await world.measured("future_spend", "open_pipeline", accounts=[account])

    assert found.value("future_spend", 0) == 250
    assert found.value("open_pipeline", 0) == 1200
    assert found.facts["future_spend"][0] == 2
    assert found.notes_of("future_spend", 0) == {}


async def test_list_price_stage_and_win_rate_step_in_and_are_said(measuring):
    world = await founded(measuring, stage_probabilities={"Proposal": 0.5})
    account, other = world.account(), world.account()
    listed = world.offering("300")
    world.deal(account, None, offering_id=listed, stage="Proposal")
    world.deal(account, "1000", stage="Prospecting")
    world.deal(account, None, stage="Proposal")
    # The organization won 3 of 4.
    for amount in ("1", "1", None):
        world.won(other, amount, ago(900))
    world.lost(other, "1", ago(800))

    found = await world.measured("future_spend", "open_pipeline", accounts=[account])

    assert found.value("future_spend", 0) == pytest.approx(300 * 0.5 + 1000 * 0.75)
    assert found.notes_of("future_spend", 0) == {
        "estimated_by_list_price": 150,
        "estimated_by_stage_probability": 150,
        "estimated_by_win_rate": 750,
        "without_price": 1,
    }
    assert found.value("open_pipeline", 0) == 1300
    assert found.notes_of("open_pipeline", 0) == {"estimated_by_list_price": 300, "without_price": 1}


async def test_without_any_decided_deal_a_probability_is_not_guessed(world):
    account = world.account()
    world.deal(account, "1000")
    world.deal(account, "10", probability=0.5)

    found = await world.measured("future_spend", accounts=[account])

    assert found.value("future_spend", 0) == 5
    assert found.notes_of("future_spend", 0) == {"without_probability": 1}


async def test_a_pipeline_of_which_nothing_can_be_valued_is_unknown(world):
    account = world.account()
    world.deal(account, None, probability=0.5)

    assert await world.value(account, "future_spend") is None
    assert await world.value(account, "open_pipeline") is None


async def test_open_deals_convert_at_the_rate_of_the_day_asked_for(world):
    account = world.account()
    world.rate("EUR", "2", ago(100))
    world.rate("EUR", "3", ago(10))
    listed = world.offering("10", "EUR")
    world.deal(account, "100", currency="EUR", probability=1)
    world.deal(account, None, offering_id=listed, probability=1)
    world.deal(account, "100", currency="CHF", probability=1)
    in_francs = world.offering("10", "CHF")
    world.deal(account, None, offering_id=in_francs, probability=1)

    found = await world.measured("open_pipeline", "future_spend", accounts=[account])

    assert found.value("open_pipeline", 0) == 330
    assert found.value("future_spend", 0) == 330
    assert found.notes_of("open_pipeline", 0) == {"estimated_by_list_price": 30, "missing_rates": {"CHF": 2}}


async def test_what_the_customer_expects_to_spend_counts_where_it_is_more(world):
    more, less, alone = world.account(), world.account(), world.account()
    for account in (more, less):
        world.deal(account, "100", probability=1)
    world.observation(more, "expected_spend", 150, ago(364))
    world.observation(less, "expected_spend", 50, ago(1))
    world.observation(alone, "expected_spend", 9, ago(1))
    world.observation(alone, "expected_spend", 900, ago(365))

    assert await world.value(more, "future_spend") == 150
    assert await world.value(less, "future_spend") == 100
    assert await world.value(alone, "future_spend") == 9
    found = await world.measured("future_spend", accounts=[more, less])
    assert found.notes_of("future_spend", 0) == {"expected_spend": 150}
    assert found.notes_of("future_spend", 1) == {}


async def test_an_expected_spend_stands_alone_where_no_deals_are_recorded(world):
    account, other = world.account(), world.account()
    world.observation(account, "expected_spend", 9, ago(1))

    assert await world.value(account, "future_spend") == 9
    assert await world.value(other, "future_spend") is None


async def test_a_deal_counts_from_its_creation(world):
    account = world.account()
    world.deal(account, "100", probability=1, created_on=ago(5))
    world.deal(account, "7", probability=1, created_on=None, since=ago(50))

    assert await world.value(account, "future_spend", as_of=ago(6)) == 7
    assert await world.value(account, "future_spend", as_of=ago(5)) == 107


async def test_a_deal_counts_with_the_probability_and_amount_of_its_state_on_the_day(world):
    account = world.account()
    offering = world.offering("50")
    world.states(
        "opportunities",
        [
            (ago(100), {"probability": 0.1, "amount": None, "currency": None}),
            (ago(50), {"probability": 0.5, "amount": 400, "currency": "USD"}),
        ],
        account_id=account, status="open", created_on=ago(100), stage_entered_at=morning(AS_OF), offering_id=offering,
    )  # fmt: skip

    assert await world.value(account, "future_spend", as_of=ago(51)) == pytest.approx(5)
    assert await world.value(account, "future_spend", as_of=ago(50)) == pytest.approx(200)
