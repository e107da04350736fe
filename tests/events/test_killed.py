"""Workers as they are run, killed between sending a message and writing down that they did."""

import pytest

from tests.events.receivers import in_turn, receiving, saying, signature, signatures
from tests.events.sending_ground import sending_ground
from tests.jobs import ground
from tests.jobs.ground import opened, owner, until
from tests.jobs.workers import quick
from tests.processes import forked


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest.fixture
async def database(url):
    async with opened(url) as made:
        yield made


async def test_case_55_killed_between_sending_and_marking_a_message_is_sent_again_under_its_id(url, database, tmp_path):
    async with receiving() as receiver, owner(url) as everything:
        receiver.answer = in_turn(receiver.holding, saying(200))
        async with sending_ground(database) as here:
            endpoint = await here.endpoint(receiver.url())
            async with forked(quick, url, log=tmp_path / "first") as killed:
                (event,) = await here.tell()
                await until(lambda: len(receiver.received) == 1)
                await killed.kill()
            assert (await here.delivery(endpoint))["attempts"] == 0
            # The claim of the dead runs out.
            await everything.execute(
                "UPDATE webhook_deliveries SET claimed_until = now() WHERE endpoint_id = $1", endpoint
            )
            async with forked(quick, url, log=tmp_path / "second"):
                await until(lambda: _is_delivered(here, endpoint))

    first, second = receiver.received
    assert first.id == second.id == event
    assert first.body == second.body
    assert signature(here.secrets[endpoint], second) in signatures(second)


async def _is_delivered(here, endpoint):
    return (await here.delivery(endpoint))["state"] == "delivered"
