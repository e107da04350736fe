"""What the log of rebuilds says."""

from datetime import date

from app.program.core.rebuilds import rebuilding


def test_seven_years_back_are_counted_by_cause_and_what_came_later_is_not_known():
    log = [(date(2019, 2, 28), "other"), (date(2019, 3, 1), "other"), (date(2024, 5, 1), "wrong_accounts")]
    found = rebuilding(log, date(2026, 2, 28))
    assert (found.rebuilds, found.causes, found.last_on) == (2, {"other": 1, "wrong_accounts": 1}, date(2024, 5, 1))
    earlier = rebuilding(log, date(2024, 2, 29))
    assert (earlier.rebuilds, earlier.last_on) == (2, date(2019, 3, 1))
    assert rebuilding([], date(2026, 2, 28)).last_on is None
