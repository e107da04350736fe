"""What tests of expectations stand on: what each side owes, and what is said of it."""

from tests.asking import days_ago, ok
from tests.calibration.guests import THEIRS, Talk

SOON = days_ago(-90)


async def owes(talk: Talk, side, status=201, **fields):
    """The supplier puts on record what a side owes: a share of 0.98 at least."""
    measure = {"metric": "on_time_delivery", "comparison": "at_least", "target": 0.98, "unit": "ratio"}
    body = {"owed_by": side, "title": f"The {side} keeps its word", "due_on": SOON, **measure, **fields}
    return await ok(talk.client.post(f"{talk.url}/expectations", json={**body, "user_id": talk.user}), status)


async def assesses(talk: Talk, expectation, status=201, **body):
    """The supplier says how it stands."""
    where = f"/v1/expectations/{expectation['id']}/assessments"
    return await ok(talk.client.post(where, json={"user_id": talk.user, **body}), status)


async def guest_assesses(talk: Talk, expectation, status=201, **body):
    """The customer does."""
    return await ok(talk.guest.post(f"{THEIRS}/expectations/{expectation['id']}/assessments", json=body), status)


async def listed(talk: Talk, **params):
    """What either side owes by the calibration."""
    return (await ok(talk.client.get(f"{talk.url}/expectations", params=params)))["data"]
