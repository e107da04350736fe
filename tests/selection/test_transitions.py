"""A score, tier or quadrant that moved is told of once, in the transaction of the new score."""

import asyncio
from copy import deepcopy

import pytest

from app.selection.service import portfolio
from tests.asking import counted, days_ago, ok
from tests.events.shapes import shaped
from tests.selection.ground import MODEL, a_published_model, a_rating, an_account
from tests.selection.test_freshness import rescored
from tests.shared_app import ONE_LOOP, app, client, one_app, other_client, other_tenant, tenant

__all__ = ["app", "client", "one_app", "other_client", "other_tenant", "tenant"]
pytestmark = ONE_LOOP
TYPES = ("score.changed", "tier.changed", "quadrant.changed")
RATED = deepcopy(MODEL)
RATED["criteria"][1].update(metric="strategic_importance", value_function={"kind": "rating"})


async def a_scored_account(client, database, tenant):
    """An account rated the best in both dimensions, and scored so."""
    account = await an_account(client)
    await rates(client, account, fit=5, spend=5)
    await a_published_model(client, RATED)
    await rescored(database, tenant, whole=True)
    return account


async def rates(client, account, **said):
    for criterion in RATED["criteria"]:
        if criterion["key"] in said:
            value = said[criterion["key"]]
            await a_rating(client, account, value, metric=criterion["metric"], rated_on=days_ago(0))


async def told(client, *types):
    found = (await ok(client.get("/v1/events", params={"sort": "created_at", "limit": 500})))["data"]
    return [event for event in shaped(found) if event["type"] in (types or TYPES)]


async def test_a_change_of_facts_is_told_once_with_what_was_what_is_and_what_moved_it(client, database, tenant):
    account = await a_scored_account(client, database, tenant)
    assert await told(client) == []  # a first score is no move

    await rates(client, account, fit=1)
    await rescored(database, tenant)

    score, tier, quadrant = await told(client)
    assert [event["type"] for event in (score, tier, quadrant)] == list(TYPES)
    now = await ok(client.get(f"/v1/accounts/{account['id']}/score"))
    for event in (score, tier, quadrant):
        data = event["data"]
        assert (event["subject"], event["subject_id"], data["account_id"]) == ("account", *[account["id"]] * 2)
        assert (data["score_id"], data["as_of"], data["previous_as_of"]) == (now["id"], days_ago(0), days_ago(0))
        # The one rating of fit went from 5 to 1: of the composite's points half are alignment's.
        assert data["top_factors"] == [{"criterion": "fit", "dimension": "alignment", "from": 50, "to": 0}]
    assert score["data"]["previous"] == {"composite": 100, "opportunity": 100, "alignment": 100}
    assert score["data"]["current"] == {"composite": 50, "opportunity": 100, "alignment": 0}
    assert (tier["data"]["previous"], tier["data"]["current"]) == ("tier_1", "standard")
    assert (quadrant["data"]["previous"], quadrant["data"]["current"]) == ("invest", "cultivate")

    await rescored(database, tenant, whole=True)
    await ok(client.post(f"/v1/accounts/{account['id']}/scores", json={}), 201)
    assert len(await told(client)) == 3


async def test_of_many_who_score_at_once_one_tells(client, database, tenant):
    account = await a_scored_account(client, database, tenant)
    await rates(client, account, spend=1)

    await asyncio.gather(
        *(rescored(database, tenant) for _ in range(3)),
        rescored(database, tenant, whole=True),
        *(client.post(f"/v1/accounts/{account['id']}/scores", json={}) for _ in range(4)),
    )

    assert [event["type"] for event in await told(client)] == list(TYPES)


async def test_there_is_no_move_in_a_score_of_the_past_of_another_model_or_that_was_rolled_back(
    client, database, tenant
):
    account = await a_scored_account(client, database, tenant)
    here = f"/v1/accounts/{account['id']}/scores"
    other = await a_published_model(client, {**deepcopy(RATED), "name": "Other", "opportunity_share": 0.1}, use=False)
    await rates(client, account, fit=1)

    for body in ({"as_of": days_ago(2)}, {"as_of": days_ago(400)}, {"model_id": other["id"]}):
        await ok(client.post(here, json=body), 201)
    assert await told(client) == []

    # The score before is that of the model in use, whatever another one said in between.
    await rescored(database, tenant, whole=True)
    assert [event["data"]["previous"] for event in await told(client, "tier.changed")] == ["tier_1"]


async def test_a_model_that_comes_into_use_tells_of_tiers_and_not_of_scores(client, database, tenant):
    await a_scored_account(client, database, tenant)
    strict = {**deepcopy(RATED), "name": "Strict", "tiers": [{"name": "best", "minimum_composite": 50}]}

    await a_published_model(client, strict)
    await rescored(database, tenant, whole=True)

    (event,) = await told(client)
    assert (event["type"], event["data"]["previous"], event["data"]["current"]) == ("tier.changed", "tier_1", "best")
    assert event["data"]["top_factors"] == []


async def test_an_event_goes_with_its_score(client, database, tenant):
    account = await a_scored_account(client, database, tenant)
    await rates(client, account, fit=1)

    async def fail():
        async with database.transaction(tenant.id) as connection:
            await portfolio.run_now(connection, tenant.id, None)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await told(client) == []


async def test_statements_do_not_grow_with_the_accounts_that_moved(
    client, database, tenant, other_client, other_tenant
):
    sent = []
    for whose, whom, many in ((client, tenant, 2), (other_client, other_tenant, 12)):
        accounts = [await an_account(whose, f"A{at}") for at in range(many)]
        for account in accounts:
            await rates(whose, account, fit=5, spend=5)
        await a_published_model(whose, RATED)
        await rescored(database, whom, whole=True)
        for account in accounts:
            await rates(whose, account, fit=1)
        with counted(database) as statements:
            await rescored(database, whom)
        assert len(await told(whose)) == 3 * many
        sent.append(len(statements))
    assert sent[0] == sent[1]


async def test_a_drift_in_small_steps_is_told_as_the_one_move_that_it_is(client, database, tenant):
    account = await an_account(client)
    model = {**deepcopy(RATED), "tiers": [{"name": "tier_1", "minimum_composite": 1}]}
    model["criteria"][0].update(metric="nps", value_function={"kind": "linear", "low": 0, "high": 100})
    await a_published_model(client, model)
    await rates(client, account, spend=5)

    async def observed(value):
        """The one figure of alignment is `value`."""
        body = {"account": account["id"], "metric": "nps", "value": value, "observed_on": days_ago(0)}
        await ok(client.post("/v1/observations", json=body), 201)
        await rescored(database, tenant, whole=True)

    for value in (50, 50.4, 50.8, 51.2, 51.6, 52.0, 51.4, 51.3, 50.2):
        await observed(value)

    moved = [(event["data"]["previous"], event["data"]["current"]) for event in await told(client, "score.changed")]
    assert [(then["alignment"], now["alignment"]) for then, now in moved] == [(50, 51.2), (51.2, 50.2)]
    newest = (await told(client, "score.changed"))[-1]["data"]
    assert newest["top_factors"] == [{"criterion": "fit", "dimension": "alignment", "from": 25.6, "to": 25.1}]
