"""Backtests through HTTP: asked for as a job, told, listed, refused, cancelled."""

import math
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from scipy import stats

from app.accounts import service as facts
from app.accounts.kinds import ACCOUNTS, OPPORTUNITIES
from app.jobs import service as jobs
from app.kernel.ids import JobId
from app.selection.service import backtests
from tests.metrics.ground import World, morning
from tests.selection.backtest.ground import DAY, a_backtest, a_model, a_whole_story, planted, started


@pytest.fixture
def world(database, tenant):
    return World(database, tenant.id)


def spearman(figure, growth):
    return float(stats.spearmanr(figure, growth).statistic)


def by_key(result):
    return {one["criterion"]: one for one in result["criteria"]}


async def test_a_planted_criterion_is_supported_and_one_that_means_nothing_is_not(client, world, working):
    grown = planted(world, 40)
    await world.save()

    told = await a_backtest(client, await a_model(client), seed=3)

    assert (told["as_of"], told["horizon_days"], told["resamples"], told["seed"]) == ("2024-06-30", 180, 200, 3)
    result = told["result"]
    assert result["status"] == "ok"
    assert result["accounts"] == {
        "existed": 40, "with_outcome": 40, "without_revenue": 0, "merged": 0,
        "excluded": {"removed": 0, "revenue_unknown": 0, "below_zero": 0},
    }  # fmt: skip
    growth = [math.log((1 + after) / (1 + before)) for _, _, before, after in grown]
    fit, spend = by_key(result)["fit"], by_key(result)["spend"]
    assert fit["spearman"]["rho"] == pytest.approx(spearman([one[1] for one in grown], growth), abs=5e-5)
    assert (fit["verdict"], spend["verdict"]) == ("supports", "inconclusive")
    assert fit["spearman"]["interval"][0] > 0.5
    assert fit["top_quartile"]["accounts"] == 10
    assert result["composite"]["mean_coverage"] == 1
    assert result["outcome"]["before"]["revenue"] == pytest.approx(sum(one[2] for one in grown), abs=0.01)
    assert result["outcome"]["after"]["revenue"] == pytest.approx(sum(one[3] for one in grown), abs=0.01)
    past = {one["key"]: one for one in result["baselines"]}["past_revenue"]
    assert past["spearman"]["rho"] == pytest.approx(spearman([one[2] for one in grown], growth), abs=5e-5)
    assert past["composite_ahead"] == pytest.approx(
        result["composite"]["spearman"]["rho"] - past["spearman"]["rho"], abs=1e-4
    )


async def test_what_was_learned_after_the_day_changes_no_judgement_of_it(client, world, working):
    accounts = [one[0] for one in planted(world, 24)]
    model = await a_model(client)
    await world.save()
    before = (await a_backtest(client, model))["result"]

    for place, account in enumerate(accounts):
        world.rating(account, 1 + (place * 3) % 5, DAY + timedelta(days=1))
        world.deal(account, str(10_000 - place), created_on=DAY + timedelta(days=1), probability=1)
    world.account(since=DAY + timedelta(days=1))
    await world.save()

    assert (await a_backtest(client, model))["result"] == before


async def test_the_same_seed_gives_the_same_result_and_another_one_other_intervals(client, world, working):
    planted(world, 20)
    await world.save()
    model = await a_model(client)

    one, same, other = [(await a_backtest(client, model, seed=seed))["result"] for seed in (1, 1, 2)]

    assert one == same
    assert one["composite"]["spearman"]["interval"] != other["composite"]["spearman"]["interval"]
    assert one["composite"]["spearman"]["rho"] == other["composite"]["spearman"]["rho"]


async def test_who_was_merged_or_removed_since_is_told(client, world, working):
    grown = planted(world, 26)
    nothing_known, credited = (world.account(since=DAY - timedelta(days=9)) for _ in range(2))
    world.won(nothing_known, None, DAY + timedelta(days=5))
    world.won(credited, "-500", DAY + timedelta(days=5))
    world.won(grown[5][0], "100", DAY + timedelta(days=5), currency="CHF")
    world.account(since=DAY - timedelta(days=9))
    await world.save()
    (loser, _, *lost), (survivor, _, *kept), (removed, *_) = grown[:3]
    async with world.database.transaction(world.tenant_id) as connection:
        at = morning(DAY + timedelta(days=100))
        await facts.merge(connection, world.tenant_id, ACCOUNTS, loser, survivor, at)
        await facts.mark_gone(connection, world.tenant_id, ACCOUNTS, {removed: at}, facts.arriving())

    result = (await a_backtest(client, await a_model(client)))["result"]

    assert result["accounts"] == {
        "existed": 29, "with_outcome": 26, "without_revenue": 1, "merged": 1,
        "excluded": {"removed": 1, "revenue_unknown": 1, "below_zero": 1},
    }  # fmt: skip
    after = result["outcome"]["after"]
    assert (after["without_amount"], after["missing_rates"]) == (1, {"CHF": 1})
    # Both have the growth of what they spent together, so their joint fit of 1 and 2 is held against one outcome.
    joint = math.log((1 + lost[1] + kept[1]) / (1 + lost[0] + kept[0]))
    rated = [(fit, math.log((1 + later) / (1 + earlier))) for _, fit, earlier, later in grown[3:]]
    rated += [(1, joint), (2, joint)]
    assert by_key(result)["fit"]["spearman"]["rho"] == pytest.approx(spearman(*zip(*rated, strict=True)), abs=5e-5)


async def test_a_deal_that_is_removed_does_not_count_any_more(client, world, working):
    planted(world, 3)
    extra = world.won(world.account(since=DAY - timedelta(days=9)), "1000000", DAY + timedelta(days=5))
    await world.save()
    async with world.database.transaction(world.tenant_id) as connection:
        at = morning(DAY + timedelta(days=30))
        await facts.mark_gone(connection, world.tenant_id, OPPORTUNITIES, {extra: at}, facts.arriving())

    result = (await a_backtest(client, await a_model(client)))["result"]

    assert result["outcome"]["after"]["deals"] == 3
    assert result["outcome"]["after"]["revenue"] < 1_000_000


@pytest.mark.parametrize("count", [0, 2])
async def test_next_to_no_accounts_are_too_few_and_no_figure_is_made_up(client, world, working, count):
    planted(world, count)
    await world.save()

    result = (await a_backtest(client, await a_model(client)))["result"]

    assert result["status"] == "insufficient_data"
    assert result["composite"]["n"] == result["accounts"]["existed"] == count
    for one in (result["composite"], *result["criteria"], *result["baselines"]):
        assert (one["verdict"], one["because"]) == ("insufficient_data", "too_few_accounts")
        assert one["spearman"] == dict.fromkeys(("rho", "interval", "p", "p_holm", "p_family"))
    remarks = result["outcome"]["remarks"]
    assert remarks == (["no_revenue_recorded"] if count == 0 else ["revenue_begins_late"])


async def test_a_day_before_any_data_has_no_accounts(client, world, working):
    planted(world, 22)
    await world.save()

    result = (await a_backtest(client, await a_model(client), as_of="2001-01-31"))["result"]

    assert (result["status"], result["accounts"]["existed"]) == ("insufficient_data", 0)
    assert result["outcome"]["before"]["revenue"] == 0


async def test_accounts_that_are_all_alike_are_inconclusive(client, world, working):
    for _ in range(21):
        account = world.account(since=DAY - timedelta(days=400))
        world.rating(account, 3, DAY)
        world.deal(account, "5", created_on=DAY)
        world.won(account, "10", DAY)
        world.won(account, "10", DAY + timedelta(days=1))
    await world.save()

    result = (await a_backtest(client, await a_model(client)))["result"]

    assert result["status"] == "ok"
    for one in (result["composite"], *result["criteria"]):
        assert (one["n"], one["spearman"]["rho"], one["verdict"], one["because"]) == (
            21, None, "inconclusive", "constant",
        )  # fmt: skip
    assert result["outcome"]["growth_quartiles"] == [0, 0, 0]


async def test_a_backtest_is_of_the_version_that_was_named_and_listed_with_its_verdict(client, world, working):
    planted(world, 25)
    await world.save()
    model = await a_model(client)
    told = await a_backtest(client, model, model_version=1)
    waiting = (await started(client, model, horizon_days=30)).json()["id"]

    listed = (await client.get(f"/v1/selection/models/{model['id']}/backtests")).json()["data"]

    assert [one["id"] for one in listed] == [waiting, told["id"]]
    assert told["model_version"] == 1
    composite = told["result"]["composite"]
    assert (listed[1]["status"], listed[1]["rho"], listed[1]["verdict"]) == (
        "ok", composite["spearman"]["rho"], composite["verdict"],
    )  # fmt: skip
    assert listed[0]["horizon_days"] == 30


async def test_a_horizon_that_is_not_over_is_refused_with_the_latest_day(client):
    model = await a_model(client)
    url = f"/v1/selection/models/{model['id']}/backtests"
    today = datetime.now(UTC).date()

    ahead = await client.post(url, json={"as_of": (today - timedelta(days=29)).isoformat(), "horizon_days": 30})
    future = await client.post(url, json={"as_of": (today + timedelta(days=2)).isoformat(), "horizon_days": 30})
    over = await client.post(url, json={"as_of": (today - timedelta(days=31)).isoformat(), "horizon_days": 30})

    assert (ahead.status_code, future.status_code, over.status_code) == (422, 422, 202)
    assert ahead.json()["code"] == "horizon_ahead"
    assert ahead.json()["errors"][0]["pointer"] == future.json()["errors"][0]["pointer"] == "/as_of"


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"as_of": None}, "/as_of"),
        ({"horizon_days": 29}, "/horizon_days"),
        ({"horizon_days": 1096}, "/horizon_days"),
        ({"resamples": 199}, "/resamples"),
        ({"resamples": 10_001}, "/resamples"),
        ({"seed": -1}, "/seed"),
        ({"seed": 1.5}, "/seed"),
        ({"model_version": 0}, "/model_version"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_what_cannot_be_right_is_refused_by_its_pointer(client, asked, pointer):
    model = await a_model(client)

    refused = await client.post(f"/v1/selection/models/{model['id']}/backtests", json={"as_of": "2024-06-30", **asked})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_unknown_models_versions_and_backtests_are_not_found_nor_are_those_of_others(client, other_client):
    ids = await a_whole_story(client)
    own = f"/v1/selection/models/{ids['model_id']}/backtests"
    body = {"as_of": "2024-06-30"}

    answers = [
        await client.post(f"/v1/selection/models/{uuid4()}/backtests", json=body),
        await client.post(own, json={**body, "model_version": 9}),
        await other_client.post(own, json=body),
        await client.get(f"/v1/selection/models/{uuid4()}/backtests"),
        await other_client.get(own),
        await client.get(f"/v1/selection/backtests/{uuid4()}"),
        await other_client.get(f"/v1/selection/backtests/{ids['analysis_id']}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 7


async def test_one_that_is_not_finished_has_no_result(client):
    ids = await a_whole_story(client)

    told = (await client.get(f"/v1/selection/backtests/{ids['analysis_id']}")).json()

    assert (told["finished"], told["result"]) == (False, None)


async def test_one_that_was_cancelled_ends_where_it_tells_its_progress_and_keeps_nothing(client, world, database):
    planted(world, 25)
    await world.save()
    accepted = await started(client, await a_model(client))
    cancelled = await client.post(f"{accepted.headers['location']}/cancel")
    assert cancelled.status_code == 200, cancelled.text
    async with database.transaction(world.tenant_id) as connection:
        job = await jobs.job(connection, world.tenant_id, JobId(UUID(accepted.json()["id"])))

    with pytest.raises(jobs.JobCancelled):
        await backtests.carry_out(jobs.JobContext(database, job))

    told = (await client.get(f"/v1/selection/backtests/{accepted.json()['id']}")).json()
    assert told["result"] is None
