"""What the tests of who stands behind a plan stand on: a plan with goals, people of many functions, a resource."""

from dataclasses import dataclass

from tests.asking import a_person, ok
from tests.planning.ground import an_objective
from tests.resourcing.commitments import ground as promises
from tests.resourcing.commitments.ground import on

GOALS = ("uptime", "scrap", "ours")


@dataclass
class Case:
    """Promises of service to an account with a plan, whose KAM and people own what is done for its goals."""

    promises: promises.Case
    contact: str

    @property
    def url(self):
        return f"/v1/accounts/{self.promises.account['id']}"

    async def acts(self, goal, *, by=None, **fields):
        """An action of the plan, owned by somebody of ours (by name) or else by the customer."""
        owner = {"owner_contact_id": self.contact} if by is None else {"owner_user_id": self.promises.people[by]}
        body = {"title": "Walk the line", "due_on": on(30), "goal": goal, **owner, **fields}
        return await ok(self.promises.client.post(f"{self.url}/plan/actions", json=body), 201)

    async def alignment(self):
        return await ok(self.promises.client.get(f"{self.url}/plan/alignment"))

    async def kpis(self, **params):
        return await ok(self.promises.client.get(f"{self.url}/kpis", params=params))


async def a_case(client, *objectives, visibility="shared") -> Case:
    """Two goals of the customer's and one of ours, unless others are given."""
    made = await promises.a_case(client)
    made.people["chief of sales"] = await a_person(client, "sales", "Chief of sales")
    person = {"account": made.account["id"], "name": "Their Chief", "effective_on": "2024-01-01"}
    contact = (await ok(client.post("/v1/contacts", json=person), 201))["id"]
    items = list(objectives) or [
        an_objective(key, title=key, outcome="supplier" if key == "ours" else "customer") for key in GOALS
    ]
    body = {
        "starts_on": on(-200), "ends_on": on(400), "user_id": made.people["kam"],
        "document": {"customer_objectives": {"items": items, "visibility": visibility}},
    }  # fmt: skip
    await ok(client.put(f"/v1/accounts/{made.account['id']}/plan", json=body))
    return Case(made, contact)


async def a_whole_story(client) -> dict[str, str]:
    """Both operations, carried out once; the ids that their paths name."""
    case = await a_case(client)
    await case.alignment()
    await case.kpis()
    return {"account_id": case.promises.account["id"]}
