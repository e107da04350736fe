"""Fills an organization with the simulated supplier, once, as if its CRM had told everything as it happened."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as facts
from app.accounts.kinds import KINDS
from app.demo.core.simulation import simulate
from app.demo.core.stages import PROPOSAL_STAGE, STAGE_PROBABILITIES
from app.demo.core.supplier import REPORTING_CURRENCY
from app.demo.core.world import World, batches
from app.infra.db import Database
from app.infra.records.kind import Change, Kind, Moment
from app.kernel.ids import TenantId
from app.tenancy import service as tenancy

SEED = 20
ACCOUNTS = 240
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


async def _store(database: Database, name: str, world: World) -> TenantId:
    moment = facts.arriving(arrived_on=world.ends_on)
    async with database.engine.begin() as connection:
        tenant_id = await tenancy.found(connection, name, simulated=True)
        await tenancy.change_organization(connection, tenant_id, SETTINGS, version=None)
        for plural, bodies in world.facts.items():
            for batch in batches(bodies):
                await _save(connection, tenant_id, KINDS[plural], batch, moment)
    return tenant_id


async def _save(
    connection: AsyncConnection, tenant_id: TenantId, kind: Kind, bodies: Sequence[Mapping[str, Any]], moment: Moment
) -> None:
    """Save bodies as a caller of the API would; a refusal of one refuses the whole."""
    changes = [Change(kind.body.model_validate(body).given()) for body in bodies]
    for outcome in await facts.save(connection, tenant_id, kind, changes, moment):
        if outcome.refusal is not None:
            raise outcome.refusal
