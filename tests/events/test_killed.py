"""Workers as they are run, killed between sending a message and writing down that they did."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

from tests.conftest import SEALING_KEYS
from tests.events.receivers import in_turn, receiving, saying, signature, signatures
from tests.events.sending_ground import sending_ground
from tests.jobs import ground
from tests.jobs.ground import opened, owner, until

ROOT = Path(__file__).parents[2]
# A worker as it is run.
PROGRAM = """
import asyncio, sys
from app import worker
from app.infra import logs
from app.infra.settings import Settings
from tests.jobs.ground import QUICK

logs.configure()
asyncio.run(worker.run_alone(sys.argv[1], Settings(), pace=QUICK))
"""
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "KAP_SEALING_KEYS": SEALING_KEYS,
    "KAP_LOOPBACK_WEBHOOKS": "true",
    "KAP_DEMO": "false",
}


@contextlib.asynccontextmanager
async def a_worker(url):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, url, cwd="/", env=ENVIRONMENT, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest.fixture
async def database(url):
    async with opened(url) as made:
        yield made


async def test_case_55_killed_between_sending_and_marking_a_message_is_sent_again_under_its_id(url, database):
    async with receiving() as receiver, owner(url) as everything:
        receiver.answer = in_turn(receiver.holding, saying(200))
        async with sending_ground(database) as here:
            endpoint = await here.endpoint(receiver.url())
            async with a_worker(url) as killed:
                (event,) = await here.tell()
                await until(lambda: len(receiver.received) == 1)
                killed.kill()
                await killed.wait()
            assert (await here.delivery(endpoint))["attempts"] == 0
            # The claim of the dead runs out.
            await everything.execute(
                "UPDATE webhook_deliveries SET claimed_until = now() WHERE endpoint_id = $1", endpoint
            )
            async with a_worker(url):
                await until(lambda: _is_delivered(here, endpoint))

    first, second = receiver.received
    assert first.id == second.id == event
    assert first.body == second.body
    assert signature(here.secrets[endpoint], second) in signatures(second)


async def _is_delivered(here, endpoint):
    return (await here.delivery(endpoint))["state"] == "delivered"
