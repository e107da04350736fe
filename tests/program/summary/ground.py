"""What the tests of the program's figures stand on: key accounts with a past, and those beside them."""

from sqlalchemy import text

from app.infra.db import enter
from tests.asking import a_person, a_record, days_ago, ok
from tests.selection.ground import an_account


async def a_key_account(client, name, tier=None, **fields):
    """A new account's id; with a tier from today on."""
    account = (await an_account(client, name, effective_on="2022-01-01", **fields))["id"]
    if tier is not None:
        body = {"tier": tier, "reason": "the board's word", "until_on": "2199-01-01"}
        await ok(client.post(f"/v1/accounts/{account}/tier-overrides", json=body), 201)
    return account


async def been_key(database, tenant, days, *accounts):
    """Let the tiers of accounts hold since so many days, which no door allows."""
    values = {"days": days, "ids": list(accounts)}
    async with database.engine.begin() as connection:
        await enter(connection, tenant.id)
        await connection.execute(_EARLIER, values)


_EARLIER = text(
    "UPDATE tier_overrides SET from_on = from_on - CAST(:days AS int) WHERE account_id = ANY(CAST(:ids AS uuid[]))"
)


async def won(client, account, amount, days, **fields):
    """A deal that was won so many days ago."""
    body = {
        "account": account, "status": "won", "closed_on": days_ago(days), "created_on": days_ago(days + 20),
        "amount": {"amount": str(amount), "currency": "USD"}, **fields,
    }  # fmt: skip
    return await a_record(client, "opportunities", **body)


async def a_whole_story(client) -> dict[str, str]:
    """Each door of the program's figures once, and what managers record."""
    kim = await a_person(client, "sales", "Kim")
    account = await a_key_account(client, "Storied", kam_user_id=kim)
    hours = {"user_id": kim, "account_id": account, "activity": "joint_roadmap", "hours": 3.5, "on": days_ago(3)}
    kept = await ok(client.post("/v1/program/kam-hours", json=hours), 201)
    batch = await ok(client.post("/v1/program/kam-hours/batch", json={"items": [hours, hours]}), 201)
    await ok(client.get("/v1/program/kam-hours"))
    await ok(client.get(f"/v1/program/kam-hours/{kept['id']}"))
    await ok(client.delete(f"/v1/program/kam-hours/{batch['ids'][0]}"), 204)
    mix = {"short_term_revenue": 0.6, "growth": 0.4}
    await ok(client.put("/v1/program/incentives", json={"mix": mix}))
    for path in ("incentives", "summary", "kam-load", "overinvested"):
        await ok(client.get(f"/v1/program/{path}"))
    return {"kam_hours_id": kept["id"]}
