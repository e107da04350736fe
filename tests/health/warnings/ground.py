"""What the tests of warnings stand on: an account where much is wrong, and the evaluation of a day."""

import asyncio
from datetime import UTC, datetime, timedelta

from app.health.service import warnings
from app.metrics import service as metrics
from tests.asking import a_record, ok
from tests.events.shapes import shaped
from tests.selection.ground import a_published_model, an_account

TODAY = datetime.now(UTC).date()


def ago(days):
    """So many days before today, as the wire has it."""
    return (TODAY - timedelta(days=days)).isoformat()


def money(amount):
    return {"amount": amount, "currency": "USD"}


async def a_troubled_account(client, name="Coasting"):
    """An account with a competitor in it, a detractor who decides, one advocate, and a review long ago; its ids."""
    account = (await an_account(client, name))["id"]
    center = await a_record(client, "buying-centers", account=account, name="North")
    chief = await a_record(
        client, "contacts", account=account, name="Ada", seniority="vp", stance="detractor", effective_on=ago(200)
    )
    friend = await a_record(client, "contacts", account=account, name="Ben", stance="advocate", effective_on=ago(200))
    rival = await a_record(
        client, "opportunities", account=account, name="Tender", amount=money("100"), created_on=ago(30),
        competitor="Rival Inc", buying_center=center,
    )  # fmt: skip
    won = [
        await a_record(
            client, "opportunities", account=account, name=f"Deal {place}", amount=money(amount), status="won",
            created_on=ago(300), closed_on=ago(200 + place), buying_center=center, primary_contact=friend,
        )
        for place, amount in enumerate(("300", "100"))
    ]  # fmt: skip
    review = await a_record(client, "engagements", account=account, kind="qbr", subject="Review", held_on=ago(150))
    return {
        "account": account, "center": center, "chief": chief, "friend": friend, "rival": rival, "won": won,
        "review": review,
    }  # fmt: skip


async def evaluated(database, tenant, *, days_ago=0, account_ids=None):
    """What the nightly turn does for a day: measure, and evaluate the rules."""
    day = TODAY - timedelta(days=days_ago)
    async with database.transaction(tenant.id) as connection:
        now = await metrics.measured(connection, tenant.id, as_of=day, keys=warnings.KEYS, account_ids=account_ids)
        before = await metrics.measured(
            connection,
            tenant.id,
            as_of=day - timedelta(days=90),
            keys=warnings.KEYS_BEFORE,
            account_ids=now.account_ids,
        )
        await warnings.evaluate(connection, tenant.id, day, now, before)


async def listed(client, **params):
    return (await ok(client.get("/v1/warnings", params=params)))["data"]


async def by_code(client, **params):
    """The live warnings by code."""
    return {one["code"]: one for one in await listed(client, state="live", **params)}


async def told(client, event_type):
    return shaped((await ok(client.get("/v1/events", params={"type": event_type, "limit": 500})))["data"])


async def a_user(client, name="Kim"):
    return await a_record(client, "users", name=name, function="sales")


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of warnings, each carried out at least once, with a worker; the ids that their paths name."""
    account = await an_account(client)
    await a_record(client, "contacts", account=account["id"], name="Ada", stance="detractor", seniority="vp")
    await ok(client.get("/v1/warnings/rules"))
    await a_published_model(client)
    await ok(client.post("/v1/selection/runs", json={}), 202)
    warning = await _awaited(client, account["id"])
    body = {"note": "Meeting on Friday", "user_id": await a_user(client)}
    await ok(client.post(f"/v1/warnings/{warning['id']}/acknowledge", json=body))
    await ok(client.get(f"/v1/warnings/{warning['id']}"))
    await ok(client.get(f"/v1/accounts/{account['id']}/warnings"))
    return {"account_id": account["id"], "warning_id": warning["id"]}


async def _awaited(client, account_id):
    """The first warning of an account, once a worker has evaluated it."""
    for _ in range(600):
        found = await listed(client, account_id=account_id)
        if found:
            return found[0]
        await asyncio.sleep(0.05)
    raise AssertionError("no warning was opened")
