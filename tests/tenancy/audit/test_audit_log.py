"""Who changed what: an entry for each change, in its own transaction, that nobody can alter and no secret is in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.infra.db import plain_url
from app.infra.jobs import Delivery
from app.jobs import service as jobs
from app.jobs.service import JobNotFound
from app.kernel.ids import KeyId, new_id
from app.resourcing import jobs as resourcing_jobs
from app.tenancy.core.audit import About, Actor
from app.tenancy.service import auditing, key_for
from tests.asking import a_person, a_record, counted, key_of, ok
from tests.calibration.guests import CUSTOMER_SAYS, a_talk
from tests.conftest import client_with
from tests.imports.ground import ACCOUNTS, HEAD, an_export, imported
from tests.resourcing.commitments.ground import a_case, on
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP
from tests.tenancy.audit.ground import entries

pytestmark = ONE_LOOP
OF_A_CALL = ("operation", "method", "status", "said")


def of_calls(found):
    return [tuple(each[name] for name in OF_A_CALL) for each in reversed(found)]


async def test_each_change_tells_who_made_it_with_what_and_to_what(app, client):
    ada = await a_person(client, "sales")
    async with client_with(app, await key_of(client, ada, ["accounts:write", "accounts:read"])) as hers:
        made = await hers.post("/v1/accounts", json={"name": "Acme"}, headers={"X-Request-Id": "first"})
        account, here = made.json()["id"], f"/v1/accounts/{made.json()['id']}"
        await ok(hers.patch(here, json={"industry": "retail"}))
        deal = await ok(hers.post("/v1/opportunities", json={"account": account, "status": "open"}), 201)
        await ok(hers.delete(f"/v1/opportunities/{deal['id']}"), 204)

    found = await entries(client, key_id=await hers_id(client))

    assert of_calls(found) == [
        ("create_account", "POST", 201, {"name": "Acme"}),
        ("change_account", "PATCH", 200, {"industry": "retail"}),
        ("create_opportunity", "POST", 201, {"account": account, "status": "open"}),
        ("remove_opportunity", "DELETE", 204, None),
    ]
    assert [each["subject_id"] for each in found] == [deal["id"], deal["id"], account, account]
    assert [each["account_id"] for each in found] == [None, account, account, account]
    assert (found[-1]["request_id"], found[-1]["path"], found[-2]["path"]) == ("first", "/v1/accounts", here)
    actor = found[0]["actor"]
    assert (actor["kind"], actor["key_name"], actor["user_id"], actor["user_name"]) == ("key", "own", ada, "Ada")
    assert actor["invitation_id"] is None


async def hers_id(client):
    keys = await ok(client.get("/v1/api-keys"))
    return next(key["id"] for key in keys["data"] if key["name"] == "own")


async def test_what_is_refused_or_reads_or_changes_nothing_or_comes_again_leaves_no_entry(client):
    account = await a_record(client, "accounts", name="Acme")
    once = {"Idempotency-Key": "one"}
    for _ in range(2):
        await ok(client.post("/v1/accounts", json={"name": "Once"}, headers=once), 201)
    await ok(client.post("/v1/accounts", json={"name": "Once"}, headers={"Idempotency-Key": "two"}), 201)
    before = len(await entries(client))

    await ok(client.patch(f"/v1/accounts/{account}", json={"name": "x"}, headers={"If-Match": '"7"'}), 412)
    await ok(client.patch(f"/v1/accounts/{account}", json={"unheard_of": 1}), 422)
    await ok(client.delete(f"/v1/accounts/{new_id()}"), 404)
    await ok(client.get("/v1/accounts"))
    model = await ok(client.get("/v1/selection/models/default"))
    sent = {"model": model, "accounts": [{"inputs": {"goal_fit": 4}}]}
    await ok(client.post("/v1/selection/score", json=sent))
    await ok(client.post("/v1/accounts", json={"name": "Once"}, headers=once), 201)

    assert (before, len(await entries(client))) == (3, 3)


async def test_a_batch_is_one_entry_that_counts_its_items(client):
    items = [{"name": f"Account {n}", "source": "b", "external_id": str(n)} for n in range(30)]
    await ok(client.post("/v1/accounts/batch", json={"items": [*items, {"id": 1}]}))

    (entry,) = await entries(client)

    assert of_calls([entry]) == [("save_accounts_batch", "POST", 200, {"items": {"count": 31}})]


async def test_no_secret_is_in_the_log(client):
    portal = {
        "name": "Portal",
        "provider": "hubspot",
        "base_url": "http://127.0.0.1:1099",
        "credentials": {"kind": "token", "token": "canary-1"},
        "webhook_secret": "canary-2",
    }
    connection = await ok(client.post("/v1/crm/connections", json=portal), 201)
    here = f"/v1/crm/connections/{connection['id']}"
    basic = {"kind": "token", "token": "canary-3"}
    await ok(client.put(f"{here}/credentials", json=basic))
    await ok(client.post(f"{here}/rotate-secret", json={"secret": "canary-4"}))
    made = await ok(client.post("/v1/api-keys", json={"name": "k", "scopes": ["accounts:read"]}), 201)
    await ok(client.delete(f"/v1/api-keys/{made['id']}"), 204)

    answer = await client.get("/v1/audit-log")

    assert [each["operation"] for each in answer.json()["data"]] == [
        "revoke_api_key", "create_api_key", "rotate_crm_webhook_secret", "replace_crm_credentials",
        "create_crm_connection",
    ]  # fmt: skip
    assert answer.json()["data"][0]["subject_id"] == answer.json()["data"][1]["subject_id"] == made["id"]
    assert "canary" not in answer.text
    assert made["key"] not in answer.text


async def test_a_guest_is_named_and_nothing_of_what_a_guest_writes_is_shown(client):
    talk = await a_talk(client, "Northwind")
    await talk.guest_saves()
    await talk.guest_seals()

    answer = await client.get("/v1/audit-log", params={"actor_kind": "guest"})

    sealed, saved = answer.json()["data"]
    assert [saved["operation"], sealed["operation"]] == ["save_participant_submission", "seal_participant_submission"]
    assert (saved["said"], sealed["said"]) == (None, None)
    assert saved["actor"] == {
        "kind": "guest", "key_id": None, "key_name": None, "user_id": None, "user_name": None,
        "invitation_id": talk.invitation["id"], "invitation_name": talk.invitation["name"],
    }  # fmt: skip
    assert CUSTOMER_SAYS["goals"][0]["title"] not in answer.text


async def test_the_log_is_filtered_and_paged(client, other_client):
    accounts = [await a_record(client, "accounts", name=f"Account {n}") for n in range(3)]
    await ok(client.patch(f"/v1/accounts/{accounts[0]}", json={"industry": "retail"}))
    found = await entries(client)
    middle = found[1]["created_at"]

    assert [each["subject_id"] for each in found] == [accounts[0], *reversed(accounts)]
    assert [each["operation"] for each in await entries(client, subject_id=accounts[0])] == [
        "change_account", "create_account",
    ]  # fmt: skip
    assert await entries(client, account_id=accounts[1]) == [found[2]]
    assert await entries(client, operation="change_account") == [found[0]]
    assert await entries(client, key_id=found[0]["actor"]["key_id"]) == found
    assert await entries(client, actor_kind="worker") == []
    after, before = await entries(client, since=middle), await entries(client, until=middle)
    assert [*after, *before] == found
    assert all(each["created_at"] >= middle for each in after)
    assert all(each["created_at"] < middle for each in before)
    first = await ok(client.get("/v1/audit-log", params={"limit": 3}))
    rest = await ok(client.get("/v1/audit-log", params={"limit": 3, "cursor": first["next_cursor"]}))
    assert [*first["data"], *rest["data"]] == found
    assert rest["next_cursor"] is None
    assert await entries(client, sort="created_at") == found[::-1]
    assert await entries(other_client) == []
    now = datetime.now(UTC)
    assert all(now - datetime.fromisoformat(each["created_at"]) < timedelta(minutes=5) for each in found)


async def test_nobody_who_serves_can_change_or_remove_an_entry(client, database, database_url, settings, tenant):
    await a_record(client, "accounts", name="Acme")
    tried = ["UPDATE audit_log SET said = NULL", "DELETE FROM audit_log", "TRUNCATE audit_log"]

    for statement in tried:
        with pytest.raises(DBAPIError, match="permission denied"):
            async with database.transaction(tenant.id) as connection:
                await connection.execute(text(statement))
    alone = await asyncpg.connect(plain_url(database_url), server_settings={"role": settings.app_role})
    for statement in [*tried, "ALTER TABLE audit_log DISABLE ROW LEVEL SECURITY", "DROP TABLE audit_log"]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await alone.execute(statement)
    await alone.close()

    (entry,) = await entries(client)
    assert entry["said"] == {"name": "Acme"}


async def test_an_entry_outlives_what_it_tells_of(client):
    made = await ok(client.post("/v1/api-keys", json={"name": "short", "scopes": ["accounts:write"]}), 201)
    account = await a_record(client, "accounts", name="Acme")
    await ok(client.delete(f"/v1/accounts/{account}"), 204)
    await ok(client.delete(f"/v1/api-keys/{made['id']}"), 204)

    assert [each["operation"] for each in await entries(client, subject_id=account)] == [
        "remove_account", "create_account",
    ]  # fmt: skip


async def test_one_statement_is_sent_for_an_entry_and_none_for_what_reads(client, database):
    with counted(database) as sent:
        account = await a_record(client, "accounts", name="Acme")
    with counted(database) as read:
        await ok(client.get(f"/v1/accounts/{account}"))

    assert sum("audit_log" in statement for statement in sent) == 1
    assert "audit_log" in sent[-1]
    assert not any("audit_log" in statement for statement in read)


async def test_a_database_that_only_reads_still_answers_what_changes_nothing(database, tenant):
    async with database.transaction(tenant.id) as connection:
        await connection.execute(text("SET TRANSACTION READ ONLY"))
        await auditing.note(connection, tenant.id, Actor("key", new_id()), "score_accounts", (About(), None))

    async with database.transaction(tenant.id) as connection:
        assert await connection.scalar(text("SELECT count(*) FROM audit_log")) == 0


async def test_the_command_line_is_in_the_log(app, database, tmp_path):
    name = f"organization {new_id()}"
    folder = an_export(tmp_path, accounts="id,name,staff,parent\n1,Acme,10,\n")
    key = await key_for(database, name, ["admin"], "by hand")
    for _ in range(2):
        await imported(database, name, folder, HEAD + ACCOUNTS)

    async with client_with(app, key) as client:
        found = await entries(client)

    assert of_calls(found) == [
        ("kap keys create", None, None, {"organization": name, "name": "by hand", "scopes": ["admin"]}),
        ("kap import", None, None, {"source": "sheet", "as_of": "2020-06-30", "rows": 1}),
    ]
    assert {each["actor"]["kind"] for each in found} == {"command_line"}
    assert key not in str(found)


async def test_a_job_that_was_done_is_in_the_log_once_with_the_key_that_asked_for_it(client, database, tenant):
    me = await ok(client.get("/v1/me"))
    account, key_id = new_id(), KeyId(UUID(me["key_id"]))

    async def fine(_context):
        return {"done": 1}

    async def refused(_context):
        raise JobNotFound("of what it was to work on")

    async with database.transaction(tenant.id) as connection:
        wanted = [
            await jobs.start(
                connection, tenant.id, kind, {"account_id": str(account), "token": "canary"}, key_id=key_id
            )
            for kind in ("counting", "failing")
        ]
    for job, handler in zip(wanted, (fine, refused), strict=True):
        payload = {"tenant_id": str(tenant.id), "job_id": str(job.id), "request_id": "asked"}
        for _ in range(2):  # told twice, it is done once
            await jobs.perform(database, handler, Delivery(job.kind, payload, 1))

    (entry,) = await entries(client)

    assert (entry["operation"], entry["subject_id"], entry["account_id"]) == (
        "counting",
        str(wanted[0].id),
        str(account),
    )
    assert (entry["actor"]["kind"], entry["actor"]["key_id"], entry["actor"]["key_name"]) == (
        "worker", me["key_id"], me["key_name"],
    )  # fmt: skip
    assert (entry["request_id"], entry["method"], entry["said"]["token"]) == ("asked", None, "***")


async def test_a_turn_of_the_worker_is_in_the_log_if_it_came_to_something(client, database, tenant):
    case = await a_case(client)
    await case.promised(on=on(-9), due_on=on(-1))
    for _ in range(2):
        await resourcing_jobs.turn(database, tenant.id, datetime.now(UTC))

    (entry,) = await entries(client, actor_kind="worker")

    assert (entry["operation"], entry["actor"]["key_id"], entry["subject_id"]) == ("resourcing.nightly", None, None)
    assert entry["said"] == {"soon": 0, "overdue": 1, "climbed": 0, "opened": 0}
