"""What answers mean: when the next attempt is made, when there is none, and what becomes of the endpoint."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.events.core.schedule import Answer, Health, Verdict, health, pause, verdict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAYS = timedelta(days=1)
CHANCES = st.floats(0, 1)
STATUSES = st.one_of(st.none(), st.integers(100, 599))


def waiting(tries, chance):
    """How long it is to the next attempt, of which there is one."""
    wait = pause(tries, chance)
    assert wait is not None
    return wait


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_delivered(status):
    assert verdict(Answer(status), 1, NOW, 0.5) == Verdict("delivered")
    assert Answer(status).reason is None


@pytest.mark.parametrize("status", [None, 100, 199, 300, 301, 302, 304, 307, 400, 401, 404, 409, 429, 500, 503, 599])
def test_everything_else_is_a_failure_that_is_tried_again(status):
    assert verdict(Answer(status), 1, NOW, 0.0) == Verdict("waiting", NOW + timedelta(seconds=5))
    assert Answer(status).reason


def test_after_a_410_nothing_is_tried_again():
    assert verdict(Answer(410), 1, NOW, 0.5) == Verdict("dropped")
    assert health([(Answer(410), NOW)], None) == Health(NOW, "gone")


def test_the_waits_are_those_that_are_promised_and_the_tenth_attempt_is_the_last():
    seconds, minutes, hours = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours"))
    promised = [5 * seconds, 5 * minutes, 30 * minutes, 2 * hours, 5 * hours, 10 * hours, 14 * hours, 20 * hours, DAYS]
    assert [pause(tries, 0.0) for tries in range(1, 11)] == [*promised, None]
    assert verdict(Answer(500), 10, NOW, 0.5) == Verdict("exhausted")
    assert verdict(Answer(503, "60"), 10, NOW, 0.5) == Verdict("exhausted")


@given(st.integers(1, 9), CHANCES)
def test_chance_makes_a_wait_longer_by_a_fifth_at_most_and_never_shorter(tries, chance):
    least, wait = waiting(tries, 0.0), waiting(tries, chance)
    assert least <= wait <= least * 1.2 + timedelta(microseconds=1)


@given(st.sampled_from([429, 503]), st.integers(1, 9), st.integers(0, 200_000), CHANCES)
def test_a_receiver_that_asks_for_patience_gets_it_for_a_day_at_most_and_never_less_than_the_schedule(
    status, tries, seconds, chance
):
    due_at = verdict(Answer(status, str(seconds)), tries, NOW, chance).due_at
    assert due_at == NOW + max(min(timedelta(seconds=seconds), DAYS), waiting(tries, chance))


def test_others_that_say_when_to_come_again_are_not_asked():
    assert verdict(Answer(500, "3600"), 1, NOW, 0.0).due_at == NOW + timedelta(seconds=5)


def test_an_endpoint_fails_since_its_first_failure_after_a_success():
    failed, later = (Answer(500), NOW), (Answer(None), NOW + timedelta(hours=1))
    assert health([failed, later], None) == Health(NOW)
    assert health([later], NOW) == Health(NOW)
    assert health([failed, (Answer(200), NOW), later], NOW - DAYS) == Health(NOW + timedelta(hours=1))
    assert health([failed, (Answer(204), NOW)], NOW - 9 * DAYS) == Health(None)


def test_five_days_of_failures_are_too_many():
    moment = timedelta(microseconds=1)
    assert health([(Answer(500), NOW)], NOW - 5 * DAYS + moment) == Health(NOW - 5 * DAYS + moment)
    assert health([(Answer(500), NOW)], NOW - 5 * DAYS) == Health(NOW - 5 * DAYS, "failing")


@given(st.lists(STATUSES.filter(lambda status: status != 410), min_size=1), st.integers(0, 20))
def test_whoever_took_the_last_message_is_never_disabled(statuses, days):
    answers = [(Answer(status), NOW) for status in [*statuses, 200]]
    assert health(answers, NOW - days * DAYS) == Health(None)
