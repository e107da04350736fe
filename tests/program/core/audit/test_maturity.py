"""What people's ratings of the program come to."""

from datetime import date
from uuid import UUID

import pytest

from app.program.core.audit.maturity import (
    PLANNING,
    Rating,
    UnusableRating,
    check_rating,
    planning_shares,
    rated,
    standing,
)

DAY = date(2026, 6, 30)
ADA, BOB, CHE = (UUID(int=at) for at in (1, 2, 3))


def rating(value, rater=ADA, function="sales", on=DAY, *, subject="maturity", name="what_is_key", about=None):
    return Rating(subject, name, value, rater, function, on, about)


def test_the_newest_word_of_each_person_counts_for_a_year_as_of_any_day():
    said = [rating(5, on=date(2025, 7, 1)), rating(2, on=date(2026, 1, 1)), rating(4, BOB, on=date(2025, 6, 30))]
    assert [one.value for one in standing(said, DAY)] == [2]
    assert sorted(one.value for one in standing(said, date(2025, 12, 31))) == [4, 5]
    assert standing(said, date(2024, 1, 1)) == []


def test_skills_of_different_people_are_different_things():
    said = [rating(value, subject="skill", name="innovation", about=about) for value, about in ((2, BOB), (4, CHE))]
    found = rated(standing(said, DAY), "skill")["innovation"]
    assert (found.mean, found.spread, found.ratings, found.functions) == (3.0, 2, 2, ("sales",))


def test_ten_sellers_do_not_outvote_one_of_finance():
    said = [rating(5, UUID(int=10 + at)) for at in range(10)] + [rating(1, ADA, "finance")]
    assert rated(said, "maturity")["what_is_key"].mean == pytest.approx(3.0)


def test_planning_is_told_as_shares_of_its_four_words():
    said = [rating(value, UUID(int=value), subject="planning", name="effectiveness") for value in (2, 3, 4)]
    assert planning_shares(said) == pytest.approx(dict(zip(PLANNING, (0, 1 / 3, 1 / 3, 1 / 3), strict=True)))
    assert planning_shares([]) == {}


@pytest.mark.parametrize(
    ("subject", "name", "value", "about", "code"),
    [
        ("maturity", "effectiveness", 1, None, "unknown_name"),
        ("planning", "effectiveness", 5, None, "out_of_range"),
        ("skill", "innovation", 5, None, "whose_skill"),
        ("maturity", "what_is_key", 5, ADA, "whose_skill"),
    ],
)
def test_what_cannot_be_rated_so_is_refused(subject, name, value, about, code):
    with pytest.raises(UnusableRating) as refused:
        check_rating(subject, name, value, about=about, pointer="/ratings/0")
    assert [one.code for one in refused.value.errors] == [code]
