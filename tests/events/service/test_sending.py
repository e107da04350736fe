"""How endpoints are sent to: in order, a few at once, once each, and never against their owner's will."""

import asyncio
import contextlib
from dataclasses import replace

import httpx
import pytest
import structlog
from sqlalchemy import text

from app.events import jobs
from app.events.core.names import FAN_OUT, NET, SEND
from app.events.service.sending import ATTEMPTS_COUNTED, TRANSACTIONS, Patience, ask_for_sending
from app.events.service.telling import Telling
from app.infra.jobs import Delivery
from app.infra.sealing import NotOpened, ring_from
from app.kernel.ids import EndpointId, new_id
from tests.asking import counted
from tests.events.receivers import in_turn, receiving, saying
from tests.events.sending_ground import sending_ground
from tests.jobs import ground
from tests.jobs.ground import opened, until

ANOTHER_KEY = ring_from("test:" + "A" * 42 + "E=")


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


async def test_one_place_sends_the_events_of_an_account_in_their_order(database):
    async with sending_ground(database, patience=Patience(at_once=1)) as here, receiving() as receiver:
        endpoint, account = await here.endpoint(receiver.url()), await here.account()
        for _ in range(3):
            await here.tell(4, account_id=account)
        await here.send(endpoint)

    assert [received.told["sequence"] for received in receiver.received] == list(range(1, 13))


async def test_an_endpoint_gets_no_more_at_once_than_it_has_places_and_the_rest_after_that(database):
    async with sending_ground(database, patience=Patience(at_once=3)) as here, receiving() as receiver:
        receiver.answer = receiver.holding
        endpoint = await here.endpoint(receiver.url())
        events = await here.tell(10)
        sending = asyncio.create_task(here.send(endpoint))
        await until(lambda: len(receiver.received) == 3)
        claimed = [one for one in await here.deliveries(endpoint) if one["claimed_until"]]
        receiver.held.set()
        await sending

    assert len(claimed) == 3
    assert sorted(receiver.ids()) == sorted(events)


async def test_many_senders_send_each_message_once(here):
    other = replace(here.sender, news={})  # as another process has it
    async with receiving() as receiver:
        endpoint = await here.endpoint(receiver.url())
        events = await here.tell(30)
        await asyncio.gather(
            here.send(endpoint), here.send(endpoint), *(other.send(here.tenant_id, endpoint) for _ in range(2))
        )

    assert sorted(receiver.ids()) == sorted(events)
    assert {one["attempts"] for one in await here.deliveries(endpoint)} == {1}


async def test_a_claim_that_has_run_out_is_anyones_and_one_that_has_not_is_left_alone(here):
    async with receiving() as receiver:
        endpoint = await here.endpoint(receiver.url())
        await here.tell()
        claimed = "UPDATE webhook_deliveries SET claimed_until = :until WHERE tenant_id = :tenant_id RETURNING id"
        await here.rows(claimed, until=here.clock.now() + here.sender.patience.claimed)
        await here.send(endpoint)
        assert receiver.received == []
        here.clock.pass_by(seconds=61)
        await here.send(endpoint)

    assert len(receiver.received) == 1


async def test_what_is_due_later_has_its_sending_queued_for_then_once(here):
    async with receiving(saying(500)) as receiver:
        endpoint = await here.endpoint(receiver.url())
        await here.tell()
        await here.send(endpoint)
        await here.send(endpoint)

    queued = await here.rows(
        "SELECT extract(epoch FROM execute_after - created) AS wait FROM pgqueuer WHERE entrypoint = :name"
        " AND convert_from(payload, 'UTF8') LIKE :whose",
        name=SEND,
        whose=f"%{endpoint}%",
    )
    assert len(queued) == 1
    assert 1 < queued[0]["wait"] <= 6
    assert len(receiver.received) == 1


async def test_a_drain_that_is_broken_off_gives_back_what_it_holds(here):
    async with receiving() as receiver:
        receiver.answer = in_turn(receiver.holding, receiver.holding, saying(200))
        endpoint = await here.endpoint(receiver.url())
        await here.tell(2)
        sending = asyncio.create_task(here.send(endpoint))
        await until(lambda: len(receiver.received) == 2)
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending

        assert {one["claimed_until"] for one in await here.deliveries(endpoint)} == {None}
        assert here.sender.news == {}
        await here.send(endpoint)
    assert {one["state"] for one in await here.deliveries(endpoint)} == {"delivered"}


async def test_who_is_to_stop_finishes_what_is_on_the_way_and_begins_nothing_more(database):
    async with sending_ground(database, patience=Patience(at_once=2)) as here, receiving() as receiver:
        receiver.answer = receiver.holding
        endpoint = await here.endpoint(receiver.url())
        await here.tell(5)
        sending = asyncio.create_task(here.send(endpoint))
        await until(lambda: len(receiver.received) == 2)
        here.sender.stopping.set()
        receiver.held.set()
        await sending

    states = sorted(one["state"] for one in await here.deliveries(endpoint))
    assert states == ["delivered", "delivered", "waiting", "waiting", "waiting"]


async def test_an_endpoint_that_is_disabled_or_removed_is_sent_nothing(here):
    disable = (
        "UPDATE webhook_endpoints SET state = 'disabled', disabled_reason = 'by_hand', disabled_at = now()"
        " WHERE tenant_id = :tenant_id AND id = :id RETURNING id"
    )
    async with receiving() as receiver:
        disabled, removed = await here.endpoints([receiver.url()] * 2)
        await here.tell()
        await here.rows(disable, id=disabled)
        await here.rows(
            "DELETE FROM webhook_endpoints WHERE tenant_id = :tenant_id AND id = :id RETURNING id", id=removed
        )
        await here.send(disabled)
        await here.send(removed)

    assert receiver.received == []


async def test_a_message_names_its_account_as_every_system_knows_it(here):
    async with receiving() as receiver:
        endpoint = await here.endpoint(receiver.url())
        stays = await here.account("Acme", "salesforce", "001")
        gone = {"merged_into_id": stays, "removed_at": here.clock.now(), "valid_from": text("'infinity'")}
        await here.account("Acme Inc", "hubspot", "77", **gone)
        unknown = await here.account("Nobody's")
        await here.tell(account_id=stays)
        await here.tell(account_id=unknown)
        await here.send(endpoint)

    accounts = {received.told["account"]["name"]: received.told["account"] for received in receiver.received}
    assert accounts["Acme"]["identities"] == [
        {"source": "hubspot", "external_id": "77"},
        {"source": "salesforce", "external_id": "001"},
    ]
    assert accounts["Nobody's"] == {"id": str(unknown), "name": "Nobody's", "identities": []}


async def test_secrets_that_do_not_open_hold_messages_back_and_lose_none(here):
    async with receiving() as receiver:
        endpoint = await here.endpoint(receiver.url())
        await here.tell()
        with pytest.raises(NotOpened):
            await replace(here.sender, keys=ANOTHER_KEY, news={}).send(here.tenant_id, endpoint)
        assert (await here.delivery(endpoint))["claimed_until"] is None
        await here.send(endpoint)

    assert (await here.delivery(endpoint))["state"] == "delivered"


async def test_attempts_are_logged_and_counted_without_addresses_secrets_or_messages(here):
    async with receiving(in_turn(saying(200), saying(404), saying(302), saying(503))) as receiver:
        endpoint = await here.endpoint(receiver.url("/canary-address"))
        with structlog.testing.capture_logs() as lines:
            for _ in range(4):
                await here.tell(account_id=await here.account("canary-account"))
                await here.send(endpoint)

    attempts = [line for line in lines if line["event"] == "webhook_attempt"]
    assert [line["status"] for line in attempts] == [200, 404, 302, 503]
    assert "canary" not in str(lines)
    assert here.secrets[endpoint] not in str(lines)
    outcomes = here.sender.metrics.counter(*ATTEMPTS_COUNTED)
    told = {
        sample.labels["outcome"]: sample.value for sample in outcomes.collect()[0].samples if "_total" in sample.name
    }
    assert told == {"delivered": 1, "refused": 1, "redirected": 1, "failed": 1}


async def test_who_is_called_up_while_it_is_sent_to_is_not_queued_for_and_misses_nothing(here):
    telling = Telling(here.sender)
    async with receiving() as receiver:
        receiver.answer = in_turn(receiver.holding, saying(200))
        endpoint = await here.endpoint(receiver.url())
        await here.tell()
        sending = asyncio.create_task(here.send(endpoint))
        await until(lambda: len(receiver.received) == 1)
        await here.record(3)
        await asyncio.gather(*(telling.give_out(here.tenant_id) for _ in range(5)))
        await until(lambda: len(receiver.received) == 4)
        receiver.held.set()
        await sending

    queued = "SELECT 1 FROM pgqueuer WHERE entrypoint = :name AND convert_from(payload, 'UTF8') LIKE :whose"
    assert await here.rows(queued, name=SEND, whose=f"%{endpoint}%") == []
    assert {one["state"] for one in await here.deliveries(endpoint)} == {"delivered"}


async def test_what_ends_while_a_drain_waits_for_its_turn_is_settled_at_once(here, database):
    async with receiving() as receiver:
        receiver.answer = receiver.holding
        endpoint = await here.endpoint(receiver.url())
        await here.tell(5)
        sending = asyncio.create_task(here.send(endpoint))
        await until(lambda: len(receiver.received) == 5)
        with counted(database) as sent:
            async with contextlib.AsyncExitStack() as others:
                for _ in range(TRANSACTIONS):
                    await others.enter_async_context(here.sender.gate)
                receiver.held.set()
                await until(lambda: not any("attempt" in str(one.get_coro()) for one in asyncio.all_tasks()))
            await sending

    assert len([statement for statement in sent if "INTO webhook_attempts" in statement]) == 1
    assert {one["state"] for one in await here.deliveries(endpoint)} == {"delivered"}


async def test_endpoints_are_shared_out_among_clients_and_each_keeps_its_own(here):
    many = replace(here.sender, clients=[httpx.AsyncClient() for _ in range(4)])
    endpoints = [EndpointId(new_id()) for _ in range(200)]
    assert {many.http(each) for each in endpoints} == set(many.clients)
    assert [many.http(each) for each in endpoints] == [many.http(each) for each in endpoints]
    for client in many.clients:
        await client.aclose()


async def test_what_comes_when_a_drains_time_is_up_is_left_to_the_next(here):
    async with receiving() as receiver:
        receiver.answer = receiver.holding
        endpoint = await here.endpoint(receiver.url())
        await here.tell()
        sending = asyncio.create_task(here.send(endpoint))
        await until(lambda: len(receiver.received) == 1)
        here.sender.stopping.set()
        await here.tell()
        await here.sender.call_up(here.tenant_id, [endpoint])
        receiver.held.set()
        await sending

    queued = "SELECT 1 FROM pgqueuer WHERE entrypoint = :name AND convert_from(payload, 'UTF8') LIKE :whose"
    assert len(await here.rows(queued, name=SEND, whose=f"%{endpoint}%")) >= 1
    assert len(receiver.received) == 1


async def test_sending_to_many_is_asked_for_in_one_statement(here):
    endpoints = await here.endpoints(["http://127.0.0.1:1/"] * 50)
    async with here.database.transaction(here.tenant_id) as connection:
        with counted(here.database) as sent:
            await ask_for_sending(connection, here.tenant_id, endpoints)
        await connection.rollback()

    assert len(sent) == 1


async def test_what_is_recorded_is_given_out_and_sent_by_the_queue_and_by_the_net(here, url):
    tasks = {**jobs.telling(here.sender), **jobs.sending(here.sender)}
    async with receiving() as receiver:
        await here.endpoint(receiver.url())
        async with ground.working(url, tasks):
            first = await here.record()
            await until(lambda: len(receiver.received) == 1)
            second = await here.record()
            await here.rows("DELETE FROM pgqueuer WHERE entrypoint = :name RETURNING id", name=FAN_OUT)
            await tasks[NET](Delivery(NET, {}, 1))
            await until(lambda: len(set(receiver.ids())) == 2)

    assert set(receiver.ids()) == {*first, *second}


async def test_of_endpoints_that_only_fail_some_are_sent_to_and_the_others_leave_their_places_to_those_that_answer(
    database,
):
    patience = Patience(failing_at_once=2)
    async with sending_ground(database, patience=patience) as here, receiving(saying(500)) as bad, receiving() as well:
        hanging = await here.endpoints([bad.url()] * 5)
        answering = await here.endpoint(well.url())
        await here.tell()
        await asyncio.gather(*(here.send(each) for each in (*hanging, answering)))
        assert len(bad.received) == 5  # who never failed before is not told from the others
        bad.answer = bad.holding
        here.clock.pass_by(seconds=7)

        sending = [asyncio.create_task(here.send(each)) for each in hanging]
        await until(lambda: len(bad.received) == 7)
        await until(lambda: sum(one.done() for one in sending) == 3)
        late = await here.tell()
        await here.send(answering)
        assert well.ids()[-1:] == late

        assert len(bad.received) <= 9  # the two that hold their places got the late one too
        put_off = [each for each, one in zip(hanging, sending, strict=True) if one.done()]
        assert await queued_for(here, put_off) == set(map(str, put_off))
        bad.held.set()
        await asyncio.gather(*sending)
        assert here.sender.failing == set()
        bad.answer = saying(200)
        for each in put_off:
            await here.send(each)
    for each in hanging:
        assert {one["state"] for one in await here.deliveries(each)} == {"delivered"}


async def queued_for(here, endpoints):
    """Those for which a drain is queued that comes later."""
    asked = "SELECT convert_from(payload, 'UTF8')::jsonb ->> 'endpoint_id' AS id FROM pgqueuer WHERE entrypoint = :name"
    rows = await here.rows(f"{asked} AND execute_after > now()", name=SEND)
    return {row["id"] for row in rows} & set(map(str, endpoints))


async def test_an_endpoint_that_begins_to_fail_gives_its_place_back_and_is_asked_for_again(database):
    answers = in_turn(saying(200), saying(500), saying(200))
    patience = Patience(at_once=1, failing_at_once=0)
    async with sending_ground(database, patience=patience) as here, receiving(answers) as receiver:
        endpoint = await here.endpoint(receiver.url())
        await here.tell(4)
        await here.send(endpoint)

        assert len(receiver.received) == 2
        assert await queued_for(here, [endpoint]) == {str(endpoint)}
