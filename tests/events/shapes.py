"""Holds what was told against what is said of it: its type, its subject, the shape of its data."""

from pydantic import ValidationError
from sqlalchemy import text

from app.events.core.catalogue import CATALOGUE
from app.events.schemas.told import DATA


def faults(type_, subject, data):
    """What is wrong with an event."""
    if subject != CATALOGUE[type_].subject:
        return [f"{type_}: its subject is {subject}"]
    try:
        DATA[type_].model_validate(data)
    except ValidationError as refusal:
        return [f"{type_}: {error['loc']} {error['msg']}" for error in refusal.errors()]
    return []


async def faults_of_events(database, tenant_id):
    """What is wrong with all that an organization was told."""
    async with database.transaction(tenant_id) as connection:
        rows = (await connection.execute(text("SELECT type, subject, data FROM events"))).all()
    assert rows
    return [fault for row in rows for fault in faults(*row)]


def shaped(told):
    """Events as they were listed, which have to be as they are described."""
    found = [fault for one in told for fault in faults(one["type"], one["subject"], one["data"])]
    assert found == []
    return told
