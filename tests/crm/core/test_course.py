"""The course of a sync: its steps, where it stands, and up to when an object is known then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
from hypothesis import given
from hypothesis import strategies as st

from app.crm.connectors import CONNECTORS
from app.crm.core.course import Course, course_from, mark_after, steps_of
from app.crm.core.spec import ObjectName

NOON = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
EARLY = NOON.replace(minute=3)
ALL: list[ObjectName] = ["user", "account", "contact", "opportunity"]
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # zoned by hypothesis


def test_a_backfill_reads_each_object_and_then_looks_for_what_it_did_not_meet():
    steps = steps_of("backfill", ["account", "opportunity"], CONNECTORS["hubspot"], NOON)
    assert steps == [("account", "page"), ("account", "verify"), ("opportunity", "page"), ("opportunity", "verify")]


def test_a_sweep_reads_once_an_hour_what_cannot_be_asked_for_by_time():
    spec = CONNECTORS["hubspot"]  # its archived records are listed whole
    often, seldom = steps_of("sweep", ALL, spec, NOON), steps_of("sweep", ALL, spec, EARLY)
    assert ("opportunity", "changed") in often
    assert ("opportunity", "deleted") not in often
    assert {("opportunity", "changed"), ("opportunity", "deleted")} <= set(seldom)
    assert steps_of("changes", ALL, spec, NOON) == seldom


def test_what_is_deleted_is_asked_for_at_each_sweep_where_it_can_be_by_time():
    spec = CONNECTORS["hubspot"]
    rules = spec.objects["opportunity"]
    assert rules.deleted is not None
    timed = replace(rules, deleted=replace(rules.deleted, query={"since": "{since}"}))
    steps = steps_of("sweep", ["opportunity"], replace(spec, objects={"opportunity": timed}), NOON)
    assert steps == [("opportunity", "changed"), ("opportunity", "deleted")]


@given(st.lists(st.sampled_from(ALL), unique=True, min_size=1), st.integers(0, 9), instants, st.none() | instants)
def test_a_course_is_kept_as_json_and_made_again(objects, at, started_at, newest):
    course = Course(
        steps_of("backfill", objects, CONNECTORS["pipedrive"], NOON), None, at, {"cursor": "x"}, started_at, newest, 2,
        {"user": "refused"},
    )  # fmt: skip
    assert course_from(orjson.loads(orjson.dumps(course.as_json()))) == course


def test_an_object_that_is_skipped_is_left_out_whole():
    course = Course([("user", "page"), ("user", "verify"), ("account", "page")])
    course.skip("user", "not allowed")
    assert (course.step, course.refused) == (("account", "page"), {"user": "not allowed"})
    course.next()
    assert course.step is None


def test_an_object_that_is_to_be_read_whole_is_verified_as_well():
    course = Course([("account", "changed"), ("opportunity", "changed")], resume={"cursor": 1})
    course.read_whole("account")
    assert course.steps == [("account", "page"), ("account", "verify"), ("opportunity", "changed")]
    assert (course.step, course.resume) == (("account", "page"), None)


@given(instants, st.lists(instants))
def test_the_mark_lies_within_an_hour_before_the_step_began(started_at, changes):
    course = Course([("account", "page")], started_at=started_at)
    for change in changes:
        course.meet(change)
    mark = mark_after(course)
    assert mark is not None
    assert started_at - timedelta(hours=1) <= mark <= started_at


def test_the_mark_follows_the_clock_of_a_crm_that_is_late():
    course = Course([("account", "page")], started_at=NOON)
    course.meet(NOON - timedelta(minutes=25))
    assert mark_after(course) == NOON - timedelta(minutes=25)
