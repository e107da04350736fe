"""What one organization has is as good as absent to another: over every operation, in paths, queries and bodies."""

import asyncio
import json
from uuid import uuid4

import pytest_asyncio

from app.infra.job_queue import Pace
from app.worker import run_worker
from tests.operations import operations
from tests.processes import ROOT
from tests.security.foreign import UUID, theirs_for
from tests.security.test_canaries import every_row
from tests.security.world import (
    BODIES,
    MAKES_WHAT_IS_NAMED,
    NONE_AT_FIRST,
    OF_EVERYBODY,
    QUERIES,
    SIGNED,
    WORDS,
    a_world,
)

SHOWN_ONCE = {"key", "token", "secret", "webhook_secret", "url"}
DOCUMENT = json.loads((ROOT / "openapi" / "openapi.json").read_text())


@pytest_asyncio.fixture(scope="module")
async def world(settings, database_url, app):
    """Told once for all tests here: they change nothing that another one reads."""
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(database_url, settings, stop, pace=Pace(by_the_clock=False)))
    try:
        yield await a_world(app, app.state.doorkeeper.database)
    finally:
        stop.set()
        await worker


async def test_what_another_organization_has_is_in_no_list_and_as_absent_as_what_nobody_has(world):
    app, client, other_client, mine, guest = world.app, world.client, world.other, world.mine, world.talk.guest
    await no_list_shows(world)
    tried = 0

    for operation in operations(app):
        own = mine.of(operation.path)
        unknown = set(operation.parameters) - own.keys()
        assert not unknown, f"say in `everything` what to fill into {unknown} of {operation.path}"
        if not operation.parameters or operation.name in MAKES_WHAT_IS_NAMED | OF_EVERYBODY:
            continue
        nobodys = {name: value if name in WORDS else str(uuid4()) for name, value in own.items()}
        nobodys["source"] = "nowhere"
        answers = []
        for filled in (own, nobodys):
            answer = await (guest if operation.invited else other_client).request(
                operation.method,
                operation.path.format_map(filled),
                params=QUERIES.get(operation.name),
                json=BODIES.get(operation.name, {}) if operation.route.body_field else None,
                headers={"If-Match": '"1"'},
            )
            assert answer.status_code == (401 if operation.name in SIGNED else 404), (operation, answer.text)
            answers.append(comparable(answer, filled))
        assert answers[0] == answers[1], operation
        tried += 1

    assert tried > 60
    for name, path in (("account_id", "accounts"), ("model_id", "selection/models"), ("key_id", "api-keys")):
        kept = await client.get(f"/v1/{path}/{mine.ids[name]}")
        assert (kept.status_code, kept.json().get("revoked_at")) == (200, None)


def comparable(answer, filled):
    """The answer without what tells requests apart, and with the ids that it repeats left out."""
    problem = {name: value for name, value in answer.json().items() if name not in {"request_id", "instance"}}
    for value in sorted(filled.values(), key=len, reverse=True)[:-1]:  # all but the number
        problem["detail"] = problem["detail"].replace(value, "…")
    return answer.headers["content-type"], problem


async def no_list_shows(world):
    """Nothing that is listed tells of what another organization has, though both know it by the same name."""
    app, mine, other_client, guest = world.app, world.mine, world.other, world.talk.guest
    lists = [each for each in operations(app) if each.method == "GET" and not each.parameters]

    for operation in lists:
        answer = await (guest if operation.invited else other_client).get(operation.path)
        assert answer.status_code == (404 if operation.name in NONE_AT_FIRST else 200), answer.text
        shown = answer.text
        assert [value for value in mine.all_ids if value in shown] == [], operation
    accounts = (await other_client.get("/v1/accounts", params={"source": "crm", "external_id": "A-1"})).json()
    assert accounts["data"] == []


async def test_ids_of_another_organization_in_a_body_are_as_unknown_as_nobodys(world):
    """Whatever an operation takes by id, it takes of its own organization alone, and tells nothing of others."""
    assert [one.where for one in world.tried.values() if said(one.foreign) != said(one.nobodys)] == []
    assert [(one.where, one.foreign.text) for one in world.tried.values() if not refused(one.foreign)] == []
    assert len(world.tried) > 100


def refused(answer):
    """Whether the id is what was wrong; of a batch, whether the item was refused."""
    told = answer.json()
    if answer.status_code == 200:
        return told.get("refused") == 1
    return answer.status_code in {404, 422} or told["code"] == "not_a_reader"


def said(answer):
    """What an answer says, without what tells requests apart, and without ids."""
    told = answer.json()
    if isinstance(told, dict):
        told = {name: value for name, value in told.items() if name not in {"request_id", "instance"}}
    return answer.status_code, UUID.sub("…", json.dumps(told))


async def test_what_is_shown_once_is_told_nowhere_else(world, database_url):
    """Keys, tokens, secrets and links of all stories: in no other answer, in no line of the log, in no row."""
    secrets = {
        value: answer.request.url.path
        for answer in world.said.heard
        if answer.headers.get("cache-control") == "no-store" and "application/json" in answer.headers["content-type"]
        for name, value in answer.json().items()
        if name in SHOWN_ONCE and value and (name != "url" or "card-links" in answer.request.url.path)
    }
    log = world.log.getvalue().decode()
    rows = await every_row(database_url)

    assert len(secrets) > 5
    assert log.count('"event":"request"') > 1000
    for secret, path in secrets.items():
        told = [answer.request.url.path for answer in world.said.heard if secret in answer.text]
        assert told == [path], path
        assert secret not in log, path
        assert not any(secret in row or secret.encode().hex() in row for row in rows), path


async def test_head_tells_of_another_organizations_records_no_more_than_get(world):
    tried = 0
    for operation in operations(world.app):
        if operation.method != "GET" or not operation.parameters or operation.name in OF_EVERYBODY | SIGNED:
            continue
        who = world.talk.guest if operation.invited else world.other
        path = operation.path.format_map(world.mine.of(operation.path))
        answer = await who.head(path, params=QUERIES.get(operation.name))
        assert (answer.status_code, answer.content) == (404, b""), operation
        tried += 1
    assert tried > 60


def id_queries(operation):
    """What an operation may be asked to filter by that is an id."""
    told = DOCUMENT["paths"][operation.path][operation.method.lower()]
    for one in told.get("parameters", ()):
        found = DOCUMENT["components"]["parameters"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        if found["in"] == "query" and "uuid" in json.dumps(found["schema"]):
            yield found["name"]


async def test_a_filter_that_names_another_organizations_record_finds_what_nobodys_finds(world):
    """As the organization itself asks for its own things: with an id of another in the query, or with nobody's."""
    asked = []
    for operation in operations(world.app):
        if operation.method != "GET" or operation.invited or operation.keyless:
            continue
        for name in id_queries(operation):
            path = operation.path.format_map(world.mine.of(operation.path))
            answers = []
            for value in (theirs_for(world.records, name) or world.theirs.account, str(uuid4())):
                answer = await world.client.get(path, params={**QUERIES.get(operation.name, {}), name: value})
                assert answer.status_code < 500, (operation, answer.text)
                answers.append(said(answer))
            assert answers[0] == answers[1], (operation, name)
            asked.append((operation.name, name))
    assert len(asked) > 40
