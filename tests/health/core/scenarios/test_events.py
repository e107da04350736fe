"""Whom an event strikes, what it takes, and when it cannot happen at all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.health.core.scenarios.case import unchanged
from app.health.core.scenarios.events import KINDS, MEANINGS, Event, consequence
from app.health.core.scenarios.figures import figures
from tests.health.core.scenarios.examples import ADA, BEN, OFFICE, PLANT, SERVICE, a_deal, a_person, facts

deals = st.lists(
    st.builds(
        a_deal,
        st.just(0),
        st.sampled_from(["open", "won", "lost"]),
        st.one_of(st.none(), st.floats(0, 1e6)),
        st.integers(0, 900),
        center=st.sampled_from([PLANT, OFFICE, None]),
        contact=st.sampled_from([ADA, BEN, None]),
        offering=st.sampled_from([SERVICE, None]),
        sole_sourced=st.sampled_from([True, False, None]),
        competitor=st.booleans(),
    ),
    max_size=8,
)
people = st.lists(st.sampled_from(["advocate", "supporter", "neutral", "unknown"]), max_size=2).map(
    lambda stances: [a_person(contact, stance) for contact, stance in zip((ADA, BEN), stances, strict=False)]
)
worlds = st.builds(lambda made, there: facts(*made, people=there), deals, people)


def test_each_kind_says_what_it_is_taken_to_mean():
    assert set(MEANINGS) == set(KINDS)
    assert len(KINDS) == 6


@settings(max_examples=40)
@given(worlds, st.sampled_from(KINDS), st.floats(0.01, 1))
def test_whatever_is_not_kept_is_at_risk_and_what_cannot_happen_changes_nothing(there, kind, decline):
    found = consequence(there, Event(kind, decline=decline))

    assert (found.case.kept >= 0).all()
    assert (found.case.kept <= 1).all()
    assert (found.case.at_risk >= 1 - found.case.kept).all()
    assert (found.case.at_risk <= 1).all()
    # What was lost, or won longer ago, cannot be lost again.
    assert (found.case.at_risk[~(there.open | there.won_ltm)] == 0).all()
    if found.reason is not None:
        assert (found.case.at_risk == 0).all()
        assert not found.case.inactive
        assert found.struck is None


@settings(max_examples=40)
@given(worlds, st.sampled_from(KINDS))
def test_no_event_brings_revenue_advocates_or_buying_centers(there, kind):
    today = figures(there, unchanged(there))
    then = figures(there, consequence(there, Event(kind)).case)

    for key in ("revenue_ltm", "open_pipeline", "expected", "advocates", "gross_retention", "buying_centers_active"):
        assert np.isnan(today[key]) or np.isnan(then[key]) or then[key] <= today[key] * (1 + 1e-9), key
    assert then["competitor_footholds"] >= today["competitor_footholds"]


def test_the_supporter_who_leaves_is_the_one_on_whom_most_money_hangs():
    there = facts(
        a_deal(1, "won", 100.0, contact=ADA),
        a_deal(2, "open", 250.0, contact=BEN),
        people=[a_person(ADA, "advocate", "c_level"), a_person(BEN, "supporter", "manager")],
    )

    struck = consequence(there, Event("supporter_leaves")).struck

    assert struck is not None
    assert struck.id == BEN


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (a_person(ADA, "supporter", "vp"), a_person(BEN, "advocate", "director")),  # seniority before stance
        (a_person(ADA, "advocate", "vp"), a_person(BEN, "supporter", "vp")),  # stance before the last meeting
        (a_person(ADA, met_days_ago=5), a_person(BEN, met_days_ago=50)),
        (a_person(ADA, "supporter", "functional"), a_person(BEN, "neutral", "c_level")),
        (a_person(ADA, "supporter"), a_person(BEN, "advocate", active=False)),
        (a_person(ADA, "supporter"), a_person(BEN, "advocate", own=False)),
    ],
)
def test_where_nothing_hangs_on_either_the_weightier_supporter_leaves(first, second):
    for order in ((first, second), (second, first)):
        struck = consequence(facts(people=order), Event("supporter_leaves")).struck
        assert struck is not None
        assert struck.id == ADA


def test_a_beachhead_falls_where_no_competitor_is_yet_unless_there_is_one_everywhere():
    large, small = a_deal(1, "open", 100.0, competitor=True), a_deal(2, "open", 10.0, center=OFFICE)

    found = consequence(facts(large, small), Event("competitor_beachhead"))
    taken = consequence(facts(large, replace(small, competitor=True)), Event("competitor_beachhead"))

    assert found.case.foothold == OFFICE
    assert taken.reason == "a_competitor_in_each"


def test_growth_within_what_is_used_already_is_what_a_mature_user_base_costs():
    there = facts(
        a_deal(1, "won", 100.0, 500),
        a_deal(2, "won", 150.0, 100),
        a_deal(3, "open", 400.0),
        a_deal(4, "won", 70.0, 100, offering=SERVICE),  # bought for the first time: nothing says that it is used up
    )

    found = consequence(there, Event("user_base_matures"))

    assert found.case.kept == pytest.approx([1, 100 / 150, 100 / 400, 1])
