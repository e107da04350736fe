"""What stands of an account's assessments on a day, how far it agrees, and how it has changed."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.health.core.assessments import ELEMENTS, Assessment, Found, summary

DAY = date(2026, 6, 30)
ADA, BEN, CLEO, DAN = (UUID(int=number) for number in range(1, 5))


def said(person, value, days_ago, *, function="sales", element="relationships"):
    return Assessment(person, function, DAY - timedelta(days=days_ago), {element: Found(value, "as seen")})


def newest_first(*assessments):
    return sorted(assessments, key=lambda one: one.assessed_on, reverse=True)


def of(found, element="relationships"):
    return next(one for one in found.elements if one.element == element)


def test_the_ten_elements_stand_in_their_order_even_with_nobody_s_word():
    found = summary([], DAY)

    assert tuple(one.element for one in found.elements) == ELEMENTS
    assert len(ELEMENTS) == 10
    assert found.mean is None
    assert found.previous_on is None
    assert all(one.mean is None and one.agreement is None and not one.low_agreement for one in found.elements)


def test_each_function_has_one_voice_however_many_of_its_people_spoke():
    found = of(summary([said(ADA, 5, 1), said(BEN, 5, 1), said(CLEO, 4, 1), said(DAN, 1, 1, function="finance")], DAY))

    assert found.mean == pytest.approx(((5 + 5 + 4) / 3 + 1) / 2)
    assert [(one.function, one.raters) for one in found.by_function] == [("finance", 1), ("sales", 3)]
    assert found.between_people is not None
    assert found.between_people.range == 4


def test_a_person_s_newest_word_stands_element_by_element():
    told = newest_first(said(ADA, 1, 5), said(ADA, 4, 2), said(ADA, 2, 5, element="governance"))
    found = summary(told, DAY)

    assert of(found).mean == 4
    assert of(found, "governance").mean == 2
    assert found.assessors[0].assessed_on == DAY - timedelta(days=2)
    assert set(found.assessors[0].missing) == set(ELEMENTS) - {"relationships", "governance"}


def test_of_one_day_the_word_that_comes_first_is_the_later_one():
    assert of(summary([said(ADA, 2, 3), said(ADA, 5, 3)], DAY)).mean == 2


@pytest.mark.parametrize(("days_ago", "stands"), [(364, True), (365, False), (366, False)])
def test_a_word_stands_for_a_year(days_ago, stands):
    found = summary([said(ADA, 4, days_ago)], DAY)

    assert (of(found).mean == 4) is stands
    assert (found.lapsed == (ADA,)) is not stands


def test_two_points_apart_is_no_agreement_and_one_point_is():
    assert of(summary([said(ADA, 3, 1), said(BEN, 5, 1)], DAY)).low_agreement
    assert not of(summary([said(ADA, 4, 1), said(BEN, 5, 1)], DAY)).low_agreement
    assert not of(summary([said(ADA, 4, 1)], DAY)).low_agreement


def test_change_is_against_what_stood_before_the_newest_round():
    told = newest_first(said(ADA, 2, 100), said(BEN, 4, 100), said(ADA, 4, 10), said(CLEO, 5, 1))
    found = of(summary(told, DAY))

    assert found.previous == 3
    assert found.mean == pytest.approx((4 + 4 + 5) / 3)
    assert found.change == pytest.approx(13 / 3 - 3)
    assert found.change_of_same == 1.0  # Ada from 2 to 4, Ben's word stands as it did


def test_a_first_round_that_takes_a_while_has_nothing_before_it():
    found = of(summary(newest_first(said(ADA, 2, 29), said(BEN, 4, 0)), DAY))

    assert (found.mean, found.previous, found.change, found.change_of_same) == (3, None, None, None)
    assert of(summary(newest_first(said(ADA, 2, 30), said(BEN, 4, 0)), DAY)).previous == 2


words = st.lists(
    st.builds(
        said,
        st.sampled_from([ADA, BEN, CLEO]),
        st.integers(1, 5),
        st.integers(-20, 800),
        function=st.sampled_from(["sales", "finance"]),
        element=st.sampled_from(["relationships", "governance"]),
    ),
    max_size=12,
)


@settings(max_examples=30)
@given(words, st.integers(0, 400))
def test_what_is_dated_later_changes_nothing(told, days_ago):
    day = DAY - timedelta(days=days_ago)
    until_then = [one for one in newest_first(*told) if one.assessed_on <= day]

    assert summary(newest_first(*told), day) == summary(until_then, day)


@settings(max_examples=30)
@given(words)
def test_means_lie_on_the_scale_and_one_voice_alone_is_everything(told):
    found = summary(newest_first(*told), DAY)

    for one in found.elements:
        assert one.mean is None or 1 <= one.mean <= 5
        assert one.people == len({voice.user_id for voice in one.voices}) == len(one.voices)
        if one.people == 1:
            assert one.mean == one.voices[0].found.value
