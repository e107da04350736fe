"""CRMs that hang, or ask for patience, hold up nobody else: cases 30 and 35, with a worker at work."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from app.accounts.service.changing import RESCORE
from app.infra.job_queue import Pace
from app.infra.jobs import is_queued
from app.worker import run_worker
from tests.conftest import a_tenant
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground
from tests.jobs.ground import until

# More than a worker has places for jobs that call nobody.
STUCK = 8


@pytest.fixture
async def working(settings, database_url, no_crm_of_before):
    """A worker that gives back what it has not finished when it ends."""
    stop = asyncio.Event()
    pace = Pace(grace=timedelta(seconds=0.1), by_the_clock=False)
    worker = asyncio.create_task(run_worker(database_url, settings, stop, pace=pace))
    yield
    stop.set()
    await worker


@pytest.fixture
def on_ground(database, anyone, settings):
    async def made(stack, fake):
        return await stack.enter_async_context(
            a_ground(fake, database, await a_tenant(database), anyone, settings, objects=["account", "opportunity"])
        )

    return made


def stuck(kind):
    """A CRM that does not answer before its time-out, or sends everybody away for half a minute."""
    fake = hubspot()
    told = {"status": 429, "retry_after": "30"} if kind == "status" else {"seconds": 60}
    fake.faults.next(kind, times=10_000, **told)
    return fake


@pytest.mark.parametrize("kind", ["hang", "status"], ids=["case 35: they hang", "case 30: they ask for patience"])
async def test_cases_30_and_35_many_crms_that_are_stuck_at_once_hold_up_nobody_else(on_ground, database, working, kind):
    async with AsyncExitStack() as stack:
        waiting = [await on_ground(stack, stuck(kind)) for _ in range(STUCK)]
        well = await on_ground(stack, hubspot())
        for ground in waiting:
            await ground.tell(ground.fake.add("opportunity", name="Deal", amount="1"))

        async def asked():
            return all(ground.fake.calls for ground in waiting)

        async def heard():
            return [event["state"] for event in await well.events()] == ["done"]

        async def rescored():
            async with database.transaction(well.tenant.id) as db:
                return not await is_queued(db, RESCORE, {"tenant_id": str(well.tenant.id)})

        await until(asked)
        account = well.fake.add("account", name="Acme").id
        await well.tell(well.fake.add("opportunity", name="Won", amount="5", account=account))
        await until(heard)
        # By then none of the others had been given up, or had come to anything.
        states = [await ground.rows("SELECT resting_until FROM crm_connections") for ground in waiting]
        assert [row["resting_until"] for (row,) in states] == [None] * STUCK
        assert [[event["state"] for event in await ground.events()] for ground in waiting] == [["waiting"]] * STUCK
        await until(rescored)

        assert [deal["name"] for deal in (await well.facts("opportunities")).values()] == ["Won"]
        for ground in waiting:  # nothing is to be waited for
            ground.fake.close()
