"""Records that are taken in a page at a time end as they would one by one, whatever is among them."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from app.crm.core.verdicts import Batch
from app.crm.service import applying, connections, understanding
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground
from tests.crm.service.test_order import a_deal
from tests.shared_app import ONE_LOOP, anyone, app, one_app, tenant

__all__ = ["anyone", "app", "one_app", "tenant"]
pytestmark = ONE_LOOP
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OURS = {"id", "created_at", "updated_at", "external_id"}  # differ between two records that are told alike


def at(number):
    return T0 + timedelta(days=number)


class Teller:
    """Applies pages of deals, as wholes or one by one; their ids begin with `sign`."""

    def __init__(self, database, connection, account, sign, *, whole):
        self.database, self.connection, self.account = database, connection, account
        self.sign, self.whole = sign, whole

    def deal(self, name, number, **more):
        record = a_deal(f"{self.sign}{name}", number, self.account)
        record["properties"].update(more.pop("properties", {}))
        return record | {"company": self.account} | more

    def batch(self, *deals, **more):
        plain, alone = understanding.reader(self.connection, "opportunity")(deals)
        batch = Batch(list(alone.values()), at(9), plain=plain, **more)
        return batch if self.whole else batch.spread()

    async def apply(self, *deals, **more):
        async with self.database.transaction(self.connection.tenant_id) as db:
            came = await applying.apply_each(db, self.connection, "opportunity", self.batch(*deals, **more))
        return {key.removeprefix(self.sign): (one.result, one.modified_at) for key, one in came.items()}

    async def story(self):
        """What came of the records, page after page."""
        deal = self.deal
        yield await self.apply(deal("known", 1), deal("lost", 1), deal("gone", 1))
        yield await self.apply(gone={f"{self.sign}gone": at(3)})
        yield await self.apply(
            deal("new", 2), deal("won", 4), deal("known", 3), deal("lost", 0), deal("gone", 2),
            deal("nowhere", 2, company="nobody"), deal("free", 2, company=None),
            deal("odd", 2, properties={"amount": "much"}), deal("archived", 2, archived=True),
            deal("late", 4, properties={"createdate": "2026-03-01T00:00:00Z"}),
        )  # fmt: skip
        yield await self.apply(deal("twice", 2), deal("twice", 3), deal("once", 2), deal("once-more", 2))
        yield await self.apply(deal("new", 2), deal("absorber", 2), forwards={f"{self.sign}fresh": f"{self.sign}new"})
        yield await self.apply(deal("fresh", 4), deal("last", 3))


def _of(sign, kept):
    return {key[1:]: value for key, value in kept.items() if key[0] == sign}


async def test_a_page_ends_as_its_records_would_one_by_one(database, tenant, anyone, settings):
    async with a_ground(hubspot(), database, tenant, anyone, settings) as ground:
        async with database.transaction(tenant.id) as db:
            connection = await connections.connection(db, tenant.id, ground.id)
        account = ground.fake.add("account", at=T0, name="Acme").id
        await ground.hear("account", account)
        await ground.drain()

        whole = Teller(database, connection, account, "w", whole=True)
        single = Teller(database, connection, account, "s", whole=False)
        assert len(whole.batch(whole.deal("a", 1), whole.deal("b", 4)).plain or ()) == 2
        together, alone = [came async for came in whole.story()], [came async for came in single.story()]
        facts, notes = await ground.facts("opportunities"), await ground.notes()
        (marked,) = await ground.rows("SELECT count(*) AS times FROM changed_accounts WHERE account_id IS NOT NULL")

    assert together == alone
    results = {result for came in together for result, _ in came.values()}
    assert {"created", "updated", "stale", "gone", "quarantined", "merged"} <= results
    said = {key: {name: value for name, value in row.items() if name not in OURS} for key, row in facts.items()}
    told = {key: (note["state"], note["reason"], note["awaits"]) for (_, key), note in notes.items()}
    for kept in (said, told):
        assert _of("w", kept) == _of("s", kept)
    assert told["wnowhere"] == ("unlinked", "it belongs to an account that is not known", "nobody")
    assert marked["times"] == 1


async def test_a_record_that_somebody_else_brings_at_the_same_moment_is_kept_once(database, tenant, anyone, settings):
    async with a_ground(hubspot(), database, tenant, anyone, settings) as ground:
        async with database.transaction(tenant.id) as db:
            connection = await connections.connection(db, tenant.id, ground.id)
        teller = Teller(database, connection, None, "w", whole=True)

        async with database.transaction(tenant.id) as db:
            await applying.apply_each(db, connection, "opportunity", teller.batch(teller.deal("both", 1)))
            other = asyncio.create_task(teller.apply(teller.deal("both", 2), teller.deal("own", 2)))
            await _waiting(db)
        came = await asyncio.wait_for(other, 30)
        facts = await ground.facts("opportunities")

    assert came == {"both": ("updated", at(2)), "own": ("created", at(2))}
    assert [str(facts[key]["amount"]) for key in ("wboth", "wown")] == ["102.0000", "102.0000"]


async def _waiting(db):
    """Until somebody waits for what this transaction holds."""
    held = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
    async with asyncio.timeout(30):
        while not await db.scalar(held):  # noqa: ASYNC110  # the database knows
            await asyncio.sleep(0.02)
