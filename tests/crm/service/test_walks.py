"""What a CRM tells, walked at random: late, twice, in any order, while workers die; the facts end as the CRM has them.

What was acknowledged is kept, once; what comes again changes nothing.
"""

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import stamina
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from app.crm.connectors import CONNECTORS
from app.crm.queries import hints
from app.crm.queries.hints import Place
from tests.conftest import a_tenant, client_of
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.hubspot_hooks import signed
from tests.crm.service.ground import a_ground, unhurried
from tests.shared_app import one_app
from tests.walking import running, walk

__all__ = ["one_app"]
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ROUNDS = 12
number = st.integers(0, 50)


class Walk(RuleBasedStateMachine):
    """A portal, a connection to it, and deliveries that are on their way."""

    def __init__(self, carry, app, settings):
        super().__init__()
        self.carry, self.app, self.settings = carry, app, settings

    @initialize()
    def begin(self):
        self.at, self.on_the_way, self.arrived, self.events = T0, [], [], set()
        self.carry(self._begin())
        for name in ("Acme", "Brone", "Cance"):
            self.changes(self.fake.add("account", at=self.later(), name=name))
        self.make(0)

    async def _begin(self):
        self.stack = contextlib.AsyncExitStack()
        database = self.app.state.doorkeeper.database
        tenant = await a_tenant(database)
        self.fake = hubspot()
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        hooks = await self.stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://kap.test"))
        self.client = await self.stack.enter_async_context(client_of(self.app, tenant))
        spec = unhurried(CONNECTORS["hubspot"])
        ground = a_ground(self.fake, database, tenant, hooks, self.settings, spec=spec)
        self.ground = await self.stack.enter_async_context(ground)

    def teardown(self):
        if hasattr(self, "ground"):
            try:
                self.all_ends_as_the_crm_has_it()
            finally:
                self.carry(self.stack.aclose())

    # What happens in the CRM.

    def later(self):
        self.at += timedelta(minutes=7)
        return self.at

    def changes(self, *made):
        for change in made:
            self.on_the_way += self.fake.deliveries_for(change)

    def one(self, kind, place):
        alive = self.fake.store.alive(kind)
        return alive[place % len(alive)].id if alive else None

    @rule(place=number)
    def make(self, place):
        told = {"name": "Deal", "amount": "1", "account": self.one("account", place)}
        self.changes(self.fake.add("opportunity", at=self.later(), **told))

    @rule(place=number, amount=st.integers(2, 99))
    def change(self, place, amount):
        if deal := self.one("opportunity", place):
            self.changes(self.fake.update("opportunity", deal, at=self.later(), amount=str(amount)))

    @rule(place=number, to=number)
    def move(self, place, to):
        if deal := self.one("opportunity", place):
            account = self.one("account", to)
            self.changes(self.fake.update("opportunity", deal, at=self.later(), account=account))

    @rule(place=number)
    def delete(self, place):
        if deal := self.one("opportunity", place):
            self.changes(self.fake.delete("opportunity", deal, at=self.later()))

    @rule(place=number)
    def restore(self, place):
        gone = [one.id for one in self.fake.store.all("opportunity") if one.gone]
        if gone:
            self.changes(self.fake.restore("opportunity", gone[place % len(gone)], at=self.later()))

    @rule(place=number, into=number)
    def merge(self, place, into):
        loser, survivor = self.one("account", place), self.one("account", into)
        if loser != survivor:
            self.changes(*self.fake.merge("account", loser, survivor, at=self.later()))

    # What comes of it.

    @rule(place=number)
    def one_arrives(self, place):
        """Any of those that are on their way."""
        if self.on_the_way:
            self.arrives(self.on_the_way.pop(place % len(self.on_the_way)))

    @rule(place=number)
    def one_comes_again(self, place):
        if self.arrived:
            self.arrives(self.arrived[place % len(self.arrived)])

    @rule(place=number)
    def one_comes_with_other_words(self, place):
        """The same events by their ids, of which one says another thing."""
        if self.arrived:
            told = json.loads(self.arrived[place % len(self.arrived)].body)
            self.arrives(signed(self.fake, [{**told[0], "propertyValue": "777"}, *told[1:]]))

    @rule(place=number)
    def the_answer_is_lost(self, place):
        """The sender hears nothing and sends again, which does no more than the first did."""
        if self.on_the_way:
            delivery = self.on_the_way.pop(place % len(self.on_the_way))
            self.arrives(delivery)
            self.arrives(delivery)

    def arrives(self, delivery):
        answer = self.carry(delivery.sent(self.ground.hooks, self.ground.path))
        assert answer.status_code == 202, answer.text
        self.arrived.append(delivery)
        for event in json.loads(delivery.body):
            said = json.dumps(event, sort_keys=True)
            # A merge is told of whom it left, and of whom it took.
            self.events |= {(said, part) for part in range(1 + len(event.get("mergedObjectIds", [])))}

    @rule()
    def drain(self):
        self.carry(self.ground.drain())

    @rule(seconds=st.sampled_from([0, 0.002, 0.01, 0.03]))
    def a_worker_is_told_to_end(self, seconds):
        self.carry(self._cancelled(seconds))

    async def _cancelled(self, seconds):
        work = asyncio.create_task(self.ground.drain())
        await asyncio.wait([work], timeout=seconds)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    @rule(kind=st.sampled_from(["account", "opportunity"]))
    def a_worker_dies_with_what_it_took(self, kind):
        self.carry(self._taken(kind))

    async def _taken(self, kind):
        place = Place(self.ground.tenant.id, self.ground.id, kind)
        async with self.ground.database.transaction(place.tenant_id) as db:
            await hints.claim(db, place, number=100, seconds=600)

    @rule(fault=st.sampled_from(["html", "torn", "half", "status"]))
    def the_crm_stumbles(self, fault):
        self.fake.faults.next(fault, on="/objects/")

    @precondition(lambda self: len(self.arrived) > 2)
    @rule(place=number)
    def somebody_replays(self, place):
        told = self.carry(self.ground.events())
        if told:
            where = f"/v1/crm/events/{told[place % len(told)]['id']}/replay"
            assert self.carry(self.client.post(where)).status_code in {200, 202, 409}

    @rule()
    def all_ends_as_the_crm_has_it(self):
        while self.on_the_way:
            self.arrives(self.on_the_way.pop())
        facts = self.settled()
        for delivery in self.arrived[-6:]:
            self.arrives(delivery)
        assert self.settled() == facts

    def settled(self):
        """The facts once nothing is left to do, which are those of the CRM."""
        self.fake.faults.clear()
        self.carry(self._drained())
        accounts, deals, events = self.carry(self._read())
        assert {event["state"] for event in events} <= {"done", "stale", "ignored", "echo"}
        assert len(events) == len(self.events)
        by_id = {row["id"]: row for row in accounts.values()}
        for record in self.fake.store.all("account"):
            kept = accounts.get(record.id)
            if kept is None:  # it was gone before it was ever read
                assert record.gone, record
                continue
            if record.merged_into:
                assert self.stands_for(kept, by_id)["external_id"] == self.survivor(record).id
            assert record.gone or (kept["removed_at"], kept["merged_into_id"]) == (None, None)
        for record in self.fake.store.all("opportunity"):
            kept = deals.get(record.id)
            if record.gone:
                assert kept is None or kept["removed_at"] is not None, record
                continue
            assert kept is not None, record
            assert (kept["removed_at"], kept["amount"]) == (None, Decimal(record.values["amount"])), record
            owner = self.stands_for(by_id[kept["account_id"]], by_id)["external_id"]
            assert owner == self.survivor(self.fake.record("account", str(record.account))).id, record
        assert set(deals) <= {record.id for record in self.fake.store.all("opportunity")}
        return [{key: row["version"] for key, row in table.items()} for table in (accounts, deals)]

    def stands_for(self, row, by_id):
        while row["merged_into_id"] is not None:
            row = by_id[row["merged_into_id"]]
        return row

    def survivor(self, record):
        while record.merged_into:
            record = self.fake.record("account", record.merged_into)
        return record

    async def _drained(self):
        for _ in range(ROUNDS):
            # What waits for its time, and what the dead hold, is due at last.
            await self._said("UPDATE crm_hints SET not_before = NULL, taken_until = NULL")
            await self._said("UPDATE crm_connections SET resting_until = NULL")
            await self.ground.drain()
            if not await self.ground.hints():
                return
        raise AssertionError(await self.ground.hints())

    async def _said(self, statement):
        async with self.ground.database.transaction(self.ground.tenant.id) as db:
            await db.exec_driver_sql(statement)

    async def _read(self):
        ground = self.ground
        return await ground.facts("accounts"), await ground.facts("opportunities"), await ground.events()


def test_facts_end_as_the_crm_has_them_however_it_tells_of_them(one_app, settings):
    with stamina.set_testing(True, attempts=3, cap=True), running(one_app) as carry:
        walk(lambda: Walk(carry, one_app, settings), walks=2, steps=10)
