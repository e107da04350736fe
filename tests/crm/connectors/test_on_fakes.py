"""Each connector that ships, on a CRM of its kind: what people do there is what our facts say."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.crm.client.crm import Crm
from app.crm.core.connection import FieldMapping
from app.crm.core.spec import OBJECTS, Field
from tests.crm.client.connected import CLIENT, FIXED, REFRESH, a_connection, a_database, a_reach, speaking
from tests.crm.core.mapping_ground import fact
from tests.crm.fakes.dynamics import dynamics
from tests.crm.fakes.fake import serving
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.pipedrive import pipedrive
from tests.crm.fakes.salesforce import salesforce

FAKES = {
    "salesforce": (salesforce, "refresh_token", REFRESH),
    "hubspot": (hubspot, "token", FIXED),
    "pipedrive": (pipedrive, "token", FIXED),
    "dynamics": (dynamics, "client_credentials", CLIENT),
}
HASH = "b7000259c867ab50c3d1d0d7e136119405dcd384"  # what Pipedrive calls a custom field
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
async def pool(database_url, settings):
    async with a_database(database_url, settings) as made:
        yield made


@pytest.fixture
async def reach(pool, settings):
    async with a_reach(pool, settings) as made:
        yield made


@pytest.fixture(params=FAKES)
async def there(request, reach):
    """A fake of each CRM, and a client of it."""
    make, kind, credentials = FAKES[request.param]
    fake = make()
    with ExitStack() as stack:
        url = stack.enter_context(serving(fake))
        told = (
            {**credentials, "token_url": f"{url}/common/oauth2/v2.0/token"}
            if request.param == "dynamics"
            else credentials
        )
        made = await a_connection(reach.database, request.param, url, auth_kind=kind, credentials=told)
        settings = replace(made.settings, default_currency="EUR", variables={"directory_id": "common"})
        connection = speaking(replace(made, objects=OBJECTS, settings=settings))
        yield fake, connection, Crm(reach, connection)


async def all_of(crm, name, which="page", **told):
    told = {"since": None, "resume": None, "delta": None, **told}
    return [record async for page in crm.pages(name, which, **told) for record in page.records]


def facts(connection, name, records):
    found = [fact(connection, name, record) for record in records]
    return {one.external_id: one for one in found}


async def test_a_deal_is_read_with_its_account_its_money_and_its_end(there):
    fake, connection, crm = there
    account = fake.add("account", name="Acme", at=LONG_AGO).id
    won = fake.add("opportunity", name="Big", amount=1250.5, currency="USD", status="won", close_on="2026-02-01",
                   account=account, at=LONG_AGO + timedelta(days=40)).id  # fmt: skip
    lost = fake.add("opportunity", name="Small", amount=10, currency="EUR", status="lost", close_on="2026-02-02",
                    account=account, at=LONG_AGO + timedelta(days=40)).id  # fmt: skip
    new = fake.add("opportunity", name="New", account=account, status="open", at=LONG_AGO).id

    deals = facts(connection, "opportunity", await all_of(crm, "opportunity"))

    told = {name: deals[won].body.get(name) for name in ("name", "amount", "status", "closed_on", "account")}
    assert told == {
        "name": "Big",
        "amount": {"amount": "1250.5", "currency": "USD"},
        "status": "won",
        "closed_on": "2026-02-01",
        "account": {"source": connection.source, "external_id": account},
    }
    assert (deals[lost].body["status"], deals[lost].body["closed_on"]) == ("lost", "2026-02-02")
    assert (deals[new].body["status"], deals[new].body["closed_on"]) == ("open", None)


async def test_all_kinds_of_records_are_read_page_by_page_and_one_by_one(there):
    fake, connection, crm = there
    fake.page_size = 3
    spec = connection.spec
    accounts = [fake.add("account", name=f"A{n}", at=LONG_AGO).id for n in range(8)]
    contact = fake.add("contact", name="Ann Other", account=accounts[0], at=LONG_AGO).id

    assert list(facts(connection, "account", await all_of(crm, "account"))) == accounts or spec.provider == "dynamics"
    assert set(facts(connection, "account", await all_of(crm, "account"))) == set(accounts)
    people = facts(connection, "contact", await all_of(crm, "contact"))
    assert people[contact].body["name"] == "Ann Other"
    assert people[contact].body["account"] == {"source": connection.source, "external_id": accounts[0]}
    some = await crm.some("account", [*accounts, "not-there" if spec.provider != "pipedrive" else "999999"])
    assert set(some) == set(accounts)
    one = await crm.one("account", accounts[3])
    assert fact(connection, "account", one).body["name"] == "A3"


async def test_what_changed_since_is_found_with_what_is_gone(there):
    fake, connection, crm = there
    old, kept, gone = (fake.add("opportunity", name=n, at=LONG_AGO).id for n in ("old", "kept", "gone"))
    since = LONG_AGO + timedelta(days=1)
    fake.update("opportunity", kept, amount=7, at=since + timedelta(hours=1))
    fake.delete("opportunity", gone, at=since + timedelta(hours=2))

    changed = facts(connection, "opportunity", await all_of(crm, "opportunity", "changed", since=since))
    deleted = facts(connection, "opportunity", await all_of(crm, "opportunity", "deleted", since=since))

    assert old not in changed
    assert changed[kept].body["amount"]["amount"] == "7"
    if connection.spec.provider != "dynamics":  # there the delta tells
        assert {**changed, **deleted}[gone].gone


async def test_a_custom_field_is_asked_for_and_kept(there, reach):
    fake, connection, _crm = there
    name, path = {
        "salesforce": ("Partner_Score__c", "Partner_Score__c"),
        "hubspot": ("partner_score", "properties.partner_score"),
        "pipedrive": (HASH, f"custom_fields.{HASH}"),
        "dynamics": ("new_score", "new_score"),
    }[connection.spec.provider]  # fmt: skip
    fake.custom_fields.add(name)
    raw = {"custom_fields": {name: 61}} if connection.spec.provider == "pipedrive" else {name: 61}
    account = fake.add("account", name="Acme", raw=raw, at=LONG_AGO).id
    own = FieldMapping(metrics={"partner_score": Field(path, "number")})
    connection = replace(connection, settings=replace(connection.settings, mapping={"account": own}))

    found = facts(connection, "account", [await Crm(reach, connection).one("account", account)])

    assert found[account].metrics == {"partner_score": 61.0}


async def test_an_account_is_written_to(there):
    fake, connection, crm = there
    field = HASH if connection.spec.provider == "pipedrive" else "Score__c"
    fake.custom_fields.add(field)
    account = fake.add("account", name="Acme", at=LONG_AGO).id

    wrote = await crm.written([(account, {field: 71})])

    assert [one.ok for one in wrote] == [True], wrote
    assert len(fake.written()) == 1


async def test_the_harmless_call_succeeds(there):
    _fake, _connection, crm = there

    assert (await crm.tested()).ok
