"""Whole CRMs become facts, page by page: nothing lost, nothing twice, and after every interruption on from there."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from app.crm.service import syncing
from app.jobs import queries as job_queries
from app.jobs import service as jobs
from tests.crm.fakes.dynamics import dynamics, expire_deltas
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.pipedrive import pipedrive
from tests.crm.fakes.salesforce import salesforce
from tests.crm.service.ground import a_ground, shown_twice, vanish
from tests.shared_app import ONE_LOOP, anyone, app, one_app, tenant

__all__ = ["anyone", "app", "one_app", "tenant"]
pytestmark = ONE_LOOP
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
every = pytest.mark.parametrize("make", [salesforce, hubspot, pipedrive, dynamics], ids=lambda make: make.__name__)


@pytest.fixture
def on_ground(database, tenant, anyone, settings):
    return lambda fake=None, **told: a_ground(fake or hubspot(), database, tenant, anyone, settings, **told)


def a_company(fake, *, deals=7):
    """A user, three accounts of which one stands above another, people, and deals; the ids by kind."""
    user = fake.add("user", at=T0, name="Ann Lee", email="ann@kap.example").id
    top = fake.add("account", at=T0, name="Top", owner=user).id
    accounts = [top, *(fake.add("account", at=T0, name=name, owner=user).id for name in ("One", "Two"))]
    contact = fake.add("contact", at=T0, name="Bo Fox", email="bo@one.example", account=accounts[1]).id
    made = [
        fake.add(
            "opportunity", at=T0, name=f"Deal {n}", amount=n + 1, status="open", account=accounts[n % 3],
            close_on="2026-12-01", owner=user,
        ).id
        for n in range(deals)
    ]  # fmt: skip
    return {"user": [user], "account": accounts, "contact": [contact], "opportunity": made}


@every
async def test_a_backfill_brings_everything_below_what_it_belongs_to(on_ground, make):
    async with on_ground(make(page_size=2)) as ground:
        ids = a_company(ground.fake)
        row = await ground.sync()

        accounts, deals = await ground.facts("accounts"), await ground.facts("opportunities")
        assert row["status"] == "succeeded"
        assert (set(accounts), set(deals)) == (set(ids["account"]), set(ids["opportunity"]))
        assert [deals[deal]["account_id"] for deal in ids["opportunity"]] == [
            accounts[ids["account"][n % 3]]["id"] for n in range(7)
        ]
        (person,) = (await ground.facts("contacts")).values()
        assert person["account_id"] == accounts[ids["account"][1]]["id"]
        (user,) = (await ground.facts("users")).values()
        assert {account["kam_user_id"] for account in accounts.values()} == {user["id"]}
        assert await ground.notes() == {}


@every
async def test_a_second_backfill_changes_nothing(on_ground, make):
    async with on_ground(make(page_size=3)) as ground:
        a_company(ground.fake)
        await ground.sync()
        before = await ground.facts("opportunities"), await ground.facts("accounts"), await ground.facts("contacts")
        asked = len(ground.fake.calls)
        row = await ground.sync()
        again = len(ground.fake.calls) - asked

        assert (
            await ground.facts("opportunities"),
            await ground.facts("accounts"),
            await ground.facts("contacts"),
        ) == before
        assert {name for counts in row["counts"].values() for name in counts} <= {"read", "unchanged"}
        assert again <= asked  # what was met unchanged is not asked for by its id
        assert sum(counts["read"] for counts in row["counts"].values()) == sum(map(len, (*before, "u")))


async def test_parents_that_come_later_are_linked_when_they_come(on_ground):
    async with on_ground(salesforce(page_size=1)) as ground:
        child = ground.fake.add("account", at=T0, name="Child").id
        parent = ground.fake.add("account", at=T0 + timedelta(days=1), name="Parent").id
        twins = [ground.fake.add("account", at=T0, name=name).id for name in ("Castor", "Pollux")]
        ground.fake.record("account", child).values["ParentId"] = parent
        for one, other in (twins, twins[::-1]):  # the CRM lets them form a circle
            ground.fake.record("account", one).values["ParentId"] = other
        row = await ground.sync(objects=["account"])

        accounts = await ground.facts("accounts")
        assert row["status"] == "succeeded"
        assert len(accounts) == 4
        assert accounts[child]["parent_id"] == accounts[parent]["id"]
        assert [accounts[twin]["parent_id"] for twin in twins].count(None) == 1


@every
async def test_a_sweep_finds_what_no_webhook_told(on_ground, make):
    async with on_ground(make(page_size=3)) as ground:
        ids = a_company(ground.fake)
        await ground.sync()
        changed, gone, *_ = ids["opportunity"]
        ground.fake.update("opportunity", changed, amount=99)
        ground.fake.delete("opportunity", gone)
        new = ground.fake.add(
            "opportunity", name="New", amount=5, status="open", account=ids["account"][0], close_on="2026-12-01"
        ).id
        ground.ahead += timedelta(hours=1) - timedelta(minutes=datetime.now(UTC).minute)  # early in an hour
        await ground.sweep()

        deals = await ground.facts("opportunities")
        assert deals[changed]["amount"] == 99
        assert deals[gone]["removed_at"] is not None
        assert new in deals
        (drift,) = await ground.rows("SELECT missed FROM crm_syncs WHERE kind = 'sweep'")
        assert {one["external_id"] for one in drift["missed"]} == {changed, gone, new}


@every
async def test_what_a_backfill_does_not_meet_any_more_is_gone(on_ground, make):
    async with on_ground(make(page_size=3)) as ground:
        ids = a_company(ground.fake)
        await ground.sync()
        for kind in ("opportunity", "contact"):
            vanish(ground.fake, kind, ids[kind][0])
        await ground.sync()

        deals = await ground.facts("opportunities")
        assert [deal for deal in deals if deals[deal]["removed_at"]] == ids["opportunity"][:1]
        assert (await ground.facts("contacts"))[ids["contact"][0]]["removed_at"] is not None
        assert all(account["removed_at"] is None for account in (await ground.facts("accounts")).values())


async def test_a_day_whose_calls_are_used_up_ends_the_work_until_the_next(on_ground):
    async with on_ground(hubspot(page_size=2)) as ground:
        ids = a_company(ground.fake, deals=9)
        ground.fake.limits.daily_left = 8
        job_id = await ground.start()
        await ground.work(job_id)
        halted = await ground.row_of(job_id)
        assert halted["status"] == "queued"
        assert halted["resumes_at"] > ground.now()
        met = await ground.facts("accounts")
        queued = await ground.rows(
            "SELECT execute_after - now() > interval '1 second' AS waits FROM pgqueuer"
            " WHERE convert_from(payload, 'UTF8')::jsonb ->> 'job_id' = :job AND execute_after > now()", job=str(job_id)
        )  # fmt: skip
        assert queued == [{"waits": True}]

        ground.fake.limits.daily_left = None
        ground.ahead += halted["resumes_at"] - ground.now() + timedelta(seconds=1)
        ground.reach.paces.clear()
        asked = len(ground.fake.paths())
        await ground.work(job_id)
        done = await ground.row_of(job_id)
        assert (done["status"], done["resumes_at"]) == ("succeeded", None)
        assert set(await ground.facts("opportunities")) == set(ids["opportunity"])
        assert {key: row["version"] for key, row in met.items()}.items() <= {
            key: row["version"] for key, row in (await ground.facts("accounts")).items()
        }.items()
        assert not any("owners" in path for path in ground.fake.paths()[asked:])  # what was read is not read again


async def test_a_crm_that_fails_for_a_while_is_asked_again_from_the_page_where_it_failed(on_ground):
    async with on_ground(hubspot(page_size=2)) as ground:
        ids = a_company(ground.fake, deals=9)
        job_id = await ground.start()
        ground.fake.faults.next("status", status=503, times=9, on="/objects/deals")
        for _ in range(4):
            await ground.work(job_id)
            ground.ahead += timedelta(minutes=6)

        assert (await ground.row_of(job_id))["status"] == "succeeded"
        assert set(await ground.facts("opportunities")) == set(ids["opportunity"])


async def test_an_object_that_the_crm_refuses_is_left_out_and_said(on_ground):
    async with on_ground() as ground:
        ids = a_company(ground.fake)
        ground.fake.faults.next("status", status=403, times=99, on="/objects/contacts")
        row = await ground.sync()

        assert row["status"] == "succeeded"
        assert list(row["checkpoint"]["refused"]) == ["contact"]
        assert set(await ground.facts("opportunities")) == set(ids["opportunity"])

        ground.fake.faults.next("status", status=403, times=99)
        row = await ground.sync(objects=["contact"])
        assert (row["status"], row["problem"]["code"]) == ("failed", "crm_refuses")


async def test_a_looping_cursor_ends_the_try(on_ground):
    async with on_ground(pipedrive(page_size=2)) as ground:
        a_company(ground.fake)
        ground.fake.faults.next("loop", times=99, on="/deals")
        job_id = await ground.start(objects=["opportunity"])
        await ground.work(job_id)

        assert (await ground.row_of(job_id))["status"] == "queued"
        assert len(ground.fake.paths()) < 20
        (row,) = await ground.rows("SELECT resting_reason FROM crm_connections")
        assert row["resting_reason"]


async def test_items_that_come_twice_in_a_page_are_kept_once(on_ground):
    async with on_ground(pipedrive(page_size=2)) as ground:
        ids = a_company(ground.fake)
        row = await ground.sync()
        assert row["counts"]["opportunity"]["created"] == len(ids["opportunity"])

    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1")
        shown_twice(ground.fake, "opportunity", deal.id)
        row = await ground.sync(objects=["opportunity"])
        assert (row["counts"]["opportunity"]["read"], row["counts"]["opportunity"]["created"]) == (2, 1)


async def test_an_expired_delta_leads_to_reading_everything_and_misses_no_deletion(on_ground):
    async with on_ground(dynamics(page_size=3)) as ground:
        ids = a_company(ground.fake)
        await ground.sync()
        await ground.sync("changes")
        ground.fake.update("opportunity", ids["opportunity"][0], amount=50)
        vanish(ground.fake, "opportunity", ids["opportunity"][1])
        expire_deltas(ground.fake)
        row = await ground.sync("changes")

        deals = await ground.facts("opportunities")
        assert row["status"] == "succeeded"
        assert deals[ids["opportunity"][0]]["amount"] == 50
        assert deals[ids["opportunity"][1]]["removed_at"] is not None


async def test_changes_since_a_later_day_leave_the_mark_where_it_was(on_ground):
    async with on_ground() as ground:
        a_company(ground.fake)
        await ground.sync()
        before = await ground.rows("SELECT object, since FROM crm_marks ORDER BY object")
        ground.ahead += timedelta(days=3)
        await ground.sync("changes", since=datetime.now(UTC) + timedelta(days=2))
        assert await ground.rows("SELECT object, since FROM crm_marks ORDER BY object") == before


async def test_two_at_one_sync_do_not_do_its_work_twice(on_ground):
    async with on_ground(hubspot(page_size=2)) as ground:
        ids = a_company(ground.fake, deals=20)
        job_id = await ground.start()
        await asyncio.gather(ground.work(job_id), ground.work(job_id))

        row = await ground.row_of(job_id)
        assert row["status"] == "succeeded"
        assert row["counts"]["opportunity"]["created"] == len(ids["opportunity"])
        assert {deal["version"] for deal in (await ground.facts("opportunities")).values()} == {1}


async def test_a_long_sync_lets_others_have_their_turn(on_ground):
    async with on_ground(hubspot(page_size=2)) as ground:
        ids = a_company(ground.fake, deals=20)
        job_id = await ground.start()
        sliced = 0
        while (await ground.row_of(job_id))["finished_at"] is None:
            with contextlib.suppress(jobs.Later):
                await syncing.run(ground.reach, await _context(ground, job_id), slice_seconds=0.0)
            sliced += 1
        assert sliced > 5
        assert set(await ground.facts("opportunities")) == set(ids["opportunity"])


async def _context(ground, job_id):
    async with ground.database.transaction(ground.tenant.id) as db:
        job = await job_queries.begin(db, ground.tenant.id, job_id)
    assert job is not None
    return jobs.JobContext(ground.database, job)


async def test_after_a_backfill_the_portfolio_is_asked_to_be_scored(on_ground):
    async with on_ground() as ground:
        a_company(ground.fake)
        await ground.sync()
        (queued,) = await ground.rows(
            "SELECT count(*) AS number FROM pgqueuer WHERE entrypoint = 'selection.rescore'"
            " AND convert_from(payload, 'UTF8')::jsonb ->> 'tenant_id' = :tenant"
            " AND (convert_from(payload, 'UTF8')::jsonb ->> 'whole')::boolean", tenant=str(ground.tenant.id)
        )  # fmt: skip
        assert queued["number"] == 1
