"""The story of expectations, their assessment, and of what is put into the customer's planning."""

from tests.asking import ok
from tests.calibration.expectations.ground import SOON, assesses, guest_assesses, listed, owes
from tests.calibration.guests import THEIRS
from tests.calibration.investments.ground import active


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of expectations and contributions, each at least once; the ids that their paths name."""
    case = await active(client, "Hooli")
    talk, account = case.talk, case.talk.account["id"]
    made = await owes(talk, "supplier", metric=None, comparison=None, target=None)
    given_up = await owes(talk, "customer")
    theirs = {"owed_by": "supplier", "title": "Somebody picks up the phone", "due_on": SOON}
    added = await ok(talk.guest.post(f"{THEIRS}/expectations", json=theirs), 201)
    await ok(talk.guest.get(f"{THEIRS}/expectations/{added['id']}"))
    await ok(talk.guest.get(f"{THEIRS}/expectations"))
    await listed(talk)
    await ok(client.get(f"/v1/accounts/{account}/expectations"))
    here = f"/v1/expectations/{made['id']}"
    await ok(client.get(here))
    await assesses(talk, made, met=False)
    await guest_assesses(talk, made, met=True)
    await ok(client.get(f"{here}/assessments"))
    await ok(client.post(f"/v1/expectations/{given_up['id']}/withdraw", json={"user_id": talk.user}))
    await ok(client.get(f"{talk.url}/fulfilment"))
    where = f"/v1/accounts/{account}/strategic-contributions"
    body = {"kind": "market_insight", "title": "Who buys parts online", "user_id": talk.user}
    await ok(client.post(where, json={**body, "in_their_plan": True}), 201)
    await ok(client.get(where))
    return {"calibration_id": talk.id, "account_id": account, "expectation_id": made["id"]}
