"""Currencies as numbers, and what open deals cost by the catalogue."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.ids import new_id
from app.metrics.core.catalogue import catalogue, packed, unpacked
from app.metrics.core.deal_sums import (
    BY_RULE,
    LOST,
    NO_AMOUNT,
    OPEN_NOW,
    OWN,
    UNCONVERTED,
    UNSTATED,
    WON,
    WORD,
    WORD_OFFERINGS,
    SentDeals,
    deals,
)

OFFERED = catalogue([(new_id(), True, 50.0, "USD"), (new_id(), False, None, "CHF"), (new_id(), True, None, None)])
PRICED, WITHOUT_RATE, UNPRICED, NONE = 0, 1, 2, -1


def sent(
    alike: int, offering: int = NONE, worth: float = np.nan, currency: str | None = None, **more: int
) -> SentDeals:
    whole, day = np.zeros(1, dtype=np.int64), np.zeros(1)
    given = {"deals": 1, "weighted": np.nan, "bought": 0, **more}
    return SentDeals(
        rows=whole, alike=whole + alike, deals=whole + int(given["deals"]), worth=np.array([worth]),
        weighted=np.array([given["weighted"]]), latest_on=day, first_on=day, began_on=day,
        offering=whole + offering, bought=whole + int(given["bought"]),
        currency=whole + (packed(currency) if currency else 0),
    )  # fmt: skip


@given(st.from_regex(r"[A-Z]{3}", fullmatch=True))
def test_a_currency_is_found_again_from_its_number(currency):
    assert unpacked(packed(currency)) == currency


def test_an_open_deal_without_amount_costs_its_list_price():
    found = deals(sent(OPEN_NOW + NO_AMOUNT, PRICED), OFFERED, 0)

    assert (found.price[0], found.worth[0], found.unconverted[0]) == (BY_RULE, 50, 0)


def test_an_amount_of_its_own_comes_first():
    found = deals(sent(OPEN_NOW, PRICED, worth=7), OFFERED, 0)

    assert (found.price[0], found.worth[0]) == (OWN, 7)


def test_open_deals_that_are_alike_cost_the_list_price_each():
    found = deals(sent(OPEN_NOW + NO_AMOUNT, PRICED, deals=3, weighted=2), OFFERED, 0)

    assert (found.worth[0], found.weighted[0]) == (150, 100)


def test_an_own_amount_is_weighted_already():
    assert deals(sent(OPEN_NOW, worth=7, weighted=5), OFFERED, 0).weighted[0] == 5


@given(st.sets(st.integers(0, WORD_OFFERINGS - 1)), st.integers(0, 5))
def test_what_was_bought_is_told_by_a_bit_for_each_offering(offerings, word):
    found = sent(WON + WORD * word, bought=sum(1 << offering for offering in offerings)).purchases()

    assert set(found.offering.tolist()) == {word * WORD_OFFERINGS + offering for offering in offerings}
    assert found.rows.tolist() == [0] * len(offerings)


def test_a_decided_deal_without_amount_has_no_price():
    for outcome in (WON, LOST):
        found = deals(sent(outcome + NO_AMOUNT, PRICED), OFFERED, 0)
        assert found.price[0] == UNSTATED
        assert np.isnan(found.worth[0])


def test_an_offering_without_price_and_no_offering_price_nothing():
    for offering in (UNPRICED, NONE):
        assert deals(sent(OPEN_NOW + NO_AMOUNT, offering), OFFERED, 0).price[0] == UNSTATED


def test_what_has_no_rate_says_in_which_currency():
    listed = deals(sent(OPEN_NOW + NO_AMOUNT, WITHOUT_RATE), OFFERED, 0)
    own = deals(sent(WON + UNCONVERTED, currency="EUR"), OFFERED, 0)

    assert [unpacked(int(found.unconverted[0])) for found in (listed, own)] == ["CHF", "EUR"]
    assert np.isnan(listed.worth[0])
    assert listed.price[0] == BY_RULE
