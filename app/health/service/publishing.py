"""Publishing a health model: from then on it never changes, and accounts are judged with it if that is wanted."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.health.queries.models import MODELS
from app.health.service import models, refreshing
from app.health.service.models import HealthModelInForce, Version
from app.kernel.ids import ModelId
from app.tenancy import service as tenancy
from app.tenancy.core.caller import Caller


async def publish(  # what is published, by whom, and how
    connection: AsyncConnection, caller: Caller, model_id: ModelId, *, version: int, use: bool, reason: str | None
) -> Version:
    """Publish the newest version, which never changes from then on; the one before it is retired.

    use: the organization judges with the model from now on, beginning with all of its accounts anew.
    """
    tenant_id = caller.tenant_id
    before = await models.own(connection, tenant_id, model_id, version)
    if before.state != "draft":
        raise HealthModelInForce(f"version {before.number} is {before.state}; change the model to draft the next one")
    await models.usable(connection, tenant_id, before.document)

    await models.put_in_force(connection, tenant_id, model_id, before.number, by=caller.key_id, reason=reason)
    await MODELS.touch_model(connection, tenant_id, model_id, before.name)
    if use:
        await tenancy.change_organization(connection, tenant_id, {"health_model_id": model_id}, version=None)

    made = await models.newest(connection, tenant_id, model_id)
    if made.in_use:  # also where it was in use already, by the version before
        await refreshing.ask(connection, tenant_id)
    data = {"name": made.name, "model_version": made.number, "in_use": made.in_use}
    await events.record(connection, tenant_id, "health_model.published", "health_model", model_id, data)
    return made
