"""Each of the named cases of what is sent to others (45 to 58) has a test that shows it."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = "tests/events"
FAULTS, ADDRESSES, KILLED = (f"{HERE}/test_{name}.py" for name in ("faults", "faults_of_addresses", "killed"))
SENDING = f"{HERE}/service/test_sending.py"
SCHEDULE, SIGNING = (f"{HERE}/core/test_{name}.py" for name in ("schedule", "signing"))

CASES: dict[int, tuple[str, ...]] = {
    45: (f"{FAULTS}::test_case_45_a_receiver_that_fails_once_gets_the_same_message_again",),
    46: (f"{FAULTS}::test_case_46_a_redirect_is_a_failure_and_not_followed",),
    47: (
        f"{FAULTS}::test_case_47_an_endpoint_that_is_gone_is_disabled_at_once_and_told_so",
        f"{SCHEDULE}::test_after_a_410_nothing_is_tried_again",
    ),
    48: (
        f"{FAULTS}::test_case_48_a_receiver_that_asks_for_patience_gets_it",
        f"{SCHEDULE}::test_a_receiver_that_asks_for_patience_gets_it_for_a_day_at_most_and_never_less_than_the_schedule",
    ),
    49: (
        f"{FAULTS}::test_case_49_an_endpoint_that_hangs_is_left_and_holds_up_no_other",
        f"{FAULTS}::test_case_49_a_hang_ends_in_a_failure",
    ),
    50: (
        f"{FAULTS}::test_case_50_days_of_nothing_but_failures_disable_an_endpoint_and_are_told",
        f"{FAULTS}::test_case_50_one_success_within_the_days_lets_an_endpoint_be",
        f"{SCHEDULE}::test_five_days_of_failures_are_too_many",
    ),
    51: (
        f"{ADDRESSES}::test_case_51_a_name_that_leads_to_this_machine_is_refused",
        f"{ADDRESSES}::test_case_51_a_name_that_changes_or_is_lost_is_refused_or_fails_and_was_right_before",
    ),
    52: (f"{ADDRESSES}::test_case_52_a_certificate_that_is_not_good_is_a_failure",),
    53: (f"{FAULTS}::test_case_53_an_endless_answer_is_cut_and_counts_by_its_status",),
    54: (f"{FAULTS}::test_case_54_what_is_rolled_back_is_never_sent",),
    55: (f"{KILLED}::test_case_55_killed_between_sending_and_marking_a_message_is_sent_again_under_its_id",),
    56: (
        f"{FAULTS}::test_case_56_a_secret_that_is_rotated_between_attempts_signs_beside_the_new_one",
        f"{SIGNING}::test_the_library_of_the_standard_takes_what_either_secret_signed",
    ),
    57: (f"{FAULTS}::test_case_57_one_dead_endpoint_among_a_thousand_slows_no_other",),
    58: (
        f"{FAULTS}::test_case_58_messages_carry_the_sequence_of_their_account_by_which_they_are_put_in_order",
        f"{SENDING}::test_one_place_sends_the_events_of_an_account_in_their_order",
    ),
}


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests in a file."""
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


@pytest.mark.parametrize("case", range(45, 59))
def test_a_named_case_has_a_test_that_is_there(case):
    named = CASES.get(case, ())

    assert named
    assert [node for node in named if node.partition("::")[2] not in names_in(node.partition("::")[0])] == []


def test_no_case_is_listed_that_nobody_named():
    assert set(CASES) == set(range(45, 59))


def test_a_test_that_bears_a_case_in_its_name_is_listed_under_it():
    listed = {node for nodes in CASES.values() for node in nodes}
    files = (FAULTS, ADDRESSES, KILLED)
    bearing = {f"{file}::{name}": name.split("_")[2] for file in files for name in names_in(file)}

    assert set(bearing) <= listed
    assert all(node in CASES[int(case)] for node, case in bearing.items())
