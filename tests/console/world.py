"""A small organization for the console's tests: a dozen accounts, made by the API and scored one by one."""

from dataclasses import dataclass, field

from tests.asking import a_person, a_record, days_ago, ok

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
    await _partnered(client, world.ids[ACCOUNTS[0][0]])
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


async def _partnered(client, account_id):
    """What makes an account's page full: who cares for it, what it was promised, its whitespace, what is in its way.

    One promise was kept, one is overdue, one is still to come.
    """
    kam = await a_person(client, "sales", "Kim")
    owner = await a_person(client, "service", "Olga")
    await ok(client.patch(f"/v1/accounts/{account_id}", json={"kam_user_id": kam}))
    await _sold(client, account_id)
    resource = await a_record(
        client, "resources", code="engineer", name="Field engineer", kind="technical_expert", function="service",
        unit="days",
    )  # fmt: skip
    for asked, due, delivered in ((60, 30, 31), (50, 12, None), (20, -25, None)):
        path = f"/v1/accounts/{account_id}/resource-requests"
        body = {
            "resource_id": resource, "quantity": 5, "due_on": days_ago(due), "expected_outcome": "A second plant",
            "channel": "defined_process", "user_id": kam, "on": days_ago(asked),
        }  # fmt: skip
        made = await ok(client.post(path, json=body), 201)
        made = await _moved(client, made, "accept", owner, asked - 2)
        if delivered is not None:
            await _moved(client, made, "deliver", owner, delivered)
    await a_record(
        client, "roadblocks", account_id=account_id, kind="capacity", function="service", severity="critical",
        title="No field engineer in Asia", on=days_ago(9), user_id=owner,
    )  # fmt: skip


async def _sold(client, account_id):
    north = await a_record(client, "buying-centers", account=account_id, name="North works")
    await a_record(client, "buying-centers", account=account_id, name="South works")
    pumps = await a_record(client, "offerings", code="pumps", name="Pumps")
    await a_record(client, "offerings", code="valves", name="Valves")
    await a_record(
        client, "opportunities", account=account_id, amount=_usd(12_000), status="won", created_on=days_ago(90),
        closed_on=days_ago(70), buying_center=north, offering=pumps,
    )  # fmt: skip


async def _moved(client, commitment, act, user_id, ago):
    path, version = f"/v1/commitments/{commitment['id']}/{act}", commitment["version"]
    body = {"user_id": user_id, "on": days_ago(ago)}
    return await ok(client.post(path, json=body, headers={"If-Match": f'"{version}"'}))
