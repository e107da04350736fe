"""How actions move, and what an outcome has to stand on."""

from datetime import date
from itertools import pairwise

import pytest

from app.calibration.core.requirements import Requirement
from app.kernel.ids import new_id
from app.retiering.core.appraisals import (
    ACTION_MOVES,
    ActionState,
    AppraisalClosed,
    IllegalAppraisalActionMove,
    OutcomeNotSo,
    UnusableAppraisal,
    check_action_move,
    check_day,
    check_live,
    check_outcome,
)
from app.retiering.core.findings import Findings, Use, found

DAY = date(2026, 6, 30)


def findings(standing):
    one = Requirement(new_id(), "customer", "They plan", None, None, None, DAY, standing, None, None, None)
    return Findings(DAY, (found(one, None),), Use(None, None), None)


def test_an_action_is_offered_agreed_carried_out_and_may_fail_at_any_time():
    walk: tuple[ActionState, ...] = ("offered", "agreed", "in_progress", "done")
    for before, after in pairwise(walk):
        check_action_move(before, after)
        check_action_move(before, "failed")
    for state, legal in ACTION_MOVES.items():
        for to in set(ACTION_MOVES) - set(legal):
            with pytest.raises(IllegalAppraisalActionMove, match=", ".join(legal) or "nothing"):
                check_action_move(state, to)


@pytest.mark.parametrize(
    ("outcome", "standing", "actions", "decided", "so"),
    [
        ("met", "met", ["done", "failed"], False, True), ("met", "missed", [], False, False),
        ("met", "met", ["agreed"], False, False), ("improved", "missed", ["done"], False, True),
        ("improved", "met", ["offered"], False, False), ("decided", "missed", ["agreed"], True, True),
        ("decided", "met", [], False, False), ("unfounded", "missed", ["agreed"], False, True),
    ],
)  # fmt: skip
def test_an_outcome_is_what_the_record_bears_out(outcome, standing, actions, decided, so):
    if so:
        check_outcome(outcome, findings(standing), actions, decided=decided)
    else:
        with pytest.raises(OutcomeNotSo):
            check_outcome(outcome, findings(standing), actions, decided=decided)


def test_what_is_closed_stays_and_nothing_happens_before_what_it_follows():
    check_live("reevaluation")
    with pytest.raises(AppraisalClosed):
        check_live("closed")
    check_day(DAY, DAY, "the day of the first sign")
    with pytest.raises(UnusableAppraisal) as refused:
        check_day(date(2026, 6, 29), DAY, "the day of the first sign", pointer="/due_on")
    assert refused.value.errors[0].pointer == "/due_on"
