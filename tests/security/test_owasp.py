"""Each of the ten risks of APIs (OWASP API Security Top 10, 2023) is met as the guide says, and tests show it."""

import re

import pytest

from tests.processes import ROOT
from tests.test_named_cases import names_in

HERE = "tests/security"
APART, KEYS, EDGE = f"{HERE}/test_over_every_operation.py", "tests/tenancy/test_keys.py", "tests/infra/edge"
DOORS, BOUNDS, CANARIES = f"{HERE}/test_other_doors.py", f"{HERE}/test_bounds.py", f"{HERE}/test_canaries.py"
ROWS, SIGNING = "tests/test_tenants_apart.py", "tests/console/test_signing.py"
GUESTS, CALLS = "tests/calibration/invitations", "tests/infra/test_outgoing.py"
SUMMARY = "tests/calibration/calibrations/test_summary.py"
PROMISES = "tests/resourcing/commitments/test_commitments.py"
RISKS = {
    "API1 Broken object level authorization": (
        f"{APART}::test_what_another_organization_has_is_in_no_list_and_as_absent_as_what_nobody_has",
        f"{APART}::test_ids_of_another_organization_in_a_body_are_as_unknown_as_nobodys",
        f"{APART}::test_a_filter_that_names_another_organizations_record_finds_what_nobodys_finds",
        f"{APART}::test_head_tells_of_another_organizations_records_no_more_than_get",
        f"{ROWS}::test_every_table_of_tenants_is_kept_apart_by_policy",
        f"{ROWS}::test_within_an_organization_rows_of_another_can_be_neither_read_nor_written_nor_named",
        f"{GUESTS}/test_invitations.py::test_an_invitation_opens_its_own_calibration_alone",
        f"{DOORS}::test_a_session_of_one_organization_opens_no_page_of_another",
        "tests/cards/test_hubspot.py::test_another_organizations_connection_shows_nothing_of_ours",
    ),
    "API2 Broken authentication": (
        f"{KEYS}::test_every_operation_asks_for_a_key",
        f"{KEYS}::test_what_is_not_the_key_is_no_key",
        f"{KEYS}::test_an_expired_key_does_not_get_in",
        f"{KEYS}::test_two_keys_live_side_by_side_and_a_revoked_one_stops_at_once",
        f"{KEYS}::test_an_address_that_shows_bad_keys_again_and_again_has_to_wait",
        f"{SIGNING}::test_a_session_ends_with_its_key_and_after_its_hours",
        f"{SIGNING}::test_forms_from_elsewhere_change_nothing",
        "tests/console/test_framed.py::test_a_link_is_good_no_longer_than_the_key_that_made_it",
        f"{DOORS}::test_a_stream_ends_with_the_key_that_opened_it",
        f"{CANARIES}::test_no_secret_is_told_but_where_it_is_shown_once",
    ),
    "API3 Broken object property level authorization": (
        f"{BOUNDS}::test_no_body_takes_a_field_that_is_not_named",
        f"{APART}::test_what_is_shown_once_is_told_nowhere_else",
        "tests/crm/test_connections_secrets.py::test_no_secret_ever_comes_back",
        "tests/cards/test_cards.py::test_a_section_needs_the_scope_that_reading_it_elsewhere_needs",
        f"{SUMMARY}::test_the_customers_summary_has_neither_costs_nor_notes_nor_people_of_ours",
    ),
    "API4 Unrestricted resource consumption": (
        f"{BOUNDS}::test_every_list_and_text_that_a_body_or_a_query_takes_is_bounded",
        f"{BOUNDS}::test_a_page_has_five_hundred_entries_at_most_whatever_is_asked_for",
        f"{BOUNDS}::test_names_of_any_number_are_checked_each",
        f"{EDGE}/test_on_a_socket.py::test_a_body_that_trickles_is_given_up",
        f"{EDGE}/test_hostile_requests.py::test_six_megabytes_are_refused_with_and_without_their_length",
        "tests/infra/test_strict_json.py::test_depth_is_refused_without_a_crash",
        f"{KEYS}::test_a_key_has_its_own_quota",
        "tests/events/test_endpoints.py::test_endpoints_are_bounded_in_number",
        "tests/infra/test_database.py::test_a_statement_that_takes_too_long_is_given_up",
    ),
    "API5 Broken function level authorization": (
        f"{KEYS}::test_every_operation_names_the_scope_that_a_key_lacks",
        f"{KEYS}::test_what_is_needed_follows_from_what_is_done",
        f"{DOORS}::test_only_who_may_do_everything_makes_keys",
        f"{GUESTS}/test_guests_door.py::test_participants_operations_take_an_invitation_and_all_others_a_key",
        f"{SIGNING}::test_a_page_needs_the_scopes_of_what_it_shows",
    ),
    "API6 Unrestricted access to sensitive business flows": (
        "tests/calibration/submissions/test_sealed.py::test_while_one_side_writes_the_other_sees_no_byte_change",
        f"{PROMISES}::test_case_68_of_two_who_promise_the_last_of_a_quarter_at_once_one_is_refused",
        "tests/infra/test_idempotency.py::test_of_twenty_requests_with_one_key_at_once_one_has_an_effect",
        "tests/tenancy/audit/test_audit_log.py::test_each_change_tells_who_made_it_with_what_and_to_what",
        "tests/tenancy/audit/test_audit_log.py::test_nobody_who_serves_can_change_or_remove_an_entry",
    ),
    "API7 Server side request forgery": (
        "tests/infra/test_outgoing_addresses.py::test_other_addresses_are_refused",
        f"{CALLS}::test_calls_go_to_public_addresses_over_tls_only",
        f"{CALLS}::test_a_redirect_is_an_answer_and_not_followed",
        "tests/events/test_faults_of_addresses.py::test_case_51_a_name_that_leads_to_this_machine_is_refused",
        "tests/crm/client/test_crm.py::test_case_41_a_next_page_on_another_host_is_not_read_and_the_token_stays",
        "tests/crm/client/test_tokens.py::test_a_token_server_may_not_send_calls_to_another_host",
    ),
    "API8 Security misconfiguration": (
        f"{ROWS}::test_the_service_refuses_to_start_with_a_role_that_would_bypass_the_policies",
        "tests/test_sealing_keys.py::test_a_process_without_usable_keys_refuses_to_start_and_names_the_setting",
        f"{EDGE}/test_hostile_requests.py::test_an_unforeseen_error_tells_nothing_but_the_request_id",
        f"{SIGNING}::test_whatever_goes_wrong_is_a_page_under_the_same_policy",
        f"{SIGNING}::test_a_key_is_not_taken_over_plain_http",
        "tests/console/test_framed.py::test_nobody_frames_the_page_until_it_is_settled_who_may",
        "tests/infra/test_logs.py::test_fields_that_are_not_listed_are_dropped",
    ),
    "API9 Improper inventory management": (
        "tests/openapi/test_document.py::test_the_committed_files_are_those_of_the_code",
        "tests/openapi/test_document.py::test_every_operation_under_v1_needs_a_key_and_names_its_scope",
    ),
    "API10 Unsafe consumption of APIs": (
        "tests/crm/client/test_faults.py::test_case_37_a_page_for_people_is_an_error",
        "tests/crm/client/test_faults.py::test_case_40_an_answer_of_50_mb_is_cut",
        "tests/crm/test_webhooks_believed.py::test_case_1_a_bad_signature_is_refused_and_leaves_nothing",
        "tests/crm/test_webhooks_soap.py::test_case_24_entities_are_refused_unread",
        "tests/crm/core/test_mapping.py::test_whatever_a_record_says_it_is_a_valid_fact_or_is_refused",
        "tests/crm/service/test_draining.py::test_a_record_that_cannot_be_right_is_in_quarantine_with_the_reason",
    ),
}


@pytest.mark.parametrize("risk", RISKS)
def test_each_risk_has_tests_that_are_there(risk):
    named = [test.partition("::") for test in RISKS[risk]]

    assert named
    assert [(path, name) for path, _, name in named if name not in names_in(path)] == []


def test_the_guide_tells_how_each_risk_is_met():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (API\d+ [^|]+?) \| ([^|]{80,}) \|$", page, re.MULTILINE)

    assert [risk for risk, _ in told] == list(RISKS)
