"""The index of how functions work together for an account."""

from dataclasses import replace
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.resourcing.core.accountability import share
from app.resourcing.core.collaboration import WORST_DAYS, Signs, Wait, class_of, collaboration, typical_wait

SIGNS = st.builds(
    Signs,
    st.none() | st.floats(0, 400),
    st.none() | st.integers(0, 50),
    st.none() | st.floats(1, 5),
)


def test_help_after_12_days_two_inputs_and_a_four_make_64():
    """18 of 27 days are left, 2 of 4 inputs, 3 of 4 steps: (2/3 + 1/2 + 3/4) / 3. Reckoned by hand."""
    found = collaboration(Signs(12.0, 2, 4.0))

    assert found.index == pytest.approx(63.8889, abs=1e-4)
    assert (found.kind, found.known) == ("mediocre", 3)


def test_nothing_known_is_no_index_and_the_classes_begin_at_40_and_70():
    assert collaboration(Signs(None, None, None)).index is None
    assert [class_of(index) for index in (None, 0.0, 39.9, 40.0, 69.9, 70.0, 100.0)] == [
        None, "poor", "poor", "mediocre", "mediocre", "high", "high",
    ]  # fmt: skip
    assert (share(0, 0), share(0, 2), share(1, 4)) == (None, 0, 0.25)


def test_one_sign_alone_makes_no_class():
    alone, two = collaboration(Signs(None, 9, None)), collaboration(Signs(50.0, 9, None))

    assert (alone.index, alone.kind, alone.known) == (100, None, 1)
    assert (two.index, two.kind, two.known) == (50, "mediocre", 2)


def test_who_still_waits_counts_as_in_the_published_trial():
    """Freireich et al. (1963), 6-mercaptopurine: the median remission lasts 23 weeks; + still lasts."""
    told = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
    waits = [Wait(int(one.rstrip("+")), not one.endswith("+")) for one in told.split()]

    assert typical_wait(waits) == 23


@pytest.mark.parametrize(
    ("waits", "days"),
    [
        ([], None),
        ([(5, False)], None),  # it may still come in time
        ([(WORST_DAYS, False)], WORST_DAYS),
        ([(2, True), (40, False), (60, False)], 60),
        ([(2, True), (40, False)], 2),
        ([(2, True), (3, False), (4, False), (8, True)], 8),
    ],
)
def test_help_that_never_came_is_no_quick_help(waits, days):
    assert typical_wait([Wait(int(many), helped) for many, helped in waits]) == days


@settings(max_examples=60)
@given(st.lists(st.integers(0, 90), min_size=1, max_size=12), st.integers(0, 60))
def test_where_everybody_was_helped_it_is_the_median_and_waiting_longer_never_shortens_it(days, longer):
    helped = [Wait(one, helped=True) for one in days]
    assert typical_wait(helped) == median(days)

    waiting = [replace(helped[0], helped=False), *helped[1:]]
    still = [replace(waiting[0], days=waiting[0].days + longer), *waiting[1:]]
    sooner, later = typical_wait(waiting), typical_wait(still)
    assert sooner is None or later is None or later >= sooner


@settings(max_examples=60)
@given(SIGNS, st.floats(0, 50), st.integers(0, 10))
def test_it_lies_in_0_to_100_and_never_falls_when_a_sign_gets_better(signs, sooner, more):
    found = collaboration(signs)

    assert found.index is None or 0 <= found.index <= 100
    assert found.known == sum(value is not None for value in (*found.components.values(),))
    better = replace(
        signs,
        help_days=None if signs.help_days is None else max(signs.help_days - sooner, 0),
        proactive_inputs=None if signs.proactive_inputs is None else signs.proactive_inputs + more,
        shared_success=None if signs.shared_success is None else min(signs.shared_success + more, 5),
    )
    assert found.index is None or (collaboration(better).index or 0) >= found.index - 1e-9
