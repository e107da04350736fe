"""One voice per function: who rates twice is heard once, and many of one function weigh no more than one."""

from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.metrics.core.voices import Ratings, latest_words, voices

# Account, metric, function, rater, day, id and value; ids are of two halves, so that both count.
RATING = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.integers(0, 2), st.integers(0, 2),
    st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)), st.integers(1, 5),
)  # fmt: skip
RATINGS = st.lists(RATING, max_size=40, unique_by=lambda rating: rating[5])


def ratings(rows: list[Any]) -> Ratings:
    account, metric, function, user, on, ids, value = zip(*rows, strict=True) if rows else [()] * 7
    return Ratings(
        rows=np.array(account, dtype=np.intp),
        number=np.array(metric, dtype=np.int64),
        function=np.array(function, dtype=np.int64),
        functions=2,
        user=np.array([(2**63 + one, one) for one in user], dtype=np.uint64).reshape(-1, 2),
        on=np.array(on, dtype=np.int64),
        ids=np.array(ids, dtype=np.uint64).reshape(-1, 2),
        value=np.array(value, dtype=np.float64),
    )


def judged(rows: list[Any]) -> dict[Any, Any]:
    found = voices(ratings(rows))
    figures = zip(found.rows, found.number, found.value, found.facts, found.latest, strict=True)
    return {(int(row), int(number)): (value, facts, latest) for row, number, value, facts, latest in figures}


@given(RATINGS)
def test_the_latest_of_each_person_is_averaged_within_functions_and_then_over_them(rows):
    last = {rating[:4]: rating for rating in sorted(rows, key=lambda rating: rating[4:6])}
    expected = {}
    for place in {key[:2] for key in last}:
        own = [rating for key, rating in last.items() if key[:2] == place]
        functions = [[rating[6] for rating in own if rating[2] == one] for one in {rating[2] for rating in own}]
        value = fmean(fmean(values) for values in functions)
        expected[place] = (pytest.approx(value, abs=1e-9), len(own), max(rating[4] for rating in own))

    assert judged(rows) == expected


@given(RATINGS, st.randoms(use_true_random=False))
def test_the_order_in_which_ratings_come_changes_nothing(rows, random):
    assert judged(random.sample(rows, len(rows))) == judged(rows)


def test_of_one_day_the_last_word_counts():
    said = [(0, 0, 0, 0, 7, (9, 1), 4), (0, 0, 0, 0, 7, (9, 2), 5), (0, 0, 0, 0, 6, (9, 3), 1)]

    assert latest_words(ratings(said)).tolist() == [False, True, False]
