"""Nothing is taken from an account before its customer was told: through no route, whatever it is that is taken."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from app.infra.jobs import Delivery
from app.resourcing.service.resources import ENTITLE
from app.worker import tasks_of
from tests.accounts.test_merging import merged
from tests.asking import a_person, days_ago, ok
from tests.calibration.calibrations.ground import a_calibration_in, expects
from tests.calibration.calibrations.ground import moves as calibration_moves
from tests.resourcing.catalogue.ground import a_resource, brings, excepted
from tests.retiering.resets.ground import a_case, the_steps
from tests.selection.ground import an_account
from tests.selection.lifecycle.ground import a_key_account, moves
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


@dataclass
class Given:
    """All that an account was given besides its tier, and the calls that take it away again."""

    client: httpx.AsyncClient
    account: str
    user: str
    ids: dict[str, Any] = field(default_factory=dict)

    async def has(self):
        """An agreement, an exception, two promises and a sponsor."""
        client, here = self.client, f"/v1/accounts/{self.account}"
        lab, desk = await a_resource(client, name="Lab"), await a_resource(client, name="Desk")
        product = await a_person(client, "product", "Pat")
        talk = await a_calibration_in(client, account={"id": self.account}, user=self.user)
        line = {"resource_id": lab, "quantity": 3, "from_on": days_ago(0), "exception_reason": "A third plant opens"}
        await ok(client.put(f"{talk.url}/investments", json={"investments": [line], "user_id": self.user}))
        await ok(client.post(f"{talk.url}/investments/{lab}/approve", json={"user_id": product}))
        await ok(client.post(f"{talk.url}/acknowledgements", json={"user_id": product}), 201)
        await expects(talk)
        await calibration_moves(talk, "activate")
        await excepted(client, self.account, desk, 4, user_id=self.user)
        self.ids = {"talk": talk, "desk": desk, "lab": lab}
        for name in ("to withdraw", "to miss"):
            asked = {"resource_id": desk, "quantity": 1, "due_on": days_ago(-30), "expected_outcome": "A plan"}
            ours = {"channel": "defined_process", "user_id": self.user}
            made = await ok(client.post(f"{here}/resource-requests", json={**asked, **ours}), 201)
            url, tag = f"/v1/commitments/{made['id']}", {"If-Match": f'"{made["version"]}"'}
            self.ids[name] = await ok(client.post(f"{url}/accept", json={"user_id": product}, headers=tag))
        sponsor = {"user_id": await a_person(client, "executive"), "level": "c_level"}
        self.ids["sponsorship"] = (await ok(client.post(f"{here}/sponsorships", json=sponsor), 201))["id"]
        return self

    def _moves(self, name, act):
        one = self.ids[name]
        body = {"user_id": self.user, "reason": "They get less"}
        tag = {"If-Match": f'"{one["version"]}"'}
        return self.client.post(f"/v1/commitments/{one['id']}/{act}", json=body, headers=tag)

    async def _ends(self):
        talk = self.ids["talk"]
        version = (await ok(self.client.get(talk.url)))["version"]
        body = {"reason": "They get less", "user_id": self.user}
        return await self.client.post(f"{talk.url}/end", json=body, headers={"If-Match": f'"{version}"'})

    def _excepts(self, quantity, **fields):
        body = {"resource_id": self.ids["desk"], "quantity": quantity, "reason": "Less", "user_id": self.user, **fields}
        return self.client.post(f"/v1/accounts/{self.account}/entitlements", json=body)

    async def taken(self):
        """What each route that takes something answers."""
        ended = f"/v1/sponsorships/{self.ids['sponsorship']}/end"
        answers = {
            "exception that ends sooner": await self._excepts(4, until_on=days_ago(-1)),
            "smaller exception": await self._excepts(1),
            "exception taken back": await self._excepts(0),
            "calibration ended": await self._ends(),
            "promise withdrawn": await self._moves("to withdraw", "withdraw"),
            "promise missed": await self._moves("to miss", "miss"),
            "sponsor gone": await self.client.post(ended, json={"reason": "They get less"}),
        }
        return {name: answer.status_code for name, answer in answers.items()}


async def a_move(client, account, to, **fields):
    body = {"to": to, "reason": "Less", **fields}
    return await client.post(f"/v1/accounts/{account}/lifecycle/moves", json=body)


async def test_no_route_takes_anything_before_the_conversation_and_each_does_after(client, database, tenant):
    case = await a_case(client)
    given = await Given(client, case.account, case.owner).has()
    held = {case.engineer: 12, given.ids["desk"]: 4, given.ids["lab"]: 3}
    assert await case.given() == held

    # Neither before a reset is planned, nor before it comes to the talk.
    assert set((await given.taken()).values()) == {409}
    await case.plans(steps=the_steps(case.owner, ("internal_brief", "kam_meeting")))
    await case.done(1)
    assert set((await given.taken()).values()) == {409}
    for fields in ({"to": "retiered", "tier": "tier_2"}, {"to": "reset"}):
        answer = await a_move(client, case.account, **fields)
        assert answer.status_code == (409 if "tier" in fields else 201), answer.text
    refused = await a_move(client, case.account, "exited")
    assert refused.json()["type"].endswith("/conversation-not-recorded")
    await brings(client, case.engineer, 1)
    await tasks_of(database, {})[ENTITLE](Delivery(ENTITLE, {"tenant_id": str(tenant.id)}, 1))
    assert await case.given() == held

    # To give more is free.
    await excepted(client, case.account, given.ids["lab"], 2, user_id=case.owner)
    assert (await case.given())[given.ids["lab"]] == 5

    await case.done(2)
    assert set((await given.taken()).values()) == {200}
    assert await case.given() == {case.engineer: 12, given.ids["lab"]: 2}
    assert (await a_move(client, case.account, "exited")).status_code == 201
    assert await case.given() == {given.ids["lab"]: 2}


async def test_a_lower_tier_that_takes_something_needs_a_reset_and_one_that_takes_nothing_does_not(client):
    account, engineer = await a_key_account(client), await a_resource(client)
    await moves(client, account, "under_review")
    assert (await a_move(client, account["id"], "retiered", tier="tier_3")).status_code == 201

    await brings(client, engineer, 12)
    other = await a_key_account(client)
    await moves(client, other, "under_review")
    refused = await a_move(client, other["id"], "retiered", tier="tier_3")
    assert (refused.status_code, "plan its reset first" in refused.json()["detail"]) == (409, True)
    # What nobody decided to take from it people may still set right.
    user = await a_person(client, "sales")
    await excepted(client, other["id"], engineer, 20, user_id=user)
    await excepted(client, other["id"], engineer, 2, user_id=user)


async def test_who_is_merged_into_another_account_is_told_all_the_same_before_anything_is_taken(
    client, database, tenant
):
    case = await a_case(client)
    survivor = await an_account(client, "The group")
    lab, user = await a_resource(client, name="Lab"), case.owner
    await excepted(client, survivor["id"], lab, 4, user_id=user)
    await case.plans(steps=the_steps(user, ("internal_brief", "kam_meeting")))
    await merged(database, tenant, case.key.account, survivor, at=None)

    less = {"resource_id": lab, "quantity": 1, "reason": "Less", "user_id": user}
    url = f"/v1/accounts/{survivor['id']}/entitlements"
    assert (await ok(client.post(url, json=less), 409))["code"] == "conversation_not_recorded"
    await case.done(1, contact_id=None)
    assert (await case.done(2))["withdrawal_allowed"] is True
    await ok(client.post(url, json=less))
    await case.maps_all()
    assert (await case.does("complete"))["state"] == "complete"
