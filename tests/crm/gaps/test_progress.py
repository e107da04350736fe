"""How far a backfill is: in its job's stream of events, and on the screen of the command line."""

import asyncio
import io

import orjson
import pytest
from rich.console import Console

from app.crm import doors
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground

DEALS = 12


@pytest.fixture
async def ground(database, tenant, anyone, settings):
    """A CRM that shows two deals a page, and takes its time over each."""
    fake = hubspot(page_size=2)
    fake.faults.next("slow", seconds=0.5, times=10_000, on="/objects/deals")
    async with a_ground(fake, database, tenant, anyone, settings, objects=["account", "opportunity"]) as made:
        account = fake.add("account", name="Acme").id
        for number in range(DEALS):
            fake.add("opportunity", name=f"Deal {number}", amount="1", account=account)
        yield made


async def test_the_stream_of_a_backfill_tells_how_many_records_are_read(ground, client, working):
    accepted = await client.post(f"/v1/crm/connections/{ground.id}/syncs", json={"kind": "backfill"})
    assert accepted.status_code == 202, accepted.text

    async with asyncio.timeout(60):
        told = await client.get(f"/v1/jobs/{accepted.json()['id']}/events")

    assert told.headers["content-type"].startswith("text/event-stream")
    looks = [orjson.loads(line.removeprefix("data: ")) for line in told.text.splitlines() if line.startswith("data: ")]
    done = [look["progress"]["done"] for look in looks]
    assert done == sorted(done)
    assert any(0 < each < DEALS + 1 for each in done)  # it was seen on its way
    assert (looks[-1]["status"], looks[-1]["progress"]) == ("succeeded", {"done": DEALS + 1, "total": DEALS + 1})


async def test_the_screen_of_a_backfill_shows_what_is_read_and_how_much(ground, database, working):
    written = io.StringIO()
    screen = Console(file=written, force_terminal=True, width=120)
    tenant_id, job_id = await doors.start(database, doors.Asked(ground.tenant.name, "hubspot", []))

    async with asyncio.timeout(60):
        status = await doors.follow(database, tenant_id, job_id, screen=screen)

    assert status == 0
    shown = written.getvalue()
    assert "reading opportunity records" in shown
    assert any(f"{number} records" in shown for number in range(2, DEALS + 1))
