"""Facts that name other facts: by id, external identity, code or name; only what exists, and only where it belongs."""

import pytest

from tests.accounts.facts import REFERENCES, bodies, made, nobody, path_of
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


@pytest.mark.parametrize("plural", REFERENCES)
async def test_a_reference_to_nothing_and_one_to_another_organization_are_refused_alike(
    client, other_client, ground, other_ground, plural
):
    for field in REFERENCES[plural]:
        theirs = bodies(other_ground)[plural][field]
        nothing = [nobody()] if field == "contacts" else nobody()

        refused = []
        for value in (theirs, nothing):
            answer = await client.post(f"/v1/{path_of(plural)}", json={**bodies(ground)[plural], field: value})
            assert answer.status_code == 422, answer.text
            assert answer.json()["code"] == "unknown_reference"
            refused.append({k: v for k, v in answer.json().items() if k != "request_id"})

        assert refused[0] == refused[1]
        assert refused[0]["errors"][0]["pointer"] == f"/{field}"


async def test_references_are_named_by_id_external_identity_code_or_name(client, ground):
    record = await made(
        client,
        "opportunities",
        {
            "account": {"source": "crm", "external_id": "A-1"},
            "offering": ground.offering_code,
            "buying_center": ground.buying_center_name.upper(),
        },
    )

    assert record["account_id"] == ground.account
    assert record["offering_id"] == ground.offering
    assert record["buying_center_id"] == ground.buying_center


async def test_a_code_may_look_like_an_id(client, ground):
    code = nobody()
    offering = await made(client, "offerings", {"code": code, "name": "By its id elsewhere"})

    record = await made(client, "opportunities", {"account": ground.account, "offering": code})

    assert record["offering_id"] == offering["id"]


async def test_what_an_account_has_is_named_within_the_account_alone(client, ground):
    elsewhere = {"account": ground.other_account}
    for field, value in (
        ("buying_center", ground.buying_center),
        ("buying_center", ground.buying_center_name),
        ("primary_contact", ground.contact),
    ):
        answer = await client.post("/v1/opportunities", json={**elsewhere, field: value})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
    answer = await client.post(
        "/v1/engagements", json={**elsewhere, "kind": "call", "held_on": "2017-01-01", "contacts": [ground.contact]}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/contacts")


@pytest.mark.parametrize("account", ["other", None])
async def test_a_record_cannot_leave_its_account_and_keep_what_belongs_there(client, ground, account):
    target = {"account": ground.other_account if account else None}
    deal = await made(client, "opportunities", {"account": ground.account, "buying_center": ground.buying_center})
    at = f"/v1/opportunities/{deal['id']}"

    kept = await client.patch(at, json=target)
    left = await client.patch(at, json={**target, "buying_center": None})

    assert (kept.status_code, kept.json()["errors"][0]["pointer"]) == (422, "/buying_center")
    assert (left.status_code, left.json()["account_id"]) == (200, target["account"])


async def test_what_others_refer_to_is_not_removed(client, ground):
    await made(client, "opportunities", bodies(ground)["opportunities"])

    for path in (
        f"accounts/{ground.account}",
        f"offerings/{ground.offering}",
        f"buying-centers/{ground.buying_center}",
        f"contacts/{ground.contact}",
    ):
        answer = await client.delete(f"/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (409, "in_use")
        assert (await client.get(f"/v1/{path}")).status_code == 200


async def test_parents_never_form_a_circle(client):
    top, middle, bottom = [
        (await made(client, "accounts", {"name": name}))["id"] for name in ("top", "middle", "bottom")
    ]
    assert (await client.patch(f"/v1/accounts/{bottom}", json={"parent": middle})).status_code == 200
    assert (await client.patch(f"/v1/accounts/{middle}", json={"parent": top})).status_code == 200

    for child, parent in ((top, bottom), (top, middle), (top, top), (bottom, bottom)):
        answer = await client.patch(f"/v1/accounts/{child}", json={"parent": parent})
        assert (answer.status_code, answer.json()["code"]) == (422, "own_ancestor")
        assert answer.json()["errors"][0]["pointer"] == "/parent"
    assert (await client.get(f"/v1/accounts/{top}")).json()["parent_id"] is None


async def test_a_rating_has_the_function_of_its_user_unless_it_says_otherwise(client, ground):
    body = {"account": ground.account, "metric": "goal_fit", "value": 4, "rated_on": "2017-05-01"}

    theirs = await made(client, "ratings", {**body, "user": ground.user})
    own = await made(client, "ratings", {**body, "user": ground.user, "function": "sales"})

    assert (theirs["function"], own["function"]) == ("finance", "sales")
