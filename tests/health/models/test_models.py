"""Health models: drafted, published, retired; and what none of them may say."""

import copy

import pytest

from app.health.core.default_model import DEFAULT_MODEL
from app.health.core.model_documents import model_document
from app.health.service import models
from app.health.service.refreshing import REFRESH
from app.infra.jobs import is_queued
from app.kernel.ids import ModelId
from tests.asking import ok
from tests.health.scores.ground import MODEL, a_health_model, an_observed_account, health, renamed
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def a_draft(client):
    made = await client.post("/v1/health/models", json=MODEL)
    assert made.status_code == 201, made.text
    return made.headers["location"], made.headers["etag"]


def kind(refused):
    return refused.status_code, refused.json()["type"].removeprefix("/problems/")


async def test_a_published_draft_is_what_accounts_are_judged_with(client):
    published = await a_health_model(client, reason="Ours fits better")
    account = await an_observed_account(client, csat=4)

    assert (published["state"], published["model_version"], published["in_use"]) == ("published", 1, True)
    assert published["publish_reason"] == "Ours fits better"
    assert published["published_by"] is not None
    assert published["model"]["thresholds"] == {"hygiene": 60, "health": 60}
    assert published["model"]["missing_policy"] == "renormalize"
    assert (await health(client, account))["model_id"] == published["id"]
    told = await ok(client.get("/v1/events", params={"type": "health_model.published"}))
    assert told["data"][0]["data"] == {"name": "Three figures", "model_version": 1, "in_use": True}


async def test_all_accounts_are_judged_anew_once_another_model_is_in_use(client, database, tenant):
    asked = []
    for use in (False, True):
        await a_health_model(client, use=use)
        async with database.transaction(tenant.id) as connection:
            asked.append(await is_queued(connection, REFRESH, {"tenant_id": str(tenant.id)}))
    assert asked == [False, True]


async def test_a_model_may_be_published_without_being_used(client):
    first = await a_health_model(client)
    second = await a_health_model(client, renamed("Second"), use=False)

    assert (second["state"], second["in_use"]) == ("published", False)
    account = await an_observed_account(client, csat=4)
    assert (await health(client, account))["model_id"] == first["id"]
    listed = (await ok(client.get("/v1/health/models", params={"sort": "name"})))["data"]
    assert [(one["name"], one["in_use"]) for one in listed] == [("Second", False), ("Three figures", True)]


async def test_a_published_version_never_changes_and_the_next_one_retires_it(client):
    published = await a_health_model(client)
    url = f"/v1/health/models/{published['id']}"
    before = await ok(client.get(f"{url}/versions/1"))

    changed = await client.put(url, json=renamed("Second"), headers={"If-Match": str(published["version"])})
    between = await ok(client.get(f"{url}/versions/1"))
    await ok(client.post(f"{url}/publish", json={}, headers={"If-Match": changed.headers["etag"]}))

    assert (changed.json()["model_version"], changed.json()["state"]) == (2, "draft")
    assert between["model"] == before["model"]
    assert between["state"] == "published"
    versions = (await ok(client.get(f"{url}/versions")))["data"]
    assert [(one["model_version"], one["state"]) for one in versions] == [(2, "published"), (1, "retired")]
    assert versions[1]["model"] == before["model"]


async def test_a_draft_is_drafted_anew_in_place(client):
    url, etag = await a_draft(client)

    changed = await client.put(url, json=renamed("Again"), headers={"If-Match": etag})

    assert (changed.json()["model_version"], changed.json()["name"]) == (1, "Again")
    assert [one["model_version"] for one in (await ok(client.get(f"{url}/versions")))["data"]] == [1]


async def test_only_a_model_that_was_never_published_is_removed(client):
    url, etag = await a_draft(client)
    published = await a_health_model(client)

    removed = await client.delete(url, headers={"If-Match": etag})
    refused = await client.delete(
        f"/v1/health/models/{published['id']}", headers={"If-Match": str(published["version"])}
    )

    assert removed.status_code == 204
    assert (await client.get(url)).status_code == 404
    assert kind(refused) == (409, "health-model-on-record")


async def test_what_is_published_already_is_not_published_again(client):
    published = await a_health_model(client)
    url = f"/v1/health/models/{published['id']}/publish"

    refused = await client.post(url, json={}, headers={"If-Match": str(published["version"])})

    assert kind(refused) == (409, "health-model-in-force")


async def test_who_read_an_older_version_changes_nothing(client):
    url, etag = await a_draft(client)
    await client.put(url, json=renamed("Again"), headers={"If-Match": etag})

    stale = [
        await client.put(url, json=MODEL, headers={"If-Match": etag}),
        await client.delete(url, headers={"If-Match": etag}),
        await client.post(f"{url}/publish", json={}, headers={"If-Match": etag}),
    ]

    assert {kind(refused) for refused in stale} == {(412, "health-model-changed")}
    assert (await client.put(url, json=MODEL)).status_code == 428
    assert (await client.put(url, json=MODEL, headers={"If-Match": "x"})).status_code == 400


async def test_the_shipped_model_is_read_and_copied_but_not_changed(client):
    account = await an_observed_account(client, csat=4)
    model_id = (await health(client, account))["model_id"]
    url = f"/v1/health/models/{model_id}"
    shipped = await ok(client.get(url))
    headers = {"If-Match": str(shipped["version"])}

    refused = [
        await client.put(url, json=MODEL, headers=headers),
        await client.delete(url, headers=headers),
        await client.post(f"{url}/publish", json={}, headers=headers),
    ]
    copied = await client.post("/v1/health/models", json=shipped["model"])

    assert {kind(one) for one in refused} == {(409, "shipped-health-model")}
    assert copied.status_code == 201
    assert copied.json()["model"] == shipped["model"] == model_document(DEFAULT_MODEL)


async def test_the_shipped_model_can_be_judged_with_beside_ones_own(client, database, tenant):
    shipped = (await health(client, await an_observed_account(client, csat=4)))["model_id"]
    own = await a_health_model(client)
    draft = (await client.post("/v1/health/models", json=MODEL)).json()

    async with database.transaction(tenant.id) as connection:
        asked = await models.to_use(connection, tenant.id, ModelId(shipped))
        usual = await models.to_use(connection, tenant.id)
        with pytest.raises(models.HealthModelNotPublished):
            await models.to_use(connection, tenant.id, ModelId(draft["id"]))

    assert (str(asked.model_id), asked.in_use) == (shipped, False)
    assert str(usual.model_id) == own["id"]


async def test_a_model_must_name_metrics_that_there_are(client):
    document = copy.deepcopy(MODEL)
    document["indicators"][1]["metric"] = "wishes"

    refused = await client.post("/v1/health/models", json=document)

    assert kind(refused) == (422, "unusable-indicators")
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/indicators/1/metric", "unknown_metric")
    ]


async def test_every_fault_of_a_model_is_named_by_its_place(client):
    document = copy.deepcopy(MODEL)
    document["indicators"][0]["weight"] = -1
    document["indicators"][1]["value_function"] = {"kind": "percentile"}
    document["thresholds"] = {"health": 101}

    refused = await client.post("/v1/health/models", json=document)

    assert refused.status_code == 422
    assert {(one["pointer"], one["code"]) for one in refused.json()["errors"]} == {
        ("/indicators/0/weight", "out_of_range"),
        ("/indicators/1/value_function/kind", "unsupported"),
        ("/thresholds/health", "out_of_range"),
    }


async def test_another_organizations_model_is_not_found(client, other_client):
    published = await a_health_model(client)
    url, headers = f"/v1/health/models/{published['id']}", {"If-Match": str(published["version"])}

    refused = [
        await other_client.get(url),
        await other_client.get(f"{url}/versions"),
        await other_client.get(f"{url}/versions/1"),
        await other_client.put(url, json=MODEL, headers=headers),
        await other_client.delete(url, headers=headers),
        await other_client.post(f"{url}/publish", json={}, headers=headers),
        await client.get(f"{url}/versions/9"),
    ]

    assert {kind(one) for one in refused} == {(404, "health-model-not-found")}
