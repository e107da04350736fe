"""Write-back through real HTTP: only what changed, each record's result visible, and no echo of it pulled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app import writing_back
from app.crm.client.reach import Reach
from app.crm.core.connection import Connection
from app.crm.core.names import SCORES_CHANGED
from app.crm.core.write_backs import Standing, Write
from app.crm.queries import writes
from app.crm.service import connections, write_back
from app.infra.jobs import Delivery
from app.infra.outgoing import guarded_client
from app.infra.sealing import ring_from
from app.kernel.ids import ConnectionId, new_id
from tests.conftest import SEALING_KEYS, client_of
from tests.crm.fakes.fake import Fake, serving
from tests.crm.ground import DYNAMICS, HUBSPOT, INVENTED, PIPEDRIVE, PROVIDERS, SALESFORCE, Link, Provider, connected
from tests.repeating import those_that_repeat
from tests.selection.ground import a_published_model, a_rating, an_account, an_open_deal

LATER = timedelta(minutes=2)


@dataclass
class Ground:
    """A connection to a fake CRM with accounts that both know."""

    provider: Provider
    fake: Fake
    link: Link
    connection: Connection
    reach: Reach
    accounts: dict[str, str]  # the CRM's id -> ours

    def standings(self, **tiers: Any) -> list[Standing]:
        """Where the accounts stand: tiers by their order; a score goes with each."""
        return [
            Standing(UUID(account), external_id, {"tier": tier, "composite": 60.5})
            for (external_id, account), tier in zip(self.accounts.items(), tiers.values(), strict=False)
        ]

    def tiers(self) -> list[Any]:
        """What stands in the CRM."""
        return [_tier(self.provider, self.fake.record("account", external_id).values) for external_id in self.accounts]


def _tier(provider, values):
    held = values.get("custom_fields", {}) if provider is PIPEDRIVE else values
    return held.get(provider.tier)


@asynccontextmanager
async def a_ground(client, database, tenant, settings, provider=HUBSPOT, count=2) -> AsyncIterator[Ground]:
    fake = provider.made()
    with serving(fake):
        link = await connected(client, provider, fake)
        accounts = {}
        for place in range(count):
            external_id = fake.add("account", name=f"A{place}").id
            made = await an_account(client, f"A{place}", source=link.source, external_id=external_id)
            accounts[external_id] = made["id"]
        async with guarded_client(loopback=True) as http:
            reach = Reach(database, ring_from(SEALING_KEYS), http, settings)
            async with database.transaction(tenant.id) as db:
                connection = await connections.connection(db, tenant.id, ConnectionId(UUID(link.id)))
            yield Ground(provider, fake, link, connection, reach, accounts)


async def shown(client, ground, **params):
    answer = await client.get(ground.link.address("write-backs"), params=params)
    assert answer.status_code == 200, answer.text
    return {one["external_id"]: one for one in answer.json()["data"]}


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
async def test_what_changed_is_written_and_nothing_else(client, database, tenant, settings, provider):
    async with a_ground(client, database, tenant, settings, provider) as ground:
        first = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A", b="B"))
        assert (first.results, first.again_at) == ({"written": 2}, None)
        assert ground.tiers() == ["A", "B"]

        again = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A", b="B"))
        assert again.results == {}

        await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A", b="C"))
        assert ground.tiers() == ["A", "C"]
        assert [change.id for change in ground.fake.written()] == [*ground.accounts, list(ground.accounts)[1]]
        rows = await shown(client, ground)
        lists = {"write-backs": [ground.link.address("write-backs")]}
        assert await those_that_repeat(client, database, lists) == ({}, set())

    assert {one["result"] for one in rows.values()} == {"written"}
    assert [rows[external_id]["fields"][provider.tier] for external_id in ground.accounts] == ["A", "C"]
    assert all(one["written_at"] and one["reason"] is None for one in rows.values())


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
async def test_a_value_that_is_no_more_is_cleared_in_the_crm(client, database, tenant, settings, provider):
    async with a_ground(client, database, tenant, settings, provider, count=1) as ground:
        await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A"))
        outcome = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a=None))
        again = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a=None))

    assert (outcome.results, again.results) == ({"written": 1}, {})
    assert ground.tiers() == [None]


@pytest.mark.parametrize("provider", [SALESFORCE, HUBSPOT, INVENTED], ids=lambda provider: provider.name)
async def test_records_go_in_the_batches_that_the_crm_takes(client, database, tenant, settings, provider):
    async with a_ground(client, database, tenant, settings, provider, count=26) as ground:
        standings = ground.standings(**{f"a{place}": "A" for place in range(26)})
        await write_back.write_changed(ground.reach, ground.connection, standings)
        calls = [call for call in ground.fake.paths() if "batch" in call or "composite" in call]

    assert len(calls) == (2 if provider is INVENTED else 1)
    assert len(ground.fake.written()) == 26


async def test_a_record_that_the_crm_refuses_is_shown_and_left_until_a_value_changes(
    client, database, tenant, settings
):
    async with a_ground(client, database, tenant, settings, SALESFORCE) as ground:
        locked, other = ground.accounts
        ground.fake.state["locked"] = {locked: ("UNABLE_TO_LOCK_ROW", "the row is locked")}
        outcome = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A", b="A"))
        assert outcome.results == {"refused": 1, "written": 1}
        refused = await shown(client, ground, result="refused")
        assert {one: refused[one]["reason"] for one in refused} == {locked: "the row is locked"}
        assert set(await shown(client, ground, result="written")) == {other}

        ground.fake.state["locked"] = {}
        same = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A", b="A"))
        changed = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="B", b="A"))

    assert (same.results, changed.results) == ({}, {"written": 1})
    assert ground.tiers() == ["B", "A"]


async def test_a_field_that_the_crm_does_not_have_is_refused_for_every_record(client, database, tenant, settings):
    async with a_ground(client, database, tenant, settings, DYNAMICS) as ground:
        ground.fake.custom_fields.clear()
        outcome = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A", b="A"))
        rows = await shown(client, ground)

    assert outcome.results == {"refused": 2}
    assert {one["result"] for one in rows.values()} == {"refused"}
    assert ground.fake.written() == []


async def test_what_a_busy_crm_did_not_take_is_tried_again(client, database, tenant, settings):
    async with a_ground(client, database, tenant, settings) as ground:
        ground.fake.faults.next("busy", times=1, retry_after="90")
        outcome = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A", b="B"))
        assert outcome.results == {"failed": 2}
        assert outcome.again_at is not None
        assert timedelta(seconds=80) < outcome.again_at - datetime.now(UTC) <= timedelta(seconds=95)
        assert {one["result"] for one in (await shown(client, ground)).values()} == {"failed"}

        async with database.transaction(tenant.id) as db:
            resting = await connections.connection(db, tenant.id, ground.connection.id)
        early = await write_back.write_changed(ground.reach, resting, ground.standings(a="A", b="B"))
        assert (early.results, early.again_at) == ({}, resting.resting_until)

        later = _later(ground.reach, database, settings)
        outcome = await write_back.write_changed(later, ground.connection, ground.standings(a="A", b="B"))
        assert outcome.results == {"written": 2}
        rows = await shown(client, ground)

    assert {(one["result"], one["attempts"]) for one in rows.values()} == {("written", 2)}


def _later(reach, database, settings):
    """The same two minutes from now, in a process that has not been told to wait."""
    return Reach(database, reach.keys, reach.http, settings, now=lambda: datetime.now(UTC) + LATER)


async def test_a_crm_that_is_down_leaves_every_record_to_the_next_time(client, database, tenant, settings):
    async with a_ground(client, database, tenant, settings) as ground:
        ground.fake.faults.next("status", status=502, times=50)
        outcome = await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A", b="B"))
        rows = await shown(client, ground)

    assert outcome.results == {"failed": 2}
    assert outcome.again_at is not None
    assert all(one["result"] == "failed" and one["reason"] for one in rows.values())
    assert ground.fake.written() == []


async def test_a_write_whose_process_died_is_done_again(client, database, tenant, settings):
    async with a_ground(client, database, tenant, settings, count=1) as ground:
        (external_id,) = ground.accounts
        (standing,) = ground.standings(a="A")
        intended = Write(standing.account_id, external_id, {"kap_tier": "A", "kap_score": 60.5})
        async with database.transaction(tenant.id) as db:
            await writes.intend(db, tenant.id, ground.connection.id, [intended])
        (row,) = (await shown(client, ground)).values()
        assert (row["result"], row["reason"]) == ("failed", writes.NOT_ANSWERED)

        later = _later(ground.reach, database, settings)
        outcome = await write_back.write_changed(later, ground.connection, [standing])

    assert outcome.results == {"written": 1}


async def test_of_two_writes_at_the_same_time_nobody_knows_which_came_last(client, database, tenant, settings):
    async with a_ground(client, database, tenant, settings, count=1) as ground:
        ((external_id, account),) = ground.accounts.items()
        old, new = (Write(UUID(account), external_id, {"kap_tier": tier}) for tier in ("A", "B"))
        async with database.transaction(tenant.id) as db:
            for write in (old, new):
                await writes.intend(db, tenant.id, ground.connection.id, [write])
            for write in (new, old):
                await writes.settle(db, tenant.id, ground.connection.id, [write], [("written", None)])
        (row,) = (await shown(client, ground)).values()

    assert (row["result"], row["reason"], row["fields"]) == ("failed", writes.OVERTAKEN, {"kap_tier": "B"})


def told(external_id, **detail):
    return {
        "id": new_id(),
        "external_id": external_id,
        "change": "changed",
        "occurred_at": datetime.now(UTC),
        "detail": detail,
    }


async def test_only_events_of_our_own_values_are_echoes(client, database, tenant, settings):
    async with a_ground(client, database, tenant, settings) as ground:
        first, second = ground.accounts
        await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A"))
        ours = told(first, property_name="kap_tier", property_value="A")
        score = told(first, property_name="kap_score", property_value="60.5")
        others = [
            told(first, property_name="kap_tier", property_value="B"),
            told(first, property_name="industry", property_value="A"),
            told(second, property_name="kap_tier", property_value="A"),
            told(first),
        ]
        async with database.transaction(tenant.id) as db:
            found = await write_back.echoes(db, ground.connection, [ours, score, *others])

    assert found == {ours["id"], score["id"]}


async def test_other_organizations_do_not_see_what_was_written(client, other_client, database, tenant, settings):
    async with a_ground(client, database, tenant, settings, count=1) as ground:
        await write_back.write_changed(ground.reach, ground.connection, ground.standings(a="A"))
        answer = await other_client.get(ground.link.address("write-backs"))

    assert answer.status_code == 404


def job(tenant):
    return Delivery(SCORES_CHANGED, {"tenant_id": str(tenant.id)}, 1)


async def test_new_scores_are_carried_to_the_crm(client, database, tenant, settings):
    await a_published_model(client)
    async with a_ground(client, database, tenant, settings) as ground:
        unknown = await an_account(client, "Not of this CRM")
        for place, account in enumerate([*ground.accounts.values(), unknown["id"]]):
            await an_open_deal(client, {"id": account}, 1000 * (place + 1))
            await a_rating(client, {"id": account}, place + 3)
            assert (
                await client.post(f"/v1/accounts/{account}/scores", json={"as_of": "2024-06-30"})
            ).status_code == 201
        await writing_back.write_back_scores(ground.reach, job(tenant))
        scores = [(await client.get(f"/v1/accounts/{account}/score")).json() for account in ground.accounts.values()]
        written = [ground.fake.record("account", external_id).values for external_id in ground.accounts]
        calls = len(ground.fake.paths())
        await writing_back.write_back_scores(ground.reach, job(tenant))

    assert [values["kap_tier"] for values in written] == [score["tier"] for score in scores]
    assert [float(values["kap_score"]) for values in written] == [score["composite"]["score"] for score in scores]
    assert len({score["composite"]["score"] for score in scores}) == 2
    assert len(ground.fake.paths()) == calls


async def queued(database, tenant):
    """How many write-backs wait for a worker."""
    async with database.engine.begin() as db:
        found = await db.exec_driver_sql(
            "SELECT count(*) FROM pgqueuer WHERE entrypoint = $1 AND status = 'queued'"
            " AND convert_from(payload, 'UTF8')::jsonb ->> 'tenant_id' = $2",
            (SCORES_CHANGED, str(tenant.id)),
        )
        return found.scalar_one()


async def test_what_is_left_is_asked_for_again(client, database, tenant, settings):
    await a_published_model(client)
    async with a_ground(client, database, tenant, settings, count=1) as ground:
        (account,) = ground.accounts.values()
        await a_rating(client, {"id": account}, 4)
        await an_open_deal(client, {"id": account}, 1000)
        assert (await client.post(f"/v1/accounts/{account}/scores", json={"as_of": "2024-06-30"})).status_code == 201
        before = await queued(database, tenant)
        ground.fake.faults.next("status", status=502, times=50)
        await writing_back.write_back_scores(ground.reach, job(tenant))

    assert await queued(database, tenant) == before + 1


async def test_the_schedule_asks_for_those_that_write_back_and_nobody_else(
    app, client, database, tenant, other_tenant, settings
):
    async with a_ground(client, database, tenant, settings, count=0) as ground:
        await writing_back.write_back_everywhere(ground.reach, Delivery(writing_back.WRITE_BACKS, {}, 1))
        async with client_of(app, other_tenant) as other:
            await connected(other, HUBSPOT, ground.fake, write_back={})
        await writing_back.write_back_everywhere(ground.reach, Delivery(writing_back.WRITE_BACKS, {}, 1))

    assert await queued(database, tenant) == 1
    assert await queued(database, other_tenant) == 0
