"""Stability through HTTP: asked for as a job, read, paged, refused."""

from uuid import uuid4

import pytest

from tests.selection.ground import a_book, a_published_model, an_account
from tests.selection.stability.ground import AS_OF, a_stability, a_whole_story

TWO_A_SIDE = {
    "name": "Two a side",
    "criteria": [
        {
            "key": key,
            "metric": metric,
            "dimension": dimension,
            "weight": weight,
            "value_function": function,
        }
        for key, metric, dimension, weight, function in (
            ("fit", "goal_fit", "alignment", 3, {"kind": "rating"}),
            ("will", "willingness_to_partner", "alignment", 1, {"kind": "rating"}),
            ("spend", "future_spend", "opportunity", 2, {"kind": "percentile"}),
            ("pipeline", "open_pipeline", "opportunity", 2, {"kind": "linear", "low": 0, "high": 10000}),
        )
    ],
}


async def entries(client, analysis_id, **params):
    answer = await client.get(f"/v1/selection/stability/{analysis_id}/accounts", params={"limit": 500, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_every_account_fares_as_its_draws_say(client, working):
    accounts = await a_book(client, 5)
    await an_account(client, "Unknown")
    model = await a_published_model(client, TWO_A_SIDE)

    analysis_id = await a_stability(client, model, top_n=2, seed=7)

    told = (await client.get(f"/v1/selection/stability/{analysis_id}")).json()
    assert (told["finished"], told["draws"], told["seed"], told["top_n"]) == (True, 200, 7, 2)
    result = told["result"]
    assert (result["accounts"], result["ranked"], result["draws"], result["top_n"]) == (6, 5, 200, 2)
    # Spend, pipeline and fit all rise with the place, so no weights change the order.
    assert result["top"] == {"accounts": 2, "certain": 2, "certain_share": 1.0, "contenders": 0}
    assert [one["criterion"] for one in result["critical_weights"]] == ["spend", "pipeline", "fit", "will"]
    assert all(one["best"] is None and one["top_n"] is None for one in result["critical_weights"])
    assert result["most_critical"]["best"] == {"by_change_pct": None, "by_change_share": None}
    listed = (await entries(client, analysis_id))["data"]
    assert [one["account_id"] for one in listed[:5]] == [account["id"] for account in reversed(accounts)]
    assert [one["rank"] for one in listed] == [1, 2, 3, 4, 5, None]
    assert [one["probability_in_top_n"] for one in listed] == [1, 1, 0, 0, 0, None]
    assert [(one["rank_low"], one["rank_high"]) for one in listed[:2]] == [(1, 1), (2, 2)]
    assert listed[5]["label"] is None
    assert {one["label"] for one in listed[:5]} <= {"stable", "fragile"}


async def test_accounts_come_in_pages(client, working):
    await a_book(client, 3)
    analysis_id = await a_stability(client, await a_published_model(client))

    first = await entries(client, analysis_id, limit=2)
    rest = await entries(client, analysis_id, limit=2, cursor=first["next_cursor"])

    assert [one["rank"] for one in first["data"] + rest["data"]] == [1, 2, 3]
    assert rest["next_cursor"] is None


async def test_the_same_seed_gives_the_same_figures_and_a_model_lists_its_analyses(client, working):
    await a_book(client, 4)
    model = await a_published_model(client, TWO_A_SIDE)

    first, second = [await a_stability(client, model, seed=3) for _ in range(2)]

    assert (await entries(client, first))["data"] == (await entries(client, second))["data"]
    listed = (await client.get(f"/v1/selection/models/{model['id']}/stability")).json()["data"]
    assert [one["id"] for one in listed] == [second, first]
    assert listed[0]["result"] == listed[1]["result"]


async def test_an_empty_book_has_empty_figures(client, working):
    model = await a_published_model(client)

    analysis_id = await a_stability(client, model)

    result = (await client.get(f"/v1/selection/stability/{analysis_id}")).json()["result"]
    assert (result["accounts"], result["ranked"], result["top"]["certain_share"]) == (0, 0, None)
    assert (await entries(client, analysis_id))["data"] == []


async def test_a_draft_may_be_analysed_and_stays_as_it_was_asked(client, working):
    await a_book(client, 2)
    made = await client.post("/v1/selection/models", json=TWO_A_SIDE)

    analysis_id = await a_stability(client, made.json())

    told = (await client.get(f"/v1/selection/stability/{analysis_id}")).json()
    assert (told["model_id"], told["model_version"], told["as_of"]) == (made.json()["id"], 1, AS_OF)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"draws": 99}, "/draws"),
        ({"draws": 10_001}, "/draws"),
        ({"concentration": 0}, "/concentration"),
        ({"top_n": 0}, "/top_n"),
        ({"seed": -1}, "/seed"),
        ({"as_of": "2190-01-01"}, "/as_of"),
        ({"drawn": 5}, "/drawn"),
    ],
)
async def test_what_cannot_be_right_is_named(client, body, pointer):
    model = await a_published_model(client)

    refused = await client.post(f"/v1/selection/models/{model['id']}/stability", json=body)

    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]


async def test_what_is_not_there_is_not_found_nor_is_anothers(client, other_client, working):
    ids = await a_whole_story(client)
    model, analysis = (
        f"/v1/selection/models/{ids['model_id']}/stability",
        f"/v1/selection/stability/{ids['analysis_id']}",
    )

    assert (await client.post(f"/v1/selection/models/{uuid4()}/stability", json={})).status_code == 404
    assert (await client.post(model, json={"model_version": 9})).status_code == 404
    assert (await client.get(f"/v1/selection/previews/{ids['analysis_id']}")).status_code == 404
    assert (await other_client.post(model, json={})).status_code == 404
    for url in (model, analysis, f"{analysis}/accounts"):
        assert (await other_client.get(url)).status_code == 404
