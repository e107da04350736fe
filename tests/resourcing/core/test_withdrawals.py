"""Whether a change takes something, and whether it may."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resourcing.core.entitlements import Grant, Statement, replaced
from app.resourcing.core.withdrawals import ConversationNotRecorded, Hold, check_withdrawal, remaining, withdrawn

DAY = date(2026, 4, 1)
DESK, LAB = UUID(int=1), UUID(int=2)


def states(resource, quantity, basis="tier", *, until=None, since=-10, at=1):
    grant = Grant(resource, quantity, basis, until_on=until and DAY + timedelta(days=until))
    return Statement(UUID(int=100 + at), grant, DAY + timedelta(days=since))


@pytest.mark.parametrize(
    ("hold", "on", "refused"),
    [
        (None, DAY, {"told"}),
        (Hold(None), DAY, {"told", "unheld"}),
        (Hold(DAY), DAY - timedelta(days=1), {"told", "unheld"}),
        (Hold(DAY), DAY, set()),
    ],
)
def test_what_is_held_is_not_taken_before_the_talk(hold, on, refused):
    for allowed in ("agreed", "unheld", "told"):
        if allowed in refused:
            with pytest.raises(ConversationNotRecorded):
                check_withdrawal(hold, on, allowed)
        else:
            check_withdrawal(hold, on, allowed)


def test_a_tier_that_ends_takes_nothing_where_an_agreement_gives_as_much():
    tier, agreement = states(DESK, 4), states(DESK, 4, "agreement", at=2)
    assert withdrawn([tier, agreement], remaining([tier, agreement], [tier.id], DAY), DAY) == set()
    assert withdrawn([tier], remaining([tier], [tier.id], DAY), DAY) == {DESK}


def test_more_of_one_thing_is_no_less_of_another_and_an_early_end_is_less():
    desk, lab = states(DESK, 4), states(LAB, 2, at=2)
    assert withdrawn([desk], [desk, lab], DAY) == set()
    assert withdrawn([desk, lab], [states(DESK, 3), lab], DAY) == {DESK}
    ending = states(DESK, 4, until=30)
    assert withdrawn([ending], [states(DESK, 4, until=20)], DAY) == {DESK}
    assert withdrawn([ending], [ending], DAY) == set()


def test_what_begins_later_counts_as_well():
    later = states(DESK, 4, since=10)
    assert withdrawn([later], [], DAY) == {DESK}


quantities = st.integers(0, 5)


@given(st.lists(st.tuples(st.sampled_from([DESK, LAB]), quantities), max_size=4), quantities, quantities)
def test_replacing_a_tier_takes_just_what_shrinks(others, before, after):
    held = [states(one, much, "exception", at=2 + at) for at, (one, much) in enumerate(others)]
    tier = [states(DESK, before)] if before else []
    change = replaced(tier, [Grant(DESK, after, "tier")], DAY)
    opened = [Statement(UUID(int=99), replace(one.grant, until_on=one.until_on), DAY) for one in change.opened]
    now = [*remaining([*tier, *held], change.ended, DAY), *opened]
    assert withdrawn([*tier, *held], now, DAY) == ({DESK} if after < before else set())
