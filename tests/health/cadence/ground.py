"""What the tests of cadences stand on: accounts with a tier, and touchpoints of theirs."""

from datetime import UTC, datetime, timedelta

from tests.asking import ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()


def ago(days):
    """So many days before today, as the wire has it."""
    return (TODAY - timedelta(days=days)).isoformat()


async def a_tiered_account(client, tier="tier_1", name="Cancity", **fields):
    account = await an_account(client, name, **fields)
    body = {"tier": tier, "reason": "It is so", "until_on": (TODAY + timedelta(days=300)).isoformat()}
    await ok(client.post(f"/v1/accounts/{account['id']}/tier-overrides", json=body), 201)
    return account


async def a_touchpoint(client, account, held_on, kind="qbr", **fields):
    return await ok(
        client.post("/v1/engagements", json={"account": account["id"], "kind": kind, "held_on": held_on, **fields}), 201
    )


async def the_cadence(client, account, **params):
    return await ok(client.get(f"/v1/accounts/{account['id']}/cadence", params=params))


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of cadences, each carried out at least once; the ids that their paths name."""
    account = await a_tiered_account(client)
    await a_touchpoint(client, account, ago(100))
    await the_cadence(client, account)
    await ok(client.get("/v1/cadence"))
    return {"account_id": account["id"]}
