"""What is done without being told: rounds of all connections, gaps in what was told, and odd ends that stay visible."""

from datetime import UTC, datetime, timedelta

import pytest

from app.crm.core.connection import Attribute, FieldMapping
from app.crm.core.spec import Field
from app.crm.service.sweeping import sweep_all
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.salesforce import salesforce
from tests.crm.service.ground import a_ground
from tests.shared_app import ONE_LOOP, anyone, app, one_app, tenant

__all__ = ["anyone", "app", "one_app", "tenant"]
pytestmark = ONE_LOOP
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def on_ground(database, tenant, anyone, settings):
    return lambda fake=None, **told: a_ground(fake or hubspot(), database, tenant, anyone, settings, **told)


async def syncs(ground):
    return await ground.rows("SELECT s.id, s.kind, j.status FROM crm_syncs s JOIN jobs j USING (tenant_id, id)")


async def test_each_round_sweeps_every_connection_at_work_once_and_drains_what_waits(on_ground):
    async with on_ground() as ground:
        await ground.hear("opportunity", "1")
        await sweep_all(ground.reach)
        await sweep_all(ground.reach)  # the one before has not ended
        (sync,) = await syncs(ground)
        assert (sync["kind"], sync["status"]) == ("sweep", "queued")
        drains = await ground.rows(
            "SELECT 1 AS one FROM pgqueuer WHERE dedupe_key LIKE :key", key=f"crm.drain {ground.id} at %"
        )
        assert drains

        await ground.work(sync["id"])
        await sweep_all(ground.reach)
        assert len(await syncs(ground)) == 2


@pytest.mark.parametrize("state", ["paused", "needs_reauth"])
async def test_connections_that_do_not_work_are_left_alone(on_ground, state):
    async with on_ground() as ground:
        await ground.rows("UPDATE crm_connections SET state = :state RETURNING 1", state=state)
        await sweep_all(ground.reach)
        assert await syncs(ground) == []


async def test_sweeps_of_last_week_are_forgotten_with_their_jobs(on_ground):
    async with on_ground() as ground:
        old, new = await ground.sweep(), await ground.sweep()
        await ground.rows("UPDATE jobs SET finished_at = now() - interval '8 days' WHERE id = :id RETURNING 1", id=old)
        await sweep_all(ground.reach)

        left = {sync["id"] for sync in await syncs(ground)}
        assert old not in left
        assert new in left
        assert await ground.rows("SELECT 1 FROM jobs WHERE id = :id", id=old) == []


async def test_a_gap_in_what_was_told_is_closed_by_reading_what_changed(on_ground):
    async with on_ground(salesforce()) as ground:
        await ground.sync()
        deal = ground.fake.add("opportunity", name="Untold", amount=1, status="open", close_on="2026-12-01").id
        gap = {
            "schema": "x",
            "payload": {
                "ChangeEventHeader": {
                    "entityName": "Opportunity",
                    "recordIds": [],
                    "changeType": "GAP_OVERFLOW",
                    "commitTimestamp": 1_767_604_000_000,
                    "transactionKey": "k",
                }
            },
        }
        answer = await ground.hooks.post(ground.path, json=gap)
        assert answer.is_success, answer.text
        await ground.drain()

        assert {event["state"] for event in await ground.events()} == {"done"}
        (sync,) = [sync for sync in await syncs(ground) if sync["kind"] == "sweep"]
        await ground.work(sync["id"])
        assert deal in await ground.facts("opportunities")


async def test_a_person_without_a_company_is_noted_and_no_fault(on_ground):
    async with on_ground() as ground:
        person = ground.fake.add("contact", at=T0, name="Bo Fox").id
        row = await ground.sync(objects=["contact"])
        assert row["counts"]["contact"] == {"read": 1, "unlinked": 1}
        assert (await ground.notes())["contact", person]["state"] == "unlinked"

        account = ground.fake.add("account", name="Acme").id
        ground.fake.update("contact", person, account=account)
        await ground.sync("changes")
        kept = await ground.facts("contacts")
        assert kept[person]["account_id"] == (await ground.facts("accounts"))[account]["id"]
        assert await ground.notes() == {}


async def test_a_contact_that_came_before_its_account_is_pulled_again_when_that_comes(on_ground):
    async with on_ground() as ground:
        account = ground.fake.add("account", at=T0, name="Acme").id
        person = ground.fake.add("contact", at=T0, name="Bo Fox", account=account).id
        await ground.sync(objects=["contact"])
        assert (await ground.notes())["contact", person]["awaits"] == account
        await ground.sync(objects=["account"])
        await ground.drain()

        assert set(await ground.facts("contacts")) == {person}


async def test_a_record_that_cannot_be_read_is_not_brought_back_by_that(on_ground):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1").id
        await ground.hear("opportunity", deal)
        await ground.drain()
        ground.fake.delete("opportunity", deal, at=T0 + timedelta(days=2))
        await ground.hear("opportunity", deal)
        await ground.drain()
        ground.fake.restore("opportunity", deal, at=T0 + timedelta(days=1))
        ground.fake.update("opportunity", deal, at=T0 + timedelta(days=1), raw={"amount": "much"})
        await ground.hear("opportunity", deal)
        await ground.drain()

        assert (await ground.facts("opportunities"))[deal]["removed_at"] is not None
        assert (await ground.notes())["opportunity", deal]["state"] == "gone"


async def test_custom_fields_become_attributes_and_observations(on_ground):
    mapping = FieldMapping(
        attributes=(Attribute("segment", "text", Field("properties.segment")),),
        metrics={"nps": Field("properties.nps_score", "number")},
    )
    fake = hubspot()
    fake.custom_fields |= {"segment", "nps_score"}
    async with on_ground(fake, mapping={"account": mapping}) as ground:
        account = ground.fake.add("account", at=T0, name="Acme", raw={"segment": "gold", "nps_score": "41"}).id
        await ground.sync(objects=["account"])
        ground.fake.update("account", account, at=T0 + timedelta(days=3), raw={"nps_score": "50"})
        await ground.hear("account", account)
        await ground.drain()

        (kept,) = (await ground.facts("accounts")).values()
        assert kept["attributes"] == {"segment": "gold"}
        observed = (await ground.facts("observations")).values()
        assert [(one["metric"], one["value"], one["observed_on"].day) for one in observed] == [
            ("nps", 41.0, 5), ("nps", 50.0, 8)
        ]  # fmt: skip
        assert {one["account_id"] for one in observed} == {kept["id"]}


async def test_a_crm_that_takes_the_credentials_no_longer_is_not_asked_again_and_nothing_is_lost(on_ground):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1").id
        await ground.hear("opportunity", deal)
        ground.fake.tokens.fixed.clear()
        await ground.drain()
        (row,) = await ground.rows("SELECT state FROM crm_connections")
        assert row["state"] == "needs_reauth"
        (hint,) = await ground.hints()
        assert (hint["attempts"], hint["taken_until"]) == (0, None)
        asked = len(ground.fake.calls)
        await ground.drain()
        assert len(ground.fake.calls) == asked

        ground.fake.tokens.fixed.add("fixed-token")
        await ground.rows("UPDATE crm_connections SET state = 'active' RETURNING 1")
        await ground.drain()
        assert set(await ground.facts("opportunities")) == {deal}


async def test_the_echo_of_our_own_write_pulls_nothing(on_ground):
    fake = hubspot()
    fake.custom_fields.add("kap_score")
    async with on_ground(fake, write_back={"composite": "kap_score"}) as ground:
        account = ground.fake.add("account", at=T0, name="Acme").id
        await ground.sync(objects=["account"])
        await ground.rows(
            "INSERT INTO crm_writes (tenant_id, connection_id, account_id, external_id, values, result, written_at)"
            " SELECT :tenant, :connection, id, external_id, '{\"kap_score\": 71.2}', 'written', now() FROM accounts"
            " RETURNING 1",
            tenant=ground.tenant.id,
            connection=ground.id,
        )
        asked = len(ground.fake.calls)
        await ground.tell(ground.fake.update("account", account, raw={"kap_score": "71.2"}))
        await ground.drain()
        assert {event["state"] for event in await ground.events()} == {"echo"}
        assert len(ground.fake.calls) == asked
        assert await ground.hints() == []

        await ground.tell(ground.fake.update("account", account, raw={"kap_score": "1"}))  # somebody else's
        await ground.drain()
        assert len(ground.fake.calls) > asked
