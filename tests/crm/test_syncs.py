"""Syncs, drift and records through their doors."""

from datetime import timedelta

import pytest

from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground
from tests.repeating import those_that_repeat
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["anyone", "app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def on_ground(database, tenant, anyone, settings):
    return lambda fake=None, **told: a_ground(fake or hubspot(), database, tenant, anyone, settings, **told)


async def test_a_backfill_is_asked_for_followed_and_read(on_ground, client):
    async with on_ground() as ground:
        account = ground.fake.add("account", name="Acme").id
        ground.fake.add("opportunity", name="First", amount="1", account=account)
        ground.fake.add("opportunity", name="Bad", amount="much")
        accepted = await client.post(f"/v1/crm/connections/{ground.id}/syncs", json={"kind": "backfill"})
        assert accepted.status_code == 202
        job_id = accepted.json()["id"]
        again = await client.post(f"/v1/crm/connections/{ground.id}/syncs", json={"kind": "backfill"})
        assert (again.status_code, again.json()["code"]) == (409, "sync_runs")
        await ground.work(job_id)

        sync = (await client.get(f"/v1/crm/syncs/{job_id}")).json()
        assert (sync["status"], sync["step"], sync["objects"]) == (
            "succeeded", None, ["user", "account", "contact", "opportunity"]
        )  # fmt: skip
        assert (sync["counts"]["opportunity"]["created"], sync["counts"]["opportunity"]["quarantined"]) == (1, 1)
        job = (await client.get(f"/v1/jobs/{job_id}")).json()
        assert (job["status"], job["progress"]) == ("succeeded", {"done": 3, "total": 3})
        listed = (await client.get("/v1/crm/syncs", params={"connection_id": str(ground.id)})).json()["data"]
        assert [one["id"] for one in listed] == [job_id]
        (record,) = (await client.get("/v1/crm/records", params={"state": "quarantined"})).json()["data"]
        assert record["errors"][0]["pointer"].startswith("/amount")


async def test_records_are_listed_page_by_page(on_ground, client, database):
    async with on_ground() as ground:
        for number in range(5):
            ground.fake.add("opportunity", name=f"Bad {number}", amount="much")
        await ground.sync(objects=["opportunity"])
        seen, cursor = [], None
        while True:
            page = (
                await client.get("/v1/crm/records", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
            ).json()
            seen += [record["external_id"] for record in page["data"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 5
        assert await those_that_repeat(client, database, {"records": ["/v1/crm/records"]}) == ({}, set())


async def test_what_cannot_be_read_is_not_asked_for(on_ground, client):
    async with on_ground(objects=("account",)) as ground:
        path = f"/v1/crm/connections/{ground.id}/syncs"
        unread = await client.post(path, json={"kind": "backfill", "objects": ["contact"]})
        assert (unread.status_code, unread.json()["code"]) == (422, "nothing_to_read")
        await ground.rows("UPDATE crm_connections SET state = 'paused' RETURNING 1")
        paused = await client.post(path, json={"kind": "backfill"})
        assert (paused.status_code, paused.json()["code"]) == (409, "connection_rests")
        assert (await client.post(path, json={"kind": "sweep"})).status_code == 422


async def test_syncs_of_others_are_not_found(on_ground, client, other_client):
    async with on_ground() as ground:
        job_id = await ground.start()
        assert (await other_client.get(f"/v1/crm/syncs/{job_id}")).status_code == 404
        assert (await other_client.get(f"/v1/crm/connections/{ground.id}/drift")).status_code == 404
        body = {"kind": "backfill"}
        assert (await other_client.post(f"/v1/crm/connections/{ground.id}/syncs", json=body)).status_code == 404
        assert (await client.post(f"/v1/crm/connections/{NOBODY}/syncs", json=body)).status_code == 404
        assert (await other_client.get("/v1/crm/records")).json()["data"] == []


async def test_what_only_a_sweep_finds_is_told_as_missed(on_ground, client):
    async with on_ground() as ground:
        account = ground.fake.add("account", name="Acme").id
        deals = [ground.fake.add("opportunity", name=f"Deal {n}", amount="1", account=account).id for n in range(3)]
        await ground.sync()
        told = ground.fake.update("opportunity", deals[0], amount="2")
        ground.fake.update("opportunity", deals[1], amount="3")
        await ground.tell(told)
        await ground.rows("UPDATE crm_hints SET not_before = now() + interval '1 hour' RETURNING 1")
        ground.ahead += timedelta(minutes=5)
        await ground.sweep()

        drift = (await client.get(f"/v1/crm/connections/{ground.id}/drift")).json()
        assert (drift["sweeps"], drift["missed"]) == (1, 1)
        assert [one["external_id"] for one in drift["examples"]] == [deals[1]]
        kept = await ground.facts("opportunities")
        assert [int(kept[deal]["amount"]) for deal in deals] == [2, 3, 1]
