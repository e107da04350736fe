"""One organization in which everything was done once, and another that has a little: what both said and were told."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.infra import logs
from tests.accounts.facts import Ground, a_ground, bodies, made, path_of
from tests.calibration.guests import Talk, a_talk
from tests.conftest import a_tenant, client_of
from tests.retiering.resets.ground import FRAMING, the_steps
from tests.security.foreign import Tried, Trying
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


@dataclass
class Said:
    """Every request of a client, with its answer."""

    heard: list[httpx.Response] = field(default_factory=list)

    async def note(self, answer: httpx.Response) -> None:
        await answer.aread()
        self.heard.append(answer)


@dataclass(frozen=True)
class World:
    """mine: what the first organization has; said: all that it asked for. theirs: the facts of the other one."""

    app: Any
    client: httpx.AsyncClient
    other: httpx.AsyncClient
    keys: tuple[str, str]
    mine: Mine
    said: Said
    theirs: Ground
    records: Mapping[str, str]
    talk: Talk
    tried: Mapping[Any, Tried]
    log: io.BytesIO


async def a_world(app: Any, database: Any) -> World:
    """Both organizations, from the first request on, with the log of it at its most talkative."""
    log = io.BytesIO()
    logs.configure("DEBUG", log)
    one, other = await a_tenant(database), await a_tenant(database)
    client, other_client = client_of(app, one), client_of(app, other)
    talk = await a_talk(other_client, "Elsewhere")
    theirs = await a_ground(other_client)
    records = {
        plural: (await made(other_client, path_of(plural), body))["id"] for plural, body in bodies(theirs).items()
    }
    # Another name than the first organization's account has, since names are each organization's own.
    named = {"source": "crm", "external_id": "B-1"}
    assert (await other_client.patch(f"/v1/accounts/{theirs.account}", json=named)).status_code == 200
    said, trying = Said(), Trying(client_of(app, one), records)
    client.event_hooks = {"request": [trying.note], "response": [said.note]}
    mine = await everything(client)
    client.event_hooks = {}
    return World(app, client, other_client, (one.key, other.key), mine, said, theirs, records, talk, trying.tried, log)
