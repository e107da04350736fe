import asyncio

import pytest_asyncio

from app.infra.job_queue import Pace
from app.worker import run_worker
from tests.shared_app import *  # noqa: F403  # fixtures


@pytest_asyncio.fixture(loop_scope="module")
async def working(settings, database_url):
    """A worker in the loop of the module's tests, doing the jobs as long as the test runs."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(database_url, settings, stop, pace=Pace(by_the_clock=False)))
    yield
    stop.set()
    await worker
