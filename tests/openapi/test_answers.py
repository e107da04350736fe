"""What the service really answers is what the document says: status, media type, headers and every field."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.accounts.kinds import KINDS
from app.infra.job_queue import Pace
from app.worker import run_worker
from tests.accounts.facts import CHANGES, a_ground, bodies
from tests.conftest import client_of
from tests.events.shapes import faults_of_events
from tests.jobs.ground import until
from tests.openapi.reading import Described, described, faults, resolved
from tests.stories import STORIES
from tests.tenancy.audit.walking import Heard, faults_of_the_log


@dataclass
class Witness:
    """Sees every answer, and holds it against the document."""

    document: dict[str, Any]
    seen: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def name_of(self, request: httpx.Request) -> str:
        """The operation that the request is for."""
        return self._operation(request).name

    async def see(self, response: httpx.Response) -> None:
        await response.aread()
        operation = self._operation(response.request)
        told = operation.body["responses"].get(str(response.status_code))
        if told is None:
            self.found.append(f"{operation.name} answered {response.status_code}")
            return
        told = resolved(self.document, told)
        if response.is_success:
            self.seen.add(operation.name)
        where = f"{operation.name} {response.status_code}"
        self.found += [
            f"{where} {fault}" for fault in [*self._body(told, response), *self._headers(operation, told, response)]
        ]

    def _operation(self, request: httpx.Request) -> Described:
        method, path = request.method.lower(), request.url.path
        fitting = [
            each
            for each in described(self.document)
            if each.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each.path), path)
        ]
        return min(fitting, key=lambda each: each.path.count("{"))

    def _body(self, told: dict[str, Any], response: httpx.Response) -> list[str]:
        if "content" not in told:
            return ["has a body"] if response.content else []
        ((media_type, media),) = told["content"].items()
        if response.headers["content-type"].partition(";")[0] != media_type:
            return [f"is {response.headers['content-type']}"]
        value = response.json() if media_type.endswith("json") else response.text
        return faults(self.document, media["schema"], value)

    def _headers(self, operation: Described, told: dict[str, Any], response: httpx.Response) -> list[str]:
        sure = {"X-Request-Id", "ETag", "Location", "Retry-After"}
        sure |= {"RateLimit", "RateLimit-Policy"} if operation.body["security"] else set()
        return [f"has no {name}" for name in told["headers"].keys() & sure if name not in response.headers]


@pytest.fixture
async def witness(client, anyone, document):
    made = Witness(document)
    for each in (client, anyone):
        each.event_hooks = {"response": [made.see]}
    return made


@pytest.fixture
async def working(settings, database_url):
    """A worker beside the application."""
    stop = asyncio.Event()
    task = asyncio.create_task(run_worker(database_url, settings, stop, pace=Pace(by_the_clock=False)))
    yield
    stop.set()
    await task


async def test_answers_are_what_the_document_says_and_each_change_is_in_the_audit_log_once(
    client, anyone, witness, working, document, database, tenant
):
    heard = Heard(witness.name_of)
    client.event_hooks = {"response": [witness.see, heard.hear]}
    await of_operation(anyone)
    await of_tenancy(client)
    await of_facts(client)
    await of_selection(client)
    await of_crm(client)
    for story in dict.fromkeys(STORIES.values()):
        await story(client)

    assert "\n".join(dict.fromkeys(witness.found)) == ""
    assert "\n".join(dict.fromkeys(await faults_of_the_log(database, tenant.id, heard))) == ""
    assert {operation.name for operation in described(document)} - witness.seen == set()
    assert "\n".join(dict.fromkeys(await faults_of_events(database, tenant.id))) == ""


async def of_operation(anyone):
    await until(lambda: _ready(anyone))
    for path in ("/livez", "/metrics", "/problems", "/problems/not-found", "/problems/none"):
        await anyone.get(path)
    assert (await anyone.get("/v1/me")).status_code == 401


async def _ready(anyone):
    return (await anyone.get("/readyz")).is_success


async def of_tenancy(client):
    await client.get("/v1/me")
    await client.get("/v1/organization")
    settled = {
        "key_account_revenue_threshold": {"amount": "50000", "currency": "USD"},
        "stage_probabilities": {"Engaging": 0.4},
        "proposal_stages": ["Proposal"],
        "custom_metrics": [{"key": "goal_fit_2", "title": "Fit"}],
    }
    await client.patch("/v1/organization", json=settled, headers={"If-Match": '"1"'})
    await client.patch("/v1/organization", json=settled, headers={"If-Match": '"1"'})  # 412
    made = (await client.post("/v1/api-keys", json={"name": "k", "scopes": ["accounts:read"]})).json()
    await client.get("/v1/api-keys", params={"limit": 1})
    await client.get(f"/v1/api-keys/{made['id']}")
    await client.delete(f"/v1/api-keys/{made['id']}")
    await client.get("/v1/api-keys", params={"limit": 0})  # 422
    await client.get("/v1/audit-log", params={"limit": 1})


async def of_facts(client):
    ground = await a_ground(client)
    for plural, body in bodies(ground).items():
        path = f"/v1/{KINDS[plural].path}"
        made = (await client.post(path, json=body)).json()
        await client.post(path, json={"unheard_of": 1})
        await client.post(f"{path}/batch", json={"items": [{**body, "source": "b", "external_id": "1"}, {"id": 1}]})
        await client.get(path, params={"limit": 1})
        await client.get(f"{path}/{made['id']}")
        name, value = CHANGES[plural]
        await client.patch(f"{path}/{made['id']}", json={name: value})
        await client.patch(f"{path}/{made['id']}", json={name: value}, headers={"If-Match": '"7"'})  # 412
        if "account" in body:
            below = f"/v1/accounts/{ground.account}/{KINDS[plural].path}"
            await client.post(below, json=below_account(body))
            await client.get(below)
        await client.delete(f"{path}/{made['id']}")
        await client.get(f"{path}/{made['id']}")  # 404
    by_theirs = "/v1/accounts/by-external-id/crm/A-9"
    await client.put(by_theirs, json={"name": "Ninth"})
    await client.put(by_theirs, json={"industry": "retail"})
    await client.get(by_theirs)
    once = {"Idempotency-Key": "one"}
    for name in ("Once", "Once", "Twice"):
        await client.post("/v1/accounts", json={"name": name}, headers=once)
    await client.post("/v1/accounts", content=b"{", headers={"Content-Type": "application/json"})
    await client.post("/v1/accounts", content=b"<a/>", headers={"Content-Type": "text/xml"})


def below_account(body):
    fields = {name: value for name, value in body.items() if name != "account"}
    return {**fields, "name": "another"} if "name" in fields else fields


async def of_selection(client):
    model = (await client.get("/v1/selection/models/default")).json()
    await client.get("/v1/selection/models/two-axis")
    account = (await client.post("/v1/accounts", json={"name": "S", "source": "crm", "external_id": "S-1"})).json()[
        "id"
    ]
    deal = {"account": account, "status": "open", "amount": {"amount": "900", "currency": "USD"}, "probability": 0.5}
    await client.post("/v1/opportunities", json=deal)
    await client.get("/v1/metrics")
    await client.get(f"/v1/accounts/{account}/metrics", params={"as_of": "2020-01-01"})
    sent = [{"ref": "a", "inputs": {"goal_fit": 4, "future_spend": None}}, {"inputs": {}}]
    await client.post("/v1/selection/score", json={"model": model, "accounts": sent})
    await client.post("/v1/selection/score", json={"model": {"criteria": [{}]}, "accounts": sent})  # 422
    await of_models(client, model)
    await of_scores(client, account)
    await of_runs(client)


CRM = "/v1/crm/connections"
PUSHED = {"object": "account", "external_id": "P-1", "id": "e-1", "data": {"name": "Pushed"}}
# Nobody listens there: what is asked of this CRM fails, and is told so.
PORTAL = {
    "name": "Portal",
    "provider": "hubspot",
    "base_url": "http://127.0.0.1:1099",
    "credentials": {"kind": "token", "token": "t"},
}


async def of_crm(client):
    for connector in ("", "/hubspot", "/nobodys"):
        await client.get(f"/v1/crm/connectors{connector}")
    await client.post(CRM, json={**PORTAL, "provider": "nobodys"})  # 422
    portal = f"{CRM}/{(await client.post(CRM, json=PORTAL)).json()['id']}"
    await client.post(CRM, json=PORTAL)  # 409
    await of_connection(client, portal)
    pushed = await client.post(CRM, json={"name": "Scheduler", "provider": "push"})
    await of_deliveries(client, pushed.json())
    await client.delete(portal)
    await client.get(portal)  # 404
    await client.get("/v1/events")


async def of_connection(client, here):
    for path in ("", "/field-mapping", "/drift", "/write-backs"):
        await client.get(here + path)
    await client.get(CRM, params={"limit": 1})
    await client.patch(here, json={"default_currency": "EUR"})
    await client.patch(here, json={"base_url": "https://elsewhere.example"})
    await client.patch(here, json={"name": "Old"}, headers={"If-Match": '"1"'})  # 412
    await client.put(f"{here}/credentials", json={"kind": "token", "token": "u"})
    await client.put(f"{here}/field-mapping", json={"account": {"fields": {"industry": {"path": "sector"}}}})
    for work in ("/test", "/pause", "/resume"):
        await client.post(here + work)
    await client.post(f"{here}/rotate-secret", json={"secret": "a new secret"})
    started = await client.post(f"{here}/syncs", json={"kind": "changes"})
    await client.get(f"/v1/crm/syncs/{started.json()['id']}")
    await client.get("/v1/crm/syncs")
    # Its CRM is away, so it has not ended yet.
    for change in ("cancel", "cancel", "retry", "retry"):  # the second retry: 409
        await client.post(f"/v1/jobs/{started.json()['id']}/{change}")


async def of_deliveries(client, connection):
    inlet = f"/v1/crm/webhooks/{connection['id']}"
    await client.post(inlet, json={"events": [PUSHED]})
    await client.post(inlet, json={"events": [{"object": "account"}]})
    await client.post(f"{inlet}/not-the-secret", json={"events": []})
    await client.post(inlet, json={"events": []}, headers={"Authorization": "none"})  # 401
    await client.post(inlet, content=b"{", headers={"Content-Type": "application/json"})
    told = (await client.get("/v1/crm/events", params={"state": "quarantined"})).json()["data"]
    await client.get(f"/v1/crm/events/{told[0]['id']}")
    await client.post(f"/v1/crm/events/{told[0]['id']}/replay")
    for event in (await client.get("/v1/crm/events", params={"external_id": "P-1"})).json()["data"]:
        await client.get(f"/v1/crm/events/{event['id']}")
        for _ in range(100):
            if (await client.post(f"/v1/crm/events/{event['id']}/replay")).status_code != 409:
                break
            await asyncio.sleep(0.1)
    await client.post("/v1/crm/events/replay", json={"connection_id": connection["id"], "state": "dead"})
    await client.get("/v1/crm/records")


async def of_models(client, model):
    made = await client.post("/v1/selection/models", json=model)
    here = f"/v1/selection/models/{made.json()['id']}"
    tag = {"If-Match": made.headers["etag"]}
    await client.put(here, json=model)  # 428
    changed = await client.put(here, json={**model, "name": "Mine"}, headers=tag)
    submitted = await client.post(f"{here}/submit", headers={"If-Match": changed.headers["etag"]})
    tag = {"If-Match": submitted.headers["etag"]}
    await client.post(f"{here}/publish", json={}, headers=tag)  # 409
    await client.post(f"{here}/publish", json={"override_reason": "a test"}, headers=tag)
    for path in ("", "/versions", "/versions/1"):
        await client.get(here + path)
    await client.get("/v1/selection/models")
    unwanted = await client.post("/v1/selection/models", json=model)
    await client.delete(f"/v1/selection/models/{unwanted.json()['id']}", headers={"If-Match": unwanted.headers["etag"]})


async def of_scores(client, account):
    here = f"/v1/accounts/{account}"
    await client.get(f"{here}/score")  # 404
    await client.post(f"{here}/scores", json={"as_of": "2020-01-01"})
    await client.post(f"{here}/scores", json={})
    await client.post("/v1/accounts/by-external-id/crm/S-1/scores", json={})
    manual = {"tier": "tier_1", "reason": "the board wants it", "until_on": "2199-01-01"}
    override = (await client.post(f"{here}/tier-overrides", json=manual)).json()
    for path in ("/score", "/scores", "/tier-overrides", "/score/changes?since=2020-01-02"):
        await client.get(here + path)
    await client.get("/v1/accounts/by-external-id/crm/S-1/score")
    await client.delete(f"{here}/tier-overrides/{override['id']}")


async def of_runs(client):
    run = (await client.post("/v1/selection/runs", json={})).json()["id"]
    await client.get(f"/v1/jobs/{run}/events")  # ends with the job
    for path in ("/v1/jobs", f"/v1/jobs/{run}", "/v1/selection/runs", f"/v1/selection/runs/{run}"):
        await client.get(path)
    await client.get(f"/v1/selection/runs/{run}/results")
    await client.get("/v1/selection/matrix")
    await client.post(f"/v1/jobs/{run}/retry")  # 409
    await client.post(f"/v1/jobs/{run}/cancel")  # 409


async def test_the_example_of_a_score_is_the_one_that_its_request_gets(client, document):
    kept = document["components"]["examples"]

    answer = await client.post("/v1/selection/score", json=kept["ScoreRequest"]["value"])

    assert answer.json() == kept["ScoreAnswers"]["value"]


@pytest.mark.parametrize("name", ["Account", "Opportunity", "Contact", "User", "Offering", "ExchangeRate"])
async def test_a_record_is_made_from_its_example(app, tenant, document, name):
    """Once what it refers to is there."""
    shown = {key: each["value"] for key, each in document["components"]["examples"].items()}
    order = ["User", "Offering", "ExchangeRate", "Account", "BuyingCenter", "Contact", "Opportunity"]
    paths = {kind.answer.__name__: f"/v1/{kind.path}" for kind in KINDS.values()}
    async with client_of(app, tenant) as client:
        parent = shown["NewAccount"]["parent"]
        await client.post("/v1/accounts", json={"name": "Parent", **parent})
        for each in order[: order.index(name) + 1]:
            answer = await client.post(paths[each], json=shown.get(f"New{each}", shown[f"{each}Body"]))
            assert answer.status_code == 201, answer.text
