"""Registered attributes come and go with the CRM's fields; what others keep beside them stays."""

from datetime import UTC, datetime, timedelta

import pytest

from app.crm.core.connection import Attribute, FieldMapping
from app.crm.core.spec import Field
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground
from tests.shared_app import ONE_LOOP, anyone, app, one_app, tenant

__all__ = ["anyone", "app", "one_app", "tenant"]
pytestmark = ONE_LOOP
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
REGISTERED = tuple(Attribute(key, "text", Field(f"properties.{key}")) for key in ("segment", "region"))


@pytest.fixture
def on_ground(database, tenant, anyone, settings):
    fake = hubspot()
    fake.custom_fields |= {"segment", "region"}
    mapping = {"account": FieldMapping(attributes=REGISTERED)}
    return lambda: a_ground(fake, database, tenant, anyone, settings, mapping=mapping)


async def test_what_the_crm_does_not_speak_of_stays_and_what_it_empties_goes(on_ground):
    async with on_ground() as ground:
        account = ground.fake.add("account", at=T0, name="Acme", raw={"segment": "gold", "region": "north"}).id
        await ground.sync(objects=["account"])
        await ground.rows("""UPDATE accounts SET attributes = attributes || '{"by_hand": 1}' RETURNING id""")

        ground.fake.update("account", account, at=T0 + timedelta(days=3), raw={"segment": None, "region": "south"})
        await ground.hear("account", account)
        await ground.drain()

        (kept,) = (await ground.facts("accounts")).values()
        assert kept["attributes"] == {"region": "south", "by_hand": 1}
