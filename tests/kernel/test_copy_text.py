"""Fields as PostgreSQL's COPY reads them; the form is that of its manual, COPY, "Text Format"."""

from datetime import date
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import copy_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "\\N"),
        (True, "t"),
        (False, "f"),
        (7, "7"),
        (0.5, "0.5"),
        (date(2017, 12, 31), "2017-12-31"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("tier_1", "tier_1"),
        ("\\N", "\\\\N"),
        ("a\tb\nc\rd\\", "a\\tb\\nc\\rd\\\\"),
    ],
)
def test_a_value_is_written_so_that_nothing_in_it_ends_the_field(value, text):
    assert copy_text.field(value) == text


def test_unknown_numbers_are_null():
    assert copy_text.numbers(np.array([1.5, np.nan, 0.0])) == ["1.5", "\\N", "0.0"]
    assert copy_text.number_arrays(np.array([[1.5, np.nan], [np.nan, 2.0]])) == ["{1.5,null}", "{null,2.0}"]
    assert copy_text.number_arrays(np.array([[1, 2], [3, 4]])) == ["{1,2}", "{3,4}"]


def test_unknown_days_are_null():
    days = np.array([["2017-12-31", "NaT"]], dtype="datetime64[D]")
    assert copy_text.day_arrays(days) == ["{2017-12-31,null}"]


def test_nothing_is_nothing():
    assert copy_text.numbers(np.zeros(0)) == []
    assert copy_text.number_arrays(np.zeros((0, 3))) == []
    assert copy_text.number_arrays(np.zeros((2, 0))) == ["{}", "{}"]
    assert copy_text.day_arrays(np.zeros((0, 2), dtype="datetime64[D]")) == []
    assert copy_text.line(["a", "b"]) == "a\tb"


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_keep_every_digit(values):
    assert [float(text) for text in copy_text.numbers(np.array(values))] == values
    (row,) = copy_text.number_arrays(np.array([values]))
    assert [float(text) for text in row[1:-1].split(",")] == values
