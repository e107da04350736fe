"""HubSpot's own door to cards: its signature over the address opens one record, and nothing else does."""

import pytest

from tests.asking import ok
from tests.cards.ground import a_hubspot, a_known_account, a_troubled_company, looked_at


@pytest.mark.parametrize("version", ["v3", "v2"])
async def test_hubspot_gets_the_card_in_its_own_shape(client, anyone, version):
    await a_known_account(client)
    address, headers = looked_at(await a_hubspot(client, signature=version), version=version)

    told = await ok(anyone.get(address, headers=headers))

    (shown,) = told["results"]
    lines = {line["label"]: line for line in shown["properties"]}
    assert told["totalCount"] == 1
    assert isinstance(shown["objectId"], int)
    assert {"Tier", "Composite", "Warnings", "Commitments to the customer"} <= set(lines)
    assert lines["Commitments to the customer"] == {
        "label": "Commitments to the customer", "dataType": "STATUS", "value": "2 open, 0 overdue",
        "optionType": "DEFAULT",
    }  # fmt: skip
    assert {line["dataType"] for line in lines.values()} <= {"STRING", "NUMERIC", "STATUS"}


async def test_a_deal_shows_its_accounts_card_and_what_is_unknown_an_empty_one(client, anyone):
    await a_troubled_company(client)
    path = await a_hubspot(client)

    async def titles(*looked):
        address, headers = looked_at(path, *looked)
        return [shown["title"] for shown in (await ok(anyone.get(address, headers=headers)))["results"]]

    assert await titles("77", "COMPANY") == await titles("D-1", "DEAL") == ["Coasting"]
    assert await titles("404", "COMPANY") == await titles("404", "DEAL") == await titles("404", "CONTACT") == []


@pytest.mark.parametrize(
    "how",
    [{"secret": "another"}, {"ahead_ms": -301_000}, {"ahead_ms": 120_000}, {"version": "v2"}],
    ids=["another secret", "too old", "from the future", "version 2, which can be shown again"],
)
async def test_what_hubspot_did_not_sign_now_is_refused(client, anyone, how):
    address, headers = looked_at(await a_hubspot(client), **how)
    assert (await anyone.get(address, headers=headers)).status_code == 401


async def test_a_signature_opens_the_record_that_it_was_made_for_alone(client, anyone):
    await a_known_account(client)
    address, headers = looked_at(await a_hubspot(client))
    assert (await anyone.get(address.replace("512", "513"), headers=headers)).status_code == 401
    assert (await anyone.get(address)).status_code == 401


async def test_another_organizations_connection_shows_nothing_of_ours(client, other_client, anyone):
    await a_known_account(client)
    address, headers = looked_at(await a_hubspot(other_client))
    assert (await ok(anyone.get(address, headers=headers)))["results"] == []
