"""The six questions through HTTP: answered with the records that prove them, each counted once."""

import pytest

from app.kernel.ids import new_id
from tests.asking import a_record, counted, ok
from tests.health.questions.ground import ago, an_open_door, money, the_questions
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
CODES = ("new_offerings", "new_executives", "new_proposals", "new_referrals", "advocates", "sole_sourced")


def values(found):
    return [found[code]["value"] for code in CODES]


async def test_each_question_is_answered_with_the_names_and_days_that_prove_it(client):
    account = await an_open_door(client)

    found = await the_questions(client, account)

    assert values(found) == [1, 1, 1, 1, 0.5, 0.7491]
    (offered,), (met,) = found["new_offerings"]["records"], found["new_executives"]["records"]
    assert (offered["offering_name"], offered["opportunity_name"], offered["proposed_on"]) == (
        "New offering", "Deal", ago(20),
    )  # fmt: skip
    assert (met["contact_name"], met["seniority"], met["engagement_subject"], met["met_on"]) == (
        "Ada", "c_level", "First", ago(40),
    )  # fmt: skip
    (proposal,), (referral,) = found["new_proposals"]["records"], found["new_referrals"]["records"]
    assert (proposal["name"], proposal["opportunity_id"], proposal["proposed_on"]) == ("Offer", None, ago(10))
    assert (referral["buying_center_name"], referral["contact_names"], referral["referred_on"]) == (
        "North", ["Ada"], ago(8),
    )  # fmt: skip
    stances = found["advocates"]
    assert (stances["counted"], stances["of"]) == ("1", "2")
    assert [(one["contact_name"], one["advocates"]) for one in stances["records"]] == [("Ada", True), ("Ben", False)]
    sourced = found["sole_sourced"]
    assert (sourced["counted"], sourced["of"]) == ("300", "400.5")
    assert [(one["opportunity_name"], one["amount"]) for one in sourced["records"]] == [
        ("Deal", "300"), ("Tender", "100.5"),
    ]  # fmt: skip


async def test_of_a_day_before_only_what_was_known_then_is_told(client):
    account = await an_open_door(client)

    found = await the_questions(client, account, as_of=ago(30))

    assert (found["as_of"], found["quarter_to"], found["quarter_from"]) == (ago(30), ago(30), ago(119))
    assert values(found) == [None, 1, None, None, 0.5, 0]
    assert found["new_referrals"]["unknown_because"].startswith("Null while")
    assert (found["new_referrals"]["total"], found["new_referrals"]["records"]) == (0, [])


async def test_a_proposal_stage_counts_a_deal_once_however_often_it_is_entered(client):
    await ok(client.patch("/v1/organization", json={"proposal_stages": ["Proposal", "Second proposal"]}))
    account = (await an_account(client))["id"]
    deal = await a_record(client, "opportunities", account=account, name="Deal", stage="Proposal", created_on=ago(9))
    for stage in ("Talks", "Proposal", "Second proposal"):
        await ok(client.patch(f"/v1/opportunities/{deal}", json={"stage": stage}))

    found = (await the_questions(client, account))["new_proposals"]

    assert (found["value"], [one["opportunity_id"] for one in found["records"]]) == (1, [deal])


async def imported(client, what, items):
    found = await ok(client.post(f"/v1/{what}/batch", json={"items": items}))
    assert (found["refused"], len(found["results"])) == (0, len(items)), found["results"]


async def test_what_is_imported_again_or_told_twice_is_not_new_a_second_time(client):
    crm = {"source": "crm"}
    account = (await an_account(client, **crm, external_id="A"))["id"]
    own = {"account": account, **crm}
    items = {
        "buying-centers": [{**own, "external_id": "B", "name": "North"}],
        "offerings": [{**crm, "external_id": "O", "code": "O", "name": "Offering"}],
        "contacts": [{**own, "external_id": "C", "name": "Ada", "seniority": "vp", "stance": "coach"}],
        "opportunities": [
            {**own, "external_id": "D", "created_on": ago(9), "amount": money("5"), "sole_sourced": True,
             "offering": "O"},
        ],
        "engagements": [
            {**own, "external_id": kind, "kind": kind, "held_on": ago(8), "contacts": [{**crm, "external_id": "C"}],
             "buying_center": "North" if kind == "referral" else None}
            for kind in ("meeting", "proposal", "referral")
        ],
    }  # fmt: skip
    for what, some in items.items():
        await imported(client, what, some)
    once = await the_questions(client, account)

    for _ in range(2):
        for what, some in items.items():
            await imported(client, what, some)

    assert values(once) == [1, 1, 1, 1, 1, 1]
    assert await the_questions(client, account) == once


async def test_how_many_statements_it_takes_does_not_depend_on_the_records(client, database):
    few, many = (await an_account(client))["id"], await an_open_door(client)

    async def sent(account):
        with counted(database) as statements:
            await the_questions(client, account)
        return len(statements)

    assert await sent(few) == await sent(many)


@pytest.mark.parametrize("path", ["health/questions"])
async def test_only_its_own_organization_is_told_of_an_account_and_nobody_of_tomorrow(client, other_client, path):
    account = (await an_account(client))["id"]

    for asked in (client.get(f"/v1/accounts/{new_id()}/{path}"), other_client.get(f"/v1/accounts/{account}/{path}")):
        assert (await asked).status_code == 404
    late = await client.get(f"/v1/accounts/{account}/{path}", params={"as_of": ago(-2)})
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (422, "/query/as_of")
