"""The waterfall of a score adds up to its composite, and says what is not known."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.console.core.pictures.waterfall import SUM, value_text, waterfall

POINTS = st.floats(0, 10)


def row(criterion, dimension="alignment", *, value=3.0, contribution=5.0, headroom=1.0):
    return {
        "criterion": criterion, "dimension": dimension, "value": value, "weight": 10.0, "contribution": contribution,
        "headroom": headroom, "source": None,
    }  # fmt: skip


def answer(*rows, score=..., low=None, high=None):
    score = sum(one["contribution"] or 0 for one in rows) if score is ... else score
    composite = {"score": score, "low": score if low is None else low, "high": score if high is None else high}
    return {"composite": composite, "contributions": list(rows)}


def drawn(*rows, **composite) -> Any:
    """The picture, which there is."""
    return waterfall(answer(*rows, **composite))


def series(picture, name):
    (found,) = [one for one in picture.option["series"] if one["name"] == name]
    return [datum["value"] if isinstance(datum, dict) else datum for datum in found["data"]]


@given(st.lists(st.tuples(st.sampled_from(("opportunity", "alignment")), POINTS), min_size=1, max_size=10))
def test_each_bar_begins_where_the_one_above_it_ends_and_the_last_is_the_sum(parts):
    rows = [row(f"c{at}", dimension, contribution=points) for at, (dimension, points) in enumerate(parts)]
    picture = drawn(*rows)
    below = series(picture, "Below")
    added = [a or b or 0 for a, b in zip(series(picture, "Opportunity"), series(picture, "Alignment"), strict=True)]

    for begins, adds, following in zip(below, added, below[1:-1], strict=False):
        assert following == pytest.approx(begins + adds, abs=1e-3)
    assert below[0] == below[-1] == 0
    assert series(picture, SUM)[-1] == pytest.approx(sum(points for _, points in parts), abs=1e-3)
    assert picture.option["yAxis"]["data"][-1] == SUM


def test_opportunity_comes_first_and_in_each_dimension_what_adds_most():
    rows = [row("a", contribution=1.0), row("b", contribution=9.0), row("c", "opportunity", contribution=2.0)]
    picture = drawn(*rows)
    assert picture.option["yAxis"]["data"] == ["C", "B", "A", SUM]
    assert [line[0] for line in picture.table.rows] == ["C", "B", "A", SUM]


@pytest.mark.parametrize("contribution", [None, 2.5])
def test_what_is_not_known_stands_last_with_what_it_could_add_even_where_the_model_lends_it_something(contribution):
    rows = [row("known"), row("unknown", value=None, contribution=contribution, headroom=7.5)]
    picture = drawn(*rows, low=5.0, high=12.5)
    assert series(picture, "Not known") == [None, 7.5, None]
    assert picture.table.rows[1][2].text == "not known"
    assert "1 of the criteria" in picture.summary


def test_without_a_composite_there_is_nothing_to_add_up_to():
    assert waterfall(answer(row("a", contribution=None, value=None), score=None)) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "\N{EN DASH}"), (True, "yes"), (4, "4"), (0.25, "0.25"), (1234567.8, "1,234,568"), ("gold", "gold"),
    ],
)  # fmt: skip
def test_a_value_is_told_as_it_was_read(value, said):
    assert value_text(value) == said
