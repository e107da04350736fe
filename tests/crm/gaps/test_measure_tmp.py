"""Measure: hung CRMs and another's freshness."""
import asyncio, time, os
import pytest
from contextlib import AsyncExitStack
from tests.conftest import a_tenant
from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground
from app.worker import run_worker

@pytest.mark.parametrize("kind,n", [("hang", 4), ("hang", 8), ("busy", 4)])
async def test_measure(database, anyone, settings, database_url, kind, n):
    hung_fake = hubspot()
    deal = hung_fake.add("opportunity", name="H", amount="1")
    hung_fake.faults.next("hang" if kind == "hang" else "status", times=10_000, seconds=60, status=429, retry_after="30") 
    async with AsyncExitStack() as stack:
        hung = []
        for k in range(n):
            f = hubspot()
            d = f.add("opportunity", name="H", amount="1")
            if kind == "hang":
                f.faults.next("hang", times=10_000, seconds=60)
            else:
                f.faults.next("status", times=10_000, status=429, retry_after="30")
            g = await stack.enter_async_context(a_ground(f, database, await a_tenant(database), anyone, settings))
            hung.append((g, d))
        well_fake = hubspot()
        wd = well_fake.add("opportunity", name="W", amount="1")
        well = await stack.enter_async_context(a_ground(well_fake, database, await a_tenant(database), anyone, settings))
        for g, d in hung:
            await g.tell(d)
        stop = asyncio.Event()
        w = asyncio.create_task(run_worker(database_url, settings, stop))
        while not all(g.fake.calls for g, _ in hung[:4]):
            await asyncio.sleep(0.05)
        begun = time.monotonic()
        times = []
        for round in range(2):
            begun = time.monotonic()
            await well.tell(wd if round == 0 else well_fake.update("opportunity", wd.id, name=f"W{round}"))
            while (await well.hints()):
                await asyncio.sleep(0.05)
                if time.monotonic() - begun > 150: break
            times.append(round_ := time.monotonic() - begun)
        print("MEASURED", kind, n, times, flush=True)
        for g, _ in hung: g.fake.close()
        stop.set()
        await w
