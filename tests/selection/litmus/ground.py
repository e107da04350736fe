"""What the tests of the litmus test stand on: a sound draft, a round in which functions agree, evidence."""

from datetime import date
from uuid import UUID

from app.jobs import queries as jobs
from app.kernel.ids import new_id
from app.selection.queries import analyses
from tests.asking import days_ago, ok

POINTS = (30, 20, 10, 10, 5, 5, 4, 4, 3, 3, 2, 2, 2)  # over the shipped model's criteria, 100 in all
AGREEING = ("finance", "operations", "product", "sales")


async def a_sound_draft(client, **changed):
    """A copy of the shipped model, which looks ahead and in many directions."""
    shipped = await ok(client.get("/v1/selection/models/default"))
    return await ok(client.post("/v1/selection/models", json={**shipped, **changed}), 201)


def url_of(model):
    return f"/v1/selection/models/{model['id']}"


async def an_agreed_round(client, model, functions=AGREEING):
    """A closed round in which one person of each function weighs the criteria alike; returns its id."""
    people = [
        (await ok(client.post("/v1/users", json={"name": function, "function": function}), 201))["id"]
        for function in functions
    ]
    body = {"name": "All agree", "participants": people}
    opened = await ok(client.post(f"{url_of(model)}/feedback-rounds", json=body), 201)
    url = f"/v1/selection/feedback-rounds/{opened['id']}"
    keys = [one["key"] for one in model["model"]["criteria"]]
    for person in people:
        points = dict(zip(keys, POINTS, strict=False))
        await ok(client.put(f"{url}/answer", json={"user_id": person, "points": points}))
    await ok(client.post(f"{url}/close"))
    return opened["id"]


async def evidence(client, model, status=201, **fields):
    body = {
        "note": "Spend in the segment is to double within three years",
        "source": "Outlook of the trade association",
        "dated_on": days_ago(30),
        **fields,
    }
    return await ok(client.post(f"{url_of(model)}/evidence", json=body), status)


async def litmus_of(client, model, **params):
    return await ok(client.get(f"{url_of(model)}/litmus", params=params))


async def publish(client, model, *, version=None, **body):
    tag = {"If-Match": str(version or model["version"])}
    return await client.post(f"{url_of(model)}/publish", json=body, headers=tag)


async def a_passing_draft(client, **changed):
    """A draft that passes all four parts, with what it rests on."""
    model = await a_sound_draft(client, **changed)
    round_id = await an_agreed_round(client, model)
    note = await evidence(client, model)
    return model, round_id, note


async def a_kept_backtest(database, tenant, model, rho, *, status="ok"):
    """A finished backtest of the model as it now is, as its job keeps it; returns its id."""
    backtest_id, composite = new_id(), {"spearman": {"rho": rho, "p": 0.01, "verdict": "supports"}}
    asked = {
        "kind": "backtest",
        "model_id": UUID(model["id"]),
        "model_version": model["model_version"],
        "document": model["model"],
        "as_of": date(2025, 1, 1),
        "parameters": {},
    }
    result = {"status": status, "composite": composite if status == "ok" else None}
    of = {"tenant_id": tenant.id, "id": backtest_id}
    async with database.transaction(tenant.id) as connection:
        await jobs.add(connection, {**of, "kind": "selection.backtest", "payload": {}})
        await analyses.add(connection, {**of, **asked})
        await analyses.finish(connection, tenant.id, backtest_id, result)
    return str(backtest_id)


async def a_whole_story(client):
    """Every operation of litmus tests and evidence once; returns the ids that their paths name."""
    model = await a_sound_draft(client)
    note = await evidence(client, model, criteria=["market_leadership"])
    await ok(client.get(f"{url_of(model)}/evidence"))
    await litmus_of(client, model, model_version=1)
    await ok(client.post(f"/v1/selection/evidence/{note['id']}/withdraw"))
    await ok(client.get("/v1/benchmarks"))
    assert (await publish(client, model, override_reason="a story", use=False)).status_code == 200
    return {"model_id": model["id"], "note_id": note["id"]}
