"""Access to CRMs: one renewal at a time, whoever asks; what a CRM gives is kept; what it takes back stops the work."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import stamina
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.crm.client import tokens
from app.crm.client.crm import Crm
from app.crm.client.failures import CrmDown, CrmLies, NeedsReauth
from app.crm.client.reach import reach as reach_of_a_process
from app.crm.core.connection import Connection
from app.crm.queries import connections
from app.crm.service.connections import built
from tests.crm.client.asking import ask
from tests.crm.client.connected import (
    CLIENT,
    KEYS,
    REFRESH,
    a_connection,
    a_database,
    a_reach,
    events_of,
    row_of,
    speaking,
)
from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.salesforce import salesforce
from tests.jobs.ground import until
from tests.processes import forked


@pytest.fixture
async def pool(database_url, settings):
    async with a_database(database_url, settings) as made:
        yield made


@pytest.fixture
async def reach(pool, settings):
    async with a_reach(pool, settings) as made:
        yield made


@pytest.fixture
def fake():
    made = hubspot()
    made.add("account", name="Acme", record_id="1")
    with serving(made):
        yield made


@pytest.fixture(autouse=True)
def at_once():
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


async def until_asked(reach) -> None:
    """Until a token is being asked for."""
    while not reach.renewals:  # noqa: ASYNC110  # nothing tells of it
        await asyncio.sleep(0.01)


async def oauth(pool, fake, **told) -> Connection:
    """A connection to the fake by a refresh token."""
    provider = fake.dialect.provider
    told = {"auth_kind": "refresh_token", "credentials": REFRESH} | told
    return speaking(await a_connection(pool, provider, fake.url, **told))


def opened(row, column):
    return connections.opened(KEYS, row, column)


async def test_the_first_call_fetches_a_token_and_keeps_it_for_the_next_process(pool, settings, fake):
    connection = await oauth(pool, fake)

    for _ in range(2):
        async with a_reach(pool, settings) as own:
            assert await Crm(own, connection).one("account", "1") is not None

    assert fake.tokens.asked == 1
    row = await row_of(pool, connection)
    assert row["token_turn"] == 1
    assert row["token_expires_at"] > datetime.now(UTC)
    assert row["renewing_until"] is None
    assert b"access" not in row["tokens"]


async def test_case_32_a_401_brings_one_renewal_and_one_more_try(pool, reach, fake):
    connection = await oauth(pool, fake)
    crm = Crm(reach, connection)
    await crm.one("account", "1")
    fake.tokens.expire()
    fake.calls.clear()

    assert await crm.one("account", "1") is not None

    assert fake.tokens.asked == 2
    assert [call.path for call in fake.calls if "batch/read" in call.path] == [fake.calls[0].path] * 2


async def test_case_32_all_who_are_refused_at_once_share_one_renewal(database_url, settings, fake):
    """Three pools, as of three machines, and ten calls of each; the refresh token holds for one use only."""
    fake.tokens.rotate = True
    async with AsyncExitStack() as stack:
        pools = [await stack.enter_async_context(a_database(database_url, settings)) for _ in range(3)]
        reaches = [await stack.enter_async_context(a_reach(each, settings)) for each in pools]
        connection = await oauth(pools[0], fake, tokens={"access_token": "expired"})

        found = await asyncio.gather(*(Crm(each, connection).one("account", "1") for each in reaches * 10))

        assert all(found)
        assert fake.tokens.asked == 1
        row = await row_of(pools[0], connection)
    assert opened(row, "tokens")["refresh_token"] in fake.tokens.refresh
    assert row["token_turn"] == 1


async def test_case_32_two_processes_share_one_renewal(database_url, pool, fake, tmp_path):
    fake.tokens.rotate = True
    connection = await oauth(pool, fake, tokens={"access_token": "expired"})
    asked = (ask, database_url, str(connection.tenant_id), str(connection.id), str(tmp_path / "let"))

    async with forked(*asked, log=tmp_path / "one") as one, forked(*asked, log=tmp_path / "other") as other:
        await until(lambda: all("ready" in process.out for process in (one, other)))
        (tmp_path / "let").touch()
        assert [await process.ended() for process in (one, other)] == [0, 0]

    assert [one.out, other.out] == ["ready\n5\n", "ready\n5\n"]
    assert fake.tokens.asked == 1


async def test_a_refresh_token_that_is_replaced_is_kept_and_used_from_then_on(pool, reach, fake):
    fake.tokens.rotate = True
    connection = await oauth(pool, fake)

    for _ in range(3):
        assert await Crm(reach, connection).one("account", "1") is not None
        fake.tokens.expire()

    assert fake.tokens.asked == 3
    row = await row_of(pool, connection)
    assert {opened(row, "tokens")["refresh_token"]} == fake.tokens.refresh


async def test_a_replaced_refresh_token_is_kept_though_the_caller_has_gone_and_the_process_ends(pool, settings, fake):
    fake.tokens.rotate = True
    fake.faults.next("slow", on="/oauth/", seconds=0.3)
    connection = await oauth(pool, fake)
    async with reach_of_a_process(pool, settings, KEYS) as own:
        asking = asyncio.create_task(Crm(own, connection).one("account", "1"))
        await until_asked(own)
        asking.cancel()
        await asyncio.wait([asking])

    row = await row_of(pool, connection)
    assert {opened(row, "tokens")["refresh_token"]} == fake.tokens.refresh


async def test_a_token_is_renewed_before_it_ends(pool, reach, fake):
    connection = await oauth(pool, fake)
    crm = Crm(reach, connection)
    await crm.one("account", "1")
    later = replace(reach, now=lambda: datetime.now(UTC) + timedelta(seconds=1795))  # of 1800

    await Crm(later, connection).one("account", "1")

    assert fake.tokens.asked == 2
    assert not [call for call in fake.calls if call.path.endswith("read") and call.token is None]


async def test_case_33_a_refused_refresh_token_stops_the_connection_and_is_told_once(
    database_url, pool, settings, fake
):
    fake.tokens.revoked = True
    connection = await oauth(pool, fake)
    async with (
        a_database(database_url, settings) as other,
        a_reach(pool, settings) as one,
        a_reach(other, settings) as two,
    ):
        asked = [Crm(each, connection).one("account", "1") for each in (one, two) * 4]
        results = await asyncio.gather(*asked, return_exceptions=True)

    assert {type(result) for result in results} == {NeedsReauth}
    assert fake.tokens.asked == 1
    row = await row_of(pool, connection)
    assert (row["state"], row["renewing_until"]) == ("needs_reauth", None)
    assert "BAD_REFRESH_TOKEN" in row["state_reason"]  # HubSpot's word for invalid_grant
    told = await events_of(pool, connection.tenant_id)
    assert [kind for kind, _ in told] == ["connection.needs_reauth"]
    assert fake.paths() == []


async def test_a_connection_that_was_stopped_can_still_be_tested(pool, reach, fake):
    fake.tokens.revoked = True
    connection = await oauth(pool, fake)
    assert not (await Crm(reach, connection).tested()).ok
    fake.tokens.revoked = False

    assert (await Crm(reach, replace(connection, state="needs_reauth")).tested()).ok


async def test_case_33_a_fixed_token_that_is_refused_stops_the_connection(pool, reach, fake):
    connection = speaking(await a_connection(pool, "hubspot", fake.url, credentials={"token": "withdrawn"}))

    with pytest.raises(NeedsReauth):
        await Crm(reach, connection).one("account", "1")

    assert len(fake.calls) == 1
    assert (await row_of(pool, connection))["state"] == "needs_reauth"


async def test_a_fixed_token_that_was_replaced_meanwhile_is_taken_up(pool, reach, fake):
    connection = speaking(await a_connection(pool, "hubspot", fake.url, credentials={"token": "old"}))
    fake.tokens.fixed = {"old"}
    crm = Crm(reach, connection)
    await crm.one("account", "1")
    fake.tokens.fixed = {"new"}
    sealed = connections.sealed(KEYS, connection.tenant_id, connection.id, "credentials", {"token": "new"})
    async with pool.transaction(connection.tenant_id) as db:
        await connections.change(db, connection.tenant_id, connection.id, {"credentials": sealed})

    assert await crm.one("account", "1") is not None

    assert (await row_of(pool, connection))["state"] == "active"


async def test_credentials_that_were_replaced_are_not_blamed_for_the_old_ones(pool, reach, fake):
    connection = await oauth(pool, fake)
    async with pool.transaction(connection.tenant_id) as db:
        await connections.change(db, connection.tenant_id, connection.id, {"token_turn": 1})

    await tokens.give_up(reach, connection, 0, "of the credentials before")

    assert (await row_of(pool, connection))["state"] == "active"


async def test_a_token_server_that_is_out_of_order_costs_nobody_his_credentials(pool, reach, fake):
    connection = await oauth(pool, fake)
    fake.faults.next("status", on="/oauth/", status=503, times=99)

    with pytest.raises(CrmDown):
        await Crm(reach, connection).one("account", "1")
    fake.faults.clear()

    assert await Crm(reach, connection).one("account", "1") is not None
    assert (await row_of(pool, connection))["state"] == "active"


async def test_a_lease_that_its_process_left_behind_ends(pool, reach, fake):
    connection = await oauth(pool, fake)
    ended = datetime.now(UTC) - timedelta(seconds=1)
    async with pool.transaction(connection.tenant_id) as db:
        await connections.note(db, connection.tenant_id, connection.id, {"renewing_until": ended})

    assert await Crm(reach, connection).one("account", "1") is not None


async def test_an_assertion_is_signed_with_the_key_that_the_crm_knows(pool, reach):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    fake = salesforce()
    fake.tokens.public_key = public.decode()
    account = fake.add("account", name="Acme").id
    with serving(fake):
        credentials = {"client_id": "client", "subject": "jo@acme.example", "private_key": private.decode()}
        connection = await oauth(pool, fake, auth_kind="jwt_bearer", credentials=credentials)

        found = await Crm(reach, connection).one("account", account)

    assert found is not None
    assert found["Name"] == "Acme"
    form = dict(part.split("=", 1) for part in fake.calls[0].body.decode().split("&"))
    claims = jwt.decode(form["assertion"], public, algorithms=["RS256"], audience="https://login.salesforce.com")
    assert (claims["iss"], claims["sub"]) == ("client", "jo@acme.example")


async def test_client_credentials_give_a_token(pool, reach):
    fake = salesforce()
    account = fake.add("account", name="Acme").id
    with serving(fake):
        connection = await oauth(pool, fake, auth_kind="client_credentials", credentials=CLIENT)
        assert await Crm(reach, connection).one("account", account) is not None


async def test_basic_shows_user_and_password(pool, reach, fake):
    connection = await oauth(pool, fake, auth_kind="basic", credentials={"user": "jo", "password": "s3cret"})

    with pytest.raises(NeedsReauth):  # HubSpot knows no such thing
        await Crm(reach, connection).one("account", "1")

    assert fake.calls[0].headers["authorization"] == "Basic am86czNjcmV0"


async def test_a_paused_connection_stays_paused_when_its_credentials_are_refused(pool, reach, fake):
    connection = speaking(await a_connection(pool, "hubspot", fake.url, credentials={"token": "withdrawn"}))
    async with pool.transaction(connection.tenant_id) as db:
        row = await connections.change(db, connection.tenant_id, connection.id, {"state": "paused"})

    tested = await Crm(reach, speaking(built(row))).tested()

    assert not tested.ok
    assert (await row_of(pool, connection))["state"] == "paused"


async def test_a_token_server_may_not_send_calls_to_another_host(pool, reach):
    fake = salesforce()
    with serving(fake):
        connection = await oauth(pool, fake)
        fake.faults.next(
            "status", on="/oauth2/", status=200, body=b'{"access_token": "t", "instance_url": "https://evil.example"}'
        )
        with pytest.raises(CrmLies, match="another host"):
            await Crm(reach, connection).one("account", "1")
