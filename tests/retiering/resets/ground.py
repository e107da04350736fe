"""What tests of resets stand on: key accounts of which less is decided, with what there is to take from them."""

from dataclasses import dataclass
from typing import Any

from tests.asking import a_record, days_ago, ok
from tests.resourcing.catalogue.ground import a_resource
from tests.retiering.decisions.ground import Key, a_key, agrees

FRAMING = {
    "what_changes": "The resident engineer leaves in June",
    "why_it_fits": "You told us that speed counts for more than presence",
    "what_they_gain": "Answers within four hours",
    "way_back": "Two joint projects bring you back",
}
KINDS = ("internal_brief", "executive_call", "kam_meeting", "written_summary", "resource_handover")


def the_steps(owner, kinds=KINDS, **fields):
    """A step of each kind, in their order."""
    return [
        {
            "kind": kind,
            "audience": "Their head of procurement",
            "message": "One contact for all sites",
            "customer_gains": "Answers within four hours",
            "owner_user_id": owner,
            "due_on": days_ago(-7),
            **fields,
        }
        for kind in kinds
    ]


@dataclass
class Case:
    """A key account of which less is decided; its tier brought 12 of `engineer`; somebody of the customer."""

    key: Key
    engineer: str
    contact: str

    @property
    def client(self):
        return self.key.client

    @property
    def account(self):
        return self.key.account["id"]

    @property
    def owner(self):
        return self.key.people["sales"]

    @property
    def url(self):
        return f"/v1/retierings/{self.key.retiering['id']}/reset"

    async def plans(self, status=201, **fields):
        body = {**FRAMING, "steps": the_steps(self.owner), "feared_loss_share": 0.3, **fields}
        return await ok(self.client.post(self.url, json=body), status)

    async def look(self, **params):
        return await ok(self.client.get(self.url, params=params))

    async def does(self, what, status=200, *, method="POST", **body) -> Any:
        """Do something with the reset as it is now."""
        version = (await self.look())["version"]
        headers = {"If-Match": f'"{version}"'}
        return await ok(self.client.request(method, f"{self.url}/{what}", json=body, headers=headers), status)

    async def done(self, place, status=200, **body):
        """A step is done; of the customer always the same is there."""
        return await self.does(f"steps/{place}/done", status, **{"contact_id": self.contact, **body})

    async def maps(self, status=200, **fields):
        line = {"resource_id": self.engineer, "replacement": "The desk, day and night", **fields}
        return await self.does("realignment", status, method="PUT", lines=[line])

    async def maps_all(self):
        """Nothing takes the place of what the account is to get less of, whatever that is."""
        lines = [
            {"resource_id": one["resource_id"], "none_reason": "It was never used"}
            for one in (await self.look())["realignment"]
        ]
        return await self.does("realignment", method="PUT", lines=lines)

    async def given(self):
        """What the account is entitled to, by resource."""
        found = await ok(self.client.get(f"/v1/accounts/{self.account}/entitlements"))
        return {one["resource_id"]: one["quantity"] for one in found["data"] if one["quantity"]}


async def a_case(client, decision="downtier", *, agreed=None, **on) -> Case:
    """A key account of tier_1, of which less is decided; on grounds that need nothing on file.

    agreed: the database and the tenant, where a requirement is to be on file that it missed.
    """
    engineer = await a_resource(client, name="Resident engineer")
    rules = [{"basis": "tier", "name": name, "quantity": much} for name, much in (("tier_1", 12), ("tier_2", 6))]
    await ok(client.put(f"/v1/resources/{engineer}/entitlements", json={"rules": rules}))
    key = await a_key(client, opportunity=65.0, alignment=65.0, **on)
    contact = await a_record(client, "contacts", account=key.account["id"], name="Grace Hopper")
    if agreed:
        await agrees(key, *agreed, missed=1, met=1)
    await key.proposed(**on)
    to = {"to_tier": "tier_2"} if decision == "downtier" else {}
    await key.decides(decision, grounds="performance" if agreed else "strategy", **to, **on)
    await key.acts("approve", user_id=key.people["executive"], **on)
    return Case(key, engineer, contact)


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of resets, each carried out at least once; the ids that their paths name."""
    case = await a_case(client)
    await case.plans()
    await case.does("steps/1", method="PATCH", due_on=days_ago(-6))
    await ok(client.get(f"{case.url}/steps/1"))
    for place in range(1, len(KINDS) + 1):
        await case.done(place)
    await case.maps_all()
    await case.does("complete", user_id=case.owner)
    await ok(client.get(f"{case.url}/outcome"))
    given_up = await a_case(client)
    await given_up.plans()
    await given_up.does("cancel", reason="They have been bought")
    return {"retiering_id": case.key.retiering["id"], "place": "1"}
