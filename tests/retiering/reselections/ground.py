"""What tests of reselections stand on: accounts that left the program, and what they have to show."""

from dataclasses import dataclass
from typing import Any

from tests.asking import days_ago, ok
from tests.retiering.resets.ground import Case, a_case, the_steps
from tests.selection.lifecycle.ground import a_key_account
from tests.selection.reviews.ground import a_review

SATISFIED = {"title": "Satisfied again", "metric": "csat", "comparison": "at_least", "target": 85.0}
TALKS = {"title": "Their board talks with ours"}


@dataclass
class Way:
    """The way back of an account, of which the reset is the case's."""

    case: Case

    @property
    def client(self):
        return self.case.client

    @property
    def url(self):
        return f"/v1/retierings/{self.case.key.retiering['id']}/reselection"

    async def opens(self, *criteria, status=201, **body):
        wanted = {"criteria": list(criteria)} if criteria else {}
        return await ok(self.client.post(self.url, json={**wanted, **body}), status)

    async def look(self, **params):
        return await ok(self.client.get(self.url, params=params))

    async def does(self, what, status=200, *, method="POST", **body) -> Any:
        headers = {"If-Match": f'"{(await self.look())["version"]}"'}
        return await ok(self.client.request(method, f"{self.url}/{what}", json=body, headers=headers), status)

    async def judges(self, criterion, status=200, **body):
        user = {"user_id": self.case.owner} if "met" in body else {}
        return await self.does(f"criteria/{criterion['id']}", status, method="PATCH", **{**user, **body})

    async def ends(self, how, status=200):
        return await self.does(how, status, reason="All is shown", user_id=self.case.owner)

    async def observes(self, value, days=0):
        body = {"account": self.case.account, "metric": "csat", "value": value, "observed_on": days_ago(days)}
        await ok(self.client.post("/v1/observations", json=body), 201)


async def a_way(client) -> Way:
    """The way back of an account that is to leave the program, and whose customer was told."""
    case = await a_case(client, "exit_program")
    await case.plans(steps=the_steps(case.owner, ("kam_meeting",)))
    await case.done(1)
    return Way(case)


async def selects_anew(way: Way, tier="tier_2"):
    """A review decides to select the account again."""
    review = await a_review(way.client)
    account = {"id": way.case.account}
    await ok(way.client.post(f"{review.url}/candidates", json={"accounts": [account["id"]]}))
    review.accounts = [account]
    for function in review.people:
        await review.rates(function, goal_fit=4, willingness_to_partner=4)
    await review.reveals(reason="The other one is not rated")
    await review.agrees(goal_fit=4)
    for function in review.people:
        await review.votes(function)
    await review.decides(tier=tier)


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of reselections, each carried out at least once; the ids that their paths name."""
    given_up = await a_way(client)
    await given_up.opens(TALKS)
    await given_up.ends("abandon")
    way = await a_way(client)
    criterion = (await way.opens(TALKS))["criteria"][0]
    told = await ok(client.get(f"/v1/retierings/{way.case.key.retiering['id']}/reselection/criteria/{criterion['id']}"))
    assert told == criterion
    await ok(client.get("/v1/reselections"))
    peer = await a_key_account(client)
    await way.does("peers", 201, peer_account_id=peer["id"], contact_id=way.case.contact)
    await way.judges(criterion, met=True)
    await selects_anew(way)
    await way.ends("readmit")
    return {"retiering_id": way.case.key.retiering["id"], "criterion_id": criterion["id"]}
