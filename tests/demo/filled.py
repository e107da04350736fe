"""The demonstration as the first start leaves it, filled once for all tests of a process that only read it."""

from datetime import date, timedelta
from uuid import uuid4

from app.demo import service
from app.greeting import SCORED_DAYS_AGO
from app.infra.db import enter
from app.selection.service import portfolio
from app.tenancy import service as tenancy
from tests.conftest import Tenant

ENDS_ON = date(2026, 3, 31)
ACCOUNTS = 60
_FILLED: dict[str, Tenant] = {}


async def filled(database) -> Tenant:
    """The organization, with scores, health, warnings and all that rests on them."""
    if "demo" not in _FILLED:
        _FILLED["demo"] = await _fill(database)
    return _FILLED["demo"]


async def _fill(database) -> Tenant:
    name = f"demo {uuid4()}"
    tenant_id = await service.fill(database, name=name, ends_on=ENDS_ON, accounts=ACCOUNTS)
    for days in SCORED_DAYS_AGO:
        async with database.transaction(tenant_id) as connection:
            await portfolio.run_now(connection, tenant_id, ENDS_ON - timedelta(days=days))
    await service.look_back(database, tenant_id, ENDS_ON)
    async with database.engine.begin() as connection:
        await enter(connection, tenant_id)
        _, key = await tenancy.issue_key(connection, tenant_id, name="test", scopes=["admin"])
    return Tenant(tenant_id, name, key)
