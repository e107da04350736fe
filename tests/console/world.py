"""A small organization for the console's tests: a dozen accounts, made by the API and scored one by one."""

from dataclasses import dataclass, field

from tests.asking import days_ago, ok

# Name, won last year, open now, and five ratings; who has none of them is listed beside the map.
ACCOUNTS = (
    ("Northwind Traders", 910_000, 820_000, (5, 5, 4, 5, 5)),
    ("Contoso Medical", 640_000, 700_000, (5, 4, 4, 4, 5)),
    ("Fabrikam Steel", 480_000, 90_000, (4, 5, 5, 4, 2)),
    ("Litware Energy", 60_000, 640_000, (2, 2, 3, 2, 5)),
    ("Proseware", 240_000, 40_000, (3, 3, 3, 2, 2)),
    ("Tailspin Toys", 15_000, 25_000, (1, 2, 1, 2, 1)),
    ("Adatum <b>&amp; {b|Sons}</b>", 120_000, 310_000, (4, 3, 4, 3, 4)),
)
RATED = (
    "willingness_to_partner",
    "goal_fit",
    "procurement_disposition",
    "strategic_importance",
    "customer_growth_outlook",
)
UNKNOWN = "Wingtip (nothing known)"


@dataclass
class World:
    """The accounts' ids by name."""

    ids: dict[str, str] = field(default_factory=dict)


async def a_world(client) -> World:
    """The accounts with their facts, each scored."""
    world = World()
    for name, won, opened, ratings in ACCOUNTS:
        world.ids[name] = await _account(client, name)
        await _deals(client, world.ids[name], won, opened)
        items = [
            {
                "account": world.ids[name],
                "metric": metric,
                "value": value,
                "rated_on": days_ago(20),
                "function": "finance",
            }
            for metric, value in zip(RATED, ratings, strict=True)
        ]
        await ok(client.post("/v1/ratings/batch", json={"items": items}))
    world.ids[UNKNOWN] = await _account(client, UNKNOWN)
    for name, *_ in ACCOUNTS:
        await ok(client.post(f"/v1/accounts/{world.ids[name]}/scores", json={}), 201)
    return world


async def _account(client, name):
    body = {"name": name, "effective_on": days_ago(800)}
    return (await ok(client.post("/v1/accounts", json=body), 201))["id"]


async def _deals(client, account_id, won, opened):
    deals = [
        {
            "account": account_id,
            "amount": _usd(won / 3),
            "status": "won",
            "created_on": days_ago(ago + 60),
            "closed_on": days_ago(ago),
        }
        for ago in (40, 150, 280)
    ]
    deals.append({"account": account_id, "amount": _usd(opened), "probability": 0.6, "created_on": days_ago(30)})
    await ok(client.post("/v1/opportunities/batch", json={"items": deals}))


def _usd(amount):
    return {"amount": f"{amount:.2f}", "currency": "USD"}
