"""Fills an organization with the simulated supplier, once, as if its CRM had told everything as it happened."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as facts
from app.accounts.kinds import KINDS
from app.demo.core.simulation import simulate
from app.demo.core.stages import PROPOSAL_STAGE, STAGE_PROBABILITIES
from app.demo.core.supplier import REPORTING_CURRENCY
from app.demo.core.world import Body, Program, World, batches
from app.demo.service.partnering import play
from app.health.service import assessment_history
from app.health.service.refreshing import refresh
from app.infra.db import Database
from app.infra.records.kind import Change, Kind, Moment
from app.kernel.ids import KeyId, TenantId, new_id
from app.planning.schemas.documents import PlanDocument
from app.planning.service import history
from app.planning.service.history import PastPlan
from app.program.service import history as program_history
from app.resourcing.service import history as resourcing_history
from app.retiering.service import history as retiering_history
from app.selection.service import history as selection_history
from app.tenancy import service as tenancy

SEED = 20
ACCOUNTS = 240
# On these days before the last accounts are judged: a short past, since each is as dear as the last.
JUDGED_DAYS_AGO = (90, 30, 0)
IDENTITY = {"source", "external_id"}
SETTINGS: Mapping[str, Any] = {
    "reporting_currency": REPORTING_CURRENCY,
    "key_account_revenue_threshold": Decimal(75_000),
    "stage_probabilities": dict(STAGE_PROBABILITIES),
    "proposal_stages": [PROPOSAL_STAGE],
}


async def fill(
    database: Database, *, ends_on: date, name: str = "demo", seed: int = SEED, accounts: int = ACCOUNTS
) -> TenantId:
    """Make the organization and save every simulated fact, all or nothing; one that exists is left as it is."""
    async with database.engine.begin() as connection:
        there = await tenancy.organization_named(connection, name)
    if there is not None:
        return there

    world = await asyncio.to_thread(simulate, np.random.default_rng(seed), ends_on, accounts)

    try:
        return await _store(database, name, world)
    except tenancy.NameTaken:  # another process has filled it meanwhile
        return await fill(database, ends_on=ends_on, name=name, seed=seed, accounts=accounts)


async def look_back(database: Database, tenant_id: TenantId, ends_on: date) -> None:
    """Keep health and warnings as they stood on some days of the past, and what retiering rested on then."""
    for days in JUDGED_DAYS_AGO:
        async with database.transaction(tenant_id) as connection:
            await refresh(connection, tenant_id, None, ends_on - timedelta(days=days))
    async with database.transaction(tenant_id) as connection:
        await retiering_history.recall(connection, tenant_id)


async def _store(database: Database, name: str, world: World) -> TenantId:
    moment = facts.arriving(arrived_on=world.ends_on)
    async with database.engine.begin() as connection:
        tenant_id = await tenancy.found(connection, name, simulated=True)
        await tenancy.change_organization(connection, tenant_id, SETTINGS, version=None)
        ids: dict[str, UUID] = {}
        for plural, bodies in world.facts.items():
            for batch in batches(bodies):
                ids.update(await _save(connection, tenant_id, KINDS[plural], batch, moment))
        await _keep_program(connection, tenant_id, world.program, ids)
    return tenant_id


async def _save(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, bodies: Sequence[Mapping[str, Any]], moment: Moment
) -> dict[str, UUID]:
    """Save bodies as a caller of the API would; a refusal of one refuses the whole. Answers with ids by external id."""
    changes = [Change(kind.body.model_validate(body).given()) for body in bodies]
    ids = {}
    outcomes = await facts.save(connection, tenant_id, kind, changes, moment)
    for body, outcome in zip(bodies, outcomes, strict=True):
        if outcome.refusal is not None:
            raise outcome.refusal
        if outcome.id is not None:
            ids[body["external_id"]] = outcome.id
    return ids


async def _keep_program(
    connection: AsyncConnection, tenant_id: TenantId, program: Program, facts_ids: Mapping[str, UUID]
) -> None:
    """What the supplier's people did; the key that it was written with opens nothing, and nobody has seen it."""
    key, _ = await tenancy.issue_key(connection, tenant_id, name="simulator", scopes=[])
    key_id = KeyId(key.id)
    ids = {**facts_ids, **_new_ids(program)}
    plans = [_past_plan(_named(plan, ids)) for plan in program.plans]
    statements = [_of_account(_named(body, ids)) for body in program.statements]
    assessed = [_of_account(_named(body, ids)) for body in program.assessments]
    await history.keep_past(connection, tenant_id, key_id, plans, statements)
    await assessment_history.keep_past(connection, tenant_id, key_id, assessed)
    given = {table: [_named(body, ids) for body in bodies] for table, bodies in program.support.items()}
    await resourcing_history.keep_past(connection, tenant_id, key_id, given)
    await play(connection, tenant_id, key_id, program.partnerships, ids)
    await _keep_standing(connection, tenant_id, key_id, program, ids)


async def _keep_standing(
    connection: AsyncConnection, tenant_id: TenantId, key_id: KeyId, program: Program, ids: Mapping[str, UUID]
) -> None:
    """Where accounts stand in the program, what became of those that were in it, and what is said of it as a whole."""
    for keep_past, tables in (
        (selection_history.keep_past, program.standings),
        (retiering_history.keep_past, program.retierings),
        (resourcing_history.keep_past, program.holds),
        (program_history.keep_past, program.stated),
    ):
        given = {table: [_named(body, ids) for body in bodies] for table, bodies in tables.items()}
        await keep_past(connection, tenant_id, key_id, given)


def _new_ids(program: Program) -> dict[str, UUID]:
    """Ids of what others name: actions of plans, resources, and what is decided on accounts."""
    bodies = [action for plan in program.plans for action in plan["actions"]]
    for tables in (program.support, program.standings, program.retierings):
        bodies += [body for rows in tables.values() for body in rows]
    return {body["id"]["external_id"]: new_id() for body in bodies if "id" in body}


def _named(body: Body, ids: Mapping[str, UUID]) -> Body:
    """The body with ids in place of identities."""
    return {name: _value(value, ids) for name, value in body.items()}


def _value(value: Any, ids: Mapping[str, UUID]) -> Any:
    if isinstance(value, dict):
        return str(ids[value["external_id"]]) if value.keys() == IDENTITY else _named(value, ids)
    return [_value(one, ids) for one in value] if isinstance(value, list) else value


def _of_account(body: Body) -> Body:
    return {"account_id" if name == "account" else name: value for name, value in body.items()}


def _past_plan(body: Body) -> PastPlan:
    starts_on, ends_on = (date.fromisoformat(body[name]) for name in ("starts_on", "ends_on"))
    more = {name: body[name] for name in ("approvals", "actions", "readers")}
    versions = [{**version, "document": _whole(version["document"])} for version in body["versions"]]
    return PastPlan(body["account"], starts_on, ends_on, versions, **more)


def _whole(document: Body) -> Body:
    """The document as it is kept when it is saved: with every field, also those that say nothing."""
    return PlanDocument.model_validate_json(orjson.dumps(document)).model_dump(mode="json")
