"""Receivers whose names lead elsewhere, or who are not those whom they say they are: nothing is sent to them."""

import socket

import pytest

from tests.events.certificates import Authority
from tests.events.receivers import receiving, saying
from tests.events.sending_ground import sending_ground
from tests.jobs import ground
from tests.jobs.ground import opened

TRUSTED = Authority()


@pytest.fixture(scope="module")
def url():
    return ground.fresh_database()


@pytest.fixture
async def database(url):
    async with opened(url) as made:
        yield made


async def test_case_51_a_name_that_leads_to_this_machine_is_refused(database):
    asked = []

    def to_loopback(host, port, *_rest, **_more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async with receiving(context=TRUSTED.server()) as receiver:
        told = {"trusted": TRUSTED.client(), "resolver": to_loopback}
        address = receiver.url(scheme="https", host="hook.example")
        async with sending_ground(database, **told, loopback=False) as here:
            endpoint = await here.endpoint(address)
            await here.tell()
            await here.send(endpoint)
        assert receiver.received == []
        async with sending_ground(database, **told) as where_it_may:
            allowed = await where_it_may.endpoint(address)
            await where_it_may.tell()
            await where_it_may.send(allowed)
        assert len(receiver.received) == 1

    assert "hook.example" in asked
    delivery = await here.delivery(endpoint)
    assert (delivery["state"], delivery["last_status"]) == ("waiting", None)
    assert "may not go to" in delivery["last_failure"]


async def test_case_51_a_name_that_changes_or_is_lost_is_refused_or_fails_and_was_right_before(database):
    addresses = ["127.0.0.1"]

    def changing(host, port, *_rest, **_more):
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "it is not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (addresses[0], port))]

    # In the tests this machine stands for the public addresses; the others of the inside stay forbidden.
    async with (
        receiving(saying(200, "Connection: close\r\n"), context=TRUSTED.server()) as receiver,
        sending_ground(database, trusted=TRUSTED.client(), resolver=changing) as here,
    ):
        endpoint = await here.endpoint(receiver.url(scheme="https", host="hook.example"))
        for now in (["127.0.0.1"], ["169.254.169.254"], ["10.0.0.8"], []):
            addresses[:] = now
            await here.tell()
            await here.send(endpoint)

    deliveries = await here.deliveries(endpoint)
    assert [one["state"] for one in deliveries] == ["delivered", "waiting", "waiting", "waiting"]
    assert len(receiver.received) == 1
    assert ["may not go to" in (one["last_failure"] or "") for one in deliveries] == [False, True, True, False]


@pytest.mark.parametrize(
    ("certificate", "taken"),
    [("good", True), ("self_signed", False), ("expired", False), ("other_host", False), ("other_authority", False)],
)
async def test_case_52_a_certificate_that_is_not_good_is_a_failure(database, certificate, taken):
    async with (
        receiving(context=TRUSTED.server(certificate)) as receiver,
        sending_ground(database, trusted=TRUSTED.client()) as here,
    ):
        endpoint = await here.endpoint(receiver.url(scheme="https", host="localhost"))
        await here.tell()
        await here.send(endpoint)

    delivery = await here.delivery(endpoint)
    assert (delivery["state"] == "delivered", len(receiver.received) == 1) == (taken, taken)
    assert ("certificate" in (delivery["last_failure"] or "")) is not taken
