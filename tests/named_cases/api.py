"""Cases 59 to 76: what callers of the API may do to it."""

from tests.named_cases.case import case

AGAIN, DECISIONS, SCORES, ERASING = (
    f"tests/reliability/test_{name}.py" for name in ("sent_again", "decisions", "scores", "erasing")
)
KEYS, DATABASE = "tests/infra/test_idempotency.py", "tests/infra/test_database.py"
AT_ONCE, BATCHES = "tests/accounts/test_at_once.py", "tests/accounts/test_batches.py"
COMMITMENTS = "tests/resourcing/commitments/test_commitments.py"
MODELS, SHARES = "tests/selection/core/test_model_documents.py", "tests/selection/core/test_weight_shares.py"
FUNCTIONS, REVENUE = "tests/scoring/core/test_value_functions.py", "tests/metrics/families/test_revenue.py"
MOVING = "tests/calibration/calibrations/test_moving.py"
PLANS = "tests/planning/test_plans.py"

CASES = {
    59: case(
        "Of twenty threads with one idempotency key one is carried out, nineteen get 409",
        f"{AGAIN}::test_case_59_of_twenty_threads_with_one_key_one_is_carried_out_and_nineteen_are_told_to_wait",
        "tests/scale_out/test_processes.py::test_cases_59_and_78_two_servers_and_two_workers_are_as_one",
        f"{KEYS}::test_of_twenty_requests_with_one_key_at_once_one_has_an_effect",
        f"{KEYS}::test_while_the_first_is_carried_out_the_second_is_told_to_wait",
    ),
    60: case(
        "The same key with another body is 422",
        f"{KEYS}::test_cases_60_and_62_a_key_that_was_used_for_another_request_is_refused",
    ),
    61: case(
        "The same key of another organization is another key",
        f"{KEYS}::test_case_61_organizations_use_the_same_keys_each_for_itself",
    ),
    62: case(
        "The same key at another path is 422, as every operation that takes one documents",
        f"{AGAIN}::test_case_62_a_key_that_went_to_another_door_is_refused_and_the_documentation_says_so",
        f"{KEYS}::test_cases_60_and_62_a_key_that_was_used_for_another_request_is_refused",
    ),
    63: case(
        "Killed in the middle of a request, or before its answer, and sent again: one effect",
        f"{AGAIN}::test_case_63_killed_in_the_middle_of_a_request_or_before_its_answer_a_retry_has_one_effect",
    ),
    64: case(
        "A caller who hangs up amid a write leaves all of it or nothing, and a retry is answered",
        f"{AGAIN}::test_case_64_a_caller_who_hangs_up_in_the_middle_leaves_all_or_nothing_and_may_send_it_again",
        f"{DATABASE}::test_a_caller_who_goes_away_in_the_middle_leaves_a_whole_effect_or_none",
    ),
    65: case(
        "A change from an older version is 412; a decision without any version is 428",
        f"{DECISIONS}::test_case_65_who_decides_by_an_older_version_is_refused_and_nothing_changes",
        f"{DECISIONS}::test_case_65_every_decision_needs_the_version_that_was_read",
        f"{PLANS}::test_who_read_an_older_version_does_not_save_over_the_newer",
    ),
    66: case(
        "Two who change different fields at once overwrite nothing of each other",
        f"{AT_ONCE}::test_case_66_changes_of_different_fields_at_once_lose_nothing",
        f"{AT_ONCE}::test_case_66_of_changes_that_were_made_from_the_same_version_one_holds",
    ),
    67: case(
        "Weights that are all 0, negative or no numbers are refused with their place; any positive sum is fine",
        f"{SCORES}::test_case_67_weights_that_weigh_nothing_or_are_none_are_refused_with_their_place",
        f"{SCORES}::test_case_67_what_is_no_json_is_no_weight_and_its_place_is_told",
        f"{SCORES}::test_case_67_weights_of_any_sum_and_size_score_alike",
        f"{MODELS}::test_weights_may_not_all_be_0_but_those_of_one_dimension_may",
        f"{SHARES}::test_weights_of_any_size_have_shares",
        f"{MOVING}::test_who_leads_it_can_be_changed_and_weights_only_until_the_parties_align",
    ),
    68: case(
        "Of those who promise the last of a capacity at once, one succeeds and the others get 409",
        f"{COMMITMENTS}::test_case_68_of_two_who_promise_the_last_of_a_quarter_at_once_one_is_refused",
    ),
    69: case(
        "Commitments that overlap, end before they begin, or fall on a leap day or a change of clocks are defined",
        f"{DECISIONS}::test_case_69_days_that_cannot_be_are_refused_with_their_place_and_odd_ones_mean_what_they_say",
        f"{DECISIONS}::test_case_69_lateness_is_counted_in_days_also_over_the_day_on_which_clocks_change",
    ),
    70: case(
        "What is approved, ended or withdrawn already is not approved again: 409",
        f"{DECISIONS}::test_case_70_what_was_put_into_force_or_ended_is_neither_approved_nor_ended_again",
        f"{DECISIONS}::test_case_70_an_exception_is_approved_once_and_not_after_it_was_taken_back",
        f"{DECISIONS}::test_case_70_a_commitment_is_answered_once_and_not_after_it_was_withdrawn",
    ),
    71: case(
        "An account without data has no score and says `insufficient_data`; it is not 0",
        f"{SCORES}::test_case_71_an_account_without_data_has_no_score_and_says_why",
        "tests/selection/test_stateless.py::test_an_account_of_which_nothing_is_known_has_no_made_up_score",
        "tests/selection/core/test_score.py::test_an_account_of_which_nothing_is_known_has_no_score_and_open_bounds",
    ),
    72: case(
        "Accounts that are all alike have equal scores; nothing is divided by a spread of zero",
        f"{SCORES}::test_case_72_accounts_that_are_all_alike_score_alike_and_nothing_is_divided_by_zero",
        f"{FUNCTIONS}::test_equal_inputs_share_percentile_a_half",
    ),
    73: case(
        "An account that is alone is worth half by percentile",
        f"{SCORES}::test_case_73_a_lone_account_is_worth_half_by_percentile",
        f"{FUNCTIONS}::test_a_lone_account_has_percentile_a_half_and_none_has_none",
    ),
    74: case(
        "Amounts count at the stored rates; a rate that is missing is named and never guessed",
        f"{SCORES}::test_case_74_amounts_of_several_currencies_count_at_the_stored_rates_and_a_missing_rate_is_named",
        f"{REVENUE}::test_amounts_convert_at_the_rate_in_force_on_the_close_date",
        f"{REVENUE}::test_an_amount_without_rate_is_left_out_and_said",
    ),
    75: case(
        "A record that is in a batch twice is 409 for the later item alone",
        f"{BATCHES}::test_case_75_the_same_record_twice_is_a_conflict_of_the_later_item",
    ),
    76: case(
        "An organization that is erased leaves its audit log and nothing else: no data, key, job or message",
        f"{ERASING}::test_case_76_an_organization_that_is_erased_leaves_its_audit_log_and_nothing_else",
    ),
}
