"""Cases 77 to 90: processes that end, databases that fail, and what they start with."""

from tests.named_cases.case import case

AWAY, CLOCKS, ENDING, MIGRATING, STARTING = (
    f"tests/faults/test_{name}.py" for name in ("away", "clocks", "ending", "migrating", "starting")
)
SCALE_OUT = "tests/scale_out/test_processes.py"
WORKER, MIGRATIONS, SEALING = (f"tests/test_{name}.py" for name in ("worker", "migrations", "sealing_keys"))
DATABASE, QUEUE, LOGS = (f"tests/infra/test_{name}.py" for name in ("database", "jobs", "logs"))
EDGE, APART = "tests/infra/edge/test_hostile_requests.py", "tests/test_tenants_apart.py"

CASES = {
    77: case(
        "A process that is told to end under load answers all that it took",
        f"{ENDING}::test_case_77_told_to_end_under_load_a_process_answers_all_that_it_took",
        f"{WORKER}::test_a_worker_that_is_told_to_end_finishes_its_job_first",
    ),
    78: case(
        "Of two workers one does a job, once",
        f"{ENDING}::test_cases_78_and_79_each_job_is_done_once_by_one_of_two_workers_though_one_is_killed_amid_it",
        f"{SCALE_OUT}::test_cases_59_and_78_two_servers_and_two_workers_are_as_one",
        f"{QUEUE}::test_several_queues_at_once_do_each_job_once",
    ),
    79: case(
        "The job of a worker that was killed is done by another within the heartbeat, once",
        f"{ENDING}::test_cases_78_and_79_each_job_is_done_once_by_one_of_two_workers_though_one_is_killed_amid_it",
        f"{WORKER}::test_the_job_of_a_killed_worker_is_done_by_another_once",
    ),
    80: case(
        "While the next release migrates, the one before serves, and can be started still",
        f"{MIGRATING}::test_case_80_while_the_next_release_migrates_the_one_before_serves",
        f"{MIGRATING}::test_case_80_a_process_of_the_release_before_can_still_be_started_on_the_database_of_the_next",
    ),
    81: case(
        "A downgrade with data keeps them, and up again they are there",
        f"{MIGRATING}::test_case_81_every_step_back_keeps_all_rows_of_the_tables_that_the_older_release_has",
        f"{MIGRATIONS}::test_every_step_down_and_up_again_keeps_the_facts",
        f"{MIGRATIONS}::test_all_the_way_down_leaves_nothing_and_up_again_serves",
    ),
    82: case(
        "A database that is stopped at once loses nothing that was acknowledged",
        f"{ENDING}::test_case_82_a_database_stopped_at_once_under_load_loses_nothing_that_was_acknowledged",
        f"{DATABASE}::test_what_was_acknowledged_survives_a_killed_database_and_what_was_not_can_be_sent_again",
    ),
    83: case(
        "When every connection is taken, callers get 503 within two seconds",
        f"{AWAY}::test_case_83_when_every_connection_is_taken_callers_are_told_so_before_those_are_done",
        f"{DATABASE}::test_when_every_connection_is_taken_callers_are_told_to_come_back",
    ),
    84: case(
        "What loses to others (a deadlock, a serialization failure) is tried three times at most, then 503",
        f"{AWAY}::test_case_84_what_loses_against_others_is_tried_three_times_at_most",
        f"{AWAY}::test_case_84_a_request_that_loses_a_real_deadlock_is_carried_out_all_the_same",
    ),
    85: case(
        "A clock that goes back ten minutes leaves no job stuck",
        f"{CLOCKS}::test_case_85_when_a_workers_clock_goes_back_ten_minutes_no_job_is_stuck",
        f"{QUEUE}::test_the_servers_clock_going_back_ten_minutes_holds_nothing_up",
    ),
    86: case(
        "Without its secrets, or with one too short, the service does not start and names the setting",
        f"{STARTING}::test_case_86_without_a_whole_sealing_key_no_process_starts_and_the_setting_is_named",
        f"{SEALING}::test_a_process_without_usable_keys_refuses_to_start_and_names_the_setting",
    ),
    87: case(
        "As a role that would bypass the policies the service does not start",
        f"{STARTING}::test_case_87_as_a_role_that_would_bypass_the_policies_no_process_starts",
        f"{APART}::test_the_service_refuses_to_start_with_a_role_that_would_bypass_the_policies",
    ),
    88: case(
        "When the log cannot be written, the service goes on",
        f"{STARTING}::test_case_88_a_service_goes_on_without_room_for_its_log",
        f"{STARTING}::test_case_88_a_service_goes_on_when_nobody_reads_its_log_any_more",
        f"{LOGS}::test_a_broken_log_breaks_nobody",
        f"{EDGE}::test_a_broken_log_breaks_no_request",
    ),
    89: case(
        "On a database that only reads, reading goes on and writing gets 503",
        f"{AWAY}::test_case_89_after_a_fail_over_to_a_database_that_only_reads_reading_goes_on",
        f"{DATABASE}::test_a_database_that_only_reads_still_serves_what_is_read",
    ),
    90: case(
        "A backup that is restored elsewhere is the same service",
        "tests/operating/test_restored.py::test_case_90_a_backup_that_is_restored_on_another_server_is_the_same_service",
    ),
}
