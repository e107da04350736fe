"""No list sends the database a statement for each of its records: every paged list, over the demonstration."""

import json
from collections import Counter

import pytest_asyncio

from tests.accounts.facts import made
from tests.asking import counted, ok
from tests.conftest import client_of
from tests.demo.filled import filled
from tests.openapi.parts import DOCUMENT
from tests.security.world import HEALTH_MODEL, PORTAL, SYNC
from tests.shared_app import ONE_LOOP, app, client, one_app, tenant
from tests.stories import STORIES

__all__ = ["app", "client", "one_app", "tenant"]
pytestmark = ONE_LOOP
ONE, FEW, MANY = 1, 4, 100
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
# Of these there are no two records of one account, model or calibration.
TOO_FEW = {
    "/v1/accounts/{account_id}/appraisals",
    "/v1/accounts/{account_id}/decisions",
    "/v1/accounts/{account_id}/sponsorships",
    "/v1/accounts/{account_id}/strategic-contributions",
    "/v1/accounts/{account_id}/tier-overrides",
    "/v1/calibrations/{calibration_id}/opportunities",
    "/v1/crm/connections/{connection_id}/write-backs",
    "/v1/crm/records",
    "/v1/selection/models/{model_id}/backtests",
    "/v1/selection/models/{model_id}/evidence",
    "/v1/selection/models/{model_id}/previews",
    "/v1/selection/models/{model_id}/stability",
    "/v1/selection/portfolios/{portfolio_id}/accounts",
    "/v1/selection/previews/{analysis_id}/accounts",
    "/v1/selection/stability/{analysis_id}/accounts",
}


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


async def sent_for(client, database, url, limit):
    """The statements of a page, and how many records it has."""
    with counted(database) as sent:
        page = await ok(client.get(url, params={"limit": limit}))
    return Counter(sent), max(len(found) for found in page.values() if isinstance(found, list))


async def the_longest(client, database, urls):
    """The first page with two records or more: where it is, and its statements; None where there is none."""
    for url in urls:
        sent, records = await sent_for(client, database, url, MANY)
        if records > 1:
            return url, sent
    return None


async def those_that_repeat(client, database, urls_of):
    """Lists that send a statement more often for many records than for one, and those of which there are no two."""
    repeated, too_few = {}, set()
    for path, urls in urls_of.items():
        longest = await the_longest(client, database, urls)
        if longest is None:
            too_few.add(path)
            continue
        url, for_many = longest
        for_one, _ = await sent_for(client, database, url, ONE)
        if again := [sent for sent, times in for_many.items() if times > max(1, for_one[sent])]:
            repeated[path] = again
    return repeated, too_few


async def test_no_list_sends_a_statement_for_each_of_its_records(app, demo):
    calibrated = (await ok(demo.get("/v1/calibrations", params={"limit": FEW})))["data"]
    partners = [calibration["account_id"] for calibration in calibrated]
    lists = {path: await filled_in(demo, path, partners) for path in paged()}

    repeated, too_few = await those_that_repeat(demo, app.state.doorkeeper.database, lists)

    assert repeated == {}
    assert len(lists) > 90
    assert too_few <= TOLD_TWICE.keys() | TOO_FEW <= lists.keys()


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
