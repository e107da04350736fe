"""The growth premium: its interval against Welch's, what cannot be told, and what does not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from app.program.core.premium import premium

KEY = np.array([True] * 12 + [False] * 30)


def a_book(seed=3, lift=0.3):
    random = np.random.default_rng(seed)
    prior = np.full(42, 100.0)
    return prior * (1 + random.normal(0.05, 0.2, 42) + lift * KEY), prior


def test_of_accounts_of_one_size_the_interval_is_welchs():
    revenue, prior = a_book()
    growth = revenue / prior - 1

    found = premium(revenue, prior, KEY)

    expected = stats.ttest_ind(growth[KEY], growth[~KEY], equal_var=False).confidence_interval(0.95)
    assert found.value == pytest.approx(growth[KEY].mean() - growth[~KEY].mean())
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.verdict == "higher"
    assert found.key.median_growth == pytest.approx(np.median(growth[KEY]))


def test_the_interval_covers_what_a_bootstrap_of_accounts_of_all_sizes_finds():
    random = np.random.default_rng(11)
    key = np.arange(300) < 100
    prior = random.lognormal(4, 0.7, 300)
    revenue = prior * random.lognormal(0.02, 0.2, 300)

    found = premium(revenue, prior, key)

    own, others = random.integers(0, 100, (2000, 100)), random.integers(100, 300, (2000, 200))
    drawn = [
        revenue[a].sum() / prior[a].sum() - revenue[b].sum() / prior[b].sum() for a, b in zip(own, others, strict=True)
    ]
    assert (found.low, found.high) == pytest.approx(np.quantile(drawn, (0.025, 0.975)), abs=0.01)


def test_a_large_account_weighs_as_much_as_it_spends():
    found = premium(np.array([110.0, 2.0, 50.0]), np.array([100.0, 1.0, 50.0]), np.array([True, True, False]))

    assert found.key.growth == pytest.approx(112 / 101 - 1)
    assert found.key.median_growth == pytest.approx((0.1 + 1.0) / 2)
    assert found.verdict == "insufficient_data"


@pytest.mark.parametrize(
    ("revenue", "prior", "key", "told"),
    [
        ([], [], [], (0, 0, None)),
        ([5.0, 5.0], [0.0, 4.0], [True, False], (1, 1, None)),  # who spent nothing before has no growth
        ([np.nan, 5.0], [3.0, 4.0], [True, False], (0, 1, None)),
        ([0.0, 5.0, 5.0], [0.0, 4.0, 5.0], [True, False, True], (1, 1, -0.25)),  # who never bought is no customer
        ([-3.0, 5.0], [10.0, 5.0], [True, False], (1, 1, -1.0)),  # credits are no revenue
    ],
)
def test_what_is_not_known_is_not_claimed(revenue, prior, key, told):
    found = premium(np.array(revenue), np.array(prior), np.array(key, dtype=bool))

    assert (found.key.accounts, found.other.accounts) == told[:2]
    assert found.value == (None if told[2] is None else pytest.approx(told[2]))
    assert (found.low, found.high, found.verdict) == (None, None, "insufficient_data")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(1, 1e6), st.booleans()), min_size=4, max_size=30))
def test_to_exchange_the_groups_turns_the_premium_round(rows):
    revenue, prior, key = (np.array(column) for column in zip(*rows, strict=True))

    found, turned = (premium(revenue, prior, marked.astype(bool)) for marked in (key, ~key.astype(bool)))

    if found.value is None or turned.value is None:
        assert found.value is turned.value is None
        return
    assert turned.value == pytest.approx(-found.value)
    if found.low is not None and found.high is not None and turned.high is not None:
        assert found.low <= found.value <= found.high
        assert found.low == pytest.approx(-turned.high, rel=1e-6, abs=1e-9)
