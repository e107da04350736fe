"""Supporters who left in the last weeks: nothing has followed from it yet, which is when it is worth knowing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.demo.core.chance import day_between, some_of
from app.demo.core.engagement import Touch
from app.demo.core.people import Cast, Person
from app.demo.core.timeline import LAST_DAY

SHARE = 0.1  # of the customers of habit whose supporter is still there
WEEKS_AGO = (12, 75)


def partings(random: np.random.Generator, casts: Sequence[Cast]) -> dict[str, tuple[str, int]]:
    """Who leaves which customer on which day, by the customer's external id; at least one does where one can."""
    staying = {one.customer.external_id: person for one in casts if (person := _supporter(one)) is not None}
    leaving = some_of(random, list(staying), max(1, round(SHARE * len(staying))))
    return {account: (staying[account].external_id, LAST_DAY - day_between(random, *WEEKS_AGO)) for account in leaving}


def _supporter(one: Cast) -> Person | None:
    """The one who stands by us where nothing else happens: no buying center rests on them."""
    if one.customer.trajectory.story != "steady":
        return None
    return next((person for person in one.people if person.supporter and person.leaves is None), None)


def without(one: Cast, left: Mapping[str, tuple[str, int]]) -> Cast:
    """The customer's people, with the one who leaves it."""
    if one.customer.external_id not in left:
        return one
    who, day = left[one.customer.external_id]
    return replace(one, people=tuple(_left(p, day) if p.external_id == who else p for p in one.people))


def _left(person: Person, day: int) -> Person:
    return replace(person, leaves=day, stances=tuple(stance for stance in person.stances if stance[0] < day))


def attended(one: Cast, met: Sequence[Touch]) -> list[Touch]:
    """The touchpoints as they could be held: who had left was not there, and where only they were to come, none was."""
    there = {person.external_id: person for person in one.people}
    held = []
    for touch in met:
        people = tuple(p for p in touch.people if there[p.external_id].there(touch.day))
        if people or not touch.people:
            held.append(touch._replace(people=people))
    return held
