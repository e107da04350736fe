"""Connections that cannot be so: refused with the place of what is wrong."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.crm.owning import HUBSPOT, SALESFORCE, a_connection, refused
from tests.shared_app import ONE_LOOP, app, client, one_app, tenant

__all__ = ["app", "client", "one_app", "tenant"]
pytestmark = ONE_LOOP


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"provider": "lotus_notes"}, "unusable_connection", "/provider"),
        ({"base_url": "https://evil.example"}, "unusable_connection", "/base_url"),
        ({"base_url": "http://169.254.169.254"}, "unusable_connection", "/base_url"),
        ({"objects": []}, "invalid_request", "/objects"),
        ({"objects": ["invoice"]}, "invalid_request", "/objects/0"),
        ({"signature": "v9"}, "unusable_connection", "/signature"),
        ({"credentials": {"kind": "jwt_bearer"}}, "invalid_request", "/credentials/client_id"),
        ({"credentials": {"kind": "token", "token": "t", "user": "u"}}, "invalid_request", "/credentials/user"),
        ({"credentials": {"kind": "token", "token": 5}}, "invalid_request", "/credentials/token"),
        ({"credentials": {"kind": "token"}}, "invalid_request", "/credentials/token"),
        ({"credentials": {"kind": "refresh_token", "refresh_token": "r"}}, "invalid_request", "/credentials/client_id"),
        ({"credentials": {"kind": "basic", "user": "u"}}, "unusable_connection", "/credentials/kind"),
        ({"credentials": {"kind": "none"}}, "unusable_connection", "/credentials/kind"),
        ({"default_currency": "EURO"}, "invalid_request", "/default_currency"),
        ({"public_url": "http://kap.example"}, "unusable_connection", "/public_url"),
        ({"write_back": {"score": "x"}}, "invalid_request", "/write_back"),
        ({"stages": {"x": {"probability": 2}}}, "invalid_request", "/stages/x/probability"),
        ({"field_mapping": {"contact": {"metrics": {"nps": {"path": "nps"}}}}}, "unusable_connection", None),
        (
            {"objects": ["account"], "field_mapping": {"contact": {}}},
            "unusable_connection",
            "/field_mapping/contact",
        ),
        ({"webhook_secret": "short"}, "invalid_request", "/webhook_secret"),
    ],
)
async def test_a_connection_that_cannot_be_so_is_refused_with_the_place(client, body, code, pointer):
    status, told, pointers = await refused(client, HUBSPOT | body)

    assert (status, told) == (422, code)
    assert pointer is None or any(each.startswith(pointer) for each in pointers), pointers


async def test_where_tokens_are_given_has_to_be_known_and_public(client):
    dynamics: dict[str, Any] = {
        "name": "Our Dynamics",
        "provider": "dynamics",
        "base_url": "https://acme.crm4.dynamics.com",
        "credentials": {"kind": "client_credentials", "client_id": "id", "client_secret": "secret"},
    }
    assert await refused(client, dynamics) == (422, "unusable_connection", ["/variables/directory_id"])
    for url in ("http://login.example", "https://10.0.0.1/token", "https://user@login.example"):
        credentials = dynamics["credentials"] | {"token_url": url}
        assert (await refused(client, dynamics | {"credentials": credentials}))[2] == ["/credentials/token_url"]
    named = dynamics | {"variables": {"directory_id": "8a7b"}}
    made = await a_connection(client, **named, webhook_secret=None)
    assert made["variables"] == {"directory_id": "8a7b"}


def a_key(kind):
    made = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


async def test_a_private_key_is_an_rsa_key_in_pem(client):
    credentials: dict[str, Any] = {"kind": "jwt_bearer", "client_id": "id", "subject": "kap@acme.example"}
    for text in ("no key", a_key("ec")):
        answer = await client.post(
            "/v1/crm/connections", json=SALESFORCE | {"credentials": credentials | {"private_key": text}}
        )
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/credentials/private_key")
        assert text not in answer.text
    good = SALESFORCE | {"credentials": credentials | {"private_key": a_key("rsa")}}
    assert (await client.post("/v1/crm/connections", json=good)).status_code == 201
