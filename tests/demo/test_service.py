"""The demonstration's organization, filled in a real database and seen through the API."""

from datetime import date
from uuid import uuid4

import pytest

from app.demo import service
from app.demo.core.simulation import UnlikelySimulation
from app.infra.db import enter
from app.tenancy import service as tenancy
from tests.conftest import Tenant, client_of
from tests.demo.core.seen import a_world

ENDS_ON = date(2026, 3, 31)
ACCOUNTS = 24
SHOWN = ("users", "offerings", "accounts", "buying-centers", "contacts", "opportunities", "engagements",
         "observations", "ratings", "targets", "exchange-rates")  # fmt: skip


async def a_demo(database, **wanted):
    name = f"demo {uuid4()}"
    tenant_id = await service.fill(database, name=name, ends_on=ENDS_ON, accounts=ACCOUNTS, **wanted)
    async with database.engine.begin() as connection:
        await enter(connection, tenant_id)
        _, key = await tenancy.issue_key(connection, tenant_id, name="test", scopes=["admin"])
    return Tenant(tenant_id, name, key)


async def everything(client, path):
    """All records of a list, page by page."""
    found, cursor = [], None
    while True:
        answer = await client.get(f"/v1/{path}", params={"limit": 500} | ({"cursor": cursor} if cursor else {}))
        page = answer.raise_for_status().json()
        found += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


async def test_the_demonstration_is_labelled_and_shows_every_kind_of_fact(app, database):
    demo = await a_demo(database)
    world = a_world(accounts=ACCOUNTS, seed=service.SEED, ends_on=ENDS_ON)

    async with client_of(app, demo) as client:
        organization = (await client.get("/v1/organization")).json()
        found = {path: await everything(client, path) for path in SHOWN}

    assert organization["simulated"] is True
    assert organization["reporting_currency"] == "EUR"
    assert organization["stage_probabilities"]["Proposal"] == pytest.approx(0.5)
    for path, records in found.items():
        expected = {body["external_id"] for body in world.facts[path.replace("-", "_")]}
        assert {record["external_id"] for record in records} == expected
        assert {record["source"] for record in records} == {"simulator"}
    assert all(account["attributes"] == {"simulated": True} for account in found["accounts"])
    assert any(account["parent_id"] for account in found["accounts"])


async def test_deals_keep_the_history_that_was_simulated(app, database):
    demo = await a_demo(database)
    world = a_world(accounts=ACCOUNTS, seed=service.SEED, ends_on=ENDS_ON)
    simulated = {deal["external_id"]: deal for deal in world.facts["opportunities"]}

    async with client_of(app, demo) as client:
        deals = (await client.get("/v1/opportunities", params={"limit": 500})).json()["data"]

    assert deals
    for deal in deals:
        lines = simulated[deal["external_id"]]["stage_history"]
        assert [(line["stage"], line["at"][:10]) for line in deal["stage_history"]] == [
            (line["stage"], line["at"][:10]) for line in lines
        ]


async def test_people_hold_their_stance_from_the_day_on_which_they_took_it(app, database):
    demo = await a_demo(database)
    world = a_world(accounts=ACCOUNTS, seed=service.SEED, ends_on=ENDS_ON)
    latest = {body["external_id"]: body["effective_on"] for body in world.facts["contacts"]}

    async with client_of(app, demo) as client:
        contacts = await everything(client, "contacts")

    assert {contact["external_id"]: contact["valid_from"][:10] for contact in contacts} == latest
    assert any(not contact["active"] for contact in contacts)


async def test_filling_again_changes_nothing(app, database):
    demo = await a_demo(database)
    async with client_of(app, demo) as client:
        before = await everything(client, "accounts")

        again = await service.fill(database, name=demo.name, ends_on=date(2027, 1, 1), seed=5, accounts=40)

        assert again == demo.id
        assert await everything(client, "accounts") == before


async def test_a_refused_simulation_leaves_no_organization_behind(database):
    name = f"demo {uuid4()}"

    with pytest.raises(UnlikelySimulation):
        await service.fill(database, name=name, ends_on=ENDS_ON, accounts=3)

    async with database.engine.begin() as connection:
        assert await tenancy.organization_named(connection, name) is None
