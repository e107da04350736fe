"""Events: told in the transaction of their change, in order, to their own organization."""

from uuid import uuid4

import asyncpg
import pytest

from app.events import service
from app.infra.db import plain_url
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["anyone", "app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP
TYPES = ("plan.saved", "plan.approved", "plan.archived", "plan_action.completed", "score.changed")


async def told(database, tenant, type_="plan.saved", subject_id=None, **data):
    subject_id = subject_id or uuid4()
    async with database.transaction(tenant.id) as connection:
        await service.record(connection, tenant.id, type_, "thing", subject_id, data)
    return subject_id


async def types(client, **params):
    return [each["type"] for each in (await client.get("/v1/events", params=params)).json()["data"]]


async def test_what_happened_is_listed_the_newest_first(client, database, tenant):
    subject_id = await told(database, tenant, "plan.approved", name="one")
    await told(database, tenant, "plan.saved", subject_id)

    first, second = (await client.get("/v1/events")).json()["data"]

    assert (first["type"], second["type"]) == ("plan.saved", "plan.approved")
    assert second == {
        "id": second["id"],
        "type": "plan.approved",
        "subject": "thing",
        "subject_id": str(subject_id),
        "account_id": None,
        "sequence": None,
        "data": {"name": "one"},
        "created_at": second["created_at"],
    }


async def test_events_are_found_by_what_happened_and_to_whom(client, database, tenant):
    one, another = await told(database, tenant, "plan.approved"), await told(database, tenant, "plan.approved")
    await told(database, tenant, "plan.saved", one)

    assert await types(client, subject_id=str(one)) == ["plan.saved", "plan.approved"]
    assert await types(client, type="plan.approved") == ["plan.approved", "plan.approved"]
    assert await types(client, type="plan.approved", subject_id=str(another)) == ["plan.approved"]
    assert await types(client, type="plan.unheard_of") == []


async def test_a_long_list_is_paged_without_a_gap(client, database, tenant):
    for number in range(5):
        await told(database, tenant, TYPES[number])

    seen, cursor = [], None
    while True:
        params = {"limit": 2} if cursor is None else {"limit": 2, "cursor": cursor}
        page = (await client.get("/v1/events", params=params)).json()
        seen += [each["type"] for each in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == [TYPES[number] for number in (4, 3, 2, 1, 0)]


async def test_another_organization_hears_nothing(other_client, database, tenant):
    await told(database, tenant)

    assert await types(other_client) == []


async def test_there_is_no_event_of_what_was_rolled_back(client, database, tenant):
    async def fail():
        async with database.transaction(tenant.id) as connection:
            await service.record(connection, tenant.id, "plan.archived", "thing", uuid4(), {})
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await types(client) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET type = 'x'", "UPDATE events SET account_id = NULL", "DELETE FROM events"]
)
async def test_nobody_who_serves_can_change_what_happened(database, tenant, settings, database_url, statement):
    await told(database, tenant)
    connection = await asyncpg.connect(plain_url(database_url), server_settings={"role": settings.app_role})
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()
