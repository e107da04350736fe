"""What the tests of the grid of whitespace stand on: an account with two buying centers, and a market of others."""

from tests.asking import a_record, ok
from tests.health.motions.ground import a_deal, ago
from tests.selection.ground import an_account


class Ground:
    """An account of the retail industry with its buying centers north and south, and offerings by name."""

    def __init__(self, client, account, centers, offerings):
        self.client, self.account, self.centers, self.offerings = client, account, centers, offerings
        self.path = f"/v1/accounts/{account['id']}/whitespace"

    def at(self, center, offering):
        """The fields by which a deal is in a cell."""
        return {"buying_center": self.centers[center], "offering": self.offerings[offering]}

    async def says(self, center, offering, **word):
        path = f"{self.path}/cells/{self.centers[center]}/{self.offerings[offering]}"
        return await ok(self.client.put(path, json=word))

    async def deal(self, center, offering, amount, created, closed=None, **fields):
        return await a_deal(self.client, self.account, amount, created, closed, **self.at(center, offering), **fields)

    async def sells_to_others(self, offering, *amounts, industry="retail"):
        """Other accounts of an industry that bought the offering in the last year, each in a buying center."""
        for amount in amounts:
            peer = await an_account(self.client, f"Peer {offering} {amount}", industry=industry, effective_on=ago(900))
            center = await a_record(self.client, "buying-centers", account=peer["id"], name="all")
            where = {"buying_center": center, "offering": self.offerings[offering]}
            await a_deal(self.client, peer, amount, 60, 30, **where)

    async def grid(self, **params):
        return await ok(self.client.get(self.path, params=params))

    async def cells(self, **params):
        """The cells by the names of their places."""
        grid = await self.grid(**params)
        centers = {one: name for name, one in self.centers.items()}
        offerings = {one: name for name, one in self.offerings.items()}
        return {(centers[one["buying_center_id"]], offerings[one["offering_id"]]): one for one in grid["cells"]}

    async def metrics(self, **params):
        found = await ok(self.client.get(f"/v1/accounts/{self.account['id']}/metrics", params=params))
        return {key: one["value"] for key, one in found["metrics"].items()}


async def a_ground(client, *offerings):
    account = await an_account(client, "Cancity", industry="retail", effective_on=ago(900))
    centers = {
        name: await a_record(client, "buying-centers", account=account["id"], name=name) for name in ("north", "south")
    }
    sold = {name: await a_record(client, "offerings", code=name, name=f"The {name}") for name in offerings}
    return Ground(client, account, centers, sold)


def usd(amount):
    return {"amount": str(amount), "currency": "USD"}


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of whitespace, each carried out at least once; the ids that their paths name."""
    ground = await a_ground(client, "desks")
    await ground.says("north", "desks", potential=usd(100))
    await ok(client.get(f"{ground.path}/statements"))
    await ground.grid()
    return {
        "account_id": ground.account["id"],
        "buying_center_id": ground.centers["north"],
        "offering_id": ground.offerings["desks"],
    }
