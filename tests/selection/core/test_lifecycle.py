from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection.core.lifecycle import (
    IN_PROGRAM,
    MOVES,
    START,
    STATES,
    DecisionNeeded,
    IllegalLifecycleMove,
    Standing,
    TierNotMeant,
    moved,
)
from app.tenancy.core.organization import USUAL_TRACKS

TODAY = date(2026, 3, 1)
# The way of the program, written down once more: from, and where to.
WAY = """
    prospect candidate | candidate shortlisted prospect | shortlisted calibrated candidate |
    calibrated selected shortlisted | selected under_review | under_review selected retiered reset |
    retiered under_review | reset reselection exited | reselection selected exited | exited candidate
"""
LEGAL = {words[0]: set(words[1:]) for words in (line.split() for line in WAY.replace("\n", " ").split("|"))}


def go(standing, to, *, tier=None, decided=None):
    return moved(standing, to, tier=tier, decided_tier=decided, on=TODAY, tracks=USUAL_TRACKS)


def at(state, tier="tier_2", track="standard"):
    inside = state in {"selected", "under_review", "retiered", "reset"}
    return Standing(state, track, tier if inside else None, TODAY if inside else None)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("to", STATES)
def test_an_account_goes_where_the_way_leads_and_nowhere_else(state, to):
    tier = "tier_1" if to == "retiered" else None
    if to in LEGAL[state]:
        assert go(at(state), to, tier=tier, decided="tier_2").state == to
    else:
        with pytest.raises(IllegalLifecycleMove) as refused:
            go(at(state), to, tier=tier, decided="tier_2")
        assert all(legal in refused.value.detail for legal in LEGAL[state])


def test_nobody_becomes_a_key_account_without_every_step_and_a_decision():
    standing = START
    for step in ("candidate", "shortlisted", "calibrated"):
        standing = go(standing, step)
    with pytest.raises(DecisionNeeded):
        go(standing, "selected")

    selected = go(standing, "selected", decided="tier_1")

    assert selected == Standing("selected", "standard", "tier_1", TODAY + timedelta(days=365))
    assert selected.legal_moves == ("under_review",)


def test_an_account_selected_as_emerging_is_on_the_high_potential_track_with_a_clock_of_its_own():
    selected = go(at("calibrated"), "selected", decided="emerging")

    assert (selected.track, selected.review_due_on) == ("high_potential", TODAY + timedelta(days=180))
    grown = go(go(selected, "under_review"), "retiered", tier="tier_3")
    assert (grown.track, grown.tier, grown.review_due_on) == ("standard", "tier_3", TODAY + timedelta(days=365))


def test_an_account_that_is_retained_keeps_its_tier_without_a_decision():
    retained = go(at("under_review", "tier_2"), "selected")

    assert (retained.tier, retained.review_due_on) == ("tier_2", TODAY + timedelta(days=365))


@pytest.mark.parametrize(
    ("state", "to", "tier", "code"),
    [
        ("under_review", "retiered", None, "missing"),
        ("under_review", "retiered", "tier_2", "unchanged"),
        ("calibrated", "selected", "tier_1", "unexpected"),
        ("prospect", "candidate", "tier_1", "unexpected"),
    ],
)
def test_a_tier_comes_with_retiering_alone_and_has_to_be_another_one(state, to, tier, code):
    with pytest.raises(TierNotMeant) as refused:
        go(at(state, "tier_2"), to, tier=tier, decided="tier_2")

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/tier", code)]


def test_a_review_is_overdue_after_its_day_and_not_on_it():
    standing = at("selected")

    assert not standing.overdue(TODAY)
    assert standing.overdue(TODAY + timedelta(days=1))
    assert not START.overdue(TODAY)


@given(st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(["tier_1", "tier_2", "emerging"])), max_size=40))
def test_however_it_moves_an_account_has_tier_and_review_exactly_while_it_is_in_the_program(steps):
    standing = START
    for to, tier in steps:
        wanted = tier if to == "retiered" else None
        if to in MOVES[standing.state] and not (to == "retiered" and tier == standing.tier):
            standing = go(standing, to, tier=wanted, decided=tier)
        inside = standing.state in IN_PROGRAM
        assert (standing.tier is not None, standing.review_due_on is not None) == (inside, inside)
        assert (standing.track == "high_potential") == (standing.tier == "emerging")
