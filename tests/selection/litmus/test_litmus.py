"""The litmus test through its door: verdicts with figures, what they rest on, and what evidence warns of."""

import copy

import pytest

from tests.asking import days_ago, ok
from tests.selection.ground import MODEL
from tests.selection.litmus.ground import (
    a_kept_backtest,
    a_passing_draft,
    a_sound_draft,
    an_agreed_round,
    evidence,
    litmus_of,
    url_of,
)
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
PARTS = ("forward_looking", "multidimensional", "enterprise_aligned", "market_aligned")


def passed(test):
    return [part for part in PARTS if test[part]["passed"]]


def figures(verdict):
    return {figure["name"]: figure["value"] for figure in verdict["figures"]}


async def changed(client, model, document):
    return await ok(client.put(url_of(model), json=document, headers={"If-Match": str(model["version"])}))


async def test_a_copy_of_the_shipped_model_lacks_only_what_people_and_the_market_say(client):
    model = await a_sound_draft(client)

    test = await litmus_of(client, model)

    assert (test["passed"], passed(test)) == (False, ["forward_looking", "multidimensional"])
    assert figures(test["forward_looking"]) == {"future_share": 0.475, "spend_or_size_share": 0}
    assert figures(test["market_aligned"])["market_share"] == 0.15
    assert [reason[:22] for reason in test["enterprise_aligned"]["reasons"]] == ["Close a feedback round"]
    assert (test["warnings"], test["potential_first"]["holds"]) == ([], True)
    assert test["rests_on"] == {"feedback_round_id": None, "backtest_id": None, "evidence_note_ids": []}


async def test_a_round_in_which_functions_agree_and_a_note_carry_the_other_two(client):
    model, round_id, note = await a_passing_draft(client)

    test = await litmus_of(client, model)

    assert (test["passed"], passed(test)) == (True, list(PARTS))
    assert test["rests_on"] == {"feedback_round_id": round_id, "backtest_id": None, "evidence_note_ids": [note["id"]]}
    assert figures(test["enterprise_aligned"]) == {
        "functions_other_than_sales": 3,
        "kendalls_w": 1,
        "open_blocking_objections": 0,
    }


async def test_a_round_over_other_criteria_says_nothing_of_these(client):
    model = await a_sound_draft(client)
    await an_agreed_round(client, model)
    fewer = copy.deepcopy(model["model"])
    del fewer["criteria"][3]

    test = await litmus_of(client, await changed(client, {**model, **await ok(client.get(url_of(model)))}, fewer))

    assert test["rests_on"]["feedback_round_id"] is None
    assert not test["enterprise_aligned"]["passed"]


@pytest.mark.parametrize(("rho", "carries"), [(0.21, True), (0.0, False), (-0.3, False), (None, False)])
async def test_a_backtest_carries_the_market_part_where_the_composite_goes_with_growth(
    client, database, tenant, rho, carries
):
    model = await a_sound_draft(client)
    backtest_id = await a_kept_backtest(database, tenant, model, rho)

    test = await litmus_of(client, model)

    assert test["market_aligned"]["passed"] is carries
    assert test["rests_on"]["backtest_id"] == backtest_id
    assert figures(test["market_aligned"])["backtest_rho"] == rho


async def test_the_newest_backtest_with_data_enough_counts(client, database, tenant):
    model = await a_sound_draft(client)
    await a_kept_backtest(database, tenant, model, 0.5)
    newest = await a_kept_backtest(database, tenant, model, -0.1)
    await a_kept_backtest(database, tenant, model, None, status="insufficient_data")

    test = await litmus_of(client, model)

    assert test["rests_on"]["backtest_id"] == newest
    assert not test["market_aligned"]["passed"]


async def test_a_backtest_of_what_the_draft_was_before_does_not_count(client, database, tenant):
    model = await a_sound_draft(client)
    backtest_id = await a_kept_backtest(database, tenant, model, 0.5)
    other = copy.deepcopy(model["model"])

    other["name"] = "Only another name"
    renamed = await changed(client, model, other)
    still = await litmus_of(client, renamed)
    other["criteria"][0]["weight"] += 1
    reweighed = await litmus_of(client, await changed(client, renamed, other))

    assert still["rests_on"]["backtest_id"] == backtest_id
    assert reweighed["rests_on"]["backtest_id"] is None
    assert not reweighed["market_aligned"]["passed"]


async def test_notes_count_for_a_year_while_nobody_withdraws_them(client):
    model = await a_sound_draft(client)
    old = await evidence(client, model, dated_on=days_ago(366))
    last = await evidence(client, model, dated_on=days_ago(365))
    fresh = await evidence(client, model, dated_on=days_ago(0), criteria=["market_leadership"])
    assert old["id"]

    before = await litmus_of(client, model)
    for note in (fresh, last):
        await ok(client.post(f"/v1/selection/evidence/{note['id']}/withdraw"))
    after = await litmus_of(client, model)

    assert before["rests_on"]["evidence_note_ids"] == [fresh["id"], last["id"]]
    assert (before["market_aligned"]["passed"], after["market_aligned"]["passed"]) == (True, False)


async def test_weight_on_what_accounts_spend_is_warned_of_with_its_benchmark(client):
    spending = copy.deepcopy(MODEL)
    spending["criteria"][1] |= {"metric": "revenue_ltm"}
    model = await ok(client.post("/v1/selection/models", json=spending), 201)

    test = await litmus_of(client, model)

    warnings = {warning["code"]: warning for warning in test["warnings"]}
    assert set(warnings) == {"CURRENT_SPEND_HEAVY", "WILLINGNESS_OR_FUTURE_SPEND_MISSING", "SINGLE_KIND"}
    heavy = warnings["CURRENT_SPEND_HEAVY"]
    assert (heavy["criteria"], heavy["share"], heavy["limit"]) == (["spend"], 0.5, 0.25)
    assert {name: heavy["benchmark"][name] for name in ("value", "n", "year", "kind", "evidence_grade")} == {
        "value": -51,
        "n": None,
        "year": 2022,
        "kind": "association",
        "evidence_grade": "survey",
    }
    assert not test["potential_first"]["holds"]


async def test_a_metric_that_was_taken_out_of_the_registry_is_unknown(client):
    own = {"key": "gut_feeling", "title": "Gut feeling", "horizon": "future"}
    await ok(client.patch("/v1/organization", json={"custom_metrics": [own]}))
    document = copy.deepcopy(MODEL)
    document["criteria"][0] |= {"metric": "gut_feeling"}
    model = await ok(client.post("/v1/selection/models", json=document), 201)
    before = await litmus_of(client, model)

    await ok(client.patch("/v1/organization", json={"custom_metrics": []}))
    after = await litmus_of(client, model)

    assert [share["horizon"] for share in before["shares"]] == ["future", "future"]
    assert [share["horizon"] for share in after["shares"]] == [None, "future"]
    assert figures(after["forward_looking"])["future_share"] == 0.5
    assert "UNKNOWN_METRIC" in {warning["code"] for warning in after["warnings"]}


async def test_each_version_has_a_test_of_its_own(client):
    model, *_ = await a_passing_draft(client)
    published = await client.post(f"{url_of(model)}/publish", json={}, headers={"If-Match": str(model["version"])})
    await changed(client, published.json(), MODEL)

    newest, first = await litmus_of(client, model), await litmus_of(client, model, model_version=1)

    assert (newest["model_version"], newest["passed"]) == (2, False)
    assert (first["model_version"], first["passed"]) == (1, True)
    none = await client.get(f"{url_of(model)}/litmus", params={"model_version": 3})
    assert (none.status_code, none.json()["detail"]) == (404, f"version 3 of {model['id']}")


async def test_another_organizations_model_has_no_test(client, other_client):
    model = await a_sound_draft(client)

    assert (await other_client.get(f"{url_of(model)}/litmus")).status_code == 404


async def test_published_figures_come_with_whom_they_are_of(client):
    listed = (await ok(client.get("/v1/benchmarks")))["data"]

    used = next(one for one in listed if one["code"] == "resources_fully_used")
    assert (used["value"], used["unit"], used["n"], used["population"]) == (16, "percent", 372, "Key account managers")
    assert [one["evidence_grade"] for one in listed if one["code"] == "key_account_revenue"] == ["uncited"]
