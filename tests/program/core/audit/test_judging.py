"""What of a program is in place, and what comes first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.program.core.audit.checks import CHECKS
from app.program.core.audit.judging import Figure, audit
from app.program.core.audit.parts import CHAIN, ELEMENTS, MINIMUM, QUESTIONS, REQUIREMENTS

ALL_IN_PLACE = {code: Figure(check.at_least) for code, check in CHECKS.items()}
VALUES = st.one_of(st.none(), st.floats(0.0, 4.0))


def test_every_part_names_checks_that_there_are_and_every_check_is_asked_for():
    named = [code for parts in (REQUIREMENTS, QUESTIONS, ELEMENTS, MINIMUM) for part in parts for code in part.checks]
    assert set(named) == set(CHECKS)
    assert set(CHAIN) <= set(CHECKS)


def test_every_check_is_mended_by_a_requirement_but_those_that_only_answer_questions():
    of_requirements = {code for part in REQUIREMENTS for code in part.checks}
    assert set(CHECKS) - of_requirements == {"several_functions", "health_measured"}


def test_where_all_holds_all_is_in_place_and_nothing_is_to_be_done():
    found = audit(ALL_IN_PLACE)
    groups = (found.requirements, found.questions, found.elements, found.minimum)
    assert {one.status for group in groups for one in group} == {"in_place"}
    assert list(found.next_actions) == []


def test_what_is_not_known_is_no_proof_of_anything():
    assert {one.status for one in audit({}).requirements} == {"unknown"}
    known = {**ALL_IN_PLACE, "plans_fresh": Figure(None)}
    planning = next(one for one in audit(known).requirements if one.part.code == "planning")
    assert planning.status == "partly"
    assert [gap.check.code for gap in planning.gaps] == ["plans_fresh"]


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ((0.8, 0.8, 0.8, 0.8), "in_place"),
        ((0.8, 0.79, 1.0, 1.0), "partly"),
        ((0.0, 0.1, None, 0.4), "partly"),  # half way
        ((0.0, 0.1, None, 0.39), "missing"),
    ],
)
def test_a_requirement_stands_by_its_checks(values, status):
    codes = ("planned", "plans_fresh", "plans_joint", "reviewed_regularly")
    found = audit(dict(zip(codes, map(Figure, values), strict=True)))
    assert next(one.status for one in found.requirements if one.part.code == "planning") == status


def test_the_weakest_link_of_the_chain_comes_first_then_what_most_waits_for():
    gaps = {"requirements_on_file": 0.5, "calibrated": 0.2, "plans_joint": 0.0, "planned": 0.0, "tailored": 0.0}
    found = audit({**ALL_IN_PLACE, **{code: Figure(value) for code, value in gaps.items()}})
    assert [gap.check.code for _, gap in found.next_actions] == ["calibrated", "plans_joint", "requirements_on_file"]


@settings(max_examples=30)
@given(st.fixed_dictionaries(dict.fromkeys(CHECKS, VALUES)))
def test_gaps_and_what_holds_are_all_checks_and_three_at_most_come_next(values):
    found = audit({code: Figure(value) for code, value in values.items()})
    for one in found.requirements:
        assert len(one.gaps) + sum(checked.holds is True for checked in one.checks) == len(one.checks)
        assert [gap.lack for gap in one.gaps] == sorted((gap.lack for gap in one.gaps), reverse=True)
        assert all(0.0 <= gap.lack <= 1.0 for gap in one.gaps)
    assert len(found.next_actions) == min(3, sum(len(one.gaps) for one in found.requirements))
