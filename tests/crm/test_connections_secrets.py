"""The secrets of connections: made or given, shown once or never, sealed to their place, replaced with an overlap."""

import io
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from app.crm.core.webhook_secrets import good
from app.crm.queries import connections as queries
from app.crm.service import connections, resealing
from app.infra import logs
from app.infra.db import plain_url
from app.infra.sealing import NotOpened, ring_from
from tests.conftest import SEALING_KEYS
from tests.crm.owning import CANARY, HUBSPOT, PUSH, RING, SALESFORCE, a_connection, kept, path_of, refused
from tests.shared_app import ONE_LOOP, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP


def good_now(row, hours=0):
    return good(connections.kept_secrets(RING, row), datetime.now(UTC) + timedelta(hours=hours))


async def test_push_gets_a_secret_of_standard_webhooks_which_is_shown_once(client, database, tenant):
    made = await client.post("/v1/crm/connections", json=PUSH)
    connection = made.json()

    secret = connection["webhook_secret"]
    assert secret.startswith("whsec_")
    assert len(b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert made.headers["cache-control"] == "no-store"
    assert good_now(await kept(database, tenant, connection)) == [secret]
    for later in (path_of(connection), "/v1/crm/connections", "/v1/events"):
        assert secret not in (await client.get(later)).text


async def test_a_secret_that_is_part_of_the_address_is_told_with_it(client):
    connection = await a_connection(client, **SALESFORCE, webhook_secret=None)

    assert connection["deliver_to"] == f"{connection['webhook_url']}/{connection['webhook_secret']}"
    assert connection["webhook_url"].endswith(f"/v1/crm/webhooks/{connection['id']}")


async def test_a_secret_that_the_sender_has_is_not_made_but_waited_for(client, database, tenant):
    connection = await a_connection(client, webhook_secret=None)

    assert connection["webhook_secret"] is None
    assert good_now(await kept(database, tenant, connection)) == []
    assert await refused(client, {}, path_of(connection, "rotate-secret")) == (
        422,
        "unusable_connection",
        ["/secret"],
    )
    given = await client.post(path_of(connection, "rotate-secret"), json={"secret": "of the app in HubSpot"})
    assert given.json() == {"webhook_secret": None, "deliver_to": None, "good_until": None}
    assert good_now(await kept(database, tenant, connection)) == ["of the app in HubSpot"]


async def test_every_character_of_a_secret_counts(client, database, tenant):
    secrets = {"webhook_secret": "  a secret with spaces  ", "credentials": {"kind": "token", "token": " t "}}
    row = await kept(database, tenant, await a_connection(client, **secrets))

    assert good_now(row) == ["  a secret with spaces  "]
    assert queries.opened(RING, row, "credentials") == {"token": " t "}
    for body in (
        {"webhook_secret": "two\nlines"},
        {"credentials": {"kind": "token", "token": "t\r\nHost: evil"}},
    ):
        assert (await refused(client, HUBSPOT | body))[0] == 422


async def every_row(database_url):
    owner = await asyncpg.connect(plain_url(database_url))
    tables = await owner.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    rows = [str(row) for table in tables for row in await owner.fetch(f"SELECT t::text FROM {table['name']} t")]
    await owner.close()
    return rows


async def test_no_secret_ever_comes_back(app, client, database_url, tenant, other_client):
    """Every answer, every problem, every log line, every row: the canary is sealed, or it is not there."""
    stream = io.BytesIO()
    logs.configure("DEBUG", stream)
    heard: list[str] = []

    async def ask(method, path, body=None, who=client, **headers):
        answer = await who.request(method, path, json=body, headers=headers)
        heard.append(f"{method} {path} {answer.status_code}\n{answer.headers}\n{answer.text}")
        return answer.json() if answer.content else None

    connection = await ask("POST", "/v1/crm/connections", HUBSPOT, **{"Idempotency-Key": "a key"})
    at = path_of(connection)
    broken = HUBSPOT | {"objects": ["nothing"], "credentials": {"kind": "token", "token": 7, "extra": CANARY}}
    for method, path, body, who in (
        ("POST", "/v1/crm/connections", HUBSPOT, client),
        ("POST", "/v1/crm/connections", broken, client),
        ("POST", "/v1/crm/connections", HUBSPOT | {"credentials": {"kind": CANARY}}, client),
        ("POST", "/v1/crm/connections", HUBSPOT | {"source": "other", "webhook_secret": CANARY * 100}, client),
        ("POST", "/v1/crm/connections", PUSH | {"webhook_secret": f"whsec_{CANARY}!"}, client),
        ("PUT", f"{at}/credentials", {"kind": "basic", "user": CANARY, "password": CANARY}, client),
        ("PUT", f"{at}/credentials", {"kind": "token", "token": f"{CANARY}-newer"}, client),
        ("PUT", f"{at}/credentials", {"kind": "token", "token": CANARY}, other_client),
        ("POST", f"{at}/rotate-secret", {"secret": f"{CANARY}-second", "overlap_hours": 1}, client),
        ("POST", f"{at}/rotate-secret", {"secret": f"{CANARY}-third", "overlap_hours": 169}, client),
        ("POST", f"{at}/pause", None, client),
        ("POST", f"{at}/resume", None, client),
        ("GET", at, None, client),
        ("GET", "/v1/crm/connections", None, client),
        ("GET", "/v1/events", None, client),
    ):
        await ask(method, path, body, who)
    await ask("POST", "/v1/crm/connections", HUBSPOT, **{"Idempotency-Key": "a key"})
    rows = await every_row(database_url)

    logged = stream.getvalue().decode()
    assert logged.count('"event":"request"') == len(heard)
    assert [each.partition("\n")[0] for each in heard if CANARY in each.partition("\n")[2]] == []
    assert CANARY not in logged
    hexed = CANARY.encode().hex()
    assert [row[:100] for row in rows if CANARY in row or hexed in row or CANARY[::-1] in row] == []
    assert any(f"({tenant.id},{connection['id']}," in row for row in rows)


@pytest.mark.parametrize("column", ["credentials", "webhook_secrets"])
async def test_what_is_sealed_opens_in_no_other_row_or_column(
    client, other_client, database, tenant, other_tenant, column
):
    mine = await kept(database, tenant, await a_connection(client))
    sibling = await kept(database, tenant, await a_connection(client, source="another"))
    theirs = await kept(database, other_tenant, await a_connection(other_client))
    other_column = "webhook_secrets" if column == "credentials" else "credentials"

    assert queries.opened(RING, mine, column)
    for row in (sibling, theirs):
        with pytest.raises(NotOpened):
            queries.opened(RING, {**row, column: mine[column]}, column)
    with pytest.raises(NotOpened):
        queries.opened(RING, {**mine, other_column: mine[column]}, other_column)


async def test_a_sealed_text_that_was_moved_in_the_database_opens_nothing(
    client, other_client, database, database_url, tenant
):
    mine, theirs = await a_connection(client), await a_connection(other_client)
    owner = await asyncpg.connect(plain_url(database_url))
    await owner.execute(
        "UPDATE crm_connections SET credentials = t.credentials FROM crm_connections t"
        " WHERE t.id = $1 AND crm_connections.id = $2",
        theirs["id"],
        mine["id"],
    )
    await owner.close()

    row = await kept(database, tenant, mine)
    with pytest.raises(NotOpened):
        queries.opened(RING, row, "credentials")
    assert (await client.patch(path_of(mine), json={"name": "Renamed"})).status_code == 200
    fresh = await client.put(path_of(mine, "credentials"), json={"kind": "token", "token": "a fresh one"})
    assert fresh.status_code == 200


async def test_new_keys_come_in_and_old_ones_go_out_without_a_secret_being_lost(client, database, tenant):
    connection = await a_connection(client)
    new = f"new:{b64encode(bytes(range(32))).decode()}"
    both, alone = ring_from(f"{new},{SEALING_KEYS}"), ring_from(new)

    first = await resealing.reseal(database, both)
    again = await resealing.reseal(database, both)
    row = await kept(database, tenant, connection)
    assert queries.opened(alone, row, "credentials") == {"token": f"{CANARY}-token"}
    assert good(connections.kept_secrets(alone, row), datetime.now(UTC)) == [f"{CANARY}-client-secret"]
    assert row["version"] == connection["version"]
    back = await resealing.reseal(database, ring_from(f"{SEALING_KEYS},{new}"))

    assert first.anew >= 2
    assert (again.anew, again.current) == (0, first.anew + first.current)
    assert back.anew == first.anew + first.current
    assert first.shut == again.shut == back.shut


async def test_resealing_leaves_what_it_cannot_open_as_it_is_and_says_so(client, database, tenant):
    before = await kept(database, tenant, await a_connection(client))

    done = await resealing.reseal(database, ring_from(f"lost:{b64encode(bytes(range(32))).decode()}"))

    assert (done.anew, done.current) == (0, 0)
    assert done.shut >= 2
    assert await kept(database, tenant, {"id": str(before["id"])}) == before


async def test_the_secret_before_is_good_for_the_overlap(client, database, tenant):
    connection = await a_connection(client, **PUSH, webhook_secret=None, credentials={"kind": "none"})
    asked_at = datetime.now(UTC)

    rotated = await client.post(path_of(connection, "rotate-secret"), json={"overlap_hours": 2})

    new = rotated.json()["webhook_secret"]
    assert new != connection["webhook_secret"]
    assert rotated.headers["cache-control"] == "no-store"
    until = datetime.fromisoformat(rotated.json()["good_until"])
    assert timedelta(0) <= until - asked_at - timedelta(hours=2) < timedelta(minutes=1)
    row = await kept(database, tenant, connection)
    assert good_now(row, 1) == [new, connection["webhook_secret"]]
    assert good_now(row, 3) == [new]
    assert row["version"] > connection["version"]


async def test_a_secret_that_leaked_is_good_no_more_at_once(client, database, tenant):
    connection = await a_connection(client)

    rotated = await client.post(
        path_of(connection, "rotate-secret"), json={"secret": "a fresh one", "overlap_hours": 0}
    )

    assert rotated.json()["good_until"] is None
    assert good_now(await kept(database, tenant, connection)) == ["a fresh one"]


@pytest.mark.parametrize("hours", [-1, 169, 1.5, "24", None])
async def test_an_overlap_is_at_most_a_week_of_whole_hours(client, hours):
    connection = await a_connection(client)

    status, _, pointers = await refused(client, {"overlap_hours": hours}, path_of(connection, "rotate-secret"))

    assert (status, pointers) == (422, ["/overlap_hours"])
