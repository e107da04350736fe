"""What tests of investments stand on: resources that a level brings, and people of the functions; and their story."""

from dataclasses import dataclass

from tests.asking import a_person, days_ago, ok
from tests.calibration.expectations.ground import owes
from tests.calibration.guests import THEIRS, Talk
from tests.calibration.levels.ground import investing
from tests.resourcing.catalogue.ground import a_resource, brings

TODAY = days_ago(0)


@dataclass
class Case:
    """A calibration at level strategic in its fourth step: the level brings 4 of `expert`, nothing of `lab`."""

    talk: Talk
    expert: str
    lab: str
    product: str
    service: str

    @property
    def url(self):
        return f"{self.talk.url}/investments"

    async def invests(self, *lines, status=200, headers=None, **body):
        """The supplier says what it invests."""
        wanted = [{"from_on": TODAY, **line} for line in lines]
        body = {"investments": wanted, "user_id": self.talk.user, **body}
        return await ok(self.talk.client.put(self.url, json=body, headers=headers), status)

    async def approves(self, resource, user, status=200):
        """Somebody approves an exception."""
        return await ok(self.talk.client.post(f"{self.url}/{resource}/approve", json={"user_id": user}), status)

    async def knows(self, user, status=201, **body):
        """A function acknowledges what it gives."""
        where = f"{self.talk.url}/acknowledgements"
        return await ok(self.talk.client.post(where, json={"user_id": user, **body}), status)

    async def look(self):
        return await ok(self.talk.client.get(self.url))


async def a_case(client, name="Cancity") -> Case:
    money = {"unit_cost": {"amount": "900.00", "currency": "USD"}}
    expert = await a_resource(client, name="Expert", function="product", **money)
    lab = await a_resource(client, name="Lab", function="service")
    await brings(client, expert, 4, basis="level", name="strategic")
    product, service = await a_person(client, "product", "Pat"), await a_person(client, "service", "Sam")
    return Case(await investing(client, name), expert, lab, product, service)


async def activates(talk: Talk, status=200):
    """The supplier puts the calibration into force."""
    version = (await ok(talk.client.get(talk.url)))["version"]
    headers = {"If-Match": f'"{version}"'}
    return await ok(talk.client.post(f"{talk.url}/activate", json={"user_id": talk.user}, headers=headers), status)


async def active(client, name="Cancity") -> Case:
    """A calibration that is in force, and invests 3 of `expert`; each side owes one thing."""
    case = await a_case(client, name)
    await case.invests({"resource_id": case.expert, "quantity": 3, "purpose": "Lines"})
    await case.knows(case.product)
    await owes(case.talk, "supplier")
    await owes(case.talk, "customer")
    await activates(case.talk)
    return case


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of investments, each carried out at least once; the ids that their paths name."""
    case = await a_case(client, "Initech")
    beyond = {"resource_id": case.expert, "quantity": 6, "exception_reason": "A third plant opens"}
    await case.invests(beyond)
    await case.approves(case.expert, case.service)
    await case.knows(case.product)
    await case.look()
    await ok(case.talk.guest.get(f"{THEIRS}/investments"))
    return {"calibration_id": case.talk.id, "resource_id": case.expert}
