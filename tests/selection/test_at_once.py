"""What is scored the shortest way is let in, counted and answered as at the door, or left to the door."""

import asyncio
from uuid import uuid4

import orjson
import pytest

from app.infra.at_once import Reply
from app.infra.rate_limits import Limit, RateLimiter
from app.selection.routes.at_once import PATH, counters
from app.tenancy.core import keys
from tests.counters import USUAL_WAY, AtOnce, left
from tests.selection.ground import MODEL
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
BODY = orjson.dumps({"model": MODEL, "accounts": [{"ref": "a", "inputs": {"goal_fit": 4}}]})


@pytest.fixture
def at_once(app):
    return AtOnce(app, counters)


async def issued(client, *scopes):
    made = await client.post("/v1/api-keys", json={"name": "own", "scopes": list(scopes)})
    assert made.status_code == 201, made.text
    return made.json()


async def test_it_is_answered_as_at_the_door_and_counted_once(client, tenant, at_once):
    await client.post(PATH, content=BODY, headers={"Content-Type": "application/json"})  # the key's use is news
    at_the_door = await client.post(PATH, content=BODY, headers={"Content-Type": "application/json"})

    replies = await asyncio.gather(*(at_once.asked(PATH, tenant.key, BODY) for _ in range(20)))

    assert {(reply.status, reply.media_type, reply.content) for reply in replies} == {
        (200, b"application/json", at_the_door.content)
    }
    assert {reply.tenant_id for reply in replies} == {str(tenant.id)}
    assert {reply.key_id for reply in replies} != {None}
    assert {name.decode() for name, _ in replies[0].headers} <= {*at_the_door.headers}
    assert left(replies[0]) - left(replies[-1]) == 19


async def test_the_door_decides_on_whoever_is_not_plainly_let_in(client, at_once):
    good, other = await issued(client, "selection:read"), await issued(client, "accounts:read")
    fresh = await at_once.asked(PATH, good["key"], BODY)  # that it is used now is still to be kept
    for key in (good, other):
        headers = {"Authorization": f"Bearer {key['key']}", "Content-Type": "application/json"}
        await client.post(PATH, content=BODY, headers=headers)

    asked = [
        at_once.asked(PATH, other["key"], BODY),
        at_once.asked(PATH, keys.made_from(bytes(38)).text, BODY),
        at_once.asked(PATH, "kap_live_x", BODY),
        at_once.asked(PATH, good["key"], BODY, idempotency_key=str(uuid4())),
        at_once.asked(PATH, good["key"], BODY, content_type="text/plain"),
        at_once.asked(PATH, good["key"], b"{"),
        at_once.asked(f"{PATH}?a=1", good["key"], BODY),
    ]
    assert [fresh, *await asyncio.gather(*asked)] == [USUAL_WAY] * 8
    assert isinstance(await at_once.asked(PATH, good["key"], BODY), Reply)

    assert (await client.delete(f"/v1/api-keys/{good['id']}")).status_code == 204
    assert await at_once.asked(PATH, good["key"], BODY) is USUAL_WAY


async def test_who_has_used_up_their_requests_or_tried_too_many_keys_is_left_to_the_door(app, client, tenant):
    await client.post(PATH, content=BODY, headers={"Content-Type": "application/json"})
    few, tries = RateLimiter(Limit(2, 60)), RateLimiter(Limit(1, 60))
    at_once = AtOnce(app, counters, limiter=few, bad_keys=tries)

    told = [await at_once.asked(PATH, tenant.key, BODY) for _ in range(3)]
    assert [left(reply) for reply in told[:2]] == [1, 0]
    assert told[2] is USUAL_WAY

    tries.check("198.51.100.7")
    assert await AtOnce(app, counters, bad_keys=tries).asked(PATH, tenant.key, BODY) is USUAL_WAY
