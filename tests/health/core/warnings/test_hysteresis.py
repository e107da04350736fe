import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.health.core.warnings.hysteresis import stepped, untouched
from tests.health.core.warnings.days import day, told, walked

VERDICTS = st.lists(st.sampled_from(["holds", "clean", "unknown"]), max_size=25)


def test_a_warning_opens_at_once_and_is_over_after_two_clean_days():
    assert told(walked(["clean", "holds", "clean", "clean", "clean"])) == ["0", "+1", "1", "-0", "0"]


def test_one_clean_day_between_two_on_which_it_holds_clears_nothing():
    assert told(walked(["holds", "clean", "holds", "clean", "clean"])) == ["+1", "1", "1", "1", "-0"]


def test_evaluations_of_one_day_count_once():
    assert told(walked(["holds", "clean", "clean", "clean", "clean"], days=[0, 1, 1, 1, 2]))[-2:] == ["1", "-0"]


def test_the_last_evaluation_of_a_day_is_what_the_day_says():
    """Clean on day 1, but not in the end: day 2 is the first clean one."""
    assert told(walked(["holds", "clean", "holds", "clean", "clean"], days=[0, 1, 1, 2, 3])) == [
        "+1", "1", "1", "1", "-0",
    ]  # fmt: skip
    assert told(walked(["holds", "holds", "clean", "clean"], days=[0, 1, 1, 2])) == ["+1", "1", "1", "-0"]


def test_what_is_unknown_neither_opens_nor_clears():
    assert told(walked(["unknown", "unknown"])) == ["0", "0"]
    assert told(walked(["holds", "unknown", "unknown", "unknown"])) == ["+1", "1", "1", "1"]
    assert told(walked(["holds", "clean", "unknown", "clean"])) == ["+1", "1", "1", "-0"]


def test_one_that_holds_again_is_a_new_one():
    assert told(walked(["holds", "clean", "clean", "holds"])) == ["+1", "1", "-0", "+1"]


def test_a_way_that_was_never_known_keeps_nothing_open():
    steps = walked([("holds", "unknown"), ("clean", "unknown"), ("clean", "unknown")])
    assert told(steps) == ["+1", "1", "-0"]


def test_a_way_that_held_and_is_not_known_any_more_keeps_it_open():
    steps = walked([("holds", "holds"), ("clean", "unknown"), ("clean", "unknown"), ("clean", "clean")])
    assert told(steps) == ["+1", "1", "1", "1"]


def test_a_second_way_takes_over_from_the_first():
    steps = walked([("holds", "clean"), ("clean", "holds"), ("clean", "clean"), ("clean", "clean")])
    assert told(steps) == ["+1", "1", "1", "-0"]


def test_a_day_before_the_last_evaluation_changes_nothing():
    assert told(walked(["holds", "clean", "clean", "clean"], days=[5, 3, 4, 5])) == ["+1", "1", "1", "1"]
    assert told(walked(["holds", "clean", "clean", "holds"], days=[5, 6, 7, 4])) == ["+1", "1", "-0", "0"]


@given(VERDICTS)
def test_any_story_of_days_agrees_with_a_plain_account_of_it(verdicts):
    live, clean, expected = False, 0, []
    for verdict in verdicts:
        if verdict == "holds":
            expected.append("1" if live else "+1")
            live, clean = True, 0
        elif verdict == "clean" and live:
            clean += 1
            live = clean < 2
            expected.append("1" if live else "-0")
        else:
            expected.append(str(int(live)))
    assert told(walked(verdicts)) == expected


@pytest.mark.parametrize("shape", [(0, 3), (4, 0), (2, 3)])
def test_any_number_of_accounts_and_rules_takes_its_step(shape):
    nothing = np.zeros(shape, dtype=np.int64)
    step = stepped(untouched(*shape), nothing, nothing, nothing, day(0))
    assert step.standing.live.shape == shape
    assert not step.evaluated.any()
