"""A caller gets its quota in any window, is told how long to wait, and does not count for others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.infra.rate_limits import Limit, RateLimiter, parse_limit


class Clock:
    def __init__(self, now=0.0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.mark.parametrize(
    ("setting", "limit"),
    [
        ("600/minute", Limit(600, 60)),
        ("1/second", Limit(1, 1)),
        (" 10 / hour ", Limit(10, 3600)),
        ("5/day", Limit(5, 86400)),
    ],
)
def test_a_setting_is_a_number_per_time(setting, limit):
    assert parse_limit(setting) == limit


@pytest.mark.parametrize(
    "setting", ["", "600", "0/minute", "-1/minute", "1.5/minute", "600/fortnight", "x/minute", "600/minute;1/second"]
)
def test_a_setting_that_says_nothing_is_refused(setting):
    with pytest.raises(ValueError, match="600/minute"):
        parse_limit(setting)


def test_the_quota_passes_and_the_next_is_told_to_wait():
    limiter = RateLimiter(Limit(3, 60), clock=Clock(120.0))

    verdicts = [limiter.check("a") for _ in range(4)]

    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False]
    assert verdicts[0].headers == (
        (b"ratelimit-policy", b'"default";q=3;w=60'),
        (b"ratelimit", b'"default";r=2;t=60'),
    )
    assert verdicts[0].retry_after_seconds == 0
    assert verdicts[3].retry_after_seconds >= 1
    assert verdicts[3].headers[1] == (b"ratelimit", b'"default";r=0;t=%d' % verdicts[3].retry_after_seconds)


def test_callers_do_not_count_for_one_another():
    limiter = RateLimiter(Limit(1, 60), clock=Clock())

    assert [limiter.check(caller).allowed for caller in ("a", "b", "a", "b")] == [True, True, False, False]


def test_a_look_counts_nothing():
    limiter = RateLimiter(Limit(1, 60), clock=Clock())

    assert all(limiter.peek("a").allowed for _ in range(5))
    assert limiter.check("a").allowed
    assert not limiter.peek("a").allowed


@given(st.integers(1, 50), st.sampled_from([1, 60, 3600]), st.floats(0, 10_000), st.lists(st.floats(0, 2), max_size=60))
def test_waiting_as_told_always_helps(quota, window, start, pauses):
    clock = Clock(start)
    limiter = RateLimiter(Limit(quota, window), clock=clock)
    for pause in pauses:
        clock.now += pause * window
        for _ in range(quota):
            limiter.check("a")
    verdict = limiter.check("a")
    if not verdict.allowed:
        clock.now += verdict.retry_after_seconds + 1e-6
        assert limiter.check("a").allowed


@given(st.integers(1, 20), st.lists(st.floats(0, 30), min_size=1, max_size=200))
@settings(max_examples=50)
def test_a_steady_caller_gets_its_quota_and_never_twice_as_much(quota, pauses):
    clock = Clock()
    limiter = RateLimiter(Limit(quota, 60), clock=clock)
    passed = []
    for pause in pauses:
        clock.now += pause
        if limiter.check("a").allowed:
            passed.append(clock.now)
    for at in passed:
        within = sum(at - 60 < other <= at for other in passed)
        assert within <= 2 * quota - 1 or quota == within
    assert len(passed) >= min(quota, len(pauses))


def test_there_is_no_burst_where_windows_meet():
    clock = Clock(59.9)
    limiter = RateLimiter(Limit(100, 60), clock=clock)
    before = sum(limiter.check("a").allowed for _ in range(100))
    clock.now = 60.1
    after = sum(limiter.check("a").allowed for _ in range(100))

    assert (before, after) == (100, 0)


def test_who_hammers_on_still_gets_its_quota():
    clock = Clock()
    limiter = RateLimiter(Limit(60, 60), clock=clock)
    passed = 0
    for tenth in range(6000):  # ten a second for ten minutes, where one a second may pass
        clock.now = tenth / 10
        passed += limiter.check("a").allowed

    assert passed == pytest.approx(600, rel=0.12)


def test_memory_stays_bounded_under_ever_new_callers():
    clock = Clock()
    limiter = RateLimiter(Limit(1, 1), clock=clock, max_callers=100)
    for number in range(1000):
        clock.now = number / 1000
        assert limiter.check(str(number)).allowed

    assert len(limiter._counts) <= 100  # noqa: SLF001  # memory is what this is about
