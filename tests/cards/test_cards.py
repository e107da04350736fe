"""The card of an account: what the other doors say, in a minute; and a link to its page."""

from uuid import UUID

import pytest

from tests.asking import a_record, ok
from tests.cards.ground import a_known_account, a_troubled_company
from tests.conftest import client_with
from tests.health.warnings.ground import evaluated
from tests.resourcing.commitments.ground import on


async def test_a_card_says_what_the_other_doors_say(client):
    case = await a_known_account(client)
    here = f"/v1/accounts/{case.account['id']}"

    card = await ok(client.get(f"{here}/card"))

    score, health = await ok(client.get(f"{here}/score")), await ok(client.get(f"{here}/health"))
    assert card == await ok(client.get("/v1/accounts/by-external-id/portal/512/card"))
    assert (card["account"]["name"], card["account"]["kam_name"]) == (case.account["name"], "Kam")
    for name in ("composite", "opportunity", "alignment", "quadrant", "rank", "ranked", "next_tier", "provisional"):
        assert card["score"][name] == score[name]
    assert card["score"]["tier"] == score["effective_tier"]
    known = {each["criterion"]: each["contribution"] for each in score["contributions"] if each["contribution"]}
    strengths = {each["criterion"]: each["points"] for each in card["score"]["strengths"]}
    assert strengths == dict(sorted(known.items(), key=lambda item: -item[1])[:3])
    most = max(each["headroom"] or 0 for each in score["contributions"])
    assert card["score"]["lifts"][0]["points"] == most > 0
    assert card["health"]["quadrant"] == health["quadrant"]
    assert card["health"]["hygiene"]["score"] == health["hygiene"]["score"]
    # Due today is not overdue.
    assert (card["commitments"]["open"], card["commitments"]["overdue"]) == (2, 0)
    assert [each["due_on"] for each in card["commitments"]["next"]] == [on(0), on(20)]
    assert card["commitments"]["next"][0]["owner_name"] == "Owner"
    assert card["warnings"] == {"open": 0, "gravest": []}
    assert card["partnership"] is None
    assert card["hidden"] == []
    assert card["headline"].startswith(score["effective_tier"])


async def test_the_gravest_warnings_stand_on_the_card_and_are_counted(client, database, tenant):
    account = await a_troubled_company(client)
    await evaluated(database, tenant, account_ids=[UUID(account)])
    listed = (await ok(client.get("/v1/warnings", params={"account_id": account, "limit": 100})))["data"]

    card = await ok(client.get(f"/v1/accounts/{account}/card"))

    assert card["warnings"]["open"] == len(listed) > 3
    grave = [each["severity"] for each in card["warnings"]["gravest"]]
    order = ["high", "medium", "low"]
    assert grave == sorted((each["severity"] for each in listed), key=order.index)[:3]
    assert f"{len(listed)} warnings" in card["headline"]


async def test_an_account_of_which_nothing_is_known_has_a_card(client):
    account = await a_record(client, "accounts", name="New")

    card = await ok(client.get(f"/v1/accounts/{account}/card"))

    assert card["score"] is None
    assert card["health"]["hygiene"]["score"] is None
    assert card["account"]["kam_name"] is None


async def test_a_section_needs_the_scope_that_reading_it_elsewhere_needs(app, client):
    case = await a_known_account(client)
    body = {"name": "plugin", "scopes": ["accounts:read", "selection:read"]}
    key = (await ok(client.post("/v1/api-keys", json=body), 201))["key"]

    async with client_with(app, key) as plugin:
        card = await ok(plugin.get(f"/v1/accounts/{case.account['id']}/card"))

    assert card["hidden"] == ["health", "warnings", "commitments", "partnership"]
    assert all(card[section] is None for section in card["hidden"])
    assert card["score"]["composite"]["score"] is not None


@pytest.mark.parametrize(
    "origin", ["http://a.example", "https://a.example/x", "*", "https://*", "https://a.example; x"]
)
async def test_only_an_origin_may_be_settled_as_who_frames_pages(client, origin):
    refused = await client.patch("/v1/organization", json={"frame_ancestors": [origin]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/frame_ancestors/0"


async def test_the_origins_that_may_frame_pages_are_settled(client):
    origins = ["https://app.hubspot.com", "https://*.lightning.force.com"]
    assert (await ok(client.patch("/v1/organization", json={"frame_ancestors": origins})))["frame_ancestors"] == origins
