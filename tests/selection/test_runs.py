"""The portfolio: every account scored at once, as a job; its results and its map."""

from app.infra.paging import PageRequest
from app.kernel.ids import RunId
from app.selection import queries
from app.selection.service import portfolio
from tests.metrics.ground import AS_OF, World, ago
from tests.selection.ground import a_book, a_published_model, a_rating, a_run, an_account, results


async def test_a_run_ranks_every_account_that_was_known_on_the_day(client, working):
    accounts = await a_book(client, 4)
    await an_account(client, "Later", effective_on="2024-09-01")
    await a_published_model(client)

    run = await a_run(client, as_of="2024-06-30")

    scores = await results(client, run)
    assert (run["accounts"], run["ranked"]) == (4, 4)
    # Spend and fit both rise with the place, so the last is best.
    assert [score["account_id"] for score in scores] == [account["id"] for account in reversed(accounts)]
    assert [score["rank"] for score in scores] == [1, 2, 3, 4]
    assert [score["composite"]["score"] for score in scores] == [81.25, 56.25, 31.25, 6.25]


async def test_results_can_be_filtered_sorted_and_paged(client, working):
    await a_book(client, 5)
    await a_published_model(client)
    run = await a_run(client, as_of="2024-06-30")
    url = f"/v1/selection/runs/{run['run_id']}/results"

    worst = (await client.get(url, params={"sort": "composite", "limit": 2})).json()
    rest = (await client.get(url, params={"sort": "composite", "limit": 2, "cursor": worst["next_cursor"]})).json()

    assert [score["rank"] for score in worst["data"] + rest["data"]] == [5, 4, 3, 2]
    assert {score["tier"] for score in await results(client, run, tier="tier_1")} == {"tier_1"}
    assert {score["quadrant"] for score in await results(client, run, quadrant="serve")} == {"serve"}


async def test_a_run_that_was_carried_out_is_left_as_it_is(client, database, tenant, working):
    await a_book(client, 3)
    run = await a_run(client, as_of="2024-06-30")
    before = await results(client, run)

    async with database.transaction(tenant.id) as connection:
        again = await portfolio.carry_out(connection, tenant.id, RunId(run["run_id"]))

    assert again == run
    assert await results(client, run) == before


async def test_a_large_portfolio_is_kept_part_by_part(database, tenant):
    world, told = World(database, tenant.id), []
    accounts = [world.account() for _ in range(queries.FEW + 1)]
    for metric in ("goal_fit", "customer_growth_outlook"):
        world.rating(accounts[7], 5, ago(1), metric=metric)
    await world.save()

    async def tell(done, total):
        told.append((done, total))

    async with database.transaction(tenant.id) as connection:
        job = await portfolio.start(connection, tenant.id, as_of=AS_OF, model_id=None, key_id=None)
        run = await portfolio.carry_out(connection, tenant.id, RunId(job.id), tell)
        best = await portfolio.results(connection, tenant.id, RunId(job.id), PageRequest(2, None, None), {})

    assert told == [(0, len(accounts)), (len(accounts), len(accounts))]
    assert (run["accounts"], run["ranked"]) == (len(accounts), 1)
    assert [(one["rank"], one["composite"]["score"]) for one in best.data] == [(1, 100), (None, None)]
    assert best.data[0]["account_id"] == str(accounts[7])


async def test_a_second_run_knows_the_first(client, working):
    (account,) = await a_book(client, 1)
    await a_published_model(client)
    first = (await results(client, await a_run(client, as_of="2024-06-30")))[0]
    await a_rating(client, account, 5, rated_on="2024-07-15")

    second = (await results(client, await a_run(client, as_of="2024-07-31")))[0]

    assert second["previous"] == {
        "composite": first["composite"]["score"],
        "tier": first["tier"],
        "as_of": "2024-06-30",
    }


async def test_the_map_shows_every_account_as_of_a_day(client, working):
    accounts = await a_book(client, 3)
    await a_published_model(client)
    await a_run(client, as_of="2024-06-30")
    await a_rating(client, accounts[0], 5, rated_on="2024-07-15")
    await a_run(client, as_of="2024-07-31")

    june = (await client.get("/v1/selection/matrix", params={"as_of": "2024-07-01"})).json()
    july = (await client.get("/v1/selection/matrix")).json()

    assert {point["account_id"] for point in june["points"]} == {account["id"] for account in accounts}
    assert {point["as_of"] for point in june["points"]} == {"2024-06-30"}
    assert {point["as_of"] for point in july["points"]} == {"2024-07-31"}
    assert july["quadrant_thresholds"] == {"opportunity": 60.0, "alignment": 60.0}
    moved = next(point for point in july["points"] if point["account_id"] == accounts[0]["id"])
    assert moved["alignment"] == 100.0


async def test_a_run_of_an_empty_book_is_empty(client, working):
    run = await a_run(client)

    assert (run["accounts"], run["ranked"]) == (0, 0)
    assert await results(client, run) == []


async def test_runs_are_listed_and_apart(client, other_client, working):
    run = await a_run(client)

    listed = (await client.get("/v1/selection/runs")).json()["data"]

    assert [one["id"] for one in listed] == [run["run_id"]]
    assert (await other_client.get("/v1/selection/runs")).json()["data"] == []
    assert (await other_client.get(f"/v1/selection/runs/{run['run_id']}")).status_code == 404
    assert (await other_client.get(f"/v1/selection/runs/{run['run_id']}/results")).status_code == 404
