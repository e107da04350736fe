"""No list sends the database a statement for each of its records: those below an account, a model, an analysis."""

from tests.asking import a_person, days_ago, ok
from tests.calibration.exploration.ground import explored, logs
from tests.program.ground import a_kam, a_portfolio, a_scored_book
from tests.repeating import those_that_repeat
from tests.retiering.appraisals.ground import a_case
from tests.selection.backtest.ground import started
from tests.selection.litmus.ground import a_sound_draft, evidence
from tests.selection.preview.ground import a_draft, a_preview, changed
from tests.selection.reviews.ground import Case, a_joint_review
from tests.selection.stability.ground import AS_OF, a_stability

UNTIL = days_ago(-30)
BELOW = {
    "/v1/accounts/{account_id}/appraisals",
    "/v1/accounts/{account_id}/decisions",
    "/v1/accounts/{account_id}/sponsorships",
    "/v1/accounts/{account_id}/strategic-contributions",
    "/v1/accounts/{account_id}/tier-overrides",
    "/v1/calibrations/{calibration_id}/opportunities",
    "/v1/selection/models/{model_id}/backtests",
    "/v1/selection/models/{model_id}/evidence",
    "/v1/selection/models/{model_id}/previews",
    "/v1/selection/models/{model_id}/stability",
    "/v1/selection/portfolios/{portfolio_id}/accounts",
    "/v1/selection/previews/{analysis_id}/accounts",
    "/v1/selection/stability/{analysis_id}/accounts",
}


async def of_an_account(client):
    """Two sponsors, two contributions and two manual tiers of the account of a calibration with two opportunities."""
    talk = await explored(client)
    await logs(talk)
    here = f"/v1/accounts/{talk.account['id']}"
    for number in (1, 2):
        sponsor = {"user_id": await a_person(client, "executive"), "level": "vp", "started_on": days_ago(number)}
        given = {"kind": "market_insight", "title": f"Insight {number}", "user_id": talk.user, "in_their_plan": True}
        tier = {"tier": f"tier_{number}", "reason": "They said so", "until_on": UNTIL}
        for path, body in (("sponsorships", sponsor), ("strategic-contributions", given), ("tier-overrides", tier)):
            await ok(client.post(f"{here}/{path}", json=body), 201)
    return {"account_id": talk.account["id"], "calibration_id": talk.id}


async def of_appraisals(client, database, tenant):
    """Two of one account, the first of them closed."""
    case = await a_case(client, database, tenant)
    await case.closes(await case.opens(), "unfounded", note="They were right")
    await case.opens()
    return {"account_id": case.account}


async def of_decisions(client):
    """Two of one account, in two reviews."""
    case = await a_joint_review(client)
    await case.decides(decision="defer", tier=None, override_reason="It can wait")
    body = {"accounts": [case.accounts[0]["id"]], "participants": list(case.people.values()), "metrics": ["goal_fit"]}
    second = await client.post("/v1/selection/reviews", json={"name": "Once more", **body})
    once_more = Case(client, second.headers["location"], case.people, case.accounts)
    await once_more.reveals(reason="All was said")
    await once_more.decides(override_reason="The board asked for it")
    return {"account_id": case.accounts[0]["id"]}


async def of_a_model(client):
    """Two pieces of evidence and two analyses of each kind, which nobody waits for."""
    model = await a_sound_draft(client)
    for _ in range(2):
        await evidence(client, model)
        await started(client, model)
        for path in ("previews", "stability"):
            await ok(client.post(f"/v1/selection/models/{model['id']}/{path}", json={"as_of": AS_OF}), 202)
    return {"model_id": model["id"]}


async def of_analyses(client):
    """What is kept of each account by a preview, by an analysis of stability, and by an allotment."""
    await a_scored_book(client)
    kams = [{"user_id": (await a_kam(client))["id"]}]
    portfolio = {"portfolio_id": (await a_portfolio(client, kams=kams))["id"]}
    model = await a_draft(client, changed(opportunity_share=0.0))
    preview = {"analysis_id": await a_preview(client, model, top_n=1)}
    stability = {"analysis_id": await a_stability(client, model)}
    return {"portfolios": portfolio, "previews": preview, "stability": stability}


async def test_no_list_below_another_record_sends_a_statement_for_each_of_its_records(
    client, database, tenant, working
):
    told = {
        "appraisals": await of_appraisals(client, database, tenant),
        "decisions": await of_decisions(client),
        **await of_analyses(client),
    }
    others = {**await of_an_account(client), **await of_a_model(client)}
    lists = {path: [path.format(**_those(told, path) or others)] for path in BELOW}

    repeated, too_few = await those_that_repeat(client, database, lists)

    assert repeated == {}
    assert too_few == set()


def _those(told, path):
    return next((ids for name, ids in told.items() if f"/{name}" in path and "models" not in path), None)
