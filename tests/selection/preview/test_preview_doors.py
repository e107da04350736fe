"""Previews through HTTP: a draft against what the organization scores with, before anybody publishes it."""

from uuid import uuid4

import pytest

from tests.selection.ground import MODEL, a_book, a_published_model
from tests.selection.preview.ground import a_draft, a_preview, a_whole_story, changed
from tests.selection.stability.ground import AS_OF

FIT_FALLS = changed(
    criteria=[
        {**MODEL["criteria"][0], "value_function": {"kind": "linear", "low": 5, "high": 1}},
        MODEL["criteria"][1],
    ],
    opportunity_share=0.0,
)


async def read(client, analysis_id):
    answer = await client.get(f"/v1/selection/previews/{analysis_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def entries(client, analysis_id, **params):
    answer = await client.get(f"/v1/selection/previews/{analysis_id}/accounts", params={"limit": 500, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_draft_is_held_against_the_model_in_use(client, working):
    accounts = await a_book(client, 4)
    in_use = await a_published_model(client)
    draft = await a_draft(client, FIT_FALLS)

    analysis_id = await a_preview(client, draft, top_n=1)

    told = await read(client, analysis_id)
    assert (told["before"]["model_id"], told["before"]["model"]) == (in_use["id"], in_use["model"])
    assert (told["after"]["model_id"], told["after"]["model"]) == (draft["id"], draft["model"])
    assert (told["finished"], told["as_of"], told["top_n"]) == (True, AS_OF, 1)
    # Alignment alone counts, and it falls as fit rises: the order is turned round.
    result = told["result"]
    assert (result["accounts"], result["ranks"]["moved"], result["ranks"]["kendall_tau_b"]) == (4, 4, -1.0)
    assert result["entering"]["account_ids"] == [accounts[0]["id"]]
    assert result["leaving"]["account_ids"] == [accounts[3]["id"]]
    assert result["model_changes"]["rules"] == ["opportunity_share"]
    assert [one["criterion"] for one in result["model_changes"]["criteria"]] == ["fit"]
    moved = {one["account_id"]: one for one in (await entries(client, analysis_id))["data"]}
    assert [moved[one["id"]]["rank_change"] for one in accounts] == [3, 1, -1, -3]
    first = moved[accounts[0]["id"]]
    assert first["account_name"] == "A0"
    assert (first["before"]["rank"], first["after"]["rank"]) == (4, 1)
    assert sum(part["delta"] for part in first["parts"]) == pytest.approx(first["composite_change"], abs=1e-3)


async def test_a_draft_that_equals_what_is_published_changes_nothing(client, working):
    await a_book(client, 3)
    model = await a_published_model(client)
    draft = await client.put(
        f"/v1/selection/models/{model['id']}", json=MODEL, headers={"If-Match": str(model["version"])}
    )

    told = await read(client, await a_preview(client, draft.json()))

    assert (told["before"]["model_version"], told["after"]["model_version"]) == (1, 2)
    assert (told["result"]["ranks"]["moved"], told["result"]["ranks"]["spearman_rho"]) == (0, 1.0)
    assert told["result"]["model_changes"] == {"criteria": [], "rules": []}
    assert all(one["from"] == one["to"] for one in told["result"]["tiers"])


async def test_without_a_choice_the_shipped_model_stands_and_another_may_be_named(client, working):
    await a_book(client, 2)
    other = await a_published_model(client, use=False)
    draft = await a_draft(client, FIT_FALLS)

    shipped, named = [
        await read(client, await a_preview(client, draft, **body)) for body in ({}, {"against_model_id": other["id"]})
    ]

    assert shipped["before"]["model_id"] not in {other["id"], draft["id"]}
    assert shipped["result"]["accounts"] == 2
    assert named["before"]["model_id"] == other["id"]
    listed = (await client.get(f"/v1/selection/models/{draft['id']}/previews")).json()["data"]
    assert [one["id"] for one in listed] == [named["id"], shipped["id"]]


async def test_a_preview_stays_as_it_was_asked_and_its_accounts_come_in_pages(client, working):
    await a_book(client, 3)
    await a_published_model(client)
    draft = await a_draft(client, FIT_FALLS)
    analysis_id = await a_preview(client, draft)
    before = await read(client, analysis_id)

    await client.put(f"/v1/selection/models/{draft['id']}", json=MODEL, headers={"If-Match": str(draft["version"])})

    assert await read(client, analysis_id) == before
    first = await entries(client, analysis_id, limit=2)
    rest = await entries(client, analysis_id, limit=2, cursor=first["next_cursor"])
    assert [*first["data"], *rest["data"]] == (await entries(client, analysis_id))["data"]
    assert len(rest["data"]) == 1


async def test_an_empty_book_changes_nowhere(client, working):
    result = (await read(client, await a_preview(client, await a_draft(client, FIT_FALLS))))["result"]

    assert (result["accounts"], result["tiers"], result["coverage"]) == (0, [], {"before": None, "after": None})


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"top_n": 0}, 422, "/top_n"),
        ({"as_of": "2190-01-01"}, 422, "/as_of"),
        ({"against_model_id": "x"}, 422, "/against_model_id"),
    ],
)
async def test_what_cannot_be_right_is_named(client, body, status, pointer):
    draft = await a_draft(client, FIT_FALLS)

    refused = await client.post(f"/v1/selection/models/{draft['id']}/previews", json=body)

    assert refused.status_code == status
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]


async def test_what_is_not_published_cannot_stand_and_what_is_not_there_is_not_found(client):
    draft = await a_draft(client, FIT_FALLS)
    url = f"/v1/selection/models/{draft['id']}/previews"

    unpublished = await client.post(url, json={"against_model_id": draft["id"]})

    assert (unpublished.status_code, unpublished.json()["code"]) == (409, "not_published")
    assert (await client.post(url, json={"against_model_id": str(uuid4())})).status_code == 404
    assert (await client.post(url, json={"model_version": 2})).status_code == 404
    assert (await client.get(f"/v1/selection/previews/{uuid4()}")).status_code == 404


async def test_another_organization_sees_nothing_of_it(client, other_client):
    ids = await a_whole_story(client)

    for url in (
        f"/v1/selection/models/{ids['model_id']}/previews",
        f"/v1/selection/previews/{ids['analysis_id']}",
        f"/v1/selection/previews/{ids['analysis_id']}/accounts",
    ):
        assert (await other_client.get(url)).status_code == 404
    assert (await other_client.post(f"/v1/selection/models/{ids['model_id']}/previews", json={})).status_code == 404
