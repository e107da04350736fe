from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.core.history import NEVER, back, dated, gone, holds_from, outdated, told_at

NOON = datetime(2017, 5, 4, 12, tzinfo=UTC)
DAYS = st.dates(date(2016, 1, 1), date(2018, 12, 31))


def test_a_change_holds_from_the_day_it_names_else_from_its_arrival():
    midnight = datetime(2017, 5, 4, tzinfo=UTC)

    assert holds_from(NOON, date(2017, 5, 4)) == NOON
    assert holds_from(NOON, date(2017, 3, 1)) == datetime(2017, 3, 1, tzinfo=UTC)
    assert holds_from(NOON, date(2017, 3, 1), date(2017, 5, 4)) == midnight


def test_a_new_record_holds_from_its_beginning_and_has_no_past():
    assert dated(None, {"stance": "neutral"}, NOON, tracked=["stance"]) == (
        {"stance": "neutral", "valid_from": NOON},
        [],
    )


def test_what_is_tracked_leaves_its_former_state_behind_and_what_is_not_does_not():
    before = {"stance": "neutral", "title": "CFO", "valid_from": NOON}
    later = NOON + timedelta(days=1)

    moved = dated(before, {"stance": "coach", "title": "CEO"}, later, tracked=["stance"])
    named = dated(before, {"stance": "neutral", "title": "CEO"}, later, tracked=["stance"])

    assert moved == ({"stance": "coach", "title": "CEO", "valid_from": later}, [{**before, "valid_to": later}])
    assert named == ({"stance": "neutral", "title": "CEO", "valid_from": NOON}, [])


def test_a_change_from_before_the_present_state_corrects_it():
    before = {"stance": "neutral", "valid_from": NOON}

    for since in (NOON, NOON - timedelta(days=9)):
        assert dated(before, {"stance": "coach"}, since, tracked=["stance"]) == (
            {"stance": "coach", "valid_from": NOON},
            [],
        )


@given(st.lists(st.tuples(DAYS, st.sampled_from(["coach", "neutral", "detractor"])), min_size=1, max_size=12))
def test_states_follow_one_another_without_gap_and_a_later_change_leaves_what_was_known(changes):
    present: dict[str, Any] = {}
    past: list[dict[str, Any]] = []
    for day, stance in changes:
        since = holds_from(NOON, day)
        known = list(past)
        held_until_now = present
        present, added = dated(present or None, {"stance": stance}, since, tracked=["stance"])
        past += added

        assert past[: len(known)] == known
        if added:
            assert added == [{**held_until_now, "valid_to": since}]
    ends = [state["valid_to"] for state in past]
    begins = [state["valid_from"] for state in [*past, present]]
    assert begins[1:] == ends
    assert all(begin < end for begin, end in zip(begins, ends, strict=False))


INSTANTS = st.integers(0, 10_000).map(lambda minute: datetime(2017, 1, 1, tzinfo=UTC) + timedelta(minutes=minute))
NOW = datetime(2017, 7, 1, tzinfo=UTC)


def a_record(**columns: Any) -> dict[str, Any]:
    return {
        "stance": "neutral", "valid_from": NOON, "source_modified_at": None, "removed_at": None, "merged_into_id": None,
        **columns,
    }  # fmt: skip


def removal(record: dict[str, Any], told: datetime | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What comes of a removal that does count."""
    outcome = gone(record, told, NOW)
    assert outcome is not None
    return outcome


def test_a_source_is_believed_five_minutes_ahead_of_us_at_most():
    assert told_at(None, NOON) is None
    assert told_at(NOON - timedelta(days=9), NOON) == NOON - timedelta(days=9)
    assert told_at(NOON + timedelta(minutes=5), NOON) == NOON + timedelta(minutes=5)
    assert told_at(NOON + timedelta(days=9), NOON) == NOON + timedelta(minutes=5)


def test_older_news_is_outdated_and_news_of_the_same_moment_is_not():
    record = a_record(source_modified_at=NOON)

    assert outdated(record, NOON - timedelta(microseconds=1))
    assert not outdated(record, NOON)
    assert not outdated(record, None)
    assert not outdated(None, NOON)


def test_a_removed_record_comes_back_by_what_its_source_changed_after_that_alone():
    record = a_record(source_modified_at=NOON, removed_at=NOON + timedelta(hours=1))

    assert outdated(record, NOON + timedelta(minutes=30))
    assert outdated(record, NOON + timedelta(hours=1))
    assert not outdated(record, NOON + timedelta(hours=2))
    assert not outdated(record, None)


def test_what_is_told_of_a_merged_record_is_always_outdated():
    record = a_record(removed_at=NOON, merged_into_id="survivor")

    assert outdated(record, NOON + timedelta(days=9))
    assert outdated(record, None)


def test_a_removal_ends_the_present_state_where_it_was_removed():
    record = a_record()
    at = NOON + timedelta(days=2)

    assert gone(record, at, NOW) == (
        {**record, "removed_at": at, "valid_from": NEVER},
        [{**record, "valid_to": at}],
    )


def test_a_removal_of_which_no_time_is_told_holds_from_now_whatever_is_known():
    ahead = NOW + timedelta(minutes=3)  # the clock of the source runs ahead

    assert removal(a_record(), None)[0]["removed_at"] == NOW
    assert removal(a_record(source_modified_at=ahead), None)[0]["removed_at"] == ahead


def test_a_removal_older_than_the_latest_change_is_none_and_the_same_one_again_neither():
    assert gone(a_record(source_modified_at=NOON), NOON - timedelta(seconds=1), NOW) is None
    assert gone(a_record(removed_at=NOON), NOON, NOW) is None
    assert gone(a_record(removed_at=NOON), None, NOW) is None


def test_a_second_removal_keeps_away_what_was_changed_before_it():
    first, second = NOON + timedelta(hours=1), NOON + timedelta(hours=3)

    present, past = removal(a_record(removed_at=first, valid_from=NEVER), second)

    assert past == []
    assert outdated(present, NOON + timedelta(hours=2))


def test_a_state_that_ends_before_it_began_leaves_nothing():
    present, past = removal(a_record(), NOON - timedelta(days=1))

    assert present["removed_at"] == NOON - timedelta(days=1)
    assert past == []


def test_a_record_is_back_from_its_change_on_and_not_from_before_it_was_gone():
    removed = a_record(removed_at=NOON + timedelta(days=1), valid_from=NEVER)
    after = {**removed, "stance": "coach"}

    late = dated(removed, after, NOON + timedelta(days=3), tracked=["stance"])
    early = back(removed, after, NOON - timedelta(days=3))

    assert late == ({**after, "removed_at": None, "valid_from": NOON + timedelta(days=3)}, [])
    assert early["valid_from"] == NOON + timedelta(days=1)


@given(st.lists(st.tuples(st.booleans(), INSTANTS), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_changes_and_removals_of_one_source_come_to_the_same_end_in_any_order(told, random):
    told = list({at: (removal, at) for removal, at in told}.values())  # a source does one thing at a time
    shuffled = random.sample(told, len(told))

    assert end_of(told) == end_of(shuffled) == max(told, key=lambda one: one[1])


def end_of(told: list[tuple[bool, datetime]]) -> tuple[bool, datetime]:
    """Whether the record is gone in the end, and since when that is known, if it was there to begin with."""
    record = a_record(source_modified_at=datetime(2016, 1, 1, tzinfo=UTC), valid_from=datetime(2016, 1, 1, tzinfo=UTC))
    for removal, at in told:
        if removal:
            outcome = gone(record, at, NOW)
            record = outcome[0] if outcome else record
        elif not outdated(record, at):
            after = {**record, "source_modified_at": at}
            record = dated(record, after, at, tracked=["stance"])[0]
    return (record["removed_at"] is not None, record["removed_at"] or record["source_modified_at"])
