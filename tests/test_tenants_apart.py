"""Organizations see nothing of one another: through no door, in no list, and not in the database itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from app.infra.db import plain_url
from app.infra.settings import Settings
from app.kernel.ids import new_id
from app.main import create_app
from tests.accounts.facts import a_ground, bodies, made, path_of
from tests.calibration.guests import a_talk
from tests.operations import operations
from tests.retiering.resets.ground import FRAMING, the_steps
from tests.stories import STORIES, Story

# What the operations want beyond the path; where nothing is named, an empty object is enough to be heard.
CRITERION = {
    "key": "fit", "metric": "goal_fit", "dimension": "alignment", "weight": 1, "value_function": {"kind": "rating"},
}  # fmt: skip
MODEL = {"name": "Mine", "criteria": [CRITERION]}
FIT = {"metric": "goal_fit", "weight": 1, "value_function": {"kind": "rating"}}
INDICATORS = [{**FIT, "key": dimension, "dimension": dimension} for dimension in ("hygiene", "health")]
HEALTH_MODEL = {"name": "Mine", "indicators": INDICATORS}
BODIES: dict[str, dict[str, Any]] = {
    "change_selection_model": MODEL,
    "override_account_tier": {"tier": "tier_1", "reason": "strategic", "until_on": "2199-01-01"},
}
PORTAL = {
    "name": "Portal",
    "provider": "hubspot",
    "base_url": "http://127.0.0.1:1099",
    "credentials": {"kind": "token", "token": "t"},
}
SYNC = {"kind": "backfill"}
PERSON = "01890a5d-ac96-774b-bcce-b302099a8057"
RATINGS = {"ratings": [{"metric": "goal_fit", "value": 4}]}
BODIES |= {
    "replace_crm_credentials": {"kind": "token", "token": "t"},
    "start_crm_sync": SYNC,
    "replay_webhook_events": {"from": "2024-01-01T00:00:00Z", "to": "2024-01-02T00:00:00Z"},
    "note_selection_evidence": {"note": "x", "source": "x", "dated_on": "2024-01-01"},
    "open_feedback_round": {"name": "x", "participants": [PERSON]},
    "add_feedback_participants": {"participants": [PERSON]},
    "raise_feedback_item": {"kind": "objection", "body": "x"},
    "dispose_feedback_item": {"disposition": "rejected", "reason": "x"},
    "start_backtest": {"as_of": "2024-01-01"},
    "move_account": {"to": "candidate", "reason": "x"},
    "add_selection_review_candidates": {"accounts": [PERSON]},
    "add_selection_review_participants": {"participants": [PERSON]},
    "abandon_selection_review": {"reason": "x"},
    "rate_selection_review_candidate": RATINGS,
    "agree_on_selection_review_candidate": RATINGS,
    "vote_on_selection_review_candidate": {"vote": "support", "reason": "x"},
    "raise_selection_objection": {"body": "x", "owner_user_id": PERSON, "due_on": "2199-01-01"},
    "resolve_selection_objection": {"resolution": "x"},
    "decide_selection_review_candidate": {"decision": "reject", "rationale": "x"},
    "change_health_model": HEALTH_MODEL,
    "assess_account": {"elements": {"relationships": {"value": 3, "evidence": "x"}}},
    "save_account_plan": {"starts_on": "2024-01-01", "ends_on": "2025-12-31", "document": {}},
    "add_plan_action": {"title": "x", "owner_user_id": PERSON, "due_on": "2199-01-01"},
    "approve_account_plan": {"number": 1, "user_id": PERSON},
    "acknowledge_account_plan": {"number": 1, "user_id": PERSON},
    "name_plan_readers": {"users": [PERSON], "contacts": []},
}
TRIAL = {"outcome": "confirmed", "result": "x"}
BODIES |= {
    "go_back_in_calibration": {"to": "exploring", "reason": "x", "user_id": PERSON},
    "end_calibration": {"reason": "x", "user_id": PERSON},
    "record_calibration_assumption_test": TRIAL,
    "record_participant_assumption_test": TRIAL,
    "waive_calibration_assumption": {"reason": "x"},
    "put_resource_capacities": {"quarters": []},
    "put_entitlement_rules": {"rules": []},
    "end_sponsorship": {"reason": "x"},
    "decline_commitment": {"reason": "x"},
    "counter_commitment": {"note": "x", "quantity": 1},
    "withdraw_commitment": {"reason": "x"},
    "schedule_commitment": {"scheduled_on": "2024-01-01"},
    "miss_commitment": {"reason": "x"},
    "record_commitment_usage": {"quantity": 1},
    "resolve_roadblock": {"resolution": "x"},
    "record_appraisal_contact": {"contact_id": PERSON},
    "close_appraisal": {"outcome": "met"},
    "add_appraisal_action": {"title": "x", "side": "supplier", "owner_user_id": PERSON, "due_on": "2199-01-01"},
    "decide_retiering": {"decision": "retain", "rationale": "x"},
    "withdraw_retiering": {"reason": "x"},
    "plan_relationship_reset": {**FRAMING, "steps": the_steps(PERSON)},
    "realign_resources": {"lines": []},
    "cancel_relationship_reset": {"reason": "x"},
    "introduce_peer": {"peer_account_id": PERSON},
    "readmit_account": {"reason": "x"},
    "abandon_reselection": {"reason": "x"},
}
SINCE = {"since": "2017-01-01"}
QUERIES = {
    "explain_account_score_change": SINCE,
    "explain_health_change": SINCE,
    "get_hubspot_card": {"associatedObjectId": "512", "associatedObjectType": "COMPANY"},
}
# These make what is named, so that another organization's name means nothing there.
MAKES_WHAT_IS_NAMED = {"put_account_by_external_id"}
OF_EVERYBODY = {"get_crm_connector"}
# Who shows no signature learns nothing, be there such a thing or not.
SIGNED = {"get_hubspot_card"}
# An organization has one, or none.
NONE_AT_FIRST = {"get_program_mandate"}


# What paths name that is no record's.
WORDS = {"number", "party", "place"}


async def everything(client):
    """One record of every kind that a path can name: what to fill into the path."""
    ground = await a_ground(client)
    filled: dict[str, Any] = {"source": "crm", "external_id": ground.account_external_id, "number": "1"}
    for plural, body in bodies(ground).items():
        record = await made(client, path_of(plural), {**body, "source": "erp", "external_id": "mine"})
        filled[f"{path_of(plural).rstrip('s').replace('-', '_')}_id"] = record["id"]
    filled["opportunity_id"] = filled.pop("opportunitie_id")
    filled["account_id"] = ground.account
    filled["key_id"] = (await made(client, "api-keys", {"name": "second", "scopes": ["admin"]}))["id"]
    model = await made(client, "selection/models", MODEL)
    here = f"/v1/selection/models/{model['id']}"
    await client.post(f"{here}/publish", json={"override_reason": "a test"}, headers={"If-Match": '"1"'})
    run = await client.post("/v1/selection/runs", json={})
    override = await made(client, f"accounts/{ground.account}/tier-overrides", BODIES["override_account_tier"])
    told = {story: await story(client) for story in dict.fromkeys(STORIES.values())}
    return Mine(
        {
            **filled, **await of_a_crm(client), "provider": "hubspot", "override_id": override["id"],
            "model_id": model["id"], "run_id": run.json()["id"], "job_id": run.json()["id"],
        },
        told,
    )  # fmt: skip


@dataclass(frozen=True)
class Mine:
    """What an organization has: one record of each kind, and those of each story."""

    ids: Mapping[str, str]
    told: Mapping[Story, Mapping[str, str]]

    def of(self, path):
        """What to fill into a path: the ids of its own story first."""
        fitting = [story for word, story in STORIES.items() if word in path]
        return {**self.ids, **(self.told[fitting[-1]] if fitting else {})}

    @property
    def all_ids(self):
        general = {"source", "external_id", "provider", *WORDS}
        every = [self.ids, *self.told.values()]
        return {value for ids in every for name, value in ids.items() if name not in general}


async def of_a_crm(client):
    """A connection, a sync by it, an event that came by it."""
    pushed = await made(client, "crm/connections", {"name": "Scheduler", "provider": "push"})
    told = {"object": "account", "external_id": "P-1", "id": "e-1", "data": {"name": "Pushed"}}
    await client.post(f"/v1/crm/webhooks/{pushed['id']}", json={"events": [told]})
    portal = await made(client, "crm/connections", PORTAL)
    sync = await client.post(f"/v1/crm/connections/{portal['id']}/syncs", json=SYNC)
    events = (await client.get("/v1/crm/events")).json()["data"]
    return {
        "connection_id": portal["id"], "sync_id": sync.json()["id"], "event_id": events[0]["id"],
        "secret": "a-secret-of-mine",
    }  # fmt: skip


async def test_what_another_organization_has_is_in_no_list_and_as_absent_as_what_nobody_has(
    app, client, other_client, working
):
    mine = await everything(client)
    guest = (await a_talk(other_client, "Elsewhere")).guest
    await no_list_shows(mine, app, other_client, guest)
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


async def no_list_shows(mine, app, other_client, guest):
    """Nothing that is listed tells of what another organization has."""
    lists = [each for each in operations(app) if each.method == "GET" and not each.parameters]

    for operation in lists:
        answer = await (guest if operation.invited else other_client).get(operation.path)
        assert answer.status_code == (404 if operation.name in NONE_AT_FIRST else 200), answer.text
        shown = answer.text
        assert [value for value in mine.all_ids if value in shown] == [], operation
    accounts = (await other_client.get("/v1/accounts", params={"source": "crm", "external_id": "A-1"})).json()
    assert accounts["data"] == []


# What is no organization's: which tenant a name leads to, the schema's own version, and the queue library's tables.
NOT_OF_TENANTS = "'tenant_directory', 'alembic_version'"


@pytest.fixture
async def owner(database_url):
    connection = await asyncpg.connect(plain_url(database_url))
    yield connection
    await connection.close()


async def tenant_tables(owner):
    return [
        row["oid"]
        for row in await owner.fetch(
            "SELECT oid FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            f" AND relname NOT IN ({NOT_OF_TENANTS}) AND relname NOT LIKE 'pgqueuer%'"
        )
    ]


async def test_every_table_of_tenants_is_kept_apart_by_policy(owner):
    tables = await tenant_tables(owner)

    unprotected = await owner.fetch(
        """
        SELECT relname FROM pg_class c WHERE oid = ANY($1::oid[]) AND NOT (
            relrowsecurity AND relforcerowsecurity
            AND (SELECT count(*) = 1 AND bool_and(
                    polpermissive AND polcmd = '*' AND polroles = '{0}'
                    AND pg_get_expr(polqual, polrelid) LIKE '%tenant_id = %app.tenant_id%'
                    AND pg_get_expr(polwithcheck, polrelid) = pg_get_expr(polqual, polrelid))
                 FROM pg_policy WHERE polrelid = c.oid))
        """,
        tables,
    )

    assert len(tables) >= 25
    assert [row["relname"] for row in unprotected] == []


async def test_every_key_reference_and_index_is_led_by_the_tenant(owner):
    tables = await tenant_tables(owner)

    keys = await owner.fetch(
        """
        SELECT c.conname FROM pg_constraint c WHERE c.conrelid = ANY($1::oid[]) AND c.contype IN ('p', 'u', 'f')
        AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1]) <> 'tenant_id'
        UNION ALL
        SELECT c.conname FROM pg_constraint c WHERE c.conrelid = ANY($1::oid[]) AND c.contype = 'f'
        AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = c.confrelid AND a.attnum = c.confkey[1])
            <> 'tenant_id'
        """,
        tables,
    )
    indexes = await owner.fetch(
        """
        SELECT i.indexrelid::regclass::text AS name FROM pg_index i WHERE i.indrelid = ANY($1::oid[])
        AND coalesce((SELECT attname FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0]), '')
            <> 'tenant_id'
        """,
        tables,
    )
    without_key = await owner.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE oid = ANY($1::oid[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p')",
        tables,
    )

    assert [row["conname"] for row in keys] == []
    assert [row["name"] for row in (*indexes, *without_key)] == []


async def test_views_read_as_whoever_asks_and_functions_run_as_whoever_calls(owner):
    views = await owner.fetch(
        "SELECT relname, reloptions FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
    )
    definers = await owner.fetch(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    )

    assert len(views) >= 4
    assert [view["relname"] for view in views if "security_invoker=true" not in (view["reloptions"] or ())] == []
    assert definers == []


async def test_the_role_that_serves_owns_nothing_bypasses_nothing_and_only_adds_scores(owner, settings):
    role = await owner.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles WHERE rolname = $1",
        settings.app_role,
    )
    owned = await owner.fetchval("SELECT count(*) FROM pg_class WHERE relowner = $1::regrole", settings.app_role)
    scores = {
        right: await owner.fetchval("SELECT has_table_privilege($1, 'scores', $2)", settings.app_role, right)
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    }

    assert set(role.values()) == {False}
    assert owned == 0
    assert scores == {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}


async def test_without_an_organization_the_serving_role_sees_and_writes_nothing(database, client, owner):
    await a_ground(client)
    tables = [await owner.fetchval("SELECT $1::oid::regclass::text", table) for table in await tenant_tables(owner)]

    async with database.engine.connect() as connection:
        for table in tables:
            rows = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert rows.scalar_one() == 0, table
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.exec_driver_sql(
                "INSERT INTO users (tenant_id, id, name, function)"
                f" VALUES ('{new_id()}', '{new_id()}', 'Nobody', 'sales')"
            )


async def test_within_an_organization_rows_of_another_can_be_neither_read_nor_written_nor_named(
    database, client, tenant, other_tenant
):
    theirs = await a_ground(client)

    async with database.transaction(other_tenant.id) as connection:
        for statement in ("SELECT FROM accounts", "UPDATE accounts SET name = 'x'", "DELETE FROM contacts"):
            assert (await connection.exec_driver_sql(statement)).rowcount == 0
    for tenant_id, refusal in ((tenant.id, "row-level security"), (other_tenant.id, "foreign key")):
        with pytest.raises(DBAPIError, match=refusal):
            async with database.transaction(other_tenant.id) as connection:
                await connection.exec_driver_sql(
                    "INSERT INTO buying_centers (tenant_id, id, account_id, name, name_key)"
                    f" VALUES ('{tenant_id}', '{new_id()}', '{theirs.account}', 'x', 'x')"
                )


async def test_the_service_refuses_to_start_with_a_role_that_would_bypass_the_policies(database_url):
    app = create_app(Settings(app_role="kap"), database_url)

    with pytest.raises(Exception, match="kap would bypass row-level security"):
        async with app.router.lifespan_context(app):
            pass
