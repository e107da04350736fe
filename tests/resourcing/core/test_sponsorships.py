"""What a sponsorship comes to: worked examples, and what holds of any."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.resourcing.core.sponsorships import FLAGS, SENIORITIES, Counterpart, Sponsorship, judged, seniority_gap

TODAY = date(2026, 6, 30)
FULL = {
    "scope": "Their board", "responsibilities": ["Meet"], "out_of_scope": "Prices", "time_budget_days_per_quarter": 2.0,
    "next_review_on": "2026-06-30",
}  # fmt: skip


def a_sponsorship(**fields):
    given = {
        "level": "vp", "charter": FULL, "cadence_days": 90, "started_on": date(2025, 1, 1), "ended_on": None,
        "counterpart": Counterpart("c_level", active=True), "sponsor_active": True, "meetings": [date(2026, 6, 1)],
        "load": 5,
    }  # fmt: skip
    return Sponsorship(**{**given, **fields})


def test_each_thing_amiss_has_its_flag():
    for fields, flags in (
        ({}, ()),
        ({"charter": {**FULL, "responsibilities": []}}, ("undefined_role",)),
        ({"charter": {**FULL, "next_review_on": "2026-06-29"}}, ("review_overdue",)),
        ({"counterpart": None}, ("unpaired",)),
        ({"counterpart": Counterpart("functional", active=False)}, ("counterpart_left",)),
        ({"counterpart": Counterpart("manager", active=True)}, ("seniority_gap",)),
        ({"counterpart": Counterpart(None, active=True)}, ()),
        ({"meetings": [date(2026, 4, 1)]}, ()),
        ({"meetings": [date(2026, 3, 31)]}, ("no_recent_meeting",)),
        ({"sponsor_active": False}, ("sponsor_left",)),
        ({"load": 6}, ("overloaded",)),
        ({"charter": {}, "ended_on": date(2026, 6, 1)}, ()),
    ):
        assert judged(a_sponsorship(**fields), TODAY).flags == flags, fields


def test_a_sponsor_who_met_three_times_where_four_were_due_kept_three_quarters():
    # 365 days at one meeting in 90 are four; that of the year before does not count.
    days = [date(2025, 3, 1), date(2025, 9, 1), date(2026, 1, 15), date(2026, 6, 1)]

    found = judged(a_sponsorship(meetings=days), TODAY).activity

    assert (found.held, found.planned, found.adherence) == (3, 4, 0.75)
    assert (found.last_on, found.days_since, found.next_due_on) == (date(2026, 6, 1), 29, date(2026, 8, 30))


@given(
    days=st.lists(st.integers(0, 900), max_size=12).map(sorted),
    began=st.integers(0, 900),
    lasted=st.none() | st.integers(0, 900),
    cadence=st.integers(7, 730),
    charter=st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in FULL.items()}),
)
@settings(max_examples=60)
def test_bounds_hold_whatever_happened(days, began, lasted, cadence, charter):
    started = TODAY - timedelta(days=began)
    ended = None if lasted is None else min(TODAY, started + timedelta(days=lasted))
    meetings = [TODAY - timedelta(days=day) for day in reversed(days)]

    found = judged(
        a_sponsorship(started_on=started, ended_on=ended, meetings=meetings, cadence_days=cadence, charter=charter),
        TODAY,
    )

    kept = found.activity
    assert 0 <= kept.days_since <= began
    assert 0 <= kept.held <= len(meetings)
    assert kept.planned <= 365 // cadence
    assert kept.adherence is None or 0 <= kept.adherence <= 1
    assert (kept.next_due_on is None) == (ended is not None)
    assert list(found.flags) == sorted(set(found.flags), key=FLAGS.index)
    assert ("undefined_role" in found.flags) == (ended is None and len(charter) < len(FULL))


def test_the_gap_is_the_same_either_way():
    levels = SENIORITIES[2:]
    assert all(seniority_gap(one, two) == seniority_gap(two, one) for one in levels for two in levels)
    assert (seniority_gap("c_level", "functional"), seniority_gap("director", None)) == (4, None)
