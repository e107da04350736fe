"""What `Retry-After` means, whatever stands there."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.retry_after import retry_at

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("120", timedelta(seconds=120)),
        (" 1.5 ", timedelta(seconds=1.5)),
        ("0", timedelta(0)),
        ("999999999", DAYS),
        (format_datetime(NOW + timedelta(minutes=3), usegmt=True), timedelta(minutes=3)),
        (format_datetime((NOW + timedelta(hours=1)).astimezone(timezone(timedelta(hours=9)))), timedelta(hours=1)),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), timedelta(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAYS),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, after):
    assert retry_at(header, NOW) == NOW + after


UNREADABLE = [None, "", "soon", "-5", "1e9", "1e400", "nan", "\u0663", "5" * 400, "Mon, 99 Foo 2026"]


@pytest.mark.parametrize("header", UNREADABLE)
def test_what_cannot_be_read_says_nothing(header):
    assert retry_at(header, NOW) is None


@given(st.text())
def test_no_header_breaks_the_reading(header):
    said = retry_at(header, NOW)
    assert said is None or NOW <= said <= NOW + DAYS
