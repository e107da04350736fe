"""What is delivered the shortest way has the same effects and answers as at the door, or is left to the door."""

import asyncio
import contextlib
from dataclasses import replace

import pytest

from app.crm.core.delivery import Delivery
from app.crm.core.signatures import UntrustedDelivery
from app.crm.routes.webhooks import counters
from app.crm.service.gathering import DeliveryNotKept
from app.crm.service.intake import Intake
from app.infra.at_once import Reply
from app.infra.guard import GuardLimits
from app.infra.telemetry import Metrics
from tests.crm.delivering import Sent, a_change, an_inlet, changed, hubspot, kept, nothing_is_kept
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


@pytest.fixture
def at_once(app):
    return AtOnce(counters(app.state.intake, app.state.metrics, GuardLimits()))


class AtOnce:
    """The shortest way, as the server's protocol goes it."""

    def __init__(self, counters):
        self.counters = counters

    async def __call__(self, sent: Sent):
        counter = self.counters.at(sent.path.encode())
        if counter is None:
            return "nobody is there"
        told = asyncio.get_running_loop().create_future()
        headers = {name.encode(): value.encode() for name, value in sent.headers.items()}
        return await told if counter(headers, sent.body, "", told.set_result) else "not taken"


async def a_known_inlet(database, tenant, anyone):
    """A connection that this process has taken a delivery of before."""
    inlet = await an_inlet(database, tenant)
    assert (await hubspot(inlet, [a_change(0)]).by(anyone)).status_code == 202
    return inlet


async def test_one_effect_of_a_delivery_that_comes_often_and_each_is_answered_as_at_the_door(
    database, tenant, anyone, at_once
):
    inlet = await a_known_inlet(database, tenant, anyone)
    sent = hubspot(inlet, [a_change(1), a_change(2, kind="no.such"), a_change(3, objectId=[])])

    replies = await asyncio.gather(*(at_once(sent) for _ in range(50)))
    at_the_door = await sent.by(anyone)

    assert {type(reply) for reply in replies} == {Reply}
    assert [(reply.status, reply.media_type, reply.tenant_id) for reply in replies] == [
        (202, b"application/json", str(tenant.id))
    ] * 50
    assert replies.count(replies[-1]) == 49
    assert replies[-1].content == at_the_door.content
    first = next(reply for reply in replies if b'"repeated":0' in reply.content)
    assert b'"events":3,"repeated":0,"ignored":1,"quarantined":1' in first.content
    assert len(await kept(database, inlet)) == 4
    assert len(await kept(database, inlet, "crm_deliveries")) == 2


async def test_what_is_not_simply_taken_is_left_to_the_door_and_leaves_no_trace(database, tenant, anyone, at_once):
    stranger = await an_inlet(database, tenant, source="other")
    assert await at_once(hubspot(stranger, [a_change(1)])) == "nobody is there"
    inlet = await a_known_inlet(database, tenant, anyone)
    by_key = hubspot(inlet, [a_change(1)])
    by_key.headers["authorization"] = "Bearer kap_live_x"
    large = hubspot(inlet, [a_change(number) for number in range(1_000)])

    assert [await at_once(sent) for sent in (by_key, large)] == ["not taken"] * 2
    forged, unreadable = hubspot(inlet, [a_change(1)], secret="another"), hubspot(inlet, b"no json")
    late = hubspot(inlet, [a_change(1)], age_seconds=301)
    assert await asyncio.gather(*(at_once(sent) for sent in (forged, unreadable, late))) == [None] * 3
    statuses = [(await sent.by(anyone)).status_code for sent in (forged, unreadable, late)]
    assert statuses == [401, 400, 401]
    assert len(await kept(database, inlet)) == 1


async def test_what_has_changed_since_it_was_looked_up_counts_at_once(database, tenant, anyone, at_once):
    inlet = await a_known_inlet(database, tenant, anyone)
    await changed(database, inlet, "name = 'another'")

    sent = hubspot(inlet, [a_change(1)])
    assert await at_once(sent) is None
    assert (await sent.by(anyone)).status_code == 202
    assert isinstance(await at_once(sent), Reply)

    async with database.transaction(tenant.id) as db:
        await db.exec_driver_sql("DELETE FROM crm_connections WHERE id = $1", (inlet.id,))
    assert await at_once(sent) is None
    assert (await sent.by(anyone)).status_code == 404
    assert await at_once(sent) == "nobody is there"


async def test_where_the_database_has_no_room_the_sender_is_told_to_send_again(database, tenant, anyone, app):
    inlet = await an_inlet(database, tenant)
    at_once, lane = await hurried(app.state.intake, inlet), app.state.intake.database.fast
    held = [await lane.acquire() for _ in range(lane.get_max_size())]
    try:
        outcome = await at_once(hubspot(inlet, [a_change(1)]))
    finally:
        for connection in held:
            await lane.release(connection)

    assert isinstance(outcome, DeliveryNotKept)
    assert await nothing_is_kept(database, inlet)


async def hurried(intake, inlet):
    """The shortest way of a process that waits for nothing longer than a moment, and knows the connection."""
    mine = Intake(replace(intake.database, quick_seconds=0.05), intake.keys)
    with contextlib.suppress(UntrustedDelivery):
        await mine.vouched(inlet.id, Delivery("GET", "/", {}, {}, b""), until=asyncio.get_running_loop().time() + 60)
    return AtOnce(counters(mine, Metrics(), GuardLimits()))
