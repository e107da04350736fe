"""What the tests of hygiene and health stand on: accounts of which three figures are observed, a model of them."""

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.health.service import keeping, models
from app.kernel.ids import AccountId
from app.metrics import service as metrics
from tests.asking import a_person, ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()
# Utilities: csat 1..5 becomes 0..1, adoption and nps / 10 are their own.
MODEL: dict[str, Any] = {
    "name": "Three figures",
    "indicators": [
        {
            "key": "content",
            "metric": "csat",
            "dimension": "hygiene",
            "weight": 1,
            "value_function": {"kind": "rating"},
            "rationale": "Asked each half-year",
        },
        {
            "key": "used",
            "metric": "adoption",
            "dimension": "health",
            "weight": 3,
            "value_function": {"kind": "linear", "low": 0, "high": 1},
        },
        {
            "key": "recommended",
            "metric": "nps",
            "dimension": "health",
            "weight": 1,
            "value_function": {"kind": "linear", "low": 0, "high": 10},
        },
    ],
}


def renamed(name):
    return {**copy.deepcopy(MODEL), "name": name}


def days_ago(days):
    return TODAY - timedelta(days=days)


async def a_health_model(client, document=MODEL, *, use=True, reason=None):
    """A published model, with which the organization judges."""
    made = await client.post("/v1/health/models", json=document)
    assert made.status_code == 201, made.text
    headers = {"If-Match": made.headers["etag"]}
    return await ok(
        client.post(f"{made.headers['location']}/publish", json={"use": use, "reason": reason}, headers=headers)
    )


async def observed(client, account, on=None, **figures):
    """What is known of the account from a day on: `csat=4`."""
    for metric, value in figures.items():
        body = {
            "account": account["id"],
            "metric": metric,
            "value": value,
            "observed_on": (on or days_ago(200)).isoformat(),
        }
        await ok(client.post("/v1/observations", json=body), 201)


async def an_observed_account(client, name="Cancity", on=None, fields=None, **figures):
    account = await an_account(client, name, **(fields or {}))
    await observed(client, account, on, **figures)
    return account


async def kept(database, tenant, *days: date, accounts=None):
    """Health is kept as of these days, one after the other."""
    ids = None if accounts is None else [AccountId(UUID(account["id"])) for account in accounts]
    for day in days or (TODAY,):
        async with database.transaction(tenant.id) as connection:
            version = await models.to_use(connection, tenant.id)
            measured = await metrics.measured(
                connection, tenant.id, as_of=day, keys=version.model.metrics, account_ids=ids
            )
            await keeping.keep(connection, tenant.id, version, measured)


async def health(client, account, **params):
    return await ok(client.get(f"/v1/accounts/{account['id']}/health", params=params))


async def listed(client, **params):
    return (await ok(client.get("/v1/health", params=params)))["data"]


async def moves_told(client):
    """What was told of quadrants, oldest first."""
    found = await ok(client.get("/v1/events", params={"type": "health_state.changed", "sort": "created_at"}))
    return [(event["data"]["previous"], event["data"]["current"]) for event in found["data"]]


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of health models and scores, each carried out at least once; the ids that their paths name."""
    passing = await client.post("/v1/health/models", json=renamed("Passing"))
    removed = await client.delete(passing.headers["location"], headers={"If-Match": passing.headers["etag"]})
    assert removed.status_code == 204, removed.text
    made = await client.post("/v1/health/models", json=MODEL)
    url, etag = made.headers["location"], made.headers["etag"]
    changed = await client.put(url, json=renamed("Ours"), headers={"If-Match": etag})
    published = await client.post(f"{url}/publish", json={}, headers={"If-Match": changed.headers["etag"]})
    assert published.status_code == 200, published.text
    for path in ("/v1/health/models", "/v1/health/models/default", url, f"{url}/versions", f"{url}/versions/1"):
        await ok(client.get(path))
    person = await a_person(client, "sales")
    named = {"kam_user_id": person, "source": "salesforce", "external_id": "0015g"}
    account = await an_observed_account(client, fields=named, csat=4, adoption=0.5)
    await health(client, account)
    await ok(client.get("/v1/accounts/by-external-id/salesforce/0015g/health"))
    await ok(client.get(f"/v1/accounts/{account['id']}/health/history"))
    await listed(client)
    await ok(client.get("/v1/health/summary"))
    return {
        "account_id": account["id"], "model_id": published.json()["id"], "number": "1",
        "source": "salesforce", "external_id": "0015g",
    }  # fmt: skip
