"""Cases 1 to 29: what comes in from CRMs by webhooks."""

from tests.named_cases.case import case

HERE = "tests/crm"
HOOKS, BELIEVED, FAULTS, SOAP = (f"{HERE}/test_webhooks{name}.py" for name in ("", "_believed", "_faults", "_soap"))
SIGNATURES, UNWRAP = (f"{HERE}/core/test_{name}.py" for name in ("signatures", "unwrap"))
DRAINING, ORDER = (f"{HERE}/service/test_{name}.py" for name in ("draining", "order"))
SECRETS, END = f"{HERE}/test_connections_secrets.py", f"{HERE}/gaps/test_connections_end.py"
AWAY = "tests/faults/test_away.py"

CASES = {
    1: case(
        "A delivery with a bad signature is refused with 401, and leaves no row",
        f"{BELIEVED}::test_case_1_a_bad_signature_is_refused_and_leaves_nothing",
    ),
    2: case(
        "A signature is over the bytes that came: over the same JSON written anew it is refused",
        f"{BELIEVED}::test_case_2_a_signature_over_the_same_json_written_otherwise_is_refused",
        f"{SIGNATURES}::test_a_signature_over_json_written_anew_is_refused",
    ),
    3: case(
        "A delivery is good for five minutes: 299 seconds old is taken, 301 seconds old refused",
        f"{BELIEVED}::test_cases_3_and_4_a_delivery_is_good_for_five_minutes",
        f"{SIGNATURES}::test_a_signature_is_trusted_within_five_minutes_either_way",
    ),
    4: case(
        "One of more than five minutes ahead is refused",
        f"{BELIEVED}::test_cases_3_and_4_a_delivery_is_good_for_five_minutes",
        f"{SIGNATURES}::test_hubspots_signature_may_be_a_minute_ahead",
    ),
    5: case(
        "A timestamp that is none (`nan`, `1e400`, empty) or comes twice is refused",
        f"{BELIEVED}::test_case_5_a_timestamp_that_is_none_is_refused",
        f"{BELIEVED}::test_case_5_two_timestamps_or_two_signatures_are_refused",
        f"{SIGNATURES}::test_a_timestamp_that_is_not_one_is_refused_however_well_it_is_signed",
    ),
    6: case(
        "What is no signature (no comma, bad base64, a hundred of them, a megabyte) is refused",
        f"{BELIEVED}::test_case_6_signatures_that_are_none_are_refused",
        f"{SIGNATURES}::test_one_signature_that_fits_among_others_is_enough_up_to_twenty",
    ),
    7: case(
        "The secret before counts as long as the two overlap, and not after",
        f"{BELIEVED}::test_case_7_an_old_secret_is_good_within_its_overlap_and_not_after",
        f"{BELIEVED}::test_case_7_a_large_delivery_with_a_secret_that_is_new_to_this_process_is_taken",
        f"{SECRETS}::test_the_secret_before_is_good_for_the_overlap",
    ),
    8: case(
        "The right signature at the address of another organization opens nothing",
        f"{BELIEVED}::test_case_8_the_right_signature_at_another_organizations_address_is_refused",
    ),
    9: case(
        "One malformed event among a hundred is put in quarantine alone; 99 are kept",
        f"{HOOKS}::test_case_9_one_malformed_event_among_a_hundred_is_quarantined_alone",
    ),
    10: case(
        "More than a hundred events are taken, a body beyond the limit is 413",
        f"{HOOKS}::test_case_10_more_than_a_hundred_events_are_taken_and_a_body_beyond_the_limit_is_not",
    ),
    11: case(
        "The same event fifty times at once has one effect",
        f"{HOOKS}::test_case_11_the_same_event_fifty_times_at_once_has_one_effect",
        f"{DRAINING}::test_the_same_event_fifty_times_has_one_effect",
    ),
    12: case(
        "Another payload under an event id that was there is kept and flagged; the later change decides",
        f"{HOOKS}::test_case_12_another_payload_under_the_same_event_id_is_kept_too_and_both_are_flagged",
        f"{HOOKS}::test_case_12_two_payloads_under_one_event_id_in_one_delivery_are_flagged",
        f"{ORDER}::test_snapshots_of_a_record_that_are_applied_in_any_order",
    ),
    13: case(
        "An update that comes before the creation is pulled, and right",
        f"{DRAINING}::test_an_update_that_comes_before_the_creation_is_right",
        f"{ORDER}::test_pushed_updates_that_each_say_a_part_and_come_in_any_order",
    ),
    14: case(
        "A late update does not bring back what was deleted",
        f"{DRAINING}::test_an_update_that_comes_after_the_deletion_revives_nothing",
    ),
    15: case(
        "Two records that the CRM merged leave no orphan",
        f"{DRAINING}::test_a_merge_leaves_no_orphan",
        f"{DRAINING}::test_a_merge_is_finished_when_its_survivor_becomes_known",
    ),
    16: case(
        "An association that is told of twice is made once",
        f"{HOOKS}::test_case_16_an_association_that_is_told_of_twice_is_one",
        f"{DRAINING}::test_an_association_that_is_told_twice_is_made_once",
    ),
    17: case(
        "An event of an unknown kind is acknowledged, ignored and counted",
        f"{HOOKS}::test_case_17_an_event_of_an_unknown_kind_is_acknowledged_ignored_and_counted",
    ),
    18: case("An empty list is acknowledged", f"{HOOKS}::test_case_18_an_empty_list_is_acknowledged"),
    19: case(
        "While the database is away senders and callers get 503 with Retry-After, never 500",
        f"{FAULTS}::test_case_19_while_the_database_is_away_senders_are_told_to_send_again",
        f"{AWAY}::test_case_19_while_the_database_is_away_callers_are_told_so_and_then_they_are_served",
    ),
    20: case(
        "When the database is slow or hangs, the sender is told so within four seconds",
        f"{FAULTS}::test_case_20_when_the_database_is_slow_the_sender_is_told_in_time_and_nobody_else_waits",
        f"{FAULTS}::test_case_20_when_the_database_hangs_the_sender_is_told_in_time",
    ),
    21: case(
        "Killed before the commit, nothing was acknowledged",
        f"{FAULTS}::test_case_21_killed_before_the_commit_a_delivery_is_not_acknowledged_and_has_one_effect_when_sent_again",
    ),
    22: case(
        "Killed after the commit and before the answer, what is sent again is recognised",
        f"{FAULTS}::test_case_22_killed_after_the_commit_and_before_the_answer_a_delivery_is_recognised_when_sent_again",
    ),
    23: case(
        "With a full disk senders get 503, and are served again once there is room",
        f"{FAULTS}::test_case_23_when_the_disk_is_full_senders_are_told_to_send_again_and_it_recovers",
    ),
    24: case(
        "SOAP with entities is refused with 400: no file is read, no time is spent",
        f"{SOAP}::test_case_24_entities_are_refused_unread",
        f"{UNWRAP}::test_xml_that_is_no_outbound_message_or_tries_more_is_refused",
        f"{UNWRAP}::test_an_include_is_not_followed",
    ),
    25: case(
        "More than a hundred notifications in one message are all taken",
        f"{SOAP}::test_case_25_more_than_a_hundred_notifications_are_all_taken",
    ),
    26: case(
        "What was too large for Dynamics to send is pulled by its id",
        f"{END}::test_case_26_a_delivery_that_was_too_large_for_dynamics_is_pulled_by_its_id",
        f"{UNWRAP}::test_a_context_that_was_cut_for_its_size_still_names_its_record",
    ),
    27: case(
        "Pipedrive without its user and password is refused",
        f"{BELIEVED}::test_case_27_pipedrive_without_its_user_and_password_is_refused",
    ),
    28: case(
        "A secret in the address stands in no log and no answer",
        f"{BELIEVED}::test_case_28_a_secret_in_the_address_is_in_no_log_and_no_answer",
    ),
    29: case("A hook takes POST alone: all else is 405", f"{HOOKS}::test_case_29_a_hook_takes_posts_alone"),
}
