"""What the story of an account's retiering stands on: a key account with all that could be taken from it."""

from dataclasses import dataclass, field
from typing import Any

from tests.asking import a_record, days_ago, ok
from tests.calibration.calibrations.ground import a_calibration_in
from tests.calibration.guests import Talk
from tests.resourcing.catalogue.ground import a_resource, brings, excepted
from tests.retiering.decisions.ground import Key, a_key


@dataclass
class Ground:
    """A key account with what its tier brings, what it is promised besides, and what is agreed with it."""

    key: Key
    contact: str
    engineer: str
    lab: str
    talk: Talk
    promised: dict[str, Any]
    sponsorship: dict[str, Any]
    owed: dict[str, Any] = field(default_factory=dict)

    @property
    def client(self):
        return self.key.client

    @property
    def account(self):
        return self.key.account["id"]

    @property
    def reset(self):
        return f"/v1/retierings/{self.key.retiering['id']}/reset"

    @property
    def way_back(self):
        return f"/v1/retierings/{self.key.retiering['id']}/reselection"

    async def get(self, path, **params):
        return await ok(self.client.get(f"/v1/{path}", params=params))

    async def tries(self, method, path, body, version=None):
        """The status and the code of a call."""
        headers = None if version is None else {"If-Match": f'"{version}"'}
        answer = await self.client.request(method, path, json=body, headers=headers)
        return answer.status_code, answer.json().get("code")

    async def resets(self, what, status=200, method="POST", **body):
        version = (await ok(self.client.get(self.reset)))["version"]
        headers = {"If-Match": f'"{version}"'}
        return await ok(self.client.request(method, f"{self.reset}/{what}", json=body, headers=headers), status)

    async def given(self):
        """What the account is entitled to, by the name of the resource."""
        found = (await self.get(f"accounts/{self.account}/entitlements"))["data"]
        return {one["resource_name"]: one["quantity"] for one in found if one["quantity"]}

    async def appraisal(self, **params):
        (one,) = (await self.get(f"accounts/{self.account}/appraisals", **params))["data"]
        return one


async def a_ground(client) -> Ground:
    engineer = await a_resource(client, name="Resident engineer", function="service")
    lab = await a_resource(client, name="Laboratory", function="service")
    rules = [{"basis": "tier", "name": name, "quantity": much} for name, much in (("tier_1", 12), ("tier_2", 6))]
    await ok(client.put(f"/v1/resources/{engineer}/entitlements", json={"rules": rules}))
    consulting = await a_resource(client, name="Consulting", function="executive")
    await brings(client, consulting, 2, basis="level", name="preferred")
    key = await a_key(client)
    account = key.account["id"]
    await excepted(client, account, lab, 3, user_id=key.people["finance"])
    contact = await a_record(client, "contacts", account=account, name="Grace Hopper")
    talk = await a_calibration_in(client, account=key.account, user=key.people["sales"])
    await _invested(key, talk, consulting)
    return Ground(key, contact, engineer, lab, talk, await _promised(key, engineer), await _sponsored(key))


async def _invested(key, talk, resource):
    """What the agreed level brings is put on record, and whoever owns it knows."""
    line = {"resource_id": resource, "quantity": 2, "from_on": days_ago(0)}
    await ok(key.client.put(f"{talk.url}/investments", json={"investments": [line], "user_id": talk.user}))
    await ok(key.client.post(f"{talk.url}/acknowledgements", json={"user_id": key.people["executive"]}), 201)


async def _promised(key, engineer):
    """Two weeks of an engineer, accepted by who answers for them."""
    who = {"user_id": key.people["executive"]}
    asked = {
        "resource_id": engineer, "quantity": 10, "due_on": days_ago(-30), "expected_outcome": "A second line",
        "channel": "defined_process", "user_id": key.people["sales"],
    }  # fmt: skip
    made = await ok(key.client.post(f"{key.path}/resource-requests", json=asked), 201)
    headers = {"If-Match": f'"{made["version"]}"'}
    return await ok(key.client.post(f"/v1/commitments/{made['id']}/accept", json=who, headers=headers))


async def _sponsored(key):
    sponsor = {"user_id": key.people["executive"], "level": "c_level"}
    return await ok(key.client.post(f"{key.path}/sponsorships", json=sponsor), 201)


async def withdrawals(ground):
    """Every way to take something from the account, tried."""
    key, of = ground.key, f"/v1/accounts/{ground.account}"
    who = {"user_id": key.people["executive"]}
    commitment = await ground.get(f"commitments/{ground.promised['id']}")
    calibration = await ground.get(f"calibrations/{ground.talk.id}")
    promise = f"/v1/commitments/{commitment['id']}"
    less = {"resource_id": ground.lab, "quantity": 0, "reason": "Needed elsewhere", **who}
    broken = {"reason": "Needed elsewhere", "user_id": key.people["sales"]}
    left = {"to": "reselection", "reason": "They leave", **who}
    return {
        "its tier": await ground.tries("POST", f"{of}/lifecycle/moves", left),
        "an exception": await ground.tries("POST", f"{of}/entitlements", less),
        "a promise": await ground.tries("POST", f"{promise}/withdraw", broken, commitment["version"]),
        "a promise, undone": await ground.tries("POST", f"{promise}/miss", broken, commitment["version"]),
        "what was agreed": await ground.tries(
            "POST", f"{ground.talk.url}/end", {"reason": "They leave", **who}, calibration["version"]
        ),
        "its sponsor": await ground.tries(
            "POST", f"/v1/sponsorships/{ground.sponsorship['id']}/end", {"reason": "They leave"},
            ground.sponsorship["version"],
        ),
    }  # fmt: skip
