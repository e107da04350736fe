"""Records that their source removed: kept, shown as such, and brought back by what was changed later."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.accounts import service
from app.accounts.kinds import KINDS
from app.infra.records.kind import Change
from tests.accounts.facts import made, path_of, usd
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP

REMOVABLE = ("accounts", "contacts", "opportunities")
MONDAY = datetime(2024, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def body_of(plural, ground, **more):
    fields = {
        "accounts": {"name": "Gone Ltd", "effective_on": "2024-01-01"},
        "contacts": {"account": ground.account, "name": "Alan", "effective_on": "2024-01-01"},
        "opportunities": {"account": ground.account, "amount": usd("10"), "created_on": "2024-01-01"},
    }
    return {**fields[plural], "source": "sf", "external_id": "X-1", **more}


async def gone(database, tenant, plural, record_id, at):
    """Let the record be gone, as who heard it from the source does."""
    async with database.transaction(tenant.id) as connection:
        return await service.mark_gone(connection, tenant.id, KINDS[plural], {UUID(record_id): at}, service.arriving())


async def told(client, plural, body):
    """What came of a change that arrives in a batch."""
    answer = await client.post(f"/v1/{path_of(plural)}/batch", json={"items": [body]})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"][0]


async def listed(client, plural, **params):
    answer = await client.get(f"/v1/{path_of(plural)}", params={"source": "sf", **params})
    return [record["id"] for record in answer.json()["data"]]


@pytest.mark.parametrize("plural", REMOVABLE)
async def test_a_removed_record_is_shown_as_such_and_left_out_of_lists_unless_asked_for(
    client, database, tenant, ground, plural
):
    record = await made(client, path_of(plural), body_of(plural, ground))
    assert record["removed_at"] is None

    assert await gone(database, tenant, plural, record["id"], MONDAY) == {UUID(record["id"])}

    shown = (await client.get(f"/v1/{path_of(plural)}/{record['id']}")).json()
    assert shown["removed_at"] == "2024-03-04T12:00:00Z"
    assert shown["version"] == record["version"] + 1
    assert await listed(client, plural) == []
    assert await listed(client, plural, removed="false") == []
    assert await listed(client, plural, removed="true") == [record["id"]]


@pytest.mark.parametrize("plural", REMOVABLE)
async def test_what_was_changed_before_the_removal_and_arrives_late_does_not_revive(
    client, database, tenant, ground, plural
):
    first = body_of(plural, ground, source_modified_at="2024-03-01T00:00:00Z")
    record = await made(client, path_of(plural), first)
    await gone(database, tenant, plural, record["id"], MONDAY)

    late = await told(client, plural, {**first, "source_modified_at": "2024-03-04T11:59:59Z"})
    same = await told(client, plural, {**first, "source_modified_at": "2024-03-04T12:00:00Z"})
    assert [late["result"], same["result"]] == ["stale", "stale"]
    assert await listed(client, plural) == []

    later = await told(client, plural, {**first, "source_modified_at": "2024-03-04T12:00:01Z"})
    assert (later["result"], later["id"]) == ("updated", record["id"])
    assert await listed(client, plural) == [record["id"]]
    back = (await client.get(f"/v1/{path_of(plural)}/{record['id']}")).json()
    assert (back["removed_at"], back["source_modified_at"]) == (None, "2024-03-04T12:00:01Z")


@pytest.mark.parametrize("plural", REMOVABLE)
async def test_a_removal_older_than_the_latest_change_is_left_aside(client, database, tenant, ground, plural):
    record = await made(client, path_of(plural), body_of(plural, ground, source_modified_at="2024-03-05T00:00:00Z"))

    assert await gone(database, tenant, plural, record["id"], MONDAY) == set()
    assert await gone(database, tenant, plural, record["id"], None) == {UUID(record["id"])}
    assert await gone(database, tenant, plural, record["id"], None) == set()


@pytest.mark.parametrize("plural", ["accounts", "contacts"])
async def test_older_news_is_stale_and_newer_news_counts(client, ground, plural):
    first = body_of(plural, ground, source_modified_at="2024-03-05T00:00:00Z")
    record = await made(client, path_of(plural), first)

    old = await told(client, plural, {**first, "name": "Old", "source_modified_at": "2024-03-04T23:59:59Z"})
    new = await told(client, plural, {**first, "name": "New", "source_modified_at": "2024-03-06T00:00:00Z"})

    assert [old["result"], new["result"]] == ["stale", "updated"]
    assert (await client.get(f"/v1/{path_of(plural)}/{record['id']}")).json()["name"] == "New"


async def test_a_source_whose_clock_runs_ahead_does_not_shut_out_what_comes_after(client, ground):
    ahead = (datetime.now(UTC) + 9 * DAY).isoformat()
    record = await made(client, "contacts", body_of("contacts", ground, source_modified_at=ahead))

    known = datetime.fromisoformat(record["source_modified_at"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < known <= timedelta(minutes=5)


async def test_a_removed_deal_has_no_present_state_and_comes_back_with_a_gap(client, database, tenant, ground):
    first = body_of("opportunities", ground, stage="A", source_modified_at="2024-01-01T00:00:00Z")
    record = await made(client, "opportunities", first)
    url = f"/v1/opportunities/{record['id']}"
    await gone(database, tenant, "opportunities", record["id"], MONDAY)

    assert [state["at"] for state in (await client.get(url)).json()["stage_history"]] == ["2024-01-01T00:00:00Z"]

    await told(client, "opportunities", {**first, "source_modified_at": "2024-03-10T00:00:00Z"})
    assert [state["at"] for state in (await client.get(url)).json()["stage_history"]] == [
        "2024-01-01T00:00:00Z", "2024-03-10T00:00:00Z",
    ]  # fmt: skip


async def test_ids_are_found_by_the_ids_of_another_system(client, other_client, database, tenant, ground):
    record = await made(client, "contacts", body_of("contacts", ground))
    await made(other_client, "accounts", {"name": "Theirs", "source": "sf", "external_id": "X-9"})

    async with database.transaction(tenant.id) as connection:
        contacts = await service.ids_by_external(connection, tenant.id, KINDS["contacts"], "sf", ["X-1", "X-2"])
        users = await service.ids_by_external(connection, tenant.id, KINDS["users"], "sf", ["X-1"])
        theirs = await service.ids_by_external(connection, tenant.id, KINDS["accounts"], "sf", ["X-9"])

    assert contacts == {"X-1": UUID(record["id"])}
    assert (users, theirs) == ({}, {})


async def test_a_change_by_id_of_which_no_time_is_told_brings_back(client, database, tenant, ground):
    record = await made(client, "accounts", body_of("accounts", ground))
    await gone(database, tenant, "accounts", record["id"], MONDAY)

    async with database.transaction(tenant.id) as connection:
        change = Change({"name": "Again", "name_key": "again"}, id=UUID(record["id"]))
        outcome, row = await service.save_one(connection, tenant.id, KINDS["accounts"], change, service.arriving())

    assert (outcome.result, row["removed_at"]) == ("updated", None)
