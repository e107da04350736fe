"""Secrets that pass through real processes, at their most talkative: none is told but where it is shown once."""

import contextlib
import http.server
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.infra.db import enter
from app.tenancy import service as tenancy
from tests.asking import ok
from tests.calibration.guests import CUSTOMER_SAYS, THEIRS, a_talk
from tests.console.test_signing import form_token
from tests.jobs import ground
from tests.processes import free_port, kap

SEALING = b64encode(b"canary-key-that-seals-32-bytes!!").decode()
PAYLOAD = "canary-payload-of-a-crm"
# What an address of our webhooks carries is shown to those who may read of it, and to nobody else.
ADDRESSED = "canary-in-an-address"
CREDENTIALS = {
    "token": {"token": "canary-fixed-token"},
    "client_credentials": {"client_id": "c", "client_secret": "canary-client-secret"},
    "refresh_token": {"client_id": "c", "client_secret": "canary-other-secret", "refresh_token": "canary-refresh"},
}
PROVIDERS = ("pipedrive", "dynamics", "hubspot")
HOOK_SECRETS = {"hubspot": "canary-of-the-app", "pipedrive": "kap:canary-pipedrive", "dynamics": "canary-dynamics"}
JSON = {"Content-Type": "application/json"}
# What a CRM answers to calls, one after the other: refusals, faults, a page for people.
ANSWERS = (
    (401, "application/json", f'{{"message": "{PAYLOAD}"}}'),
    (500, "text/plain", PAYLOAD),
    (200, "text/html", f"<html>{PAYLOAD}</html>"),
)


class Crm(http.server.BaseHTTPRequestHandler):
    """A CRM that answers nothing well."""

    asked = 0

    def do_GET(self):
        self._answer()

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer()

    def _answer(self):
        status, media, text = ANSWERS[Crm.asked % len(ANSWERS)]
        Crm.asked += 1
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_told):
        """Nobody reads it."""


@contextlib.contextmanager
def a_bad_crm():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Crm) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@dataclass
class Heard:
    """Everything that was answered, and the secrets that may be nowhere in it but where they are shown."""

    secrets: set[str] = field(default_factory=set)
    answers: list[httpx.Response] = field(default_factory=list)

    async def note(self, answer: httpx.Response) -> None:
        await answer.aread()
        self.answers.append(answer)

    def shown(self, secret: str) -> str:
        self.secrets.add(secret)
        return secret

    def told_in(self, secret: str) -> list[str]:
        """The operations whose answers hold a secret."""
        return [
            f"{each.request.method} {each.request.url.path}"
            for each in self.answers
            if secret in each.text or secret in str(each.headers)
        ]


@pytest.fixture
def url():
    return ground.fresh_database()


async def test_no_secret_is_told_but_where_it_is_shown_once(url, tmp_path):
    heard = Heard({SEALING, *(value for each in CREDENTIALS.values() for value in each.values() if "canary" in value)})
    heard.secrets |= {urlsplit(url).password or "", *(each.rpartition(":")[2] for each in HOOK_SECRETS.values())} - {""}
    key = heard.shown(await a_key_of(url))
    log, port = tmp_path / "log", free_port()
    told = {"DATABASE_URL": url, "PORT": str(port), "KAP_LOG_LEVEL": "debug", "KAP_SEALING_KEYS": f"k:{SEALING}"}
    async with kap("serve", "--with-worker", log=log, **told) as process, process.client(key) as client:
        await process.ready()
        client.event_hooks = {"response": [heard.note]}
        with a_bad_crm() as crm:
            once = await everything_secret(client, heard, crm)
            await what_fails(client, heard)
        await what_is_shown(client)
        async with ground.server_away():
            for path in ("/v1/accounts", "/v1/crm/connections"):
                assert (await client.get(path)).status_code == 503
        said = process.said
    rows = await every_row(url)

    assert len(heard.secrets) > 15
    assert {secret: where for secret in heard.secrets if (where := heard.told_in(secret)) != once.get(secret, [])} == {}
    assert {where.rpartition(" ")[2] for where in heard.told_in(ADDRESSED)} == {"/v1/webhook-endpoints"}
    told_by_log = said + log.read_text()
    assert told_by_log.count('"event":"request"') > 40
    assert "unforeseen_error" not in told_by_log
    assert [secret for secret in (*heard.secrets, PAYLOAD, ADDRESSED) if secret in told_by_log] == []
    assert [each for each in heard.secrets if any(each in row or each.encode().hex() in row for row in rows)] == []
    assert any(PAYLOAD in row for row in rows)  # what was delivered is kept, and would have been seen


async def a_key_of(url):
    async with ground.opened(url) as database:
        tenant_id = await ground.an_organization(database)
        async with database.engine.begin() as connection:
            await enter(connection, tenant_id)
            _, text = await tenancy.issue_key(connection, tenant_id, name="canary", scopes=["admin"])
    return text


async def everything_secret(client, heard, crm):
    """Each secret goes in, or comes out; where those that come out are shown, by the secret."""
    once = {}

    async def shows(path, body, name, status=201):
        made = await ok(client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())}), status)
        secret = heard.shown(made[name])
        once[secret] = [f"POST {path}"]
        return made, secret

    _, minted = await shows("/v1/api-keys", {"name": "minted", "scopes": ["accounts:read"]}, "key")
    own = {"Authorization": f"Bearer {minted}"}
    await ok(client.get("/v1/me", headers=own))
    endpoint, _ = await shows(
        "/v1/webhook-endpoints",
        {"url": f"{crm}/hook?code={ADDRESSED}"},
        "secret",
    )
    await shows(f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret", {}, "secret", 200)
    pushed, _ = await shows("/v1/crm/connections", {"name": "Pushed", "provider": "push"}, "webhook_secret")
    event = {"object": "account", "external_id": "P-1", "id": "e-1", "data": {"name": PAYLOAD, "industry": [PAYLOAD]}}
    code = heard.shown("canary-code")
    await ok(client.post(f"/v1/crm/webhooks/{pushed['id']}?code={code}", json={"events": [event]}), 202)
    await called(client, heard, crm)
    await invited(client, heard, once)
    await looked_in(client, heard, minted, once)
    return once


async def invited(client, heard, once):
    """A guest's token, and a link that opens a page."""
    talk = await a_talk(client)
    token = heard.shown(talk.invitation["token"])
    once[token] = [f"POST /v1/calibrations/{talk.id}/invitations"]
    await ok(client.put(f"{THEIRS}/submission", json={"document": CUSTOMER_SAYS}, headers=bearer(token)))
    where = f"/v1/accounts/{talk.account['id']}/card-links"
    link = await ok(client.post(where, json={"seconds": 600}, headers={"Idempotency-Key": "a link"}), 201)
    opens = heard.shown(link["url"].rpartition("/")[2])
    once[opens] = [f"POST {where}"]
    assert (await client.get(link["url"])).status_code == 200


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def called(client, heard, crm):
    """Connections with credentials of every kind to a CRM that answers nothing well."""
    for provider, (kind, told) in zip(PROVIDERS, CREDENTIALS.items(), strict=True):
        body = {
            "name": kind, "provider": provider, "source": kind, "base_url": crm,
            "credentials": {"kind": kind, **told, **({"token_url": f"{crm}/token"} if "client_id" in told else {})},
            "webhook_secret": HOOK_SECRETS[provider],
        }  # fmt: skip
        if provider == "dynamics":
            body |= {"organization_id": str(uuid4()), "signature": "header"}
        made = await ok(client.post("/v1/crm/connections", json=body), 201)
        here = f"/v1/crm/connections/{made['id']}"
        for _ in ANSWERS:
            await ok(client.post(f"{here}/test"))
        await client.post(f"{here}/syncs", json={"kind": "backfill"})
        await client.post(f"/v1/crm/webhooks/{made['id']}", json=[{"eventId": PAYLOAD}])
    pem = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    heard.shown(pem.decode().splitlines()[5])
    bearing = {"kind": "jwt_bearer", "client_id": "c", "subject": "s", "private_key": pem.decode()}
    body = {"name": "jwt", "provider": "salesforce", "base_url": crm, "credentials": bearing}
    made = await ok(client.post("/v1/crm/connections", json=body), 201)
    await ok(client.post(f"/v1/crm/connections/{made['id']}/test"))


async def looked_in(client, heard, key, once):
    """A session of the console; what the browser holds is a secret, too."""
    address = f"http://localhost:{client.base_url.port}"
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": address}
    async with httpx.AsyncClient(base_url=address, timeout=60) as browser:
        browser.event_hooks = {"response": [heard.note]}
        answer = await browser.post("/console/sign-in", data={"key": key, "next": ""}, headers=ours)
        assert answer.status_code == 303
        cookie = heard.shown(answer.cookies["kap_session"])
        once[cookie] = ["POST /console/sign-in"]
        browser.cookies.set("kap_session", cookie, domain="localhost", path="/console")
        page = await browser.get("/console/accounts/none", headers={"Cookie": f"kap_session={cookie}"})
        told = {"form_token": form_token(page)}
        await browser.post("/console/sign-out", data=told, headers={**ours, "Cookie": f"kap_session={cookie}"})


async def what_fails(client, heard):
    """Requests that are wrong in every way, each with a secret where it should not be."""
    secret = heard.shown("canary-where-it-does-not-belong")
    key = f"kap_live_{secret}"
    for status, asked in (
        (401, client.get("/v1/me", headers=bearer(key))),
        (401, client.get(THEIRS, headers=bearer(f"kap_guest_{secret}"))),
        (400, client.post("/v1/accounts", content=f'{{"name": "{secret}', headers=JSON)),
        (422, client.post("/v1/accounts", json={"name": {"token": secret}})),
        (422, client.post("/v1/crm/connections", json={"name": "x", "provider": secret})),
        (422, client.post("/v1/api-keys", json={"name": "x", "scopes": [secret]})),
        (415, client.post("/v1/accounts", content=secret, headers={"Content-Type": "text/plain"})),
        (404, client.get(f"/v1/nothing?code={secret}")),
        (422, client.get(f"/v1/accounts/none?code={secret}")),
        (404, client.post(f"/v1/crm/webhooks/{uuid4()}?code={secret}", json={})),
        (404, client.get(f"/console/framed/nothing?code={secret}")),
    ):
        answer = await asked
        assert answer.status_code == status, (answer.request.url.path, answer.text)


async def what_is_shown(client):
    """Whatever tells of what happened, once the worker has got to it."""

    async def begun():
        return all(job["status"] != "queued" for job in (await ok(client.get("/v1/jobs")))["data"])

    await ground.until(begun)
    for path in (
        "jobs", "events", "webhook-deliveries", "webhook-endpoints", "audit-log", "crm/events", "crm/connections",
        "crm/syncs", "api-keys", "accounts",
    ):  # fmt: skip
        await client.get(f"/v1/{path}", params={"limit": 100})
    assert "process_open_fds" in (await client.get("/metrics")).text


async def every_row(url):
    """Every row of every table, as text."""
    async with ground.owner(url) as owner:
        tables = await owner.fetch(
            "SELECT oid::regclass::text AS name FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return [row[0] for table in tables for row in await owner.fetch(f"SELECT t::text FROM {table['name']} t")]
