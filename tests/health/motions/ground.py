"""What the tests of the motions of revenue stand on: an account whose deals make every motion."""

from datetime import UTC, datetime, timedelta

from tests.asking import a_record, ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()


def ago(days):
    """So many days before today, as the wire has it."""
    return (TODAY - timedelta(days=days)).isoformat()


async def a_deal(client, account, amount, created, closed=None, **fields):
    """A deal won `closed` days ago, or open if it is None."""
    decided = {} if closed is None else {"status": "won", "closed_on": ago(closed)}
    money = None if amount is None else {"amount": str(amount), "currency": "USD"}
    body = {"account": account["id"], "amount": money, "created_on": ago(created), **decided, **fields}
    return await a_record(client, "opportunities", **body)


async def a_growing_account(client, name="Cancity"):
    """Bought 100 and 40 the year before; since then 80 again, 30 of another offering, 50 in a new buying center."""
    account = await an_account(client, name, effective_on=ago(900))
    north, south = [
        await a_record(client, "buying-centers", account=account["id"], name=f"{name} {place}")
        for place in ("north", "south")
    ]
    desks, chairs = [
        await a_record(client, "offerings", code=f"{name} {what}", name=what) for what in ("desks", "chairs")
    ]
    at = {"buying_center": north, "offering": desks}
    await a_deal(client, account, 100, 800, 700, name="First desks", **at)
    await a_deal(client, account, 40, 500, 400, name="Unplaced")
    await a_deal(client, account, 80, 300, 200, name="More desks", **at)
    await a_deal(client, account, 30, 300, 100, name="Chairs, too", **{**at, "offering": chairs})
    await a_deal(client, account, 50, 300, 50, name="Desks for the south", **{**at, "buying_center": south})
    await a_deal(client, account, 60, 20, name="Chairs again", **{**at, "offering": chairs})
    return account


async def the_motions(client, account, **params):
    return await ok(client.get(f"/v1/accounts/{account['id']}/revenue-motions", params=params))


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of the motions, each carried out at least once; the ids that their paths name."""
    account = await a_growing_account(client)
    await the_motions(client, account)
    await ok(client.get(f"/v1/accounts/{account['id']}/revenue-motions/deals"))
    await ok(client.get("/v1/revenue-motions"))
    return {"account_id": account["id"]}
