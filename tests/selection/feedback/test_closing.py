"""What closing a round comes to, and what is done with it."""

import copy
from uuid import UUID

import pytest

from app.kernel.ids import ModelId
from app.selection.service import feedback
from tests.asking import ok
from tests.selection.feedback.ground import (
    CRITERIA,
    MODEL,
    a_draft,
    a_round,
    compares,
    disposes,
    people_of,
    raises,
    weighs,
)
from tests.selection.ground import a_published_model
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def a_closed_round(client, model, answers):
    """A round in which each function gives its points."""
    people = await people_of(client, *answers)
    url = await a_round(client, model, people)
    for person, given in zip(people, answers.values(), strict=True):
        await weighs(client, url, person, *given)
    return url, await ok(client.post(f"{url}/close"))


ANSWERS = {"finance": (40, 30, 20, 10), "legal": (10, 40, 30, 20), "sales": (40, 30, 15, 15)}


async def test_the_result_tells_who_weighs_what_and_how_far_they_agree(client):
    _, seen = await a_closed_round(client, await a_draft(client), ANSWERS)

    result = seen["result"]
    assert (seen["state"], result["answers"]) == ("closed", 3)
    assert [one["weights"]["fit"] for one in result["participants"]] == [0.4, 0.1, 0.4]
    assert [(one["function"], one["aggregation"]) for one in result["functions"]] == [
        ("finance", "mean"), ("legal", "mean"), ("sales", "mean"),
    ]  # fmt: skip
    assert result["weights"] == {"fit": 0.3, "access": 0.333333, "spend": 0.216667, "growth": 0.15}
    assert result["dimensions"] == {"alignment": 0.633333, "opportunity": 0.366667}
    # Ranks, the lightest first: 4 3 2 1, 1 4 3 2, 4 3 1.5 1.5: sums 9, 10, 6.5, 4.5, mean 7.5; T = 0, 0, 6.
    w = 12 * (1.5**2 + 2.5**2 + 1 + 9) / (9 * 60 - 3 * 6)
    agreement = result["agreement"]
    assert agreement["kendalls_w"] == pytest.approx(w, abs=1e-6)
    assert agreement["chi_square"] == pytest.approx(3 * 3 * w, abs=1e-6)
    assert (agreement["functions"], agreement["criteria"], agreement["degrees_of_freedom"]) == (3, 4, 3)
    assert 0.05 < agreement["p_value"] < 0.5
    assert agreement["reason"] is None


async def test_the_result_tells_where_functions_differ_and_how_far_they_move_the_draft(client):
    _, seen = await a_closed_round(client, await a_draft(client), ANSWERS)

    result = seen["result"]
    first = result["disagreements"][0]
    assert (first["criterion"], first["range"], first["lowest"]) == ("fit", 0.3, "legal")
    # Of legal against each of the two others: fit is turned round with all three.
    assert first["reversals"] == 6
    assert result["most_disputed"] == ["fit", "spend", "access", "growth"]
    assert [(one["criterion"], one["draft"], one["shift"]) for one in result["shifts"]] == [
        ("fit", 0.375, -0.075),
        ("access", 0.125, 0.208333),
        ("spend", 0.25, -0.033333),
        ("growth", 0.25, -0.1),
    ]


async def test_a_function_counts_once_and_pairs_that_all_of_it_compared_are_joined(client):
    model = await a_draft(client)
    ada, ann, ben = await people_of(client, "finance", "finance", "legal")
    url = await a_round(client, model, [ada, ann, ben])
    pairs = [(a, b) for at, a in enumerate(CRITERIA) for b in CRITERIA[at + 1 :]]
    await compares(client, url, ada, dict.fromkeys(pairs, 4.0))
    await compares(client, url, ann, dict.fromkeys(pairs, 1 / 4))
    await weighs(client, url, ben, 100, 0, 0, 0)

    result = (await ok(client.post(f"{url}/close")))["result"]

    finance, legal = result["functions"]
    assert (finance["participants"], finance["aggregation"], legal["aggregation"]) == (2, "geometric_mean", "mean")
    assert list(finance["weights"].values()) == [0.25] * 4
    assert finance["consistency"]["consistency_ratio"] == 0.0
    assert legal["consistency"] is None
    assert result["weights"] == {"fit": 0.625, "access": 0.125, "spend": 0.125, "growth": 0.125}
    assert [one["method"] for one in result["participants"]] == ["ahp", "ahp", "points"]
    assert not result["participants"][0]["consistency"]["acceptable"]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"finance": (40, 30, 20, 10)}, "fewer_than_two_functions"),
        ({"finance": (25, 25, 25, 25), "legal": (25, 25, 25, 25)}, "all_tied"),
    ],
)
async def test_agreement_that_cannot_be_told_is_null_and_says_why(client, answers, reason):
    _, seen = await a_closed_round(client, await a_draft(client), answers)

    agreement = seen["result"]["agreement"]
    assert (agreement["kendalls_w"], agreement["p_value"], agreement["reason"]) == (None, None, reason)
    assert seen["result"]["most_disputed"] == []


async def test_a_round_without_an_answer_is_not_closed(client):
    url = await a_round(client, await a_draft(client), await people_of(client, "finance"))

    refused = await client.post(f"{url}/close")

    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_answered")


async def test_applying_drafts_the_model_with_the_mean_weights_and_nothing_else_changed(client):
    model = await a_draft(client)
    url, seen = await a_closed_round(client, model, ANSWERS)
    model_url = f"/v1/selection/models/{model['id']}"

    without = await client.post(f"{url}/apply")
    stale = await client.post(f"{url}/apply", headers={"If-Match": "7"})
    applied = await client.post(f"{url}/apply", headers={"If-Match": "1"})

    drafted = await ok(client.get(model_url))
    assert (without.status_code, stale.status_code, applied.status_code) == (428, 412, 200)
    assert applied.json() == {
        "model_id": model["id"], "model_version": 1, "state": "draft", "version": drafted["version"],
    }  # fmt: skip
    assert applied.headers["etag"] == f'"{drafted["version"]}"'
    weights = {one["key"]: one.pop("weight") for one in drafted["model"]["criteria"]}
    for one in model["model"]["criteria"]:
        one.pop("weight")
    assert drafted["model"] == model["model"]
    assert weights == pytest.approx({key: 100 * one for key, one in seen["result"]["weights"].items()}, abs=1e-3)


async def test_applying_after_the_model_was_published_drafts_its_next_version(client):
    model = await a_draft(client)
    url, _ = await a_closed_round(client, model, ANSWERS)
    body = {"use": False, "override_reason": "Waited long enough"}
    published = await client.post(f"/v1/selection/models/{model['id']}/publish", json=body, headers={"If-Match": "1"})
    assert published.status_code == 200, published.text

    applied = await ok(client.post(f"{url}/apply", headers={"If-Match": published.headers["etag"]}))

    assert (applied["model_version"], applied["state"]) == (2, "draft")


async def test_only_a_result_over_the_models_criteria_is_applied(client):
    model = await a_draft(client)
    url, _ = await a_closed_round(client, model, ANSWERS)
    open_url = await a_round(client, model, await people_of(client, "finance"))
    other = copy.deepcopy(MODEL)
    other["criteria"][3]["key"] = "outlook"
    changed = await client.put(f"/v1/selection/models/{model['id']}", json=other, headers={"If-Match": "1"})

    unfinished = await client.post(f"{open_url}/apply", headers={"If-Match": changed.headers["etag"]})
    refused = await client.post(f"{url}/apply", headers={"If-Match": changed.headers["etag"]})

    assert (unfinished.status_code, unfinished.json()["code"]) == (409, "round_not_closed")
    assert (refused.status_code, refused.json()["code"]) == (409, "criteria_changed")
    assert refused.json()["detail"] == "new in the model: outlook; gone from it: growth"


async def test_the_newest_closed_round_over_the_same_criteria_is_found(client, tenant, database):
    model = await a_draft(client)
    model_id = ModelId(UUID(model["id"]))

    async def found(*keys):
        async with database.transaction(tenant.id) as connection:
            return await feedback.newest_closed(connection, tenant.id, model_id, frozenset(keys))

    assert await found(*CRITERIA) is None
    await a_closed_round(client, model, {"finance": (40, 30, 20, 10)})
    people = await people_of(client, "legal", "product")
    url = await a_round(client, model, people)
    item = await raises(client, url, people[0], blocking=True)
    await disposes(client, item, "deferred", people[1])
    for person in people:
        await weighs(client, url, person, 40, 30, 20, 10)
    assert (await found(*CRITERIA)).functions == ("finance",)
    await ok(client.post(f"{url}/close"))

    newest = await found(*CRITERIA)

    assert str(newest.id) == url.rsplit("/", 1)[1]
    assert (newest.functions, newest.kendalls_w, newest.open_blocking) == (("legal", "product"), 1.0, 1)
    await disposes(client, item, "rejected", people[1])
    assert (await found(*CRITERIA)).open_blocking == 0
    assert await found(*CRITERIA[:3]) is None
    assert await found(*CRITERIA, "another") is None


async def test_a_published_version_of_another_model_has_no_rounds(client):
    published = await a_published_model(client)

    listed = await ok(client.get(f"/v1/selection/models/{published['id']}/feedback-rounds"))

    assert listed == {"data": [], "next_cursor": None}
