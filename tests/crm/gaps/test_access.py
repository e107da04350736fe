"""Every way to open a CRM, from the door to the CRM and back: made, called, expired, refused, and opened anew."""

from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.crm.fakes.fake import serving
from tests.crm.ground import CLIENT, DYNAMICS, FIXED, HUBSPOT, PIPEDRIVE, SALESFORCE, Provider, connected
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, tenant

__all__ = ["anyone", "app", "client", "one_app", "tenant"]
pytestmark = ONE_LOOP


def pem(key: rsa.RSAPrivateKey) -> str:
    private = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()).decode()


def public(key: rsa.RSAPrivateKey) -> str:
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()


KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
REFRESH = {**CLIENT, "kind": "refresh_token", "refresh_token": "refresh-1"}
BEARER = {"kind": "jwt_bearer", "client_id": "client", "subject": "jo@acme.example", "private_key": pem(KEY)}


@dataclass(frozen=True)
class Way:
    """One way to open a CRM. wrong: what the CRM refuses. tokens: where it gives tokens, if that has to be said."""

    provider: Provider
    credentials: dict[str, Any]
    wrong: dict[str, Any]
    tokens: str = ""

    def at(self, url: str, credentials: dict[str, Any]) -> dict[str, Any]:
        return {**credentials, **({"token_url": f"{url}{self.tokens}"} if self.tokens else {})}


WRONG_CLIENT = {**CLIENT, "client_secret": "not-the-secret"}
NO_TOKEN = {"kind": "token", "token": "not-a-token"}
WRONG_REFRESH = {**REFRESH, "refresh_token": "refresh-0"}
WAYS = {
    "salesforce: client credentials": Way(SALESFORCE, CLIENT, WRONG_CLIENT),
    "salesforce: refresh token": Way(SALESFORCE, REFRESH, WRONG_REFRESH),
    "salesforce: jwt bearer": Way(SALESFORCE, BEARER, {**BEARER, "private_key": pem(OTHER_KEY)}),
    "hubspot: private app": Way(HUBSPOT, FIXED, NO_TOKEN),
    "hubspot: oauth": Way(HUBSPOT, REFRESH, WRONG_REFRESH),
    "pipedrive: token": Way(PIPEDRIVE, FIXED, NO_TOKEN),
    "pipedrive: oauth": Way(PIPEDRIVE, REFRESH, WRONG_REFRESH, "/oauth/token"),
    "dynamics: client credentials": Way(DYNAMICS, CLIENT, WRONG_CLIENT, "/common/oauth2/v2.0/token"),
}
EVERY_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@pytest.fixture
def fake(way):
    """It gives each refresh token for one use only, and knows whose assertions to believe."""
    made = way.provider.made()
    made.tokens.rotate = True
    made.tokens.public_key = public(KEY)
    with serving(made):
        yield made


async def opens(client, link):
    answer = await client.post(link.address("test"))
    assert answer.status_code == 200, answer.text
    return answer.json()["ok"]


async def shown(client, link):
    return (await client.get(link.address())).json()


@pytest.fixture
def link(client, way, fake):
    async def made(credentials):
        settings = {**way.provider.settings, "credentials": way.at(fake.url, credentials)}
        provider = Provider(way.provider.name, way.provider.make, way.provider.tier, way.provider.score, settings)
        return await connected(client, provider, fake)

    return made


@EVERY_WAY
async def test_a_crm_is_opened_and_when_access_ends_it_is_opened_again(client, way, fake, link):
    to = await link(way.credentials)

    assert await opens(client, to)
    for _ in range(2):  # what took the place of the first refresh token counts, and what took the place of that
        fake.tokens.expire()
        assert await opens(client, to)

    state = await shown(client, to)
    assert (state["state"], state["state_reason"]) == ("active", None)
    given = 0 if way.credentials["kind"] == "token" else 3
    assert fake.tokens.asked == given
    assert "secret" not in str(state)


@EVERY_WAY
async def test_case_33_a_crm_that_refuses_stops_the_connection_until_it_gets_other_credentials(client, way, fake, link):
    to = await link(way.wrong)

    assert not await opens(client, to)
    assert (await shown(client, to))["state"] == "needs_reauth"
    told = (await client.get("/v1/events", params={"subject_id": to.id})).json()["data"]
    assert [event["type"] for event in told].count("connection.needs_reauth") == 1

    answer = await client.put(to.address("credentials"), json=way.at(fake.url, way.credentials))
    assert answer.status_code == 200, answer.text
    assert await opens(client, to)
    assert (await shown(client, to))["state"] == "active"
