"""How fast a CRM is asked, and how long it is left alone."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core.pace import Quota, bucket, day_is_over, next_day, quota
from app.crm.core.spec import Limits

NOW = datetime(2024, 5, 5, 12, 0, tzinfo=UTC)
SALESFORCE = Limits(daily_header="Sforce-Limit-Info", daily_pattern=r"api-usage=(?P<used>\d+)/(?P<limit>\d+)")


@given(st.integers(1, 200), st.floats(0.5, 300), st.floats(0, 1))
def test_no_window_sees_more_calls_than_the_limit(requests, per_seconds, start):
    """Whoever always has another call ready: at once what the bucket holds, then one each time it has leaked by one."""
    holds, leaks_in = bucket(requests, per_seconds)
    each = leaks_in / holds
    times = [0.0] * int(holds) + [n * each for n in range(1, 3 * requests)]
    begin = start * per_seconds
    inside = [time for time in times if begin <= time < begin + per_seconds * 0.999999]
    assert 1 <= holds <= requests
    assert len(inside) <= max(requests, 1) + (1 if requests == 1 else 0)


def test_a_limit_is_nearly_used():
    holds, leaks_in = bucket(100, 10)
    assert holds + 10 * holds / leaks_in == pytest.approx(100)


def test_the_day_ends_at_midnight_in_utc():
    assert next_day(NOW) == datetime(2024, 5, 6, tzinfo=UTC)
    assert next_day(datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC)) == datetime(2025, 1, 1, tzinfo=UTC)


def test_the_calls_of_the_day_are_read_from_the_header():
    assert quota(SALESFORCE, "api-usage=4600/5000") == Quota(left=400, limit=5000)
    assert quota(SALESFORCE, "api-usage=5100/5000") == Quota(left=0, limit=5000)
    assert quota(SALESFORCE, "per-app-api-usage=x") is None
    assert quota(SALESFORCE, None) is None
    assert quota(Limits(daily_pattern=r"(?P<left>\d+)"), "77") == Quota(left=77, limit=77)


def test_a_part_of_the_day_is_left_to_others():
    assert Quota(left=500, limit=5000).used_up(0.1)
    assert not Quota(left=501, limit=5000).used_up(0.1)
    assert not Quota(left=1, limit=5000).used_up(0)
    assert Quota(left=0, limit=5000).used_up(0)


def test_an_error_may_say_that_the_day_is_over():
    limits = Limits(daily_words=("REQUEST_LIMIT_EXCEEDED",))
    assert day_is_over(limits, b'[{"errorCode":"REQUEST_LIMIT_EXCEEDED"}]')
    assert not day_is_over(limits, b'[{"errorCode":"INVALID_FIELD"}]')
    assert not day_is_over(Limits(), b"anything")
