"""Every door to facts marks the accounts that it touches, and asks for new scores in the same transaction."""

import asyncio
from uuid import UUID, uuid4

import pytest
import sqlalchemy
from sqlalchemy import text

from app.accounts import service
from app.accounts.kinds import KINDS
from app.accounts.queries import changes as queries
from app.accounts.service import changing
from app.infra.records.kind import Change
from app.kernel.ids import AccountId
from tests.accounts.facts import CHANGES, bodies, made, path_of, usd
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP

OF_ALL = ("exchange_rates", "offerings")
OF_NONE = ("users",)


async def marked(database, tenant):
    """The accounts that are marked; None stands for all."""
    async with database.transaction(tenant.id) as connection:
        rows = await connection.scalars(text("SELECT account_id FROM changed_accounts"))
        return {None if row is None else str(row) for row in rows}


async def taken(database, tenant):
    async with database.transaction(tenant.id) as connection:
        await changing.all_taken(connection, tenant.id)


async def asked(database, tenant):
    """How many jobs wait to score the organization's accounts."""
    async with database.transaction(tenant.id) as connection:
        return await connection.scalar(
            text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'selection.rescore' AND payload = :payload"),
            {"payload": f'{{"tenant_id":"{tenant.id}"}}'.encode()},
        )


async def expected(plural, record):
    if plural in OF_ALL:
        return {None}
    return set() if plural in OF_NONE else {record["id"] if plural == "accounts" else record["account_id"]}


@pytest.mark.parametrize("plural", sorted(KINDS))
async def test_a_record_that_is_made_changed_and_removed_marks_its_account(client, database, tenant, ground, plural):
    await taken(database, tenant)
    record = await made(client, path_of(plural), bodies(ground)[plural])
    assert await marked(database, tenant) == await expected(plural, record)

    url = f"/v1/{path_of(plural)}/{record['id']}"
    for changed in (True, False):  # told again, it is what was known
        await taken(database, tenant)
        field, value = CHANGES[plural]
        assert (await client.patch(url, json={field: value})).status_code == 200
        assert await marked(database, tenant) == (await expected(plural, record) if changed else set())

    await taken(database, tenant)
    assert (await client.delete(url)).status_code == 204
    assert await marked(database, tenant) == (await expected(plural, record) - {record["id"]})


async def test_a_record_that_moves_marks_both_accounts(client, database, tenant, ground):
    deal = await made(client, "opportunities", {"account": ground.account, "amount": usd("1")})
    await taken(database, tenant)

    await client.patch(f"/v1/opportunities/{deal['id']}", json={"account": ground.other_account})

    assert await marked(database, tenant) == {ground.account, ground.other_account}


async def test_a_deal_without_an_account_and_refused_items_mark_nothing(client, database, tenant, ground):
    await taken(database, tenant)

    await made(client, "opportunities", {"amount": usd("1")})
    item = {"account": ground.account, "status": "won"}  # without the day of its close
    await client.post("/v1/opportunities/batch", json={"items": [item]})

    assert await marked(database, tenant) == set()


async def test_removals_and_merges_mark_who_they_touch(client, database, tenant, ground):
    deal = await made(client, "opportunities", {"account": ground.account, "amount": usd("1")})
    await taken(database, tenant)
    async with database.transaction(tenant.id) as connection:
        moment = service.arriving()
        await service.mark_gone(connection, tenant.id, KINDS["opportunities"], {UUID(deal["id"]): None}, moment)
    assert await marked(database, tenant) == {ground.account}

    await taken(database, tenant)
    async with database.transaction(tenant.id) as connection:
        loser, survivor = UUID(ground.other_account), UUID(ground.account)
        await service.merge(connection, tenant.id, KINDS["accounts"], loser, survivor)
    assert await marked(database, tenant) == {ground.account, ground.other_account}


async def test_one_job_is_asked_for_however_much_changes_while_it_waits(client, database, tenant, ground):
    before = await asked(database, tenant)
    for number in range(3):
        await made(
            client, "engagements", {"account": ground.account, "kind": "call", "held_on": f"2024-01-0{number + 1}"}
        )

    assert (before, await asked(database, tenant)) == (1, 1)
    async with database.transaction(tenant.id) as connection:
        count = await connection.scalar(
            text("SELECT count(*) FROM changed_accounts WHERE account_id = :id"), {"id": UUID(ground.account)}
        )
    assert count == 1


async def test_what_is_rolled_back_marks_nothing_and_asks_for_nothing(client, database, tenant):
    async with database.transaction(tenant.id) as connection:
        change = Change({"name": "A", "name_key": "a"})
        await service.save(connection, tenant.id, KINDS["accounts"], [change], service.arriving())
        await connection.rollback()

    assert await marked(database, tenant) == set()
    assert await asked(database, tenant) == 0


async def test_who_changes_an_account_waits_for_nobody_else_who_does(database, client, tenant, ground):
    async with database.transaction(tenant.id) as slow:
        await queries.mark(slow, tenant.id, [UUID(ground.account)], every=True, job=changing.RESCORE)

        async with asyncio.timeout(5):
            await made(client, "engagements", {"account": ground.account, "kind": "call", "held_on": "2024-01-01"})
            await made(client, "offerings", {"code": "X", "name": "X"})


async def test_a_mark_cannot_be_taken_while_somebody_changes_what_it_stands_for(client, database, tenant, ground):
    async with database.transaction(tenant.id) as changes:
        await queries.mark(changes, tenant.id, [UUID(ground.account)], every=False, job=changing.RESCORE)
        async with database.transaction(tenant.id) as scorer:
            early = await changing.taken(scorer, tenant.id)
            quiet = await changing.nobody_changes(scorer, tenant.id)
    async with database.transaction(tenant.id) as scorer:
        late = await changing.taken(scorer, tenant.id)
        quiet_then = await changing.nobody_changes(scorer, tenant.id)

    assert UUID(ground.account) not in early
    assert UUID(ground.account) in late
    assert (quiet, quiet_then) == (False, True)


async def test_what_changes_while_a_mark_is_being_taken_is_marked_anew(client, database, tenant, ground):
    async with database.transaction(tenant.id) as scorer:
        assert UUID(ground.account) in await changing.taken(scorer, tenant.id)
        await made(client, "engagements", {"account": ground.account, "kind": "call", "held_on": "2024-01-01"})

    assert await marked(database, tenant) == {ground.account}


async def test_a_batch_costs_two_statements_more_at_most(client, database, tenant, ground):
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    sqlalchemy.event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        for count in (1, 300):
            sent.clear()
            items = [
                {
                    "account": ground.account,
                    "kind": "call",
                    "held_on": "2024-01-01",
                    "source": "s",
                    "external_id": str(n),
                }
                for n in range(count)
            ]
            await client.post("/v1/engagements/batch", json={"items": items})
            assert len([one for one in sent if "mark_changed" in one or "pgqueuer" in one]) <= 2
    finally:
        sqlalchemy.event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def test_another_organizations_marks_are_not_seen(client, other_client, database, tenant, other_tenant, ground):
    await taken(database, other_tenant)

    await made(client, "engagements", {"account": ground.account, "kind": "call", "held_on": "2024-01-01"})

    async with database.transaction(other_tenant.id) as connection:
        assert await changing.taken(connection, other_tenant.id) == []
        assert await queries.changed_at(connection, other_tenant.id, AccountId(UUID(ground.account))) is None
        assert await queries.changed_at(connection, other_tenant.id, AccountId(uuid4())) is None
