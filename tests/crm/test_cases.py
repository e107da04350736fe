"""Each of the named cases of what CRMs send and answer (1 to 44) has a test that shows it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = "tests/crm"
HOOKS, BELIEVED, FAULTS, SOAP = (f"{HERE}/test_webhooks{name}.py" for name in ("", "_believed", "_faults", "_soap"))
SIGNATURES, READING, UNWRAP = (f"{HERE}/core/test_{name}.py" for name in ("signatures", "reading", "unwrap"))
DRAINING, SYNCING, SWEEPING, ORDER, KILLED = (
    f"{HERE}/service/test_{name}.py" for name in ("draining", "syncing", "sweeping", "order", "killed")
)
CLIENT, ANSWERS, TOKENS = (f"{HERE}/client/test_{name}.py" for name in ("crm", "faults", "tokens"))
HUNG, ACCESS, END = (f"{HERE}/gaps/test_{name}.py" for name in ("hung_crms", "access", "connections_end"))

STUCK = f"{HUNG}::test_cases_30_and_35_many_crms_that_are_stuck_at_once_hold_up_nobody_else"
CASES: dict[int, tuple[str, ...]] = {
    1: (f"{BELIEVED}::test_case_1_a_bad_signature_is_refused_and_leaves_nothing",),
    2: (
        f"{BELIEVED}::test_case_2_a_signature_over_the_same_json_written_otherwise_is_refused",
        f"{SIGNATURES}::test_a_signature_over_json_written_anew_is_refused",
    ),
    3: (
        f"{BELIEVED}::test_cases_3_and_4_a_delivery_is_good_for_five_minutes",
        f"{SIGNATURES}::test_a_signature_is_trusted_within_five_minutes_either_way",
    ),
    4: (
        f"{BELIEVED}::test_cases_3_and_4_a_delivery_is_good_for_five_minutes",
        f"{SIGNATURES}::test_hubspots_signature_may_be_a_minute_ahead",
    ),
    5: (
        f"{BELIEVED}::test_case_5_a_timestamp_that_is_none_is_refused",
        f"{BELIEVED}::test_case_5_two_timestamps_or_two_signatures_are_refused",
        f"{SIGNATURES}::test_a_timestamp_that_is_not_one_is_refused_however_well_it_is_signed",
    ),
    6: (
        f"{BELIEVED}::test_case_6_signatures_that_are_none_are_refused",
        f"{SIGNATURES}::test_one_signature_that_fits_among_others_is_enough_up_to_twenty",
    ),
    7: (
        f"{BELIEVED}::test_case_7_an_old_secret_is_good_within_its_overlap_and_not_after",
        f"{HERE}/test_connections_secrets.py::test_the_secret_before_is_good_for_the_overlap",
    ),
    8: (f"{BELIEVED}::test_case_8_the_right_signature_at_another_organizations_address_is_refused",),
    9: (f"{HOOKS}::test_case_9_one_malformed_event_among_a_hundred_is_quarantined_alone",),
    10: (f"{HOOKS}::test_case_10_more_than_a_hundred_events_are_taken_and_a_body_beyond_the_limit_is_not",),
    11: (
        f"{HOOKS}::test_case_11_the_same_event_fifty_times_at_once_has_one_effect",
        f"{DRAINING}::test_the_same_event_fifty_times_has_one_effect",
    ),
    12: (
        f"{HOOKS}::test_case_12_another_payload_under_the_same_event_id_is_kept_too_and_both_are_flagged",
        f"{HOOKS}::test_case_12_two_payloads_under_one_event_id_in_one_delivery_are_flagged",
        f"{ORDER}::test_snapshots_of_a_record_that_are_applied_in_any_order",
    ),
    13: (
        f"{DRAINING}::test_an_update_that_comes_before_the_creation_is_right",
        f"{ORDER}::test_pushed_updates_that_each_say_a_part_and_come_in_any_order",
    ),
    14: (f"{DRAINING}::test_an_update_that_comes_after_the_deletion_revives_nothing",),
    15: (
        f"{DRAINING}::test_a_merge_leaves_no_orphan",
        f"{DRAINING}::test_a_merge_is_finished_when_its_survivor_becomes_known",
    ),
    16: (
        f"{HOOKS}::test_case_16_an_association_that_is_told_of_twice_is_one",
        f"{DRAINING}::test_an_association_that_is_told_twice_is_made_once",
    ),
    17: (f"{HOOKS}::test_case_17_an_event_of_an_unknown_kind_is_acknowledged_ignored_and_counted",),
    18: (f"{HOOKS}::test_case_18_an_empty_list_is_acknowledged",),
    19: (f"{FAULTS}::test_case_19_while_the_database_is_away_senders_are_told_to_send_again",),
    20: (
        f"{FAULTS}::test_case_20_when_the_database_is_slow_the_sender_is_told_in_time_and_nobody_else_waits",
        f"{FAULTS}::test_case_20_when_the_database_hangs_the_sender_is_told_in_time",
    ),
    21: (
        f"{FAULTS}::test_case_21_killed_before_the_commit_a_delivery_is_not_acknowledged_and_has_one_effect_when_sent_again",
    ),
    22: (
        f"{FAULTS}::test_case_22_killed_after_the_commit_and_before_the_answer_a_delivery_is_recognised_when_sent_again",
    ),
    23: (f"{FAULTS}::test_case_23_when_the_disk_is_full_senders_are_told_to_send_again_and_it_recovers",),
    24: (
        f"{SOAP}::test_case_24_entities_are_refused_unread",
        f"{UNWRAP}::test_xml_that_is_no_outbound_message_or_tries_more_is_refused",
        f"{UNWRAP}::test_an_include_is_not_followed",
    ),
    25: (f"{SOAP}::test_case_25_more_than_a_hundred_notifications_are_all_taken",),
    26: (
        f"{END}::test_case_26_a_delivery_that_was_too_large_for_dynamics_is_pulled_by_its_id",
        f"{UNWRAP}::test_a_context_that_was_cut_for_its_size_still_names_its_record",
    ),
    27: (f"{BELIEVED}::test_case_27_pipedrive_without_its_user_and_password_is_refused",),
    28: (f"{BELIEVED}::test_case_28_a_secret_in_the_address_is_in_no_log_and_no_answer",),
    29: (f"{HOOKS}::test_case_29_a_hook_takes_posts_alone",),
    30: (
        f"{ANSWERS}::test_case_30_a_429_with_retry_after_is_waited_for_and_others_go_on",
        f"{ANSWERS}::test_case_30_a_long_retry_after_gives_the_work_back_until_then",
        STUCK,
    ),
    31: (
        f"{ANSWERS}::test_case_31_a_429_without_header_is_tried_again_a_few_times",
        f"{HERE}/core/test_patience.py::test_waits_are_spread_by_a_quarter_either_way",
    ),
    32: (
        f"{TOKENS}::test_case_32_a_401_brings_one_renewal_and_one_more_try",
        f"{TOKENS}::test_case_32_all_who_are_refused_at_once_share_one_renewal",
        f"{TOKENS}::test_case_32_two_processes_share_one_renewal",
    ),
    33: (
        f"{TOKENS}::test_case_33_a_refused_refresh_token_stops_the_connection_and_is_told_once",
        f"{TOKENS}::test_case_33_a_fixed_token_that_is_refused_stops_the_connection",
        f"{ACCESS}::test_case_33_a_crm_that_refuses_stops_the_connection_until_it_gets_other_credentials",
        f"{SWEEPING}::test_a_crm_that_takes_the_credentials_no_longer_is_not_asked_again_and_nothing_is_lost",
    ),
    34: (
        f"{ANSWERS}::test_case_34_a_crm_that_is_out_of_order_is_given_up_after_a_few_tries",
        f"{DRAINING}::test_a_crm_that_is_down_is_left_alone_and_nothing_is_lost",
        f"{SYNCING}::test_a_crm_that_fails_for_a_while_is_asked_again_from_the_page_where_it_failed",
    ),
    35: (f"{ANSWERS}::test_case_35_a_crm_that_hangs_is_left_and_not_asked_again", STUCK),
    36: (
        f"{ANSWERS}::test_case_36_half_a_body_is_no_record",
        f"{ANSWERS}::test_case_36_half_of_the_json_is_no_record",
    ),
    37: (f"{ANSWERS}::test_case_37_a_page_for_people_is_an_error",),
    38: (
        f"{ANSWERS}::test_case_38_a_cursor_that_comes_twice_ends_the_pull",
        f"{SYNCING}::test_a_looping_cursor_ends_the_try",
    ),
    39: (
        f"{DRAINING}::test_a_record_that_cannot_be_right_is_in_quarantine_with_the_reason",
        f"{DRAINING}::test_one_bad_record_among_a_hundred_is_alone_in_quarantine",
    ),
    40: (f"{ANSWERS}::test_case_40_an_answer_of_50_mb_is_cut",),
    41: (
        f"{ANSWERS}::test_case_41_a_redirect_is_not_followed_and_the_token_stays",
        f"{CLIENT}::test_case_41_a_next_page_on_another_host_is_not_read_and_the_token_stays",
        f"{TOKENS}::test_a_token_server_may_not_send_calls_to_another_host",
    ),
    42: (f"{DRAINING}::test_a_clock_ahead_is_believed_five_minutes",),
    43: (f"{SYNCING}::test_items_that_come_twice_in_a_page_are_kept_once",),
    44: (
        f"{CLIENT}::test_case_44_a_day_whose_calls_are_used_up_ends_the_work_until_the_next_and_is_visible",
        f"{CLIENT}::test_case_44_another_process_does_not_call_either",
        f"{SYNCING}::test_a_day_whose_calls_are_used_up_ends_the_work_until_the_next",
    ),
}
_NAMED = re.compile(r"test_cases?_(\d+(?:_(?:and|to)_\d+)*)_")


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests in a file, those in its classes included."""
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


@pytest.mark.parametrize("case", range(1, 45))
def test_a_named_case_has_a_test_that_is_there(case):
    named = CASES.get(case, ())

    assert named
    assert [node for node in named if node.partition("::")[2] not in names_in(node.partition("::")[0])] == []


def test_no_case_is_listed_that_nobody_named():
    assert set(CASES) == set(range(1, 45))


def test_a_test_that_bears_a_case_in_its_name_is_listed_under_no_other():
    bears = {node: _NAMED.match(node.partition("::")[2]) for nodes in CASES.values() for node in nodes}
    misplaced = [
        (case, node)
        for case, nodes in CASES.items()
        for node in nodes
        if (told := bears[node]) and str(case) not in re.findall(r"\d+", told.group(1))
    ]

    assert misplaced == []
