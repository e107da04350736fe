"""What tests of the audit stand on: key accounts with something in place, and what people state of the program."""

from tests.asking import a_person, days_ago, ok
from tests.selection.ground import a_published_model, a_rating, an_account

A_CHARTER = {
    "scope": "The relationship with their board", "responsibilities": ["Meet their COO every quarter"],
    "out_of_scope": "Prices and deals", "time_budget_days_per_quarter": 3.0, "next_review_on": "2099-06-30",
}  # fmt: skip


RATED = {"goal_fit": "alignment", "customer_growth_outlook": "opportunity"}
A_MODEL = {
    "name": "Two ratings",
    "criteria": [
        {"key": metric, "metric": metric, "dimension": side, "weight": 1, "value_function": {"kind": "rating"}}
        for metric, side in RATED.items()
    ],
}


async def key_accounts(client, *names, **fields):
    """Accounts that scored the first tier 300 days ago, by one published model; `fields` are those of the first."""
    on = days_ago(300)
    await a_published_model(client, A_MODEL)
    accounts = []
    for at, name in enumerate(names):
        account = await an_account(client, name, effective_on="2023-01-01", **({} if at else fields))
        for metric in RATED:
            await a_rating(client, account, 5, metric=metric, rated_on=on)
        await ok(client.post(f"/v1/accounts/{account['id']}/scores", json={"as_of": on}), 201)
        accounts.append(account["id"])
    return accounts


async def the_audit(client, **params):
    return await ok(client.get("/v1/program/audit", params=params))


def checks_of(audit):
    """All checks of an audit by their codes."""
    return {check["code"]: check for part in audit["requirements"] for check in part["checks"]}


async def a_mandate(client, user_id, functions=("sales", "service", "product"), **fields):
    body = {"user_id": user_id, "mandate": "Key accounts come first", "functions": list(functions), **fields}
    return await ok(client.put("/v1/program/mandate", json=body))


async def an_action(client, owner, **fields):
    body = {
        "title": "Ask finance and service", "requirement": "calibration", "term": "short", "owner_user_id": owner,
        "due_on": "2099-01-01", **fields,
    }  # fmt: skip
    return await ok(client.post("/v1/program/actions", json=body), 201)


async def rates(client, user_id, *ratings, status=201, **fields):
    body = {"ratings": list(ratings), "user_id": user_id, **fields}
    return await ok(client.post("/v1/program/ratings", json=body), status)


async def a_whole_story(client) -> dict[str, str]:
    """Each operation of the audit and of what people state once; needs no worker."""
    ada = await a_person(client, "executive")
    await a_mandate(client, ada)
    await rates(client, ada, {"subject": "maturity", "name": "what_is_key", "value": 2})
    gone = await ok(client.post("/v1/program/rebuilds", json={"cause": "other"}), 201)
    await ok(client.delete(f"/v1/program/rebuilds/{gone['id']}"), 204)
    kept = await ok(client.post("/v1/program/rebuilds", json={"cause": "growth_below_plan", "on": "2022-04-01"}), 201)
    action = await an_action(client, ada)
    url = f"/v1/program/actions/{action['id']}"
    await ok(client.patch(url, json={"note": "half way"}))
    lists = ("mandate", "mandates", "rebuilds", "ratings", "actions", "audit")
    rebuild = f"/v1/program/rebuilds/{kept['id']}"
    for path in (*(f"/v1/program/{name}" for name in lists), url, rebuild):
        await ok(client.get(path))
    return {"action_id": action["id"], "rebuild_id": kept["id"]}
