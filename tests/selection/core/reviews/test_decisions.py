"""When a candidate may be decided on, as what, and after which decision."""

from uuid import UUID

import pytest

from app.selection.core.reviews.decisions import (
    AlreadyDecided,
    NotReadyToDecide,
    UnusableDecision,
    followed,
    lacking,
    refuse_unfit_tier,
    refuse_unready,
)

FIRST, SECOND = UUID(int=1), UUID(int=2)
TIERS = ("tier_1", "tier_2", "emerging")


def test_nothing_is_lacking_with_an_agreed_rating_and_the_votes_of_two_functions():
    assert lacking(["sales", "finance"], agreed=True) == ()


@pytest.mark.parametrize(
    ("voted", "agreed", "lacks"),
    [([], False, 2), (["sales"], True, 1), (["sales", "sales"], True, 1), (["sales", "finance"], False, 1)],
)
def test_each_lack_is_named_and_only_a_reason_gets_past_it(voted, agreed, lacks):
    missing = lacking(voted, agreed=agreed)

    assert len(missing) == lacks
    with pytest.raises(NotReadyToDecide, match="override_reason"):
        refuse_unready(missing, None)
    refuse_unready(missing, "The board asked for it")


@pytest.mark.parametrize(("decision", "tier"), [("select", "tier_2"), ("select", "emerging"), ("defer", None)])
def test_a_selection_names_a_tier_and_nothing_else_does(decision, tier):
    refuse_unfit_tier(decision, tier, TIERS)


@pytest.mark.parametrize(
    ("decision", "tier", "code"),
    [("select", None, "missing"), ("select", "standard", "unknown_tier"), ("reject", "tier_1", "unexpected")],
)
def test_a_tier_that_does_not_fit_is_named_with_why(decision, tier, code):
    with pytest.raises(UnusableDecision) as refused:
        refuse_unfit_tier(decision, tier, TIERS)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/tier", code)]


@pytest.mark.parametrize(
    ("newest", "here", "named", "expected"),
    [
        (None, False, None, None),  # the first decision on the account
        (FIRST, False, None, FIRST),  # a later review's
        (FIRST, False, FIRST, FIRST),
        (FIRST, True, FIRST, FIRST),  # the same review's, which says so
    ],
)
def test_a_decision_follows_the_newest_one(newest, here, named, expected):
    assert followed(newest, here=here, named=named) == expected


@pytest.mark.parametrize(
    ("newest", "here", "named"),
    [
        (FIRST, True, None),  # twice in one review
        (SECOND, True, FIRST),  # somebody was faster
        (SECOND, False, FIRST),
        (None, False, FIRST),
    ],
)
def test_who_does_not_know_the_newest_decision_is_refused(newest, here, named):
    with pytest.raises(AlreadyDecided):
        followed(newest, here=here, named=named)
