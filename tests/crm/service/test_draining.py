"""What was heard of becomes facts: once, whatever the order, and without one record holding up another."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.crm.queries import hints
from app.crm.queries.hints import Place
from tests.crm.fakes.dynamics import dynamics
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.pipedrive import pipedrive
from tests.crm.fakes.salesforce import salesforce
from tests.crm.service.ground import a_ground
from tests.shared_app import ONE_LOOP, anyone, app, one_app, tenant

__all__ = ["anyone", "app", "one_app", "tenant"]
pytestmark = ONE_LOOP
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
VENDORS = (salesforce, hubspot, pipedrive, dynamics)
every = pytest.mark.parametrize("make", VENDORS, ids=lambda make: make.__name__)


def day(number):
    return T0 + timedelta(days=number)


@pytest.fixture
def on_ground(database, tenant, anyone, settings):
    return lambda fake=None, **told: a_ground(fake or hubspot(), database, tenant, anyone, settings, **told)


def states(events):
    return [event["state"] for event in events]


@every
async def test_an_event_becomes_a_fact_below_the_account_that_it_belongs_to(on_ground, make):
    async with on_ground(make()) as ground:
        account = ground.fake.add("account", at=T0, name="Acme").id
        deal = ground.fake.add(
            "opportunity", at=T0, name="First", amount=12.5, status="open", account=account, close_on="2026-02-01"
        )
        await ground.tell(deal)
        await ground.drain()

        (kept,) = (await ground.facts("opportunities")).values()
        (owner,) = (await ground.facts("accounts")).values()
        assert (kept["name"], kept["amount"], kept["account_id"]) == ("First", Decimal("12.5"), owner["id"])
        assert (owner["name"], owner["external_id"]) == ("Acme", account)
        assert states(await ground.events()) == ["done"]
        assert await ground.hints() == []


async def test_the_same_event_fifty_times_has_one_effect(on_ground):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1")
        await asyncio.gather(*(ground.tell(deal) for _ in range(50)))
        await ground.drain()

        (kept,) = (await ground.facts("opportunities")).values()
        assert kept["version"] == 1
        assert states(await ground.events()) == ["done"]


async def test_many_events_of_one_record_are_one_pull(on_ground):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1")
        changes = [ground.fake.update("opportunity", deal.id, at=day(n), amount=str(n)) for n in range(1, 8)]
        await ground.tell(changes)
        await ground.drain()

        assert len([path for path in ground.fake.paths() if "/deals/batch/read" in path]) == 1
        assert set(states(await ground.events())) == {"done"}


async def test_an_update_that_comes_before_the_creation_is_right(on_ground):
    async with on_ground() as ground:
        made = ground.fake.add("opportunity", at=T0, name="First", amount="1")
        changed = ground.fake.update("opportunity", made.id, at=day(1), amount="2")
        for change in (changed, made):
            await ground.tell(change)
            await ground.drain()

        assert (await ground.facts("opportunities"))[made.id]["amount"] == 2


@every
async def test_an_update_that_comes_after_the_deletion_revives_nothing(on_ground, make):
    async with on_ground(make()) as ground:
        made = ground.fake.add("opportunity", at=T0, name="First", amount=1, status="open", close_on="2026-02-01")
        await ground.tell(made)
        await ground.drain()
        changed = ground.fake.update("opportunity", made.id, at=day(1), amount=2)
        told = ground.fake.deliveries_for(changed)  # as it was then, and comes late
        await ground.tell(ground.fake.delete("opportunity", made.id, at=day(2)))
        await ground.drain()
        for webhook in told:
            assert (await webhook.sent(ground.hooks, ground.path)).is_success
        await ground.drain()

        (kept,) = (await ground.facts("opportunities")).values()
        assert kept["removed_at"] is not None
        assert (await ground.notes())["opportunity", made.id]["state"] == "gone"
        assert "waiting" not in states(await ground.events())


@every
async def test_what_was_brought_back_in_the_crm_is_there_again(on_ground, make):
    async with on_ground(make()) as ground:
        made = ground.fake.add("opportunity", at=T0, name="First", amount=1, status="open", close_on="2026-02-01")
        await ground.tell(made)
        await ground.tell(ground.fake.delete("opportunity", made.id, at=day(1)))
        await ground.drain()
        await ground.tell(ground.fake.restore("opportunity", made.id, at=day(2)))
        await ground.hear("opportunity", made.id)  # not every vendor tells
        await ground.drain()

        (kept,) = (await ground.facts("opportunities")).values()
        assert kept["removed_at"] is None
        assert await ground.notes() == {}


async def test_a_record_that_is_not_there_at_all_is_noted_and_no_fact(on_ground):
    async with on_ground() as ground:
        await ground.hear("opportunity", "404")
        await ground.drain()

        assert await ground.facts("opportunities") == {}
        assert (await ground.notes())["opportunity", "404"]["reason"] == "not_found"


@every
async def test_a_merge_leaves_no_orphan(on_ground, make):
    async with on_ground(make()) as ground:
        loser, survivor = (ground.fake.add("account", at=T0, name=name).id for name in ("Old", "New"))
        deal = ground.fake.add(
            "opportunity", at=T0, name="First", amount=1, status="open", account=loser, close_on="2026-02-01"
        )
        await ground.hear("account", loser, survivor)
        await ground.hear("opportunity", deal.id)
        await ground.drain()
        await ground.tell(ground.fake.merge("account", loser, survivor, at=day(1)))
        await ground.hear("account", loser)  # not every vendor tells
        await ground.drain()

        accounts = await ground.facts("accounts")
        kept = (await ground.facts("opportunities"))[deal.id]
        assert kept["account_id"] == accounts[survivor]["id"]
        assert accounts[loser]["merged_into_id"] == accounts[survivor]["id"]
        assert accounts[loser]["removed_at"] is not None


async def test_a_merge_is_finished_when_its_survivor_becomes_known(on_ground):
    async with on_ground() as ground:
        loser, survivor = (ground.fake.add("account", at=T0, name=name).id for name in ("Old", "New"))
        await ground.hear("account", loser)
        await ground.drain()
        merged, _ = ground.fake.merge("account", loser, survivor, at=day(1))
        await ground.tell(merged)
        await ground.drain()

        accounts = await ground.facts("accounts")
        assert accounts[loser]["merged_into_id"] == accounts[survivor]["id"]


async def test_who_names_a_lost_account_that_was_never_seen_belongs_to_its_survivor(on_ground):
    async with on_ground() as ground:
        loser, survivor = (ground.fake.add("account", at=T0, name=name).id for name in ("Old", "New"))
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1", account=loser)
        ground.fake.merge("account", loser, survivor, at=day(1))
        ground.fake.record("opportunity", deal.id).account = loser  # the CRM has not followed yet
        await ground.hear("account", loser, survivor)
        await ground.drain()
        await ground.hear("opportunity", deal.id)
        await ground.drain()

        accounts = await ground.facts("accounts")
        assert (await ground.facts("opportunities"))[deal.id]["account_id"] == accounts[survivor]["id"]


async def test_an_association_that_is_told_twice_is_made_once(on_ground):
    async with on_ground() as ground:
        account = ground.fake.add("account", at=T0, name="Acme").id
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1")
        await ground.hear("account", account)
        await ground.hear("opportunity", deal.id)
        await ground.drain()
        linked = ground.fake.update("opportunity", deal.id, at=day(1), account=account)
        for _ in range(2):
            await ground.tell(linked)
            await ground.drain()

        kept = (await ground.facts("opportunities"))[deal.id]
        assert kept["account_id"] == (await ground.facts("accounts"))[account]["id"]
        assert kept["version"] == 2


async def test_one_bad_record_among_a_hundred_is_alone_in_quarantine(on_ground):
    async with on_ground() as ground:
        deals = [ground.fake.add("opportunity", at=T0, name=f"Deal {n}", amount=str(n)) for n in range(100)]
        bad = ground.fake.update("opportunity", deals[41].id, at=T0, raw={"amount": "a lot"})
        await ground.tell([*deals, bad])
        await ground.drain()

        assert len(await ground.facts("opportunities")) == 99
        (note,) = (await ground.notes()).values()
        assert (note["external_id"], note["state"]) == (bad.id, "quarantined")
        assert note["errors"][0]["pointer"].startswith("/amount")
        told = {event["external_id"]: event["state"] for event in await ground.events()}
        assert {key for key, state in told.items() if state == "quarantined"} == {bad.id}
        assert set(told.values()) == {"done", "quarantined"}

        mended = ground.fake.update("opportunity", bad.id, at=day(1), amount="7")
        await ground.tell(mended)
        await ground.drain()
        assert (await ground.facts("opportunities"))[bad.id]["amount"] == 7
        assert await ground.notes() == {}


@pytest.mark.parametrize(
    "raw",
    [
        {"dealname": "x" * 100_000},
        {"amount": None, "closedate": "never"},
        {"dealname": None, "amount": "1e400"},
        {"deal_currency_code": "\u0000"},
    ],
    ids="+".join,
)
async def test_a_record_that_cannot_be_right_is_in_quarantine_with_the_reason(on_ground, raw):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1", raw=raw)
        await ground.hear("opportunity", deal.id)
        await ground.drain()

        note = (await ground.notes())["opportunity", deal.id]
        assert note["state"] == "quarantined"
        assert note["reason"]
        assert await ground.hints() == []


async def test_a_call_that_is_refused_for_one_record_is_made_for_the_others(on_ground):
    async with on_ground() as ground:
        deals = [ground.fake.add("opportunity", at=T0, name=f"Deal {n}", amount="1").id for n in range(8)]
        ground.fake.faults.next("status", status=400, times=2, on="/deals/batch/read")
        await ground.hear("opportunity", *deals)
        await ground.drain()

        assert set(await ground.facts("opportunities")) == set(deals)


async def test_a_clock_ahead_is_believed_five_minutes(on_ground):
    async with on_ground() as ground:
        ahead = datetime.now(UTC) + timedelta(days=400)
        deal = ground.fake.add("opportunity", at=ahead, name="First", amount="1")
        await ground.hear("opportunity", deal.id)
        await ground.drain()
        kept = (await ground.facts("opportunities"))[deal.id]
        assert kept["source_modified_at"] <= datetime.now(UTC) + timedelta(minutes=5)

        ground.fake.delete("opportunity", deal.id, at=ahead + timedelta(days=1))
        await ground.hear("opportunity", deal.id)
        await ground.drain()
        assert (await ground.facts("opportunities"))[deal.id]["removed_at"] is not None


async def test_a_crm_that_is_down_is_left_alone_and_nothing_is_lost(on_ground):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1")
        await ground.hear("opportunity", deal.id)
        ground.fake.faults.next("status", status=503, times=50)
        for failures in (1, 2, 3):
            await ground.drain()
            (row,) = await ground.rows("SELECT failures, resting_until, resting_reason FROM crm_connections")
            assert row["failures"] == failures
            assert row["resting_reason"]
            (hint,) = await ground.hints()
            assert (hint["attempts"], hint["taken_until"]) == (0, None)
            asked = len(ground.fake.calls)
            await ground.drain()  # while it rests nobody asks
            assert len(ground.fake.calls) == asked
            ground.ahead += timedelta(minutes=10)
        ground.fake.faults.clear()
        await ground.drain()

        assert set(await ground.facts("opportunities")) == {deal.id}
        (row,) = await ground.rows("SELECT failures, resting_until FROM crm_connections")
        assert row == {"failures": 0, "resting_until": None}


async def test_a_record_that_always_fails_is_given_up_and_its_events_are_dead(on_ground):
    async with on_ground() as ground:
        good = ground.fake.add("opportunity", at=T0, name="Good", amount="1")
        bad = ground.fake.add("opportunity", at=T0, name="Bad", amount="1")
        await ground.tell([good, bad])
        await ground.drain()
        ground.fake.faults.next("status", status=400, times=10_000, on="/deals")
        await ground.tell(ground.fake.update("opportunity", bad.id, at=day(1), amount="2"))
        for _ in range(8):
            await ground.rows("UPDATE crm_hints SET not_before = NULL RETURNING 1")
            await ground.drain()

        assert await ground.hints() == []
        (last,) = [event for event in await ground.events() if event["state"] != "done"]
        assert (last["external_id"], last["state"]) == (bad.id, "dead")
        assert last["reason"]


async def test_what_is_told_while_its_record_is_pulled_is_pulled_again(on_ground):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1")
        await ground.tell(deal)
        place = Place(ground.tenant.id, ground.id, "opportunity")
        async with ground.database.transaction(ground.tenant.id) as db:
            claimed = await hints.claim(db, place, number=10, seconds=60)
        await ground.tell(ground.fake.update("opportunity", deal.id, at=day(1), amount="2"))
        async with ground.database.transaction(ground.tenant.id) as db:
            await hints.settle(db, place, claimed)
        await ground.drain()

        assert (await ground.facts("opportunities"))[deal.id]["amount"] == 2
        assert set(states(await ground.events())) == {"done"}


async def test_hints_of_a_process_that_died_are_drained_once_its_claim_is_over(on_ground):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1")
        await ground.tell(deal)
        place = Place(ground.tenant.id, ground.id, "opportunity")
        async with ground.database.transaction(ground.tenant.id) as db:
            await hints.claim(db, place, number=10, seconds=0.4)
        await ground.drain()
        assert await ground.facts("opportunities") == {}
        queued = await ground.rows(
            "SELECT execute_after - now() AS wait FROM pgqueuer WHERE dedupe_key LIKE :key",
            key=f"crm.drain {ground.id} at %",
        )
        assert len(queued) == 1
        await asyncio.sleep(0.5)
        await ground.drain()

        assert set(await ground.facts("opportunities")) == {deal.id}


async def test_drains_at_once_do_nothing_twice(on_ground):
    async with on_ground() as ground:
        deals = [ground.fake.add("opportunity", at=T0, name=f"Deal {n}", amount="1") for n in range(30)]
        await ground.tell(deals)
        await asyncio.gather(*(ground.drain() for _ in range(4)))

        assert {deal["version"] for deal in (await ground.facts("opportunities")).values()} == {1}
        assert set(states(await ground.events())) == {"done"}
        assert len([path for path in ground.fake.paths() if "/deals/batch/read" in path]) == 1


async def test_a_paused_connection_keeps_what_it_is_told_for_later(on_ground):
    async with on_ground() as ground:
        await ground.rows("UPDATE crm_connections SET state = 'paused' RETURNING 1")
        await ground.hear("opportunity", "1")
        await ground.drain()
        assert len(await ground.hints()) == 1
        assert ground.fake.calls == []


async def test_a_deal_waits_unlinked_for_an_account_that_is_not_to_be_had(on_ground):
    async with on_ground() as ground:
        account = ground.fake.add("account", at=T0, name="Acme").id
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1", account=account)
        ground.fake.record("account", account).gone_at = day(0)  # not shown to us
        await ground.hear("opportunity", deal.id)
        await ground.drain()
        assert (await ground.facts("opportunities"))[deal.id]["account_id"] is None
        assert (await ground.notes())["opportunity", deal.id]["awaits"] == account

        ground.fake.restore("account", account, at=day(1))
        await ground.hear("account", account)
        await ground.drain()
        kept = (await ground.facts("opportunities"))[deal.id]
        assert kept["account_id"] == (await ground.facts("accounts"))[account]["id"]
        assert await ground.notes() == {}
        assert await ground.rows("SELECT * FROM opportunities_past") == []
