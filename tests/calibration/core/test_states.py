"""The states of a calibration: what follows what, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration.core import states
from app.calibration.core.states import ACTIVE, CLOSED, STEPS, IllegalCalibrationMove, NotInStep

ALL = st.sampled_from((*STEPS, ACTIVE, *CLOSED))


def test_the_steps_follow_one_another_and_the_last_leads_into_force():
    assert [states.following(step) for step in STEPS] == ["assessing", "aligning", "investing", "active"]


@given(ALL, st.booleans())
def test_no_step_is_ever_skipped_and_going_back_leads_back(state, revealed):
    legal = states.legal_moves(state, revealed=revealed)

    order = (*STEPS, ACTIVE)
    ahead = [order.index(to) - order.index(state) for to in legal if to in order and state in order]
    assert all(step <= 1 for step in ahead)
    assert ahead.count(1) == (state in STEPS)


@given(ALL, st.sampled_from(STEPS), st.booleans())
def test_going_back_is_legal_exactly_where_it_is_named(state, to, revealed):
    legal = to in states.may_go_back_to(state, revealed=revealed)

    if legal:
        states.check_back(state, to, revealed=revealed)
        assert to in states.legal_moves(state, revealed=revealed)
    else:
        with pytest.raises(IllegalCalibrationMove, match=state):
            states.check_back(state, to, revealed=revealed)


@pytest.mark.parametrize("state", CLOSED)
def test_what_is_over_stays_over(state):
    assert states.legal_moves(state) == states.may_go_back_to(state) == ()
    with pytest.raises(IllegalCalibrationMove, match="nothing"):
        states.following(state)


def test_exploring_is_begun_anew_only_once_both_sides_were_revealed():
    assert states.may_go_back_to("exploring") == ()
    assert states.may_go_back_to("exploring", revealed=True) == ("exploring",)
    assert states.legal_moves("exploring") == ("assessing", "ended")


def test_what_is_in_force_is_superseded_or_ended():
    assert states.legal_moves("active") == ("superseded", "ended")


@given(st.sampled_from(STEPS))
def test_going_back_takes_exactly_the_steps_after_it_along(to):
    assert states.reopened_by(to) == STEPS[STEPS.index(to) + 1 :]


def test_a_record_of_another_step_is_refused_naming_where_the_calibration_stands():
    states.check_in("aligning", ("aligning", "investing"))
    with pytest.raises(NotInStep, match="it is exploring; this is for aligning or investing"):
        states.check_in("exploring", ("aligning", "investing"))
