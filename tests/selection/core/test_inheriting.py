"""Whose place in the program holds where two accounts are merged."""

from datetime import UTC, date, datetime
from itertools import product
from uuid import UUID, uuid4

from app.accounts.core.inheriting import Heir
from app.selection.core.inheriting import MOVES, STANDING, passes_on
from app.selection.core.lifecycle import IN_PROGRAM, STATES

LOST, KEPT = uuid4(), uuid4()
HEIR = Heir(KEPT, date(2026, 3, 1))


def test_nobody_leaves_the_program_by_a_merge_and_nobody_in_it_loses_their_own_place():
    for lost, own in product((None, *STATES), repeat=2):
        taken = passes_on(lost, own)
        after = lost if taken else own
        assert (after in IN_PROGRAM) == (lost in IN_PROGRAM or own in IN_PROGRAM), (lost, own)
        if own in IN_PROGRAM or lost in {None, "prospect"}:
            assert not taken, (lost, own)


def test_of_two_outside_the_program_the_survivors_own_place_holds():
    assert passes_on("shortlisted", None)
    assert passes_on("shortlisted", "prospect")
    assert not passes_on("shortlisted", "exited")


def a_move(number, account, to, day):
    return {
        "id": UUID(int=number), "account_id": account, "from_state": "prospect", "to_state": to, "track": "standard",
        "tier": None, "moved_on": date(2026, *day), "reason": "It is time", "user_id": uuid4(), "key_id": uuid4(),
        "decision_id": None,
    }  # fmt: skip


def test_the_survivor_moves_from_where_it_was_on_the_day_of_the_merge_or_of_its_own_last_move():
    lost = [a_move(2, LOST, "selected", (2, 1)), a_move(1, LOST, "candidate", (1, 1))]

    for day, on in (((2, 2), date(2026, 3, 1)), ((3, 9), date(2026, 3, 9))):
        (move,) = MOVES.decide(lost, [a_move(3, KEPT, "candidate", day)], HEIR).added
        assert (move["account_id"], move["from_state"], move["to_state"]) == (KEPT, "candidate", "selected")
        assert (move["moved_on"], move["user_id"], move["key_id"]) == (on, None, None)


def test_the_place_is_held_since_the_later_of_both_days_and_what_is_not_taken_is_said():
    def a_place(account, state, month):
        return {"account_id": account, "state": state, "since": datetime(2026, month, 1, tzinfo=UTC)}

    lost = [a_place(LOST, "selected", 1)]
    (stands,) = STANDING.decide(lost, [a_place(KEPT, "candidate", 2)], HEIR).changed
    assert (stands["account_id"], stands["state"], stands["since"].month) == (KEPT, "selected", 2)
    assert STANDING.decide(lost, [a_place(KEPT, "under_review", 2)], HEIR).apart
    assert not STANDING.decide([a_place(LOST, "prospect", 1)], [], HEIR).apart
