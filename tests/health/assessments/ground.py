"""What the tests of assessments stand on: people who say what they find of an account."""

from datetime import UTC, datetime

from tests.asking import a_person, days_ago, ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()
EVIDENCE = "Seen in the last review"


def path_of(account):
    return f"/v1/accounts/{account['id']}/assessments"


async def assesses(client, account, person, *, ago=0, status=201, **values):
    """A person finds: `relationships=2`."""
    body = {
        "assessed_on": days_ago(ago),
        "elements": {element: {"value": value, "evidence": EVIDENCE} for element, value in values.items()},
    }
    if person is not None:
        body["user_id"] = person
    return await ok(client.post(path_of(account), json=body), status)


async def summary(client, account, **params):
    found = await ok(client.get(f"{path_of(account)}/summary", params=params))
    return found, {one["element"]: one for one in found["elements"]}


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of assessments, each carried out at least once; the ids that their paths name."""
    account = await an_account(client)
    person = await a_person(client, "sales")
    await assesses(client, account, person, relationships=4)
    await ok(client.get(path_of(account)))
    await summary(client, account)
    return {"account_id": account["id"]}
