"""A worker that is told to end gives back what it had claimed: the next one need not wait for the end of the claim."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground
from tests.shared_app import ONE_LOOP, anyone, app, one_app, tenant

__all__ = ["anyone", "app", "one_app", "tenant"]
pytestmark = ONE_LOOP
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def on_ground(database, tenant, anyone, settings):
    return lambda: a_ground(hubspot(), database, tenant, anyone, settings)


async def test_hints_that_a_cancelled_drain_had_claimed_are_free_at_once(on_ground):
    async with on_ground() as ground:
        deal = ground.fake.add("opportunity", at=T0, name="First", amount="1").id
        await ground.hear("opportunity", deal)
        hang = ground.fake.faults.next("hang", seconds=20)
        drain = asyncio.create_task(ground.drain())
        while not ground.fake.faults.met:  # noqa: ASYNC110  # it is met in another thread
            await asyncio.sleep(0.01)

        drain.cancel()
        with suppress(asyncio.CancelledError):
            await drain

        assert hang in ground.fake.faults.met
        assert drain.cancelled()
        assert [hint["taken_until"] for hint in await ground.rows("SELECT taken_until FROM crm_hints")] == [None]
        await ground.drain()
        assert deal in await ground.facts("opportunities")
