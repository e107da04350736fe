"""The first start: an organization with simulated data, its key, and what to try first."""

import asyncio
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.demo import service as demo
from app.infra.db import Database
from app.infra.settings import Settings
from app.kernel.ids import TenantId
from app.selection.service import portfolio
from app.tenancy import service as tenancy

NAME = "demo"
KEY_FILE = "demo-key"
SCORED_DAYS_AGO = (365, 270, 180, 90, 30, 0)


async def prepare(database: Database, settings: Settings) -> str | None:
    """The demo organization's key; on an empty database the organization is made, filled and scored first.

    None without `settings.demo`, and for an organization of that name that is somebody's own: nobody gets its key here.
    """
    if not settings.demo:
        return None
    async with database.engine.begin() as connection:
        tenant_id = await tenancy.organization_named(connection, NAME)
        empty = not await tenancy.all_tenants(connection)
    if tenant_id is None and empty:
        await _fill(database)
    elif tenant_id is None or not await _is_simulated(database, tenant_id):
        return None
    return await _key(database, settings.data_dir / KEY_FILE)


async def _is_simulated(database: Database, tenant_id: TenantId) -> bool:
    async with database.transaction(tenant_id) as connection:
        return (await tenancy.organization(connection, tenant_id)).simulated


async def _fill(database: Database) -> None:
    today = datetime.now(UTC).date()
    tenant_id = await demo.fill(database, name=NAME, ends_on=today)
    for days in SCORED_DAYS_AGO:
        await _score(database, tenant_id, today - timedelta(days=days))
    await demo.look_back(database, tenant_id, today)


async def _score(database: Database, tenant_id: TenantId, as_of: date) -> None:
    async with database.transaction(tenant_id) as connection:
        await portfolio.run_now(connection, tenant_id, as_of)


async def _key(database: Database, path: Path) -> str:
    """The key that is kept for whoever owns the data folder; made when it is not there."""
    kept = await asyncio.to_thread(_read, path)
    if kept is not None:
        return kept
    key = await tenancy.key_for(database, NAME, ["admin"], "demo", command="kap serve")
    await asyncio.to_thread(_keep, path, key)
    return key


def _read(path: Path) -> str | None:
    return path.read_text().strip() if path.exists() else None


def _keep(path: Path, key: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")


def greeting(address: str, key: str | None) -> str:
    """What a first user wants to know; the lines work when they are pasted."""
    if key is None:
        return f"Key Account Program API at {address} (documentation: {address}/docs)\n"
    curl = f'curl -s -H "Authorization: Bearer {key}"'
    return f"""
Key Account Program API at {address} (documentation: {address}/docs)
The organization `demo` holds simulated data. Its key: {key}

  {curl} "{address}/v1/me"
  {curl} "{address}/v1/selection/matrix"
  {curl} "{address}/v1/accounts/by-external-id/simulator/account-1/score"

"""
