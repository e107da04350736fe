"""The six components of a plan: there, and not empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.core.completeness import completeness, components
from app.planning.core.documents import SIX, for_customer, is_empty
from tests.planning.ground import a_whole_document, an_objective, objectives


def missing(document):
    return {one.component: one.missing for one in components(document)}


def test_the_six_components_are_those_of_the_field_guide():
    assert [one.component for one in components({})] == list(SIX)
    assert len(SIX) == 6
    assert completeness({}) == 0
    assert completeness(a_whole_document()) == 1


@given(st.sets(st.sampled_from(SIX)))
def test_each_component_counts_a_sixth(there):
    document = {part: value for part, value in a_whole_document().items() if part in there}

    assert completeness(document) == pytest.approx(len(there) / 6)


def test_objectives_of_ours_alone_are_no_objectives_of_the_customers():
    document = a_whole_document(**objectives(an_objective(outcome="supplier")))

    assert missing(document)["customer_objectives"] == "an objective whose outcome is the customer's"


def test_swot_has_four_fields_and_a_risk_its_mitigation():
    document = a_whole_document(swot={"strengths": ["a"], "weaknesses": [], "opportunities": ["b"]})
    document["risks"]["items"].append({"key": "fire", "mitigation": None})

    assert missing(document)["swot"] == "weaknesses, threats"
    assert missing(document)["risks"] == "the mitigation of fire"
    assert completeness(document) == pytest.approx(4 / 6)


def test_an_empty_part_says_nothing():
    assert is_empty({"risks": {"items": []}, "swot": {"strengths": []}, "value_plan": None})
    assert not is_empty(objectives())


def test_the_customer_sees_shared_parts_alone():
    document = {
        "customer_objectives": {"visibility": "shared", "items": [1]},
        "risks": {"visibility": "internal", "items": [2]},
    }

    seen = for_customer(document)

    assert seen.pop("customer_objectives") == document["customer_objectives"]
    assert set(seen.values()) == {None}
