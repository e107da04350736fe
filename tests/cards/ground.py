"""What the tests of cards stand on: an account of which everything is known that a card shows, and HubSpot asking."""

import hashlib
import hmac
import time
from base64 import b64encode
from urllib.parse import urlencode

from tests.asking import a_record, ok
from tests.health.warnings.ground import a_troubled_account
from tests.resourcing.commitments.ground import a_case, on
from tests.selection.ground import a_published_model, a_rating

SECRET = "the-secret-of-the-app"
PUBLIC = "https://kap.example"


async def a_known_account(client):
    """A case of commitments whose account is rated, scored, and was promised one thing for today, one for later."""
    await a_published_model(client)
    case = await a_case(client)
    await ok(client.patch(f"/v1/accounts/{case.account['id']}", json={"source": "portal", "external_id": "512"}))
    await a_rating(client, case.account, 3, rated_on=on(-30))
    await a_record(
        client, "opportunities", account=case.account["id"], name="Second plant", created_on=on(-20), probability=0.5,
        amount={"amount": "250000", "currency": "USD"}, expected_close_on=on(60),
    )  # fmt: skip
    await case.promised(due_on=on(0))
    await case.promised(due_on=on(20))
    await ok(client.post(f"/v1/accounts/{case.account['id']}/scores", json={}), 201)
    return case


async def a_hubspot(client, **more):
    """A connection's path to its cards."""
    body = {
        "name": "Cards", "provider": "hubspot", "source": "portal", "objects": ["account", "opportunity"],
        "credentials": {"kind": "token", "token": "a-token"}, "webhook_secret": SECRET,
        "public_url": f"{PUBLIC}/v1/crm/webhooks/hook", **more,
    }  # fmt: skip
    made = await ok(client.post("/v1/crm/connections", json=body), 201)
    return f"/v1/crm/cards/hubspot/{made['id']}"


def looked_at(path, record_id="512", kind="COMPANY", *, secret=SECRET, version="v3", ahead_ms=0):
    """The address, and the headers, of HubSpot's fetch for somebody who looks at a record."""
    asked = {"userId": "7", "userEmail": "dana@example.com", "associatedObjectId": record_id}
    address = f"{path}?{urlencode({**asked, 'associatedObjectType': kind, 'portalId': '9'})}"
    told = str(int(time.time() * 1000) + ahead_ms)
    if version == "v2":
        proof = hashlib.sha256(f"{secret}GET{PUBLIC}{address}".encode()).hexdigest()
        return address, {"X-HubSpot-Signature": proof, "X-HubSpot-Signature-Version": "v2"}
    # The third version undoes the escape of @, here the only one of those that it undoes.
    signed = f"GET{PUBLIC}{address}{told}".replace("%40", "@")
    proof = b64encode(hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)).decode()
    return address, {"X-HubSpot-Signature-v3": proof, "X-HubSpot-Request-Timestamp": told}


async def a_whole_story(client):
    """Each operation of cards once."""
    case = await a_known_account(client)
    account = case.account["id"]
    await ok(client.get(f"/v1/accounts/{account}/card"))
    await ok(client.get("/v1/accounts/by-external-id/portal/512/card"))
    await ok(client.post(f"/v1/accounts/{account}/card-links", json={"seconds": 60}), 201)
    path = await a_hubspot(client)
    address, headers = looked_at(path)
    await ok(client.get(address, headers=headers))
    return {"account_id": account, "connection_id": path.rpartition("/")[2], "source": "portal", "external_id": "512"}


async def a_troubled_company(client):
    """An account of HubSpot's with warnings to come, and one of its deals; the account's id."""
    ids = await a_troubled_account(client)
    await ok(client.patch(f"/v1/accounts/{ids['account']}", json={"source": "portal", "external_id": "77"}))
    await a_record(
        client, "opportunities", account=ids["account"], source="portal", external_id="D-1", name="Deal",
        created_on="2026-01-01",
    )  # fmt: skip
    return ids["account"]
