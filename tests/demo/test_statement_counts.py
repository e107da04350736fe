"""No list sends the database a statement for each of its records: every paged list, over the demonstration."""

import json
from collections import Counter

import pytest_asyncio

from tests.asking import counted, ok
from tests.conftest import client_of
from tests.demo.filled import filled
from tests.openapi.parts import DOCUMENT
from tests.shared_app import ONE_LOOP, app, one_app

__all__ = ["app", "one_app"]
pytestmark = ONE_LOOP
ONE, FEW, MANY = 1, 4, 100
LIMIT = {"$ref": "#/components/parameters/Limit"}
# Of these the demonstration has no two records to tell of.
TOO_FEW = {
    "/v1/accounts/{account_id}/appraisals",
    "/v1/accounts/{account_id}/decisions",
    "/v1/accounts/{account_id}/guarded-requests",
    "/v1/accounts/{account_id}/sponsorships",
    "/v1/accounts/{account_id}/strategic-contributions",
    "/v1/accounts/{account_id}/tier-overrides",
    "/v1/audit-log",
    "/v1/benchmark-sets",
    "/v1/calibrations/{calibration_id}/assumptions",
    "/v1/calibrations/{calibration_id}/history",
    "/v1/calibrations/{calibration_id}/invitations",
    "/v1/calibrations/{calibration_id}/opportunities",
    "/v1/crm/connections",
    "/v1/crm/connections/{connection_id}/write-backs",
    "/v1/crm/events",
    "/v1/crm/records",
    "/v1/crm/syncs",
    "/v1/expectations/{expectation_id}/assessments",
    "/v1/health/models",
    "/v1/program/mandates",
    "/v1/selection/models",
    "/v1/selection/models/{model_id}/backtests",
    "/v1/selection/models/{model_id}/evidence",
    "/v1/selection/models/{model_id}/feedback-rounds",
    "/v1/selection/models/{model_id}/previews",
    "/v1/selection/models/{model_id}/stability",
    "/v1/selection/objections",
    "/v1/selection/portfolios",
    "/v1/selection/portfolios/{portfolio_id}/accounts",
    "/v1/selection/previews/{analysis_id}/accounts",
    "/v1/selection/stability/{analysis_id}/accounts",
    "/v1/warning-backtests",
    "/v1/webhook-deliveries",
    "/v1/webhook-endpoints",
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


async def test_no_list_sends_a_statement_for_each_of_its_records(app, demo):
    database = app.state.doorkeeper.database
    calibrated = (await ok(demo.get("/v1/calibrations", params={"limit": FEW})))["data"]
    partners = [calibration["account_id"] for calibration in calibrated]
    lists, too_few, repeated = paged(), set(), {}

    for path in lists:
        longest = await the_longest(demo, database, await filled_in(demo, path, partners))
        if longest is None:
            too_few.add(path)
            continue
        url, for_many = longest
        for_one, _ = await sent_for(demo, database, url, ONE)
        if again := [sent for sent, times in for_many.items() if times > max(1, for_one[sent])]:
            repeated[path] = again

    assert repeated == {}
    assert len(lists) > 90
    assert too_few <= TOO_FEW <= set(lists)
