"""Patterns of event types: by name, by family, all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events.core.patterns import is_exact, matches, meaningless, wanted

WORDS = st.lists(st.from_regex("[a-z][a-z_]{0,6}", fullmatch=True), min_size=2, max_size=4)


@pytest.mark.parametrize(
    ("pattern", "type_", "meant"),
    [
        ("*", "warning.opened", True),
        ("warning.*", "warning.opened", True),
        ("warning.*", "warning.rule.opened", True),
        ("warning.*", "warnings.opened", False),
        ("warning.*", "warning", False),
        ("warning.opened", "warning.opened", True),
        ("warning.opened", "warning.opened_again", False),
        ("warning", "warning.opened", False),
    ],
)
def test_a_pattern_means_one_type_a_family_or_all(pattern, type_, meant):
    assert matches(pattern, type_) is meant


@given(WORDS)
def test_every_type_is_meant_by_its_name_by_each_family_above_it_and_by_all(words):
    name = ".".join(words)
    families = [".".join([*words[:depth], "*"]) for depth in range(len(words))]

    assert all(matches(pattern, name) for pattern in (name, *families))
    assert is_exact(name)
    assert not any(is_exact(family) for family in families)


def test_types_are_wanted_once_and_in_their_order():
    types = ["b.two", "a.one", "b.one"]

    assert wanted(["b.*", "b.one", "*"], types) == types
    assert wanted(["b.*", "b.one"], types) == ["b.two", "b.one"]
    assert wanted([], types) == []


def test_patterns_that_mean_nothing_are_found_by_their_places():
    assert meaningless(["a.*", "c.*", "*", "a.two"], ["a.one"]) == [1, 3]
