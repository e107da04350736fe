"""What happens in a CRM becomes facts by a worker that is a process of its own, even if that is killed."""

from datetime import UTC, datetime

import pytest

from tests.crm.fakes.fake import serving
from tests.crm.ground import HUBSPOT, connected
from tests.crm.journeys.story import (
    a_book,
    a_published_model,
    deliver,
    done,
    fresh_score,
    in_the_crm,
    made,
    read,
    seen,
    settled,
    told_by,
)
from tests.processes import working


@pytest.fixture
def fake():
    made = HUBSPOT.made()
    with serving(made):
        yield made


async def test_a_year_in_a_crm_comes_through(client, database_url, fake, tmp_path):
    book = a_book(fake)
    _, lost_in_merger, deleted = book.accounts
    await a_published_model(client)
    link = await connected(client, HUBSPOT, fake)
    async with working(database_url, log=tmp_path / "worker"):
        started = await made(client, f"/crm/connections/{link.id}/syncs", {"kind": "backfill"})
        await seen(lambda: done(client, started))
        before = await seen(lambda: fresh_score(client, link, book.hero))

        won = fake.update("opportunity", book.deal, status="won", amount=50_000, close_on=datetime.now(UTC).date())
        merged = fake.merge("account", lost_in_merger, book.hero)
        gone = fake.delete("account", deleted)
        await deliver(client, link, fake, [won, *merged, gone])
        events = await seen(lambda: settled(client, link))

        assert {event["state"] for event in events} <= {"done", "stale"}
        after = await seen(lambda: risen(client, link, book.hero, before))
        await seen(lambda: stands(fake, book.hero, after))

    alive = (await read(client, "/accounts"))["data"]
    assert [one["external_id"] for one in alive] == [book.hero]
    deals = (await read(client, "/opportunities", limit=100))["data"]
    of_merged = [deal for deal in deals if deal["account_id"] == alive[0]["id"]]
    assert len(of_merged) == 5


async def test_what_a_killed_worker_had_begun_is_done_by_the_next(
    client, database, tenant, database_url, fake, tmp_path
):
    book = a_book(fake)
    await a_published_model(client)
    link = await connected(client, HUBSPOT, fake)
    async with working(database_url, log=tmp_path / "first") as first:
        started = await made(client, f"/crm/connections/{link.id}/syncs", {"kind": "backfill"})
        await seen(lambda: done(client, started))
        before = await seen(lambda: fresh_score(client, link, book.hero))
        # It is killed while the CRM does not answer it.
        slow = fake.faults.next("slow", seconds=5, times=3, on="/deals/batch/read")
        won = fake.update("opportunity", book.deal, status="won", amount=50_000, close_on=datetime.now(UTC).date())
        await deliver(client, link, fake, won)
        await seen(lambda: met(fake, slow))
        await first.kill()
    fake.faults.clear()
    await let_claims_pass(database, tenant)

    async with working(database_url, log=tmp_path / "worker"):
        await deliver(client, link, fake, fake.update("account", book.hero, industry="Technology"))
        await seen(lambda: risen(client, link, book.hero, before))


async def let_claims_pass(database, tenant):
    """As if two minutes had gone by: what the killed worker had claimed is anybody's."""
    async with database.transaction(tenant.id) as db:
        claimed = await db.exec_driver_sql("UPDATE crm_hints SET taken_until = now() RETURNING external_id")
        assert claimed.all()


async def met(fake, fault):
    return fault in fake.faults.met


async def risen(client, link, external_id, before):
    """The fresh score, once it is higher."""
    score = await fresh_score(client, link, external_id)
    return score if score and score["composite"]["score"] > before["composite"]["score"] else None


async def stands(fake, external_id, score):
    return in_the_crm(HUBSPOT, fake, external_id) == told_by(score)
