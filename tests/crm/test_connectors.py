"""The doors of connectors."""

import pytest

from app.crm.connectors import CONNECTORS
from app.crm.schemas.spec import spec_of
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_the_crms_that_ship_are_listed(client):
    answer = await client.get("/v1/crm/connectors")

    assert answer.status_code == 200
    shown = {each["provider"]: each for each in answer.json()["data"]}
    assert list(shown) == ["salesforce", "hubspot", "pipedrive", "dynamics", "push"]
    assert shown["hubspot"]["signatures"] == ["v3", "v2", "v1"]
    assert shown["salesforce"]["credentials"] == ["refresh_token", "client_credentials", "jwt_bearer"]
    assert [name for name, each in shown.items() if each["writes_back"]] == [
        "salesforce",
        "hubspot",
        "pipedrive",
        "dynamics",
    ]


@pytest.mark.parametrize("provider", sorted(set(CONNECTORS) - {"push"}))
async def test_a_crm_that_ships_is_shown_as_a_document_that_can_be_posted(client, provider):
    answer = await client.get(f"/v1/crm/connectors/{provider}")

    assert answer.status_code == 200
    spec = spec_of(answer.json()["document"])
    assert spec.objects == CONNECTORS[provider].objects
    assert bool(answer.json()["in_code"]) == (CONNECTORS[provider].unwrap is not None)


async def test_a_crm_that_does_not_ship_is_not_found(client):
    answer = await client.get("/v1/crm/connectors/abacus")

    assert answer.status_code == 404
    assert answer.json()["type"].endswith("connector-not-found")


async def test_connectors_are_for_those_with_a_key(anyone):
    assert (await anyone.get("/v1/crm/connectors")).status_code == 401
