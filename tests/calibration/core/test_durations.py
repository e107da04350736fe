"""How long calibrations take, held against published survival curves."""

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calibration.core.durations import LONG_DAYS, Spell, passed_medians, stuck_limits, time_to_end
from app.calibration.core.states import STEPS, Step

# Weeks of remission under 6-mercaptopurine and under placebo, + where it was still lasting: Freireich et al., Blood 21
# (1963), as tabulated with its estimates by Kleinbaum and Klein, Survival Analysis, 3rd ed., table 2.1 and chapter 2.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
spells = st.lists(st.builds(Spell, st.integers(0, 400), st.booleans()), max_size=30)


def read(text):
    return [Spell(int(one.rstrip("+")), not one.endswith("+")) for one in text.split()]


def test_the_curve_of_the_treated_is_as_published_by_kleinbaum_and_klein():
    found = time_to_end(read(TREATED))

    told = [(point.days, point.at_risk, point.ends, round(point.share, 4)) for point in found.curve]
    assert told == [
        (6, 21, 3, 0.8571), (7, 17, 1, 0.8067), (10, 15, 1, 0.7529), (13, 12, 1, 0.6902), (16, 11, 1, 0.6275),
        (22, 7, 1, 0.5378), (23, 6, 1, 0.4482),
    ]  # fmt: skip
    assert (found.n, found.ended, found.lower_quartile, found.median, found.upper_quartile) == (21, 9, 13, 23, None)


def test_the_curve_of_the_placebo_group_is_as_published_by_kleinbaum_and_klein():
    found = time_to_end(read(PLACEBO))

    assert (found.ended, found.median) == (21, 8)
    assert [round(point.share, 2) for point in found.curve] == [
        0.90, 0.81, 0.76, 0.67, 0.57, 0.38, 0.29, 0.19, 0.14, 0.10, 0.05, 0.00,
    ]  # fmt: skip


@given(spells)
def test_the_share_that_is_left_only_falls_and_the_quartiles_stand_in_order(found):
    seen = time_to_end(found)

    shares = [point.share for point in seen.curve]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share < 1 for share in shares)
    reached = [day for day in (seen.lower_quartile, seen.median, seen.upper_quartile) if day is not None]
    assert reached == sorted(reached)
    assert sum(point.ends for point in seen.curve) == seen.ended <= seen.n == len(found)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=20))
def test_where_all_came_to_their_end_the_median_is_one_of_theirs(days):
    found = time_to_end([Spell(day, ended=True) for day in days])

    assert found.median == sorted(days)[(len(days) - 1) // 2]


def test_while_nobody_came_to_the_end_nothing_is_known_of_it():
    found = time_to_end([Spell(100, ended=False)])

    assert (found.n, found.ended, found.median, found.curve) == (1, 0, None, ())


def test_one_is_stuck_after_what_half_of_those_that_passed_took_but_never_before_thirty_days():
    taken: list[tuple[Step, Spell]] = [("exploring", Spell(days, ended=True)) for days in (10, 20, 50)]
    slow: list[tuple[Step, Spell]] = [("aligning", Spell(days, ended=True)) for days in (40, 80)]
    waiting: list[tuple[Step, Spell]] = [("assessing", Spell(300, ended=False))]

    medians = passed_medians([*taken, *slow, *waiting])

    assert medians == {"exploring": median([10, 20, 50]), "aligning": 60.0}
    assert stuck_limits(medians) == {"exploring": LONG_DAYS, "assessing": LONG_DAYS, "aligning": 60, "investing": 30}
    assert list(stuck_limits({})) == list(STEPS)


@pytest.mark.parametrize("days", [0, 1])
def test_what_ends_on_its_first_day_counts(days):
    assert time_to_end([Spell(days, ended=True)]).curve[0].share == 0
