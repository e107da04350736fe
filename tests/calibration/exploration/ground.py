"""What tests of themes, joint opportunities and assumptions stand on; and their story."""

from tests.asking import ok
from tests.calibration.guests import THEIRS, Talk, a_talk

# Of what both sides say in `tests.calibration.guests`: uptime 3 and 5, growth 4 and 0, cost 0 and 2.
THEMES = [
    {"name": "Uptime", "supplier_goals": ["uptime"], "customer_goals": ["lines"]},
    {"name": "Growth", "supplier_goals": ["share"]},
    {"name": "Cost", "customer_goals": ["cost"]},
]
OPPORTUNITY = {
    "title": "Predict standstills",
    "supplier_goals": ["uptime"],
    "customer_goals": ["lines"],
    "limitations": ["Older lines have no sensors"],
}
ASSUMPTION = {"assumption": "They share the data of every line", "test": "Ask for one week"}


async def maps(talk: Talk, themes=THEMES, status=200, headers=None):
    """The supplier maps."""
    body = {"themes": themes, "user_id": talk.user}
    return await ok(talk.client.put(f"{talk.url}/themes", json=body, headers=headers), status)


async def logs(talk: Talk, status=201, **fields):
    """The supplier logs a joint opportunity."""
    body = {**OPPORTUNITY, "user_id": talk.user, **fields}
    return await ok(talk.client.post(f"{talk.url}/opportunities", json=body), status)


async def notes(talk: Talk, status=201, **fields):
    """The supplier notes an assumption."""
    body = {**ASSUMPTION, "user_id": talk.user, **fields}
    return await ok(talk.client.post(f"{talk.url}/assumptions", json=body), status)


async def advances(talk: Talk, status=200):
    """The supplier takes the calibration to its next step."""
    version = (await ok(talk.client.get(talk.url)))["version"]
    where, headers = f"{talk.url}/advance", {"If-Match": f'"{version}"'}
    return await ok(talk.client.post(where, json={"user_id": talk.user}, headers=headers), status)


async def explored(client, name="Cancity") -> Talk:
    """A calibration of which the first step is done."""
    talk = await a_talk(client, name)
    await talk.reveals()
    await maps(talk)
    await logs(talk)
    return talk


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of the first step after the reveal, each at least once; the ids that their paths name."""
    talk = await a_talk(client, "Zotware")
    await talk.reveals()
    await maps(talk)
    await ok(client.get(f"{talk.url}/themes"))
    made = await logs(talk)
    here = f"{talk.url}/opportunities/{made['id']}"
    await ok(client.get(here))
    await ok(client.get(f"{talk.url}/opportunities"))
    await ok(client.patch(here, json={"likelihood": 0.6}))
    dropped = await logs(talk)
    await ok(client.delete(f"{talk.url}/opportunities/{dropped['id']}"), 204)
    noted, waived = await notes(talk), await notes(talk)
    where = f"{talk.url}/assumptions"
    await ok(client.get(where))
    await ok(client.get(f"{where}/{noted['id']}"))
    await ok(client.patch(f"{where}/{noted['id']}", json={"test": "Ask for a day"}))
    trial = {"outcome": "confirmed", "result": "A week came"}
    await ok(client.post(f"{where}/{noted['id']}/test", json={**trial, "user_id": talk.user}))
    await ok(client.post(f"{where}/{waived['id']}/waive", json={"reason": "Soon", "user_id": talk.user}))
    await _of_the_customer(talk, trial)
    return {"calibration_id": talk.id, "opportunity_id": made["id"], "assumption_id": noted["id"]}


async def _of_the_customer(talk: Talk, trial) -> None:
    guest = talk.guest
    await ok(guest.put(f"{THEIRS}/themes", json={"themes": THEMES}))
    await ok(guest.get(f"{THEIRS}/themes"))
    made = await ok(guest.post(f"{THEIRS}/opportunities", json=OPPORTUNITY), 201)
    await ok(guest.get(f"{THEIRS}/opportunities"))
    here = f"{THEIRS}/opportunities/{made['id']}"
    await ok(guest.get(here))
    await ok(guest.patch(here, json={"likelihood": 0.4}))
    await ok(guest.delete(here), 204)
    noted = await ok(guest.post(f"{THEIRS}/assumptions", json=ASSUMPTION), 201)
    await ok(guest.get(f"{THEIRS}/assumptions"))
    here = f"{THEIRS}/assumptions/{noted['id']}"
    await ok(guest.get(here))
    await ok(guest.patch(here, json={"test": "Ask"}))
    await ok(guest.post(f"{here}/test", json=trial))
