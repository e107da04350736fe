"""Cases 30 to 44: what is fetched from CRMs, and how they may answer."""

from tests.named_cases.case import case

HERE = "tests/crm"
DRAINING, SYNCING, SWEEPING = (f"{HERE}/service/test_{name}.py" for name in ("draining", "syncing", "sweeping"))
CLIENT, ANSWERS, TOKENS = (f"{HERE}/client/test_{name}.py" for name in ("crm", "faults", "tokens"))
PATIENCE, ACCESS = f"{HERE}/core/test_patience.py", f"{HERE}/gaps/test_access.py"
STUCK = f"{HERE}/gaps/test_hung_crms.py::test_cases_30_and_35_many_crms_that_are_stuck_at_once_hold_up_nobody_else"

CASES = {
    30: case(
        "A 429 with Retry-After is waited for, and others go on meanwhile",
        f"{ANSWERS}::test_case_30_a_429_with_retry_after_is_waited_for_and_others_go_on",
        f"{ANSWERS}::test_case_30_a_long_retry_after_gives_the_work_back_until_then",
        STUCK,
    ),
    31: case(
        "A 429 without Retry-After is tried again after growing, spread waits",
        f"{ANSWERS}::test_case_31_a_429_without_header_is_tried_again_a_few_times",
        f"{PATIENCE}::test_waits_are_spread_by_a_quarter_either_way",
    ),
    32: case(
        "A 401 brings one renewal of the token, shared by all, and one more try",
        f"{TOKENS}::test_case_32_a_401_brings_one_renewal_and_one_more_try",
        f"{TOKENS}::test_case_32_all_who_are_refused_at_once_share_one_renewal",
        f"{TOKENS}::test_case_32_two_processes_share_one_renewal",
    ),
    33: case(
        "Access that was taken back stops the connection, tells of it once, and does not go round in circles",
        f"{TOKENS}::test_case_33_a_refused_refresh_token_stops_the_connection_and_is_told_once",
        f"{TOKENS}::test_case_33_a_fixed_token_that_is_refused_stops_the_connection",
        f"{ACCESS}::test_case_33_a_crm_that_refuses_stops_the_connection_until_it_gets_other_credentials",
        f"{SWEEPING}::test_a_crm_that_takes_the_credentials_no_longer_is_not_asked_again_and_nothing_is_lost",
    ),
    34: case(
        "A CRM that is out of order is left alone for a while; what has piled up is done after that",
        f"{ANSWERS}::test_case_34_a_crm_that_is_out_of_order_is_given_up_after_a_few_tries",
        f"{DRAINING}::test_a_crm_that_is_down_is_left_alone_and_nothing_is_lost",
        f"{SYNCING}::test_a_crm_that_fails_for_a_while_is_asked_again_from_the_page_where_it_failed",
    ),
    35: case(
        "A CRM that hangs is left after ten seconds, and its place is free again",
        f"{ANSWERS}::test_case_35_a_crm_that_hangs_is_left_and_not_asked_again",
        STUCK,
    ),
    36: case(
        "Half of an answer is an error, and no part of it becomes a record",
        f"{ANSWERS}::test_case_36_half_a_body_is_no_record",
        f"{ANSWERS}::test_case_36_half_of_the_json_is_no_record",
    ),
    37: case(
        "A page for people is an error, though it says 200", f"{ANSWERS}::test_case_37_a_page_for_people_is_an_error"
    ),
    38: case(
        "A cursor that comes again ends the pull",
        f"{ANSWERS}::test_case_38_a_cursor_that_comes_twice_ends_the_pull",
        f"{SYNCING}::test_a_looping_cursor_ends_the_try",
    ),
    39: case(
        "A record that cannot be right is put in quarantine with the reason, alone",
        f"{DRAINING}::test_a_record_that_cannot_be_right_is_in_quarantine_with_the_reason",
        f"{DRAINING}::test_one_bad_record_among_a_hundred_is_alone_in_quarantine",
    ),
    40: case("An answer of 50 MB is cut at the limit", f"{ANSWERS}::test_case_40_an_answer_of_50_mb_is_cut"),
    41: case(
        "Neither a redirect nor a next page leads to another host, and the token never goes there",
        f"{ANSWERS}::test_case_41_a_redirect_is_not_followed_and_the_token_stays",
        f"{CLIENT}::test_case_41_a_next_page_on_another_host_is_not_read_and_the_token_stays",
        f"{TOKENS}::test_a_token_server_may_not_send_calls_to_another_host",
    ),
    42: case(
        "A CRM's clock is believed five minutes ahead and no more",
        f"{DRAINING}::test_a_clock_ahead_is_believed_five_minutes",
    ),
    43: case(
        "What comes twice within the pages is kept once",
        f"{SYNCING}::test_items_that_come_twice_in_a_page_are_kept_once",
    ),
    44: case(
        "When the day's calls are used up, work waits for the next day, and this can be seen",
        f"{CLIENT}::test_case_44_a_day_whose_calls_are_used_up_ends_the_work_until_the_next_and_is_visible",
        f"{CLIENT}::test_case_44_another_process_does_not_call_either",
        f"{SYNCING}::test_a_day_whose_calls_are_used_up_ends_the_work_until_the_next",
    ),
}
