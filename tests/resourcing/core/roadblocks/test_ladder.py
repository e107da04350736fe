"""How far up a roadblock is taken, and when."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.resourcing.core.roadblocks import ladder
from app.resourcing.core.roadblocks.ageing import BANDS, band_names
from app.resourcing.core.roadblocks.changing import ROADBLOCK_KINDS
from app.resourcing.tables.roadblocks import ROADBLOCK_KINDS as KINDS
from app.resourcing.tables.roadblocks import RUNGS, SEVERITIES
from app.tenancy.core.organization import USUAL_ROADBLOCK_DAYS

OPENED = date(2026, 3, 2)
days = st.integers(1, 60)
waits = st.integers(-10, 400)


def test_a_high_one_opened_on_march_2_is_due_on_the_9th_and_climbs_on_the_10th_17th_and_24th():
    """7 days for `high`; each rung has 7 again. Reckoned by hand."""
    due_on = ladder.due_by(OPENED, "high", USUAL_ROADBLOCK_DAYS)

    assert due_on == date(2026, 3, 9)
    assert ladder.climbs_due("owner", due_on, 7, date(2026, 3, 9)) == []
    assert [(one.rung, one.on.day) for one in ladder.climbs_due("owner", due_on, 7, date(2026, 12, 31))] == [
        ("function_leader", 10), ("executive_sponsor", 17), ("cso", 24),
    ]  # fmt: skip
    assert ladder.standing(OPENED, due_on, None, "function_leader", 7, date(2026, 3, 12)) == ladder.Standing(
        age_days=10, breached=True, next_climb=ladder.Climb("executive_sponsor", date(2026, 3, 17))
    )
    assert ladder.standing(OPENED, due_on, date(2026, 3, 9), "owner", 7, date(2026, 4, 1)) == ladder.Standing(
        age_days=7, breached=False, next_climb=None
    )


@settings(max_examples=40)
@given(st.lists(waits, min_size=1, max_size=6).map(sorted), days)
def test_however_often_somebody_looks_each_rung_is_climbed_once_and_in_order(looked_after, per_rung):
    due_on, rung = OPENED + timedelta(days=per_rung), ladder.LADDER[0]
    climbed: list[ladder.Climb] = []
    for wait in looked_after:
        found = ladder.climbs_due(rung, due_on, per_rung, due_on + timedelta(days=wait))
        climbed += found
        rung = found[-1].rung if found else rung

    at_once = ladder.climbs_due("owner", due_on, per_rung, due_on + timedelta(days=looked_after[-1]))

    assert climbed == at_once
    assert [one.rung for one in climbed] == list(ladder.LADDER[1 : 1 + len(climbed)])
    assert all(later.on - earlier.on == timedelta(days=per_rung) for earlier, later in pairwise(climbed))


@settings(max_examples=40)
@given(st.sampled_from(ladder.SEVERITIES), st.integers(0, 60), days)
def test_another_severity_never_puts_off_the_day_nor_makes_late_at_once(severity, changed_after, given_days):
    due_on, on = OPENED + timedelta(days=given_days), OPENED + timedelta(days=changed_after)

    after = ladder.due_when_changed(due_on, on, severity, USUAL_ROADBLOCK_DAYS)

    assert min(due_on, on) <= after <= due_on


def test_the_words_are_those_that_the_rows_know():
    assert (ladder.LADDER, ladder.SEVERITIES, ROADBLOCK_KINDS) == (RUNGS, SEVERITIES, KINDS)
    assert len(band_names()) == len(BANDS)
    assert band_names() == ["0-7", "8-14", "15-30", "31-60", "61+"]
