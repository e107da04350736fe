from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.core.history import dated, holds_from

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
