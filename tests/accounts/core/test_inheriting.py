"""What passes on where two accounts are merged: what is in force, unless the survivor has its own."""

from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.core.inheriting import Heir, by_days, whole

LOST, KEPT = uuid4(), uuid4()
ON = date(2026, 3, 1)
HEIR = Heir(KEPT, ON)


def a_row(account, live, who="ada"):
    return {"id": uuid4(), "account_id": account, "live": live, "who": who}


def is_live(row, _):
    return row["live"]


@given(st.lists(st.booleans(), max_size=4), st.lists(st.booleans(), max_size=4))
def test_of_live_rows_all_or_none_pass_on_and_what_ended_never_does(lost, own):
    there = [a_row(LOST, live) for live in lost]
    legacy = whole("plan", is_live).decide(there, [a_row(KEPT, live) for live in own], HEIR)

    passing = [] if any(own) else [row["id"] for row in there if row["live"]]
    assert [row["id"] for row in legacy.changed] == passing
    assert {row["account_id"] for row in legacy.changed} <= {KEPT}
    assert legacy.apart == (any(own) and any(lost))


def test_with_a_key_only_what_the_survivor_has_of_the_same_stays_behind():
    there = [a_row(LOST, live=True, who=who) for who in ("ada", "ben")]

    legacy = whole("sponsorships", is_live, key=("who",)).decide(there, [a_row(KEPT, live=True)], HEIR)

    assert ([row["who"] for row in legacy.changed], legacy.apart) == (["ben"], True)


def a_statement(from_days, until_days=None):
    until_on = None if until_days is None else ON + timedelta(days=until_days)
    return {"id": uuid4(), "account_id": LOST, "from_on": ON + timedelta(days=from_days), "until_on": until_on}


def holds(row, on):
    return row["until_on"] is None or row["until_on"] > on


def test_what_holds_for_days_ends_and_begins_on_the_day_of_the_merge_and_later_ones_on_their_own():
    past, now, later = a_statement(-90, -30), a_statement(-30), a_statement(30, 60)

    legacy = by_days("entitlements", holds, ended=True).decide([past, now, later], [], HEIR)

    assert [(row["id"], row["until_on"]) for row in legacy.changed] == [
        (now["id"], ON), (later["id"], later["from_on"]),
    ]  # fmt: skip
    assert [(row["account_id"], row["from_on"], row["until_on"]) for row in legacy.added] == [
        (KEPT, ON, None), (KEPT, later["from_on"], later["until_on"]),
    ]  # fmt: skip
    left = by_days("tier_override", holds, ended=False).decide([now], [], HEIR)
    assert (left.changed, len(left.added)) == ([], 1)
