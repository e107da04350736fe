"""What the rules recommend, case by case, and what they never do."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.retiering.core.deciding import ranked
from app.retiering.core.evidence import Appraised, Evidence, Scored
from app.retiering.core.findings import Findings, Placed, RequirementFound, Use
from app.retiering.core.recommendation import LESS, recommend
from app.retiering.core.recommendation_documents import document
from app.retiering.core.tier_rules import rules_of
from app.selection.core.model import SelectionModel

DAY = date(2026, 3, 2)
MODEL = SelectionModel(criteria=())


def required(status, owed_by="customer"):
    return RequirementFound(
        expectation_id=uuid4(), owed_by=owed_by, title=f"{owed_by}: {status}", status=status, metric=None,
        comparison=None, target=None, assessed=None, assessed_on=None, measured=None, due_on=DAY, missed_since=None,
    )  # fmt: skip


def scored(opportunity=80.0, alignment=80.0, **fields):
    figures = {"opportunity": opportunity, "alignment": alignment, "composite": (opportunity + alignment) / 2}
    known = {"tier": "tier_1", "provisional": False, **fields}
    return Scored(DAY, figures["composite"], figures, rules_of(MODEL), **known)


def evidence(*statuses, tier="tier_1", score=None, state=None, diagnosis=None, quadrant="thriving", use=0.9):
    placed = Placed(quadrant, DAY, None, 70.0, 70.0)
    findings = Findings(DAY, tuple(required(one) for one in statuses), Use(use, use), placed)
    appraised = None if state is None else Appraised(uuid4(), state, diagnosis)
    return Evidence(tier, MODEL.tier_names, score or scored(), findings, appraised)


LOW = scored(66.0)


@pytest.mark.parametrize(
    ("known", "decision", "tier", "blocked"),
    [
        (evidence("met"), "retain", "tier_1", ()),
        (evidence("met", score=scored(72.0)), "retain_with_conditions", "tier_1", ()),
        (evidence("missed", "met"), "retain_with_conditions", "tier_1", ()),
        (evidence("met", quadrant="at_risk"), "retain_with_conditions", "tier_1", ()),
        (evidence("missed", score=LOW), "downtier", "tier_2", ()),
        (evidence("open", score=LOW), "downtier", "tier_2", ()),
        (evidence("met", score=LOW), "retain_with_conditions", "tier_1", ()),  # it keeps to all that was agreed
        (evidence(score=LOW), "review", "tier_1", ("no_requirements_on_file",)),
        (evidence("missed", score=replace(LOW, provisional=True)), "review", "tier_1", ("provisional_score",)),
        (evidence("missed", state="reevaluation"), "downtier", "tier_2", ()),
        (evidence("missed", state="reevaluation", diagnosis="unable"), "retain_with_conditions", "tier_1", ()),
        (evidence("missed", state="open", diagnosis="unwilling"), "downtier", "tier_2", ()),
        (evidence("missed", score=scored(20.0), state="open", diagnosis="unwilling"), "exit_program", "standard", ()),
        (evidence(score=scored(tier="standard", ineligible=True)), "exit_program", "standard", ()),
        (evidence("met", tier="tier_2"), "uptier", "tier_1", ()),
        (evidence("missed", "met", tier="tier_2"), "retain_with_conditions", "tier_2", ()),
        (evidence("missed", tier="standard", score=scored(40.0), state="reevaluation"), "exit_program", "standard", ()),
        (evidence("missed", tier="tier_2", state="reevaluation"), "retain_with_conditions", "tier_2", ()),
        (evidence("met", tier="emerging", score=scored(20, 20)), "retain_with_conditions", "emerging", ()),
        (evidence("met", tier="emerging", score=scored(tier="emerging")), "retain", "emerging", ()),
        (evidence("met", tier="emerging"), "uptier", "tier_1", ()),
        (evidence("open", tier="emerging", score=scored(41, 41, tier="standard")), "retain", "emerging", ()),
        (evidence("open", tier="emerging", score=scored(39, 41, tier="standard")), "downtier", "standard", ()),
        (evidence("met", tier=None), "review", None, ("tier_unknown",)),
        (evidence("met", tier="gold"), "review", "gold", ("tier_unknown",)),
        (replace(evidence("met"), scored=None), "review", "tier_1", ("not_scored",)),
    ],
)
def test_each_case_has_its_recommendation(known, decision, tier, blocked):
    found = recommend(known)
    assert (found.decision, found.tier, found.blocked_by) == (decision, tier, blocked)


cases = st.builds(
    evidence,
    *[st.sampled_from(["met", "missed", "at_risk", "open"])] * 2,
    tier=st.sampled_from(MODEL.tier_names),
    score=st.builds(
        scored,
        st.floats(0, 100),
        st.floats(0, 100),
        tier=st.sampled_from(MODEL.tier_names),
        provisional=st.booleans(),
        ineligible=st.booleans(),
    ),
    state=st.sampled_from([None, "open", "reevaluation"]),
    diagnosis=st.sampled_from([None, "unable", "unwilling"]),
    quadrant=st.sampled_from(["thriving", "at_risk"]),
)


@settings(max_examples=150)
@given(cases)
def test_less_for_performance_needs_something_on_file_and_a_score_that_is_sure(known):
    unsure = known.scored.provisional and not known.scored.ineligible
    without = replace(known, findings=replace(known.findings, requirements=()))
    assert not (unsure and recommend(known).decision in LESS)
    assert recommend(without).decision not in LESS or known.scored.ineligible


@settings(max_examples=150)
@given(cases)
def test_a_change_of_tier_goes_where_it_says(known):
    found, ranks = recommend(known), ranked(MODEL.tier_names)
    if found.decision in {"uptier", "downtier"}:
        assert found.tier is not None
        assert known.tier is not None
        assert (ranks[found.tier] < ranks[known.tier]) == (found.decision == "uptier")
        assert found.tier != known.tier


@settings(max_examples=150)
@given(cases)
def test_what_is_kept_of_a_recommendation_says_why(known):
    found = recommend(known)
    kept = document(found, known)
    assert kept["reasons"]
    assert (found.decision == "review") == bool(kept["blocked_by"])
    assert (found.decision == "retain_with_conditions") <= bool(kept["conditions"])


def test_our_own_misses_speak_for_looking_closer_not_for_less():
    findings = Findings(DAY, (required("missed", "supplier"), required("met")), Use(0.2, 0.2), None)
    found = recommend(replace(evidence(), findings=findings))
    by_code = {reason.code: reason for reason in found.reasons}
    assert found.decision == "retain"
    assert by_code["supplier_missed"].speaks_for == "caution"
    assert (by_code["resources_unused"].value, by_code["resources_unused"].threshold) == (0.2, 0.5)


def test_a_fall_within_ninety_days_is_a_reason():
    found = recommend(evidence("met", score=scored(before_90=90.0)))
    falling = next(reason for reason in found.reasons if reason.code == "falling")
    assert (falling.value, falling.threshold, falling.speaks_for) == (-10, -5, "less")
