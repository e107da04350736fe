"""The regular expressions that a connector may hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core.patterns import LONGEST_TEXT, MOST_REPEATS, found, pattern_problem

GROUPS = frozenset({"used", "left", "limit"})


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<left>\d+)",
        r"api-usage=(?P<used>\d+)/(?P<limit>\d+)",
        r"^https://[a-z0-9.-]+\.example\.com$",
        r"[^,]*, left=(?P<left>\d{1,6})",
        r"\d{3}-\w?",
    ],
)
def test_what_connectors_need_is_taken(pattern):
    assert pattern_problem(pattern, groups=GROUPS) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$", r"(?P<left>\d+)+", r"(?P<left>(?P<used>\d+))", "(a|aa)+", "a|b", r"(?=a)b", r"(.)\1", "a**", "a*+",
        "a+?", r"\d+\d+\d+\d+", "[a-z", "(?P<left>a", "a)", "{3}", r"\x41", "(?i)a", "(?P<else>a)", "a" * 201, "[z-a]",
        "\\", "(?P<left>a)(?P<left>b)", "a^b", "a{2,1}",
    ],
)  # fmt: skip
def test_what_could_take_long_or_is_none_is_refused(pattern):
    assert pattern_problem(pattern, groups=GROUPS)


def test_the_worst_that_is_taken_ends():
    """As many parts repeat as may, and none of them fits: some millions of steps, not for ever."""
    worst = ".*" * MOST_REPEATS + "!"

    assert pattern_problem(worst) is None
    assert found(worst, "a" * 100_000) is None


def test_only_the_beginning_of_a_text_is_looked_at():
    assert found("x", "a" * LONGEST_TEXT + "x") is None


@given(st.text("ab\\dw[]-(){}?*+.^$|P<left>,12:=!", max_size=30))
def test_what_is_taken_is_a_regular_expression(pattern):
    if pattern_problem(pattern, groups=GROUPS) is None:
        re.compile(pattern)
        found(pattern, "ab12" * 50)
