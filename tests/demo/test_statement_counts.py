"""No list sends the database a statement for each of its records: every paged list, over the demonstration."""

import json

import pytest_asyncio

from tests.accounts.facts import made
from tests.asking import ok
from tests.conftest import client_of
from tests.demo.filled import filled
from tests.demo.test_statement_counts_below import BELOW
from tests.openapi.parts import DOCUMENT
from tests.repeating import those_that_repeat
from tests.security.world import HEALTH_MODEL, PORTAL, SYNC
from tests.shared_app import ONE_LOOP, app, client, one_app, tenant
from tests.stories import STORIES

__all__ = ["app", "client", "one_app", "tenant"]
pytestmark = ONE_LOOP
FEW = 4
LIMIT = {"$ref": "#/components/parameters/Limit"}
# Of these the demonstration has no two records to tell of, but stories that are told twice leave some; where none is
# named, some are made here.
TOLD_TWICE = {
    "/v1/accounts/{account_id}/guarded-requests": "/guard",
    "/v1/audit-log": "/webhook-",
    "/v1/benchmark-sets": "/benchmark",
    "/v1/calibrations/{calibration_id}/assumptions": "/assumptions",
    "/v1/calibrations/{calibration_id}/history": "/calibration",
    "/v1/calibrations/{calibration_id}/invitations": "/invitations",
    "/v1/crm/connections": "",
    "/v1/crm/events": "",
    "/v1/crm/syncs": "",
    "/v1/expectations/{expectation_id}/assessments": "/fulfilment",
    "/v1/health/models": "",
    "/v1/program/mandates": "/program/mandate",
    "/v1/selection/models": "/backtests",
    "/v1/selection/models/{model_id}/feedback-rounds": "/feedback-",
    "/v1/selection/objections": "/objections",
    "/v1/selection/portfolios": "/portfolios",
    "/v1/warning-backtests": "/warning-backtests",
    "/v1/webhook-deliveries": "/webhook-",
    "/v1/webhook-endpoints": "/webhook-",
}
# These want a CRM: tests/crm/test_syncs.py, tests/crm/test_write_back.py.
OF_CRMS = {"/v1/crm/connections/{connection_id}/write-backs", "/v1/crm/records"}


@pytest_asyncio.fixture(loop_scope="module")
async def demo(app):
    async with client_of(app, await filled(app.state.doorkeeper.database)) as made:
        yield made


def paged():
    """The lists that are read page by page with a key."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))  # which has to be current
    return [
        path
        for path, item in document["paths"].items()
        if LIMIT in item.get("get", {}).get("parameters", ()) and item["get"].get("security") != [{"invitation": []}]
    ]


async def the_first_of(client, path):
    """The ids of the first few of a list, if there is such a list and anything in it."""
    page = (await client.get(path, params={"limit": FEW})).json()
    return [record["id"] for record in page.get("data", ())]


async def filled_in(client, path, partners):
    """The path, for some accounts, or for the first of the list in whose place it stands."""
    above, named, below = path.partition("/{")
    if not named:
        return [path]
    whose = partners if above == "/v1/accounts" else await the_first_of(client, above)
    return [f"{above}/{one}{below.partition('}')[2]}" for one in whose]


async def test_no_list_sends_a_statement_for_each_of_its_records(app, demo):
    calibrated = (await ok(demo.get("/v1/calibrations", params={"limit": FEW})))["data"]
    partners = [calibration["account_id"] for calibration in calibrated]
    lists = {path: await filled_in(demo, path, partners) for path in paged()}

    repeated, too_few = await those_that_repeat(demo, app.state.doorkeeper.database, lists)

    assert repeated == {}
    assert len(lists) > 90
    assert too_few <= TOLD_TWICE.keys() | OF_CRMS | BELOW <= lists.keys()


async def test_nor_do_those_of_which_the_demonstration_tells_nothing(one_app, client):
    await of_crms(client)
    for number in range(2):
        await ok(client.post("/v1/health/models", json={**HEALTH_MODEL, "name": f"Model {number}"}), 201)
    told = {name: [await STORIES[name](client) for _ in range(2)] for name in {*TOLD_TWICE.values()} - {""}}
    lists = {path: [path.format(**ids) for ids in told.get(name, [{}])] for path, name in TOLD_TWICE.items()}

    repeated, too_few = await those_that_repeat(client, one_app.state.doorkeeper.database, lists)

    assert repeated == {}
    assert too_few == set()


async def of_crms(client):
    """Two connections with two events and two syncs."""
    for number in (1, 2):
        pushed = await made(client, "crm/connections", {"name": "Feed", "provider": "push", "source": f"feed_{number}"})
        event = {"object": "account", "external_id": "P-1", "id": "e-1", "data": {"name": "Pushed"}}
        await ok(client.post(f"/v1/crm/webhooks/{pushed['id']}", json={"events": [event]}), 202)
        portal = await made(client, "crm/connections", {**PORTAL, "source": f"portal_{number}"})
        await ok(client.post(f"/v1/crm/connections/{portal['id']}/syncs", json=SYNC), 202)
