"""Classes of freshness at their bounds."""

from datetime import date, timedelta

import pytest

from app.planning.core.freshness import freshness

TODAY = date(2027, 6, 30)


@pytest.mark.parametrize(
    ("days", "kind"), [(0, "fresh"), (30, "fresh"), (31, "current"), (90, "current"), (91, "static"), (900, "static")]
)
def test_a_plan_is_static_beyond_the_organizations_limit(days, kind):
    found = freshness(TODAY - timedelta(days=days), TODAY, 90)

    assert (found.kind, found.days, found.limit_days) == (kind, days, 90)


def test_where_the_limit_is_shorter_than_fresh_it_stands():
    assert freshness(TODAY - timedelta(days=20), TODAY, 14).kind == "static"


def test_a_plan_that_never_said_anything_is_empty():
    assert (freshness(None, TODAY, 90).kind, freshness(None, TODAY, 90).days) == ("empty", None)
