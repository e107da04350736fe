"""Selection models: drafted, published, retired."""

import copy

import pytest

from tests.selection.ground import MODEL, WHY, a_published_model


def renamed(name):
    return {**copy.deepcopy(MODEL), "name": name}


async def a_draft(client):
    made = await client.post("/v1/selection/models", json=MODEL)
    return made.headers["location"], made.headers["etag"]


async def test_a_draft_becomes_the_model_that_the_organization_scores_with(client):
    published = await a_published_model(client)

    scored = await client.post("/v1/selection/score", json={"accounts": [{"inputs": {"goal_fit": 5}}]})

    assert (published["state"], published["model_version"], published["in_use"]) == ("published", 1, True)
    assert scored.json()["model_id"] == published["id"]


async def test_a_published_version_never_changes(client):
    published = await a_published_model(client)
    url = f"/v1/selection/models/{published['id']}"
    before = (await client.get(f"{url}/versions/1")).json()

    changed = await client.put(url, json=renamed("Second"), headers={"If-Match": str(published["version"])})

    after = (await client.get(f"{url}/versions/1")).json()
    assert (changed.json()["model_version"], changed.json()["state"]) == (2, "draft")
    assert after["model"] == before["model"]
    assert after["state"] == "published"
    assert [one["model_version"] for one in (await client.get(f"{url}/versions")).json()["data"]] == [2, 1]


async def test_publishing_a_version_retires_the_one_before(client):
    published = await a_published_model(client)
    url = f"/v1/selection/models/{published['id']}"
    draft = await client.put(url, json=renamed("Second"), headers={"If-Match": str(published["version"])})

    await client.post(f"{url}/publish", json=WHY, headers={"If-Match": draft.headers["etag"]})

    states = {one["model_version"]: one["state"] for one in (await client.get(f"{url}/versions")).json()["data"]}
    assert states == {2: "published", 1: "retired"}


async def test_a_draft_may_be_put_up_for_review_and_drafted_again(client):
    url, etag = await a_draft(client)

    submitted = await client.post(f"{url}/submit", headers={"If-Match": etag})
    redrafted = await client.put(url, json=MODEL, headers={"If-Match": submitted.headers["etag"]})

    assert submitted.json()["state"] == "in_review"
    assert (redrafted.json()["state"], redrafted.json()["model_version"]) == ("draft", 1)


async def test_an_illegal_move_names_the_legal_ones(client):
    published = await a_published_model(client)

    answer = await client.post(
        f"/v1/selection/models/{published['id']}/publish", json={}, headers={"If-Match": str(published["version"])}
    )

    assert answer.status_code == 409
    assert "retired" in answer.json()["detail"]


@pytest.mark.parametrize(("method", "path"), [("PUT", ""), ("DELETE", ""), ("POST", "/submit"), ("POST", "/publish")])
async def test_a_decision_record_is_changed_only_by_who_read_it(client, method, path):
    url, etag = await a_draft(client)
    body = {"PUT": {"json": MODEL}}.get(method, {"json": {}} if path == "/publish" else {})

    without = await client.request(method, url + path, **body)
    await client.put(url, json=renamed("Changed by another"), headers={"If-Match": etag})
    stale = await client.request(method, url + path, headers={"If-Match": etag}, **body)

    assert without.status_code == 428
    assert stale.status_code == 412


async def test_a_model_that_was_published_is_not_removed(client):
    published = await a_published_model(client)
    url, etag = await a_draft(client)

    kept = await client.delete(
        f"/v1/selection/models/{published['id']}", headers={"If-Match": str(published["version"])}
    )
    removed = await client.delete(url, headers={"If-Match": etag})

    assert kept.status_code == 409
    assert removed.status_code == 204
    assert (await client.get(url)).status_code == 404


async def test_a_stored_model_names_only_metrics_that_there_are(client):
    unknown = copy.deepcopy(MODEL)
    unknown["criteria"][1]["metric"] = "gut_feeling"

    refused = await client.post("/v1/selection/models", json=unknown)
    await client.patch("/v1/organization", json={"custom_metrics": [{"key": "gut_feeling", "title": "Gut feeling"}]})
    taken = await client.post("/v1/selection/models", json=unknown)

    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/criteria/1/metric"]
    assert taken.status_code == 201


async def test_the_shipped_model_follows_the_organizations_revenue_threshold(client):
    async def version_in_use():
        scored = await client.post("/v1/selection/score", json={"accounts": [{"inputs": {"goal_fit": 5}}]})
        return scored.json()["model_version"]

    first = await version_in_use()
    threshold = {"key_account_revenue_threshold": {"amount": "50000", "currency": "USD"}}
    await client.patch("/v1/organization", json=threshold)

    assert (first, await version_in_use(), await version_in_use()) == (1, 2, 2)
    default = (await client.get("/v1/selection/models/default")).json()
    assert default["gates"] == [{"metric": "revenue_ltm", "at_least": 50000.0, "effect": "emerging"}]


async def test_asking_for_the_shipped_model_leaves_the_organizations_own_one_alone(client):
    accounts = [{"inputs": {"goal_fit": 5}}]
    shipped = (await client.post("/v1/selection/score", json={"accounts": accounts})).json()["model_id"]
    own = await a_published_model(client)
    threshold = {"key_account_revenue_threshold": {"amount": "50000", "currency": "USD"}}
    await client.patch("/v1/organization", json=threshold)

    asked = (await client.post("/v1/selection/score", json={"model_id": shipped, "accounts": accounts})).json()

    versions = (await client.get(f"/v1/selection/models/{own['id']}/versions")).json()["data"]
    usual = (await client.post("/v1/selection/score", json={"accounts": accounts})).json()
    assert (asked["model_id"], asked["model_version"]) == (shipped, 2)
    assert [one["model_version"] for one in versions] == [1]
    assert (usual["model_id"], usual["model_version"]) == (own["id"], 1)


async def test_a_model_without_a_published_version_does_not_score(client):
    url, _ = await a_draft(client)

    answer = await client.post(
        "/v1/selection/score", json={"model_id": url.rpartition("/")[2], "accounts": [{"inputs": {}}]}
    )

    assert answer.status_code == 409


async def test_another_organizations_model_is_not_found(client, other_client):
    url, etag = await a_draft(client)

    assert (await other_client.get(url)).status_code == 404
    assert (await other_client.put(url, json=MODEL, headers={"If-Match": etag})).status_code == 404
