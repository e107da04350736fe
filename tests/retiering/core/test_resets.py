"""The order of what is said, and how complete it is."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retiering.core.resets import (
    FACING,
    ORDER,
    BeforeItWasPossible,
    Planned,
    ResetNotDone,
    StepsInOrder,
    UnusableSteps,
    check_done,
    check_steps,
    check_turn,
    framing,
    unmapped,
    ways_on,
)
from app.selection.core.lifecycle import IN_PROGRAM, MOVES, STATES

DAY = date(2026, 4, 1)
SAID = {"what_changes": "Less", "why_it_fits": "Speed", "what_they_gain": "Answers", "way_back": "Two projects"}
PLAN = [Planned(kind, DAY, "Answers") for kind in ORDER]


@given(st.lists(st.sampled_from(list(ORDER)), min_size=1, max_size=8))
def test_a_plan_is_taken_if_and_only_if_it_is_in_order_and_holds_a_talk(kinds):
    steps = [Planned(kind, DAY) for kind in kinds]
    places = [list(ORDER).index(kind) for kind in kinds]
    good = places == sorted(places) and bool({"executive_call", "kam_meeting"} & set(kinds))
    if good:
        check_steps(steps)
    else:
        with pytest.raises(UnusableSteps):
            check_steps(steps)


def test_a_later_step_is_not_due_before_an_earlier_one():
    with pytest.raises(UnusableSteps):
        check_steps([*PLAN[:4], replace(PLAN[4], due_on=DAY - timedelta(days=1))])


@given(st.lists(st.booleans(), min_size=9, max_size=9))
def test_the_framing_is_the_share_of_what_is_said(said):
    # Four sentences, four steps that reach the customer (without one, the summary is missing as well).
    sentences = {name: text if there else " " for (name, text), there in zip(SAID.items(), said[:4], strict=True)}
    steps = [replace(PLAN[0], gains=None)]
    steps += [replace(PLAN[at], gains="Answers" if said[3 + at] else None) for at in range(1, 5)]
    found = framing(sentences, steps)
    there = sum(said[:8]) + 1
    assert found.completeness == pytest.approx(there / 9)
    assert len(found.missing) == 9 - there


def test_without_a_summary_the_framing_is_not_complete():
    assert framing(SAID, PLAN[:3]).missing == ("written_summary",)
    assert framing(SAID, PLAN).completeness == 1
    assert "internal_brief" not in FACING


def test_steps_are_done_in_order_and_not_before_the_step_before():
    begun = [replace(PLAN[0], done_on=DAY), *PLAN[1:]]
    check_turn(begun, 2, DAY, DAY - timedelta(days=5))
    for place in (1, 3):
        with pytest.raises(StepsInOrder):
            check_turn(begun, place, DAY, DAY)
    with pytest.raises(BeforeItWasPossible):
        check_turn(begun, 2, DAY - timedelta(days=1), DAY - timedelta(days=5))
    with pytest.raises(BeforeItWasPossible):
        check_turn(PLAN, 1, DAY, DAY + timedelta(days=1))


def test_all_that_is_open_is_named():
    with pytest.raises(ResetNotDone) as refused:
        check_done([*PLAN[:1]], ["Engineer"])
    assert [one.pointer for one in refused.value.errors] == ["/steps/1", "/realignment"]
    check_done([replace(PLAN[0], done_on=DAY)], [])


def test_what_is_no_less_needs_no_word_on_what_takes_its_place():
    one, two, three = UUID(int=1), UUID(int=2), UUID(int=3)
    assert unmapped({one: (4, 2), two: (4, 4), three: (4, 0)}, [three]) == [one]


@given(st.sampled_from(STATES), st.booleans())
def test_the_way_on_is_made_of_legal_moves_and_ends_where_the_decision_leads(state, stays):
    at = state
    for to in ways_on(state, stays=stays):
        assert to in MOVES[at]
        at = to
    if state in IN_PROGRAM and state != "reset":
        assert at == ("retiered" if stays else "reselection")
    if state not in IN_PROGRAM:
        assert at == state
