"""What a CRM's record says of a deal: won or lost, since when, at which stage."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core.connection import Stage
from app.crm.core.deals import deal_told

MODIFIED = datetime(2026, 3, 10, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 10)
SAID = {"stage": "Signed", "closed_on": FIRST}


def told(values, *, modified=MODIFIED, **stage):
    return deal_told(values, {"Signed": Stage(**stage)} if stage else {}, modified)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"is_won": True, "is_closed": True}, "won"),
        ({"is_won": True}, "won"),
        ({"is_won": False, "is_closed": True}, "lost"),
        ({"is_won": None, "is_closed": True}, "lost"),
        ({"is_won": False, "is_closed": False}, "open"),
        ({"is_won": False}, "open"),
        ({"status": "lost", "is_won": True}, "lost"),
    ],
)
def test_status_is_the_records_own_else_follows_from_won_and_closed(values, status):
    assert told({**SAID, **values})["status"] == status


@pytest.mark.parametrize("values", [{}, {"is_won": None, "is_closed": None}, {"status": None}])
def test_a_record_that_does_not_say_leaves_the_status_open_to_others(values):
    assert told({**SAID, **values}).get("status") is None


def test_what_the_connection_says_of_a_stage_goes_first():
    assert told({**SAID, "is_won": False, "is_closed": False}, status="won")["status"] == "won"
    assert told({**SAID, "is_won": True, "is_closed": True}, status="open")["status"] == "open"
    assert told({**SAID, "status": "won"}, status="lost")["status"] == "lost"
    assert told({**SAID, "probability": 0.1}, probability=0.7, name="Contract")["probability"] == 0.7
    assert told(SAID, name="Contract")["stage"] == "Contract"


def test_a_deal_that_is_decided_apart_from_its_stage_is_not_opened_by_it():
    """Where status and stage are two things, a won deal rests in the stage in which it was won."""
    assert told({**SAID, "status": "won"}, status="open")["status"] == "won"
    assert told({**SAID, "status": "open"}, status="open")["status"] == "open"


def test_the_day_is_that_of_its_own_end():
    days = {"won_on": date(2026, 3, 2), "lost_on": date(2026, 3, 3), "closed_on": date(2026, 3, 4)}

    assert told({**days, "status": "won"})["closed_on"] == date(2026, 3, 2)
    assert told({**days, "status": "lost"})["closed_on"] == date(2026, 3, 3)
    assert told({**days, "won_on": None, "status": "won"})["closed_on"] == date(2026, 3, 4)
    assert told({**days, "status": "open"})["closed_on"] is None
    assert not {"won_on", "lost_on"} & told({**days, "status": "open"}).keys()


def test_a_day_that_lies_after_the_records_last_change_cannot_be_the_day():
    """The date by which a deal was hoped for often stays when it is won earlier."""
    assert told({"status": "won", "closed_on": date(2026, 6, 30)})["closed_on"] == LAST
    assert told({"status": "won", "closed_on": date(2026, 3, 11)})["closed_on"] == date(2026, 3, 11)  # a time zone away
    assert told({"status": "won", "closed_on": date(2026, 6, 30)}, modified=None)["closed_on"] == date(2026, 6, 30)


def test_a_deal_that_was_entered_after_its_end_existed_by_then():
    assert told({"status": "won", "closed_on": FIRST, "created_on": LAST})["created_on"] == FIRST
    assert told({"status": "won", "closed_on": LAST, "created_on": FIRST})["created_on"] == FIRST
    assert told({"status": "open", "closed_on": FIRST, "created_on": LAST})["created_on"] == LAST


def test_what_was_not_spoken_of_is_not_decided_on():
    assert told({"status": "won"}) == {"status": "won"}
    assert told({"amount": 5}) == {"amount": 5}
    assert told({"status": "won", "closed_on": None})["closed_on"] is None


days = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(["soon", "2026-03-01", 7]))
words = st.sampled_from([None, "open", "won", "lost", "else", 3])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "status": words, "stage": st.sampled_from(["Signed", None, 7, "x" * 300]), "closed_on": days,
            "won_on": days, "lost_on": days, "created_on": days, "is_won": st.sampled_from([None, True, False]),
            "is_closed": st.sampled_from([None, True, False]),
        },
    ),
    st.builds(Stage, status=st.sampled_from([None, "open", "won", "lost"])),
    st.sampled_from([None, MODIFIED]),
)  # fmt: skip
def test_days_never_contradict_the_status(values, stage, modified):
    found = deal_told(values, {"Signed": stage}, modified)

    if found.get("status") == "open":
        assert found["closed_on"] is None
    closed, created = found.get("closed_on"), found.get("created_on")
    if found.get("status") in {"won", "lost"} and isinstance(closed, date) and isinstance(created, date):
        assert created <= closed
    assert found.keys() <= values.keys() | {"status", "closed_on"}
