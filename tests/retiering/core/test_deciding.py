"""What a decision needs, and who may approve it."""

from datetime import date
from typing import get_args
from uuid import UUID

import pytest

from app.retiering.core.carrying_out import step_at_decision
from app.retiering.core.deciding import (
    BeforeLastStep,
    Decided,
    IllegalRetieringMove,
    NoRequirementsOnFile,
    SecondPersonNeeded,
    UnusableRetieringDecision,
    check_approver,
    check_decision,
    check_move,
    check_on_file,
    check_order,
)
from app.retiering.core.recommendation import Decision

NAMES = ("tier_1", "tier_2", "tier_3", "standard", "emerging")
DECISIONS: tuple[Decision, ...] = get_args(Decision)
ADA, BOB = UUID(int=1), UUID(int=2)


def problems(decision, recommended="retain", from_tier="tier_2", **fields):
    try:
        check_decision(
            Decided(decision, "Why", **fields), from_tier=from_tier, tier_names=NAMES, recommended=recommended
        )
    except UnusableRetieringDecision as refused:
        return [(problem.pointer, problem.code) for problem in refused.errors]
    return []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (problems("retain"), []),
        (problems("retain", to_tier="tier_1"), [("/to_tier", "unexpected")]),
        (problems("uptier"), [("/to_tier", "missing")]),
        (problems("uptier", to_tier="gold"), [("/to_tier", "unknown_tier")]),
        (problems("uptier", to_tier="tier_3"), [("/to_tier", "wrong_side")]),
        (problems("uptier", to_tier="tier_2"), [("/to_tier", "wrong_side")]),
        (problems("uptier", to_tier="tier_1"), []),
        (problems("downtier", to_tier="tier_1"), [("/to_tier", "wrong_side")]),
        (problems("downtier", to_tier="standard"), []),
        (problems("downtier", to_tier="emerging", from_tier="tier_3"), []),
        (problems("uptier", to_tier="emerging", from_tier="standard"), []),
        (problems("downtier", to_tier="tier_3", from_tier=None), []),
        (problems("retain_with_conditions"), [("/conditions", "missing")]),
        (problems("retain", "downtier"), [("/keeping_reason", "missing")]),
        (problems("retain", "exit_program", keeping_reason="contract_in_force"), []),
        (problems("retain", "review", keeping_reason="other"), [("/keeping_reason", "unexpected")]),
        (problems("exit_program", "downtier"), []),
        (problems("retain", grounds="strategy"), [("/grounds", "unexpected")]),
    ],
)
def test_a_decision_says_what_it_needs_and_nothing_else(found, expected):
    assert found == expected


def test_performance_needs_requirements_on_file_and_other_grounds_do_not():
    with pytest.raises(NoRequirementsOnFile):
        check_on_file(Decided("exit_program", "Why"), 0)
    check_on_file(Decided("exit_program", "Why"), 1)
    check_on_file(Decided("exit_program", "Why", grounds="customer_request"), 0)
    check_on_file(Decided("retain", "Why"), 0)


@pytest.mark.parametrize(
    ("approver", "may"),
    [((ADA, "executive"), False), ((BOB, "sales"), False), ((BOB, "finance"), True), ((BOB, "executive"), True)],
)
def test_a_second_person_is_another_one_of_another_function_or_an_executive(approver, may):
    if may:
        check_approver((ADA, "sales"), approver)
        return
    with pytest.raises(SecondPersonNeeded):
        check_approver((ADA, "sales"), approver)


def test_an_executive_approves_what_an_executive_decided():
    check_approver((ADA, "executive"), (BOB, "executive"))


def test_steps_come_in_their_order():
    check_move("awaiting_approval", "withdraw")
    with pytest.raises(IllegalRetieringMove, match="legal: decide, withdraw"):
        check_move("proposed", "approve")
    with pytest.raises(BeforeLastStep):
        check_order(date(2026, 3, 1), date(2026, 3, 2))


def test_only_what_takes_nothing_is_carried_out_at_once():
    assert [step_at_decision(one, "under_review") for one in DECISIONS] == [
        "selected", "selected", "retiered", None, "reset",
    ]  # fmt: skip
    assert {step_at_decision(one, "selected") for one in DECISIONS} == {None}
