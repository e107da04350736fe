"""Which window a deal falls into, and what the sums over windows say."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.metrics.core.deal_sums import (
    AGE_EDGES_DAYS,
    BY_RULE,
    LOST,
    LOST_EDGES_DAYS,
    LOST_LTM,
    LTM,
    OPEN,
    OPEN_NOW,
    OWN,
    PRIOR,
    QUARTERS,
    UNSTATED,
    WON,
    WON_EVER,
    Deals,
    deal_sums,
    open_deals,
)


def deals(*given: dict[str, float]) -> Deals:
    """Deals of account 0 that differ from an own price of 1 only in what is given."""
    usual: dict[str, Any] = {
        "rows": 0, "deals": 1, "outcome": WON, "price": OWN, "chance": OWN, "worth": 1.0, "weighted": np.nan,
        "unconverted": 0, "age_days": 0.0, "began_days": 0.0,
    }  # fmt: skip
    rows = [{**usual, **one} for one in given]
    columns = {name: np.array([row[name] for row in rows], dtype=type(value)) for name, value in usual.items()}
    days = columns.pop("age_days")
    edges: dict[int, Any] = {WON: AGE_EDGES_DAYS, LOST: LOST_EDGES_DAYS, OPEN_NOW: np.zeros(0)}
    age = [np.searchsorted(edges[row["outcome"]], row["age_days"], side="right") for row in rows]
    return Deals(**columns, age=np.array(age), youngest_days=days, oldest_days=days)


@given(st.integers(0, 5000))
def test_a_won_deal_is_in_the_quarter_and_the_year_of_its_age(age):
    sums = deal_sums(deals({"age_days": age}), 1, 0)

    assert sums.count(LTM) == (age < 365)
    assert sums.count(PRIOR) == (365 <= age < 730)
    assert sums.count(WON_EVER) == 1
    assert [sums.count(quarter).item() for quarter in QUARTERS] == [90 * n <= age < 90 * (n + 1) for n in range(8)]


@given(st.integers(0, 5000))
def test_a_lost_deal_is_in_the_last_year_or_before(age):
    sums = deal_sums(deals({"outcome": LOST, "age_days": age}), 1, 0)

    assert sums.count(LOST_LTM) == (age < 365)
    assert sums.count((*WON_EVER, *OPEN)) == 0


@given(st.sampled_from([OWN, BY_RULE, UNSTATED]), st.sampled_from([OWN, BY_RULE, UNSTATED]))
def test_an_open_deal_is_where_its_price_and_probability_are_known_alike(price, chance):
    sums = deal_sums(deals({"outcome": OPEN_NOW, "price": price, "chance": chance}), 1, 0)

    assert sums.count(open_deals(price=price)) == sums.count(open_deals(probability=chance)) == 1
    assert sums.count(open_deals(price=price, probability=chance)) == sums.count(OPEN) == 1
    assert sums.count([*WON_EVER, *LOST_LTM]) == 0


def test_deals_that_are_alike_count_as_often_as_they_are():
    sums = deal_sums(deals({"deals": 3, "worth": 12.5}, {"deals": 2, "worth": np.nan, "price": UNSTATED}), 1, 0)

    assert [figure.item() for figure in (sums.count(LTM), sums.amount(LTM), sums.without_amount(LTM))] == [5, 12.5, 2]


def test_what_could_not_be_counted_is_told_apart():
    sums = deal_sums(
        deals(
            {"worth": 10.5},
            {"worth": np.nan, "unconverted": 77},
            {"worth": np.nan, "price": UNSTATED},
            {"worth": 0.25, "age_days": 400},
        ),
        1,
        today=1000,
    )

    assert sums.amount(LTM) == 10.5
    assert sums.without_amount(LTM) == 1
    assert sums.amount(PRIOR) == 0.25
    assert sums.last_day(PRIOR) == np.datetime64(600, "D")
    assert sums.first_age(WON_EVER) == 400


def test_an_amount_is_unknown_where_none_of_the_deals_could_be_counted():
    sums = deal_sums(deals({"worth": np.nan}), 2, 0)

    np.testing.assert_array_equal(sums.amount(LTM), [np.nan, 0])


@pytest.mark.parametrize(("began", "quarters"), [(88, 0), (89, 1), (358, 3), (359, 4), (5000, 55)])
def test_a_quarter_of_history_is_full_with_its_90th_day(began, quarters):
    assert deal_sums(deals({"began_days": began}, {"began_days": 3}), 1, 0).full_quarters() == quarters


def test_accounts_without_deals_have_no_history():
    sums = deal_sums(deals({"began_days": 500}), 2, 0)

    assert sums.full_quarters().tolist() == [5, 0]
    assert np.isnat(sums.last_day(LTM)[1])
