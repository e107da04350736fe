"""How a commitment moves, against a table of its own and a machine that walks at random."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.resourcing.core.commitments.states import (
    CLOSED,
    MOVES,
    STATES,
    TAKING,
    BeforeLastMove,
    IllegalCommitmentMove,
    check_day,
    legal_acts,
    state_after,
)
from app.resourcing.core.commitments.terms import goes_beyond

# As the rules of the domain have it: state, then what it may become.
BECOMES = {
    "requested": {"accepted", "declined", "countered", "withdrawn"},
    "countered": {"accepted", "withdrawn"},
    "accepted": {"accepted", "delivered", "missed", "withdrawn"},
    "delivered": {"delivered"},
    "declined": set(),
    "withdrawn": set(),
    "missed": set(),
}
ACTS = sorted({act for acts in MOVES.values() for act in acts})
CAPACITY = 10


def test_each_state_leads_where_the_domain_says():
    assert {state: set(MOVES[state].values()) for state in STATES} == BECOMES


@pytest.mark.parametrize("state", STATES)
def test_what_is_not_legal_is_refused_with_what_is(state):
    for act in set(ACTS) - set(legal_acts(state)):
        with pytest.raises(IllegalCommitmentMove) as refused:
            state_after(state, act)
        assert str(refused.value) == f"it is {state}: {act} is not done then; legal: " + (
            ", ".join(legal_acts(state)) or "nothing"
        )


def test_a_delivery_is_confirmed_once():
    assert state_after("delivered", "confirm") == "delivered"
    with pytest.raises(IllegalCommitmentMove, match="legal: nothing"):
        state_after("delivered", "confirm", confirmed=True)


def test_what_closed_stays_closed():
    assert all(not legal_acts(state) for state in CLOSED)


def test_a_move_is_not_of_a_day_before_the_last():
    check_day(date(2026, 3, 1), date(2026, 3, 1))
    with pytest.raises(BeforeLastMove, match="2026-03-02"):
        check_day(date(2026, 3, 1), date(2026, 3, 2))


class Walk(RuleBasedStateMachine):
    """A handful of requests for one resource, moved at random, beside a second way of counting what is taken."""

    @initialize()
    def begin(self):
        self.states = ["requested"] * 4
        self.quantities = [4] * 4
        self.days = [date(2026, 1, 1)] * 4
        self.said_yes = [0] * 4

    @rule(at=st.integers(0, 3), act=st.sampled_from(ACTS), days=st.integers(-1, 3))
    def move(self, at, act, days):
        before, on = self.states[at], self.days[at] + timedelta(days=days)
        try:
            check_day(on, self.days[at])
            after = state_after(before, act)
        except BeforeLastMove:
            assert days < 0
        except IllegalCommitmentMove:
            assert act not in MOVES[before]
        else:
            assert after in BECOMES[before]
            if after == "accepted" != before and goes_beyond(CAPACITY, self.promised(), self.quantities[at]):
                assert sum(self.said_yes) == 2  # two times 4 of 10
                return
            self.states[at], self.days[at] = after, on
            self.said_yes[at] = int(after in {"accepted", "delivered"})

    def promised(self):
        return sum(q for q, s in zip(self.quantities, self.states, strict=True) if s in TAKING)

    @invariant()
    def never_more_is_promised_than_there_is(self):
        assert self.promised() == 4 * sum(self.said_yes) <= CAPACITY


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
