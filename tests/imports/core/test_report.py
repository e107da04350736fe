"""What came of rows."""

from hypothesis import given
from hypothesis import strategies as st

from app.imports.core.report import RowNumbers


@given(st.lists(st.integers(2, 60), unique=True))
def test_ranges_hold_exactly_the_rows_that_were_added(numbers):
    rows = RowNumbers()
    for number in numbers:
        rows.add(number)

    told = [part.split("-") for part in str(rows).split(", ") if part]
    held = [number for part in told for number in range(int(part[0]), int(part[-1]) + 1)]

    assert held == sorted(numbers)
    assert len(rows) == len(numbers)
