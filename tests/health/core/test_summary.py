"""The portfolio summed up: means by account and by revenue, quadrants with their revenue."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.health.core.summary import Standing, summary

NAN = float("nan")


def standing(rows, revenue, quadrant=None, trends=None):
    """Accounts as (hygiene, health), each score its own bounds."""
    figures = np.array([[[row[side]] * 3 + [0.0 if np.isnan(row[side]) else 1.0] for row in rows] for side in (0, 1)])
    codes = np.array([3] * len(rows) if quadrant is None else quadrant, dtype=np.int8)
    none = np.full((2, 2, len(rows)), NAN)
    return Standing(
        figures.reshape(2, len(rows), 4).transpose(0, 2, 1), codes, codes < 0, np.array(revenue, dtype=float),
        none if trends is None else np.array(trends),
    )  # fmt: skip


def summed(one) -> Any:
    return summary(one)


def test_accounts_count_alike_or_by_their_revenue():
    found = summed(standing([(80, 20), (40, 60)], [300, 100]))
    assert found["hygiene"]["by_account"]["score"] == 60
    assert found["hygiene"]["by_revenue"]["score"] == 70
    assert found["health"]["by_account"]["score"] == 40
    assert found["health"]["by_revenue"]["score"] == 30


def test_an_account_without_a_score_is_counted_and_left_out_of_the_means():
    found = summed(standing([(80, 20), (NAN, 60)], [100, 100], quadrant=[2, -1]))
    assert (found["accounts"], found["hygiene"]["scored"], found["hygiene"]["coverage"]) == (2, 1, 0.5)
    assert found["hygiene"]["by_revenue"]["score"] == 80
    assert [(one["quadrant"], one["accounts"], one["revenue_share"]) for one in found["quadrants"]] == [
        ("thriving", 0, 0), ("coasting", 1, 0.5), ("building", 0, 0), ("at_risk", 0, 0), (None, 1, 0.5),
    ]  # fmt: skip


def test_revenue_that_is_unknown_or_negative_weighs_nothing():
    found = summed(standing([(80, 20), (40, 60), (10, 10)], [NAN, 50, -70]))
    assert (found["revenue"], found["health"]["by_revenue"]["score"]) == (50, 60)


def test_changes_are_the_mean_of_those_who_have_one():
    trends = [[[4.0, NAN], [NAN, NAN]], [[1.0, 3.0], [NAN, 7.0]]]
    found = summed(standing([(80, 20), (40, 60)], [300, 100], trends=trends))
    assert (found["hygiene"]["by_account"]["trend_30"], found["hygiene"]["by_account"]["trend_90"]) == (4, None)
    assert (found["health"]["by_account"]["trend_30"], found["health"]["by_revenue"]["trend_30"]) == (2, 1.5)
    assert found["health"]["by_account"]["trend_90"] == 7


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 1e9), st.integers(-1, 3)), min_size=1, max_size=8
    )
)
def test_means_lie_among_the_accounts_and_quadrants_add_up(rows):
    found = summed(standing([row[:2] for row in rows], [row[2] for row in rows], [row[3] for row in rows]))

    for at, side in enumerate(("hygiene", "health")):
        scores = [row[at] for row in rows]
        for means in (found[side]["by_account"], found[side]["by_revenue"]):
            assert means["score"] is None or min(scores) - 1e-3 <= means["score"] <= max(scores) + 1e-3
    assert sum(one["accounts"] for one in found["quadrants"]) == found["accounts"] == len(rows)
