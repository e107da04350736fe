"""What the tests of plans' progress stand on: accounts with a plan whose objectives and targets can be measured."""

from datetime import UTC, datetime, timedelta

from tests.asking import a_person, ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()


def ago(days):
    """So many days before today (after it, below 0), as the wire has it."""
    return (TODAY - timedelta(days=days)).isoformat()


def an_objective(key, metric=None, **fields):
    given = {"title": key, "outcome": "customer", "owner_side": "supplier", "due_on": ago(-200)}
    return {"key": key, "metric": metric, **given, **fields}


def a_target(days_ago, amount, *, days=90, currency="USD", **fields):
    """A target of a quarter (or a year) that began so many days ago."""
    return {
        "period": "quarter" if days < 300 else "year",
        "starts_on": ago(days_ago),
        "ends_on": ago(days_ago - days + 1),
        "amount": {"amount": str(amount), "currency": currency},
        **fields,
    }


async def a_plan(client, account, *objectives, targets=(), more=None):
    """A plan that began 200 days ago and ends in two years."""
    user_id = await a_person(client, "sales", f"Ada {len(objectives)}")
    document = {"customer_objectives": {"items": list(objectives)}, "growth_targets": {"items": list(targets)}}
    document |= more or {}
    body = {"starts_on": ago(200), "ends_on": ago(-600), "user_id": user_id, "document": document}
    answer = await client.put(f"/v1/accounts/{account['id']}/plan", json=body)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def observed(client, account, metric, **values):
    """Observations of a metric, by how many days ago (`days_10=0.5`)."""
    for days, value in values.items():
        body = {"account": account["id"], "metric": metric, "value": value, "observed_on": ago(int(days[5:]))}
        await ok(client.post("/v1/observations", json=body), 201)


async def won(client, account, amount, days_ago, currency="USD"):
    body = {
        "account": account["id"],
        "amount": {"amount": str(amount), "currency": currency},
        "status": "won",
        "created_on": ago(days_ago + 10),
        "closed_on": ago(days_ago),
    }
    await ok(client.post("/v1/opportunities", json=body), 201)


async def the_progress(client, account, **params):
    return await ok(client.get(f"/v1/accounts/{account['id']}/plan/progress", params=params))


async def a_whole_story(client) -> dict[str, str]:
    """The operation, carried out once; the ids that its path names."""
    account = await an_account(client)
    await a_plan(client, account, an_objective("uptime", "nps", baseline=5, target=9))
    await the_progress(client, account)
    return {"account_id": account["id"]}
