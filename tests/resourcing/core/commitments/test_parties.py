"""Who may do what about a commitment."""

from uuid import uuid4

import pytest

from app.resourcing.core.commitments.parties import ASKING, OWNING, NotYourMove, Parties, check_party
from app.resourcing.core.commitments.states import MOVES

KAM, REQUESTER, ENGINEER, STRANGER = uuid4(), uuid4(), uuid4(), uuid4()
PARTIES = Parties("service", REQUESTER, KAM)
EVERY_ACT = {act for acts in MOVES.values() for act in acts}


def may(user_id, function):
    allowed = set()
    for act in EVERY_ACT:
        try:
            check_party(act, PARTIES, user_id, function)
        except NotYourMove:
            continue
        allowed.add(act)
    return allowed


def test_the_owning_function_answers_and_delivers_but_cannot_rid_itself_of_a_promise():
    assert may(ENGINEER, "service") == {"accept", "decline", "counter", "schedule", "deliver", "miss"}


@pytest.mark.parametrize("user_id", [KAM, REQUESTER])
def test_who_asks_takes_back_takes_up_and_confirms_but_does_not_answer(user_id):
    assert may(user_id, "sales") == {"withdraw", "accept_counter", "confirm", "miss"}


def test_executives_may_do_all_and_others_nothing():
    assert may(STRANGER, "executive") == EVERY_ACT == OWNING | ASKING
    assert may(STRANGER, "sales") == set()


def test_a_refusal_says_whose_it_is():
    with pytest.raises(NotYourMove, match="accept is for people of service or executive, not for sales"):
        check_party("accept", PARTIES, KAM, "sales")
