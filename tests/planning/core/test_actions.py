"""How actions come to be, change hands, and end."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.kernel.ids import new_id
from app.planning.core.actions import UnusableAction, changed, check_goal, opened

TODAY = date(2027, 6, 30)
US, THEM = new_id(), new_id()
NEW: dict[str, Any] = {"title": "Walk the line", "due_on": TODAY, "owner_user_id": US}
OPEN: dict[str, Any] = {
    **NEW,
    "owner_contact_id": None,
    "side": "supplier",
    "state": "open",
    "opened_on": TODAY - timedelta(days=30),
    "closed_on": None,
    "outcome": None,
}
DONE: dict[str, Any] = {**OPEN, "state": "done", "closed_on": TODAY - timedelta(days=3), "outcome": "Done"}


def pointers(refusing, *arguments):
    with pytest.raises(UnusableAction) as refused:
        refusing(*arguments)
    return [one.pointer for one in refused.value.errors]


def test_a_new_action_is_open_and_of_its_owners_side():
    ours, theirs = opened(NEW, TODAY), opened({"title": "Ask", "owner_contact_id": THEM}, TODAY)

    assert (ours["state"], ours["opened_on"], ours["side"]) == ("open", TODAY, "supplier")
    assert (theirs["side"], theirs["owner_user_id"]) == ("customer", None)


def test_an_action_has_exactly_one_owner():
    assert pointers(opened, {"title": "Nobody's"}, TODAY) == ["/owner_user_id"]
    assert pointers(opened, {**NEW, "owner_contact_id": THEM}, TODAY) == ["/owner_user_id", "/owner_contact_id"]
    assert pointers(changed, OPEN, {"owner_user_id": None}, TODAY) == ["/owner_user_id"]


def test_a_new_owner_takes_the_place_of_the_old_one():
    found = changed(OPEN, {"owner_contact_id": THEM}, TODAY)

    assert (found["owner_user_id"], found["owner_contact_id"], found["side"]) == (None, THEM, "customer")
    assert "owner_user_id" not in changed(OPEN, {"title": "Walk"}, TODAY)


@pytest.mark.parametrize(
    ("given", "closed_on"),
    [
        ({"state": "done"}, TODAY),
        ({"state": "dropped", "closed_on": TODAY - timedelta(days=30)}, TODAY - timedelta(days=30)),
    ],
)
def test_what_is_closed_is_so_today_unless_a_day_is_said(given, closed_on):
    assert changed(OPEN, given, TODAY)["closed_on"] == closed_on


@pytest.mark.parametrize("days", [-1, 31])
def test_nothing_is_closed_before_it_is_opened_or_in_the_future(days):
    assert pointers(changed, OPEN, {"state": "done", "closed_on": TODAY - timedelta(days=days)}, TODAY) == [
        "/closed_on"
    ]


def test_what_is_opened_again_has_neither_day_nor_outcome():
    found = changed(DONE, {"state": "open"}, TODAY)

    assert (found["state"], found["closed_on"], found["outcome"]) == ("open", None, None)
    assert pointers(changed, OPEN, {"outcome": "Well"}, TODAY) == ["/state"]
    assert changed(DONE, {"outcome": "Better"}, TODAY) == {"outcome": "Better", "closed_on": DONE["closed_on"]}


def test_what_is_needed_cannot_be_emptied():
    given = {"title": None, "due_on": None, "state": None, "goal": None}

    assert pointers(changed, OPEN, given, TODAY) == ["/title", "/due_on", "/state"]


def test_a_goal_is_an_objective_of_the_plan():
    check_goal(None, ())
    check_goal("uptime", ["uptime"])
    assert pointers(check_goal, "wealth", ["uptime"]) == ["/goal"]
