"""When touchpoints are due, and how well a cadence was kept."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.health.core.cadence import Cadence, Contacts, Recorded, cadence, touchpoint

AS_OF = date(2025, 12, 31)
LONG_AGO = date(2020, 1, 1)


def ago(*days):
    return [AS_OF - timedelta(days=one) for one in days]


def of(every, *days, begins_on=LONG_AGO):
    return touchpoint("qbr", every, ago(*days), begins_on=begins_on, as_of=AS_OF)


def test_a_touchpoint_is_due_one_interval_after_the_last_one():
    found = of(90, 200, 60)

    assert (found.last_held_on, found.next_due_on) == (date(2025, 11, 1), date(2026, 1, 30))
    assert (found.state, found.overdue_days) == ("on_track", 0)


def test_it_is_overdue_from_the_day_after_it_was_due():
    assert [(of(90, days).state, of(90, days).overdue_days) for days in (90, 91, 102)] == [
        ("on_track", 0),
        ("overdue", 1),
        ("overdue", 12),
    ]


def test_what_was_never_held_is_due_one_interval_after_it_could_begin():
    new, old = of(90, begins_on=ago(30)[0]), of(90, begins_on=ago(100)[0])

    assert (new.state, new.next_due_on) == ("on_track", AS_OF + timedelta(days=60))
    assert (old.state, old.overdue_days, old.last_held_on) == ("overdue", 10, None)
    assert (new.adherence, old.adherence) == (None, 0.0)


def test_what_nobody_records_is_unknown_and_not_overdue():
    found = of(90, begins_on=None)

    assert (found.state, found.next_due_on, found.overdue_days, found.adherence) == ("unknown", None, 0, None)


def test_each_interval_counts_once_however_often_it_was_held():
    crowded = of(90, 1, 2, 3, 4)
    spread = of(90, 10, 100, 190, 280)
    one_short = of(90, 10, 100, 280)

    assert (crowded.held, crowded.due, crowded.kept, crowded.adherence) == (4, 4, 1, 0.25)
    assert (spread.adherence, one_short.adherence) == (1.0, 0.75)
    assert spread.window_days == 360


def test_only_whole_intervals_since_the_account_came_are_due():
    found = of(90, 10, begins_on=ago(120)[0])

    assert (found.due, found.kept, found.adherence) == (1, 1, 1.0)


def test_an_interval_of_more_than_a_year_has_a_window_as_long():
    found = of(730, 500)

    assert (found.window_days, found.due, found.kept) == (730, 1, 1)


@given(
    st.integers(1, 800),
    st.lists(st.integers(0, 2000), max_size=30),
    st.integers(0, 2000),
)
def test_shares_stay_within_bounds_and_more_meetings_never_make_it_worse(every, days, more):
    found, after = of(every, *days), of(every, *days, more)

    assert 0 <= found.kept <= found.due
    assert (found.overdue_days > 0) == (found.state == "overdue")
    assert after.overdue_days <= found.overdue_days
    assert after.kept >= found.kept


def test_a_cadence_is_as_late_as_its_latest_touchpoint_and_due_with_its_first():
    recorded = Recorded(
        {"qbr": ago(100), "steering_committee": ago(10)},
        there_since=LONG_AGO,
        first_held_on={"qbr": LONG_AGO, "steering_committee": LONG_AGO},
    )

    found = cadence({"qbr": 90, "steering_committee": 30, "executive_review": 180}, recorded, AS_OF)

    assert [one.state for one in found.touchpoints] == ["overdue", "on_track", "unknown"]
    assert (found.overdue_days, found.next_due_on) == (10, AS_OF - timedelta(days=10))
    assert found.adherence == pytest.approx(2 / (4 + 12))


def test_a_touchpoint_begins_with_the_later_of_account_and_records():
    recorded = Recorded({}, there_since=ago(300)[0], first_held_on={"qbr": ago(50)[0]})

    assert recorded.begins_on("qbr") == ago(50)[0]
    assert recorded.begins_on("workshop") is None
    assert Recorded({}, None, {"qbr": LONG_AGO}).begins_on("qbr") is None


def test_nothing_is_due_without_a_cadence():
    empty = Cadence(())

    assert (empty.next_due_on, empty.overdue_days, empty.adherence) == (None, 0, None)


def test_proactivity_is_what_we_planned_of_all_that_somebody_is_known_to_have_begun():
    assert Contacts(planned=3, known=4, total=9).proactivity == 0.75
    assert Contacts(planned=0, known=0, total=9).proactivity is None
