"""Cases 45 to 58: what is sent to receivers of webhooks."""

from tests.named_cases.case import case

HERE = "tests/events"
FAULTS, ADDRESSES, KILLED = (f"{HERE}/test_{name}.py" for name in ("faults", "faults_of_addresses", "killed"))
SCHEDULE, SIGNING = (f"{HERE}/core/test_{name}.py" for name in ("schedule", "signing"))
SENDING = f"{HERE}/service/test_sending.py"

CASES = {
    45: case(
        "A receiver that fails once gets the same message again: same id, new timestamp",
        f"{FAULTS}::test_case_45_a_receiver_that_fails_once_gets_the_same_message_again",
    ),
    46: case(
        "A redirect is a failure and not followed",
        f"{FAULTS}::test_case_46_a_redirect_is_a_failure_and_not_followed",
    ),
    47: case(
        "A receiver that says 410 is disabled at once",
        f"{FAULTS}::test_case_47_an_endpoint_that_is_gone_is_disabled_at_once_and_told_so",
        f"{SCHEDULE}::test_after_a_410_nothing_is_tried_again",
    ),
    48: case(
        "A receiver that asks for patience with Retry-After gets it",
        f"{FAULTS}::test_case_48_a_receiver_that_asks_for_patience_gets_it",
        f"{SCHEDULE}::test_a_receiver_that_asks_for_patience_gets_it_for_a_day_at_most_and_never_less_than_the_schedule",
    ),
    49: case(
        "A receiver that hangs is left after 15 seconds, and holds up no other",
        f"{FAULTS}::test_case_49_an_endpoint_that_hangs_is_left_and_holds_up_no_other",
        f"{FAULTS}::test_case_49_a_hang_ends_in_a_failure",
        f"{SENDING}::test_of_endpoints_that_only_fail_some_are_sent_to_and_the_others_leave_their_places_to_those_that_answer",
        f"{SENDING}::test_an_endpoint_that_begins_to_fail_gives_its_place_back_and_is_asked_for_again",
    ),
    50: case(
        "Five days of nothing but failures disable an endpoint, and this is told",
        f"{FAULTS}::test_case_50_days_of_nothing_but_failures_disable_an_endpoint_and_are_told",
        f"{FAULTS}::test_case_50_one_success_within_the_days_lets_an_endpoint_be",
        f"{SCHEDULE}::test_five_days_of_failures_are_too_many",
    ),
    51: case(
        "A name that leads to this machine or its network, now or later, is not called",
        f"{ADDRESSES}::test_case_51_a_name_that_leads_to_this_machine_is_refused",
        f"{ADDRESSES}::test_case_51_a_name_that_changes_or_is_lost_is_refused_or_fails_and_was_right_before",
    ),
    52: case(
        "A certificate that is self-signed, out of date or of another host is a failure",
        f"{ADDRESSES}::test_case_52_a_certificate_that_is_not_good_is_a_failure",
    ),
    53: case(
        "An endless answer is cut at 64 kB",
        f"{FAULTS}::test_case_53_an_endless_answer_is_cut_and_counts_by_its_status",
    ),
    54: case("What is rolled back is never sent", f"{FAULTS}::test_case_54_what_is_rolled_back_is_never_sent"),
    55: case(
        "Killed between sending and noting it down, a message is sent again under its id",
        f"{KILLED}::test_case_55_killed_between_sending_and_marking_a_message_is_sent_again_under_its_id",
    ),
    56: case(
        "A secret that is replaced between attempts signs beside the new one",
        f"{FAULTS}::test_case_56_a_secret_that_is_rotated_between_attempts_signs_beside_the_new_one",
        f"{SIGNING}::test_the_library_of_the_standard_takes_what_either_secret_signed",
    ),
    57: case(
        "One dead endpoint among a thousand slows no other",
        f"{FAULTS}::test_case_57_one_dead_endpoint_among_a_thousand_slows_no_other",
    ),
    58: case(
        "A receiver can put an account's events in order by their sequence",
        f"{FAULTS}::test_case_58_messages_carry_the_sequence_of_their_account_by_which_they_are_put_in_order",
        f"{SENDING}::test_one_place_sends_the_events_of_an_account_in_their_order",
    ),
}
