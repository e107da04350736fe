"""Receivers that fail, hang, lie, move and vanish, and workers that die: what each must come to."""

import asyncio
from dataclasses import replace

import pytest

from app.events import service
from app.events.service import calling
from app.kernel.ids import new_id
from tests.asking import counted
from tests.events.receivers import in_turn, receiving, saying, signature, signatures
from tests.events.sending_ground import BOUNDS, SHORT, sending_ground
from tests.jobs import ground
from tests.jobs.ground import opened, until


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest.fixture
async def database(url):
    async with opened(url) as made:
        yield made


@pytest.fixture
async def here(database):
    async with sending_ground(database) as made:
        yield made


async def test_case_45_a_receiver_that_fails_once_gets_the_same_message_again(here):
    async with receiving(in_turn(saying(500), saying(200))) as receiver:
        endpoint = await here.endpoint(receiver.url())
        (event,) = await here.tell()
        await here.send(endpoint)
        assert (await here.delivery(endpoint))["state"] == "waiting"
        here.clock.pass_by(seconds=7)
        await here.send(endpoint)
        here.clock.pass_by(days=3)
        await here.send(endpoint)

    first, second = receiver.received
    assert first.id == second.id == first.told["id"] == event
    assert first.body == second.body
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) in {7, 8}
    delivery = await here.delivery(endpoint)
    assert (delivery["state"], delivery["attempts"]) == ("delivered", 2)
    assert [one["status"] for one in await here.attempts(endpoint)] == [500, 200]


async def test_case_46_a_redirect_is_a_failure_and_not_followed(here):
    async with receiving() as elsewhere:
        headers = f"Location: {elsewhere.url()}\r\n"
        async with receiving(saying(301, headers)) as receiver:
            endpoint = await here.endpoint(receiver.url())
            await here.tell()
            await here.send(endpoint)

    delivery = await here.delivery(endpoint)
    assert (delivery["state"], delivery["last_status"]) == ("waiting", 301)
    assert "not follow" in delivery["last_failure"]
    assert (len(receiver.received), elsewhere.received) == (1, [])


async def test_case_47_an_endpoint_that_is_gone_is_disabled_at_once_and_told_so(here):
    async with receiving(saying(410)) as receiver:
        endpoint = await here.endpoint(receiver.url())
        await here.tell(20)
        await here.send(endpoint)
        here.clock.pass_by(days=30)
        await here.send(endpoint)

    endpoint_now = await here.how_is(endpoint)
    assert (endpoint_now["state"], endpoint_now["disabled_reason"]) == ("disabled", "gone")
    assert {one["state"] for one in await here.deliveries(endpoint)} == {"dropped"}
    assert await here.disabled() == [(endpoint, "gone")]
    assert len(receiver.received) <= here.sender.patience.at_once  # those that were on the way, and no more


@pytest.mark.parametrize("status", [429, 503])
async def test_case_48_a_receiver_that_asks_for_patience_gets_it(here, status):
    async with receiving(in_turn(saying(status, "Retry-After: 120\r\n"), saying(200))) as receiver:
        endpoint = await here.endpoint(receiver.url())
        await here.tell()
        await here.send(endpoint)
        here.clock.pass_by(seconds=115)  # by the schedule its turn would have come
        await here.send(endpoint)
        assert len(receiver.received) == 1
        here.clock.pass_by(seconds=10)
        await here.send(endpoint)

    assert (await here.delivery(endpoint))["state"] == "delivered"
    assert len(receiver.received) == 2


async def test_case_49_an_endpoint_that_hangs_is_left_and_holds_up_no_other(database):
    assert calling.BOUNDS.call_seconds == 15

    async with sending_ground(database) as here, receiving() as well, receiving() as bad:

        async def some_hang(received, writer):
            await (bad.holding if received.told["data"]["number"] < 3 else saying(200))(received, writer)

        bad.answer = some_hang
        hanging, other = await here.endpoints([bad.url(), well.url()])
        events = await here.tell(20)
        stuck = asyncio.create_task(here.send(hanging))
        await until(lambda: len(bad.received) == 20)  # three places are held, and the others go on

        await here.send(other)

        assert sorted(well.ids()) == sorted(events)
        assert not stuck.done()
        late = await here.tell()
        await here.send(hanging)  # what comes meanwhile is sent by the drain that is at it
        await here.send(other)
        assert well.ids()[-1:] == late
        await until(lambda: len(bad.received) == 21)
        bad.held.set()
        await stuck
    assert {one["state"] for one in await here.deliveries(hanging)} == {"delivered"}


async def test_case_49_a_hang_ends_in_a_failure(database):
    async with sending_ground(database, bounds=SHORT) as here, receiving() as receiver:
        receiver.answer = receiver.holding
        endpoint = await here.endpoint(receiver.url())
        await here.tell()
        await here.send(endpoint)

    delivery = await here.delivery(endpoint)
    assert (delivery["state"], delivery["last_status"]) == ("waiting", None)
    assert "in time" in delivery["last_failure"]


async def test_case_50_days_of_nothing_but_failures_disable_an_endpoint_and_are_told(here):
    async with receiving(saying(500)) as receiver:
        endpoint = await here.endpoint(receiver.url())
        for _ in range(4):
            await here.tell()
            await here.send(endpoint)
            here.clock.pass_by(hours=29)
        assert (await here.how_is(endpoint))["state"] == "enabled"  # for four days and twenty hours
        assert await here.disabled() == []

        here.clock.pass_by(hours=5)
        await here.send(endpoint)
        before = len(receiver.received)
        here.clock.pass_by(days=30)
        await here.send(endpoint)

    endpoint_now = await here.how_is(endpoint)
    assert (endpoint_now["state"], endpoint_now["disabled_reason"]) == ("disabled", "failing")
    assert await here.disabled() == [(endpoint, "failing")]
    assert {one["state"] for one in await here.deliveries(endpoint)} == {"dropped"}
    assert len(receiver.received) == before


async def test_case_50_one_success_within_the_days_lets_an_endpoint_be(here):
    async with receiving(in_turn(saying(500), saying(200), saying(500))) as receiver:
        endpoint = await here.endpoint(receiver.url())
        for _ in range(4):
            await here.tell()
            await here.send(endpoint)
            here.clock.pass_by(hours=36)
        await here.send(endpoint)

    assert (await here.how_is(endpoint))["state"] == "enabled"
    assert await here.disabled() == []


async def test_case_53_an_endless_answer_is_cut_and_counts_by_its_status(here):
    written = 0

    async def endless(_received, writer):
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
            await writer.drain()
            written += 0x4000

    async with receiving(endless) as receiver:
        endpoint = await here.endpoint(receiver.url())
        await here.tell()
        await here.send(endpoint)
        await until(lambda: receiver.ended == 1)  # we hung up

    assert (await here.delivery(endpoint))["state"] == "delivered"
    assert written < 64 * 1024 * 1024  # what fits on the way, and no endless stream


async def test_case_54_what_is_rolled_back_is_never_sent(here):
    hints = "SELECT 1 FROM pgqueuer WHERE entrypoint = 'webhooks.fan_out' AND convert_from(payload, 'UTF8') LIKE :whose"
    async with receiving() as receiver:
        endpoint = await here.endpoint(receiver.url())
        async with here.database.transaction(here.tenant_id) as connection:
            await service.record(connection, here.tenant_id, "tier.changed", "job", new_id(), {})
            await connection.rollback()
        assert await here.rows(hints, whose=f"%{here.tenant_id}%") == []
        kept = await here.tell()
        assert len(await here.rows(hints, whose=f"%{here.tenant_id}%")) == 1
        await here.send(endpoint)

    assert receiver.ids() == kept


async def test_case_56_a_secret_that_is_rotated_between_attempts_signs_beside_the_new_one(here):
    async with receiving(in_turn(saying(500), saying(500), saying(200))) as receiver:
        endpoint = await here.endpoint(receiver.url())
        before = here.secrets[endpoint]
        await here.tell()
        await here.send(endpoint)
        after = await here.rotate(endpoint)
        here.clock.pass_by(seconds=7)
        await here.send(endpoint)
        here.clock.pass_by(hours=25)
        await here.send(endpoint)

    only, both, late = receiver.received
    assert signatures(only) == [signature(before, only)]
    assert signatures(both) == [signature(after, both), signature(before, both)]
    assert signatures(late) == [signature(after, late)]
    assert only.id == both.id == late.id


async def test_case_57_one_dead_endpoint_among_a_thousand_slows_no_other(database):
    for_good = replace(BOUNDS, read_seconds=600, call_seconds=600)  # as seen from here
    async with sending_ground(database, bounds=for_good) as here, receiving() as well, receiving() as dead:
        dead.answer = dead.holding
        paths = [f"/{at}" for at in range(999)]
        alone, *others = await here.endpoints([well.url(path) for path in paths])
        hanging = await here.endpoint(dead.url())
        with counted(database) as giving_out:
            (event,) = await here.tell()
        with counted(database) as for_one:
            await here.send(alone)
        stuck = asyncio.create_task(here.send(hanging))
        await until(lambda: len(dead.received) == 1)

        some = others[4::5]  # each is sent to as the others are; all of them would take a quarter of a minute
        with counted(database) as beside:
            for at in range(0, len(some), 16):
                await asyncio.gather(*(here.send(each) for each in some[at : at + 16]))

        # They have their message, each at the price of one alone, while the dead one still hangs.
        assert not stuck.done()
        assert sorted(received.path for received in well.received) == sorted([paths[0], *paths[5::5]])
        assert set(well.ids()) == {event}
        states = await here.rows("SELECT state, count(*) AS number FROM webhook_deliveries GROUP BY state")
        assert {row["state"]: row["number"] for row in states} == {
            "delivered": 1 + len(some),
            "waiting": 999 - len(some),
        }
        assert len(giving_out) < 40  # however many listen
        assert len(beside) == len(some) * len(for_one)
        dead.held.set()
        await stuck
    assert (await here.delivery(hanging))["state"] == "delivered"


async def test_case_58_messages_carry_the_sequence_of_their_account_by_which_they_are_put_in_order(here):
    async with receiving() as receiver:
        endpoint = await here.endpoint(receiver.url())
        one, another = await here.account("One"), await here.account("Another")
        for _ in range(3):
            await here.tell(5, account_id=one)
            await here.tell(2, account_id=another)
            await here.tell(1)
        await here.send(endpoint)

    told = [received.told for received in receiver.received]
    for account, number in ((str(one), 15), (str(another), 6), (None, 3)):
        of_account = [each for each in told if (each["account"] or {}).get("id") == account]
        in_order = sorted(of_account, key=lambda each: each["sequence"])
        assert [each["sequence"] for each in in_order] == list(range(1, number + 1))
        assert [each["id"] for each in in_order] == sorted(each["id"] for each in of_account)
