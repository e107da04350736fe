"""The grid of whitespace through HTTP: the state of each cell, what it could bring, and sums that add up."""

import pytest

from tests.asking import a_person, ok
from tests.health.motions.ground import TODAY, a_deal, ago
from tests.health.whitespace.ground import a_ground, usd
from tests.selection.reviews.ground import NOBODY
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_each_cell_has_the_state_that_deals_and_statements_give_it(client):
    ground = await a_ground(client, "desks", "chairs", "lamps", "rugs")
    await ground.deal("north", "desks", 40, 100, 50)
    await ground.deal("north", "chairs", 30, 20, stage="Proposal")
    await ground.deal("north", "lamps", 30, 20, stage="Prospecting")
    await ground.deal("north", "rugs", 9, 90, 80, status="lost", competitor="Rival")
    await ground.says("south", "desks", state="competitor", competitor="Other")
    await ground.says("south", "chairs", state="no_pursue", how="Too small")
    await ground.says("south", "lamps", state="not_applicable")

    cells = await ground.cells()

    assert {place: cell["state"] for place, cell in cells.items()} == {
        ("north", "desks"): "owned",
        ("north", "chairs"): "proposed",
        ("north", "lamps"): "in_pipeline",
        ("north", "rugs"): "competitor",
        ("south", "desks"): "competitor",
        ("south", "chairs"): "no_pursue",
        ("south", "lamps"): "not_applicable",
        ("south", "rugs"): "open",
    }
    assert (cells["north", "rugs"]["competitor"], cells["south", "desks"]["competitor"]) == ("Rival", "Other")
    assert {place for place, cell in cells.items() if cell["counts_as_whitespace"]} == {
        ("north", "rugs"), ("south", "desks"), ("south", "rugs"),
    }  # fmt: skip
    only = await ground.grid(state="owned")
    assert ([one["state"] for one in only["cells"]], only["cells_left_out"]) == (["owned"], 7)


async def test_deals_go_before_what_was_said(client):
    ground = await a_ground(client, "desks")
    await ground.says("north", "desks", state="no_pursue")
    await ground.deal("north", "desks", 40, 20)

    assert (await ground.cells())["north", "desks"]["state"] == "in_pipeline"


async def test_a_potential_says_how_it_is_known_and_what_remains_of_it(client):
    ground = await a_ground(client, "desks", "chairs", "lamps")
    await ground.sells_to_others("desks", 10, 20, 90)
    await ground.sells_to_others("desks", 5000, industry="energy")
    await ground.sells_to_others("chairs", 40, 60, industry="energy")
    await ground.says("north", "desks", potential=usd(200), confidence=0.7, how="Their budget")
    await ground.deal("north", "desks", 50, 100, 50)
    await ground.deal("north", "desks", 40, 20, probability=0.25)

    cells = await ground.cells()

    def how(cell):
        return [cell[part] for part in ("potential", "potential_from", "potential_among", "whitespace", "remaining")]

    # The account's own purchase of 50 is one of the retail market's four.
    assert how(cells["south", "desks"]) == [35, "industry", 4, 35, 35]
    assert how(cells["south", "chairs"]) == [50, "all", 2, 50, 50]
    assert how(cells["south", "lamps"]) == [None, None, None, None, None]
    # Bought cells are no whitespace, and yet something remains: 200 less 50 less a quarter of 40.
    assert how(cells["north", "desks"]) == [200, "entered", None, 0, 140]
    assert (cells["north", "desks"]["wallet_share"], cells["north", "desks"]["confidence"]) == (0.25, 0.7)
    assert cells["south", "desks"]["wallet_share"] is None


async def test_totals_add_up_to_the_cells_and_are_the_metrics(client):
    ground = await a_ground(client, "desks", "chairs", "lamps")
    owner = await a_person(client, "sales")
    await ground.sells_to_others("desks", 10, 20, 90)
    await ground.deal("north", "chairs", 30, 100, 50)
    await ground.deal("north", "lamps", 25, 10)
    await a_deal(client, ground.account, 5, 10)  # in no cell
    await ground.says("south", "chairs", potential=usd(60), owner_user_id=owner, next_step="Call", due_on=ago(-10))
    await ground.says("south", "lamps", potential=usd(100))

    grid, metrics = await ground.grid(), await ground.metrics()

    total = grid["totals"]
    assert (total["whitespace"], total["cells_of_whitespace"], total["cells"]) == (20 + 20 + 60 + 100, 4, 6)
    assert (total["covered"], total["covered_share"]) == (60, 0.3)
    for lines in (grid["buying_centers"], grid["offerings"]):
        for part in ("whitespace", "revenue", "open_pipeline", "covered", "cells"):
            assert sum(line["totals"][part] for line in lines) == pytest.approx(total[part])
    assert [line["name"] for line in grid["buying_centers"]] == ["north", "south"]
    assert next((line["code"], line["name"]) for line in grid["offerings"]) == ("chairs", "The chairs")
    assert sum(cell["whitespace"] or 0 for cell in grid["cells"]) == total["whitespace"]
    assert metrics["whitespace"] == total["whitespace"]
    assert metrics["whitespace_covered"] == total["covered_share"]
    assert metrics["whitespace_ratio"] == grid["three_times_test"]["ratio"] == pytest.approx(230 / 30, abs=1e-4)
    assert grid["three_times_test"]["flagged"] is True
    assert metrics["revenue_ltm"] == total["revenue"] + grid["unplaced"]["revenue"]
    assert metrics["open_pipeline"] == total["open_pipeline"] + grid["unplaced"]["open_pipeline"] == 30


async def test_the_grid_of_an_earlier_day_knows_nothing_later(client):
    ground = await a_ground(client, "desks")
    await ground.says("north", "desks", potential=usd(70), said_on=ago(40))
    await ground.says("north", "desks", state="not_applicable", said_on=ago(20))
    await ground.deal("south", "desks", 40, 60, 30)

    async def states(days):
        return {center: cell["state"] for (center, _), cell in (await ground.cells(as_of=ago(days))).items()}

    assert await states(45) == {"south": "in_pipeline"}
    assert await states(35) == {"north": "open", "south": "in_pipeline"}
    assert await states(0) == {"north": "not_applicable", "south": "owned"}
    then = await ground.grid(as_of=ago(35))
    assert then["totals"]["whitespace"] == (await ground.metrics(as_of=ago(35)))["whitespace"] == 70


async def test_an_offering_that_left_the_catalogue_shows_its_deals_alone(client):
    ground = await a_ground(client, "desks")
    await ground.deal("north", "desks", 40, 300, 200)
    await ok(client.patch(f"/v1/offerings/{ground.offerings['desks']}", json={"active_to": ago(90)}))

    grid = await ground.grid()

    (cell,) = grid["cells"]
    assert (cell["in_catalogue"], cell["state"], cell["revenue"], cell["potential"]) == (False, "owned", 40, None)
    assert grid["totals"]["whitespace"] is None
    assert (await ground.metrics())["whitespace"] is None


async def test_new_ground_is_told_by_quarter(client):
    ground = await a_ground(client, "desks", "chairs")
    await ground.deal("north", "desks", 40, 300, 200)
    await ground.deal("north", "chairs", 40, 100, 20)
    await ground.deal("south", "desks", 40, 100, 10)
    await ground.deal("south", "desks", 40, 100, 5)

    quarters = (await ground.grid())["colonisation"]

    parts = ("cells_won", "cells_won_in_new_buying_centers", "new_buying_centers")
    assert [tuple(one[part] for part in parts) for one in quarters] == [(2, 1, 1), (0, 0, 0), (1, 1, 1), (0, 0, 0)]
    assert (quarters[0]["period_from"], quarters[0]["period_to"]) == (ago(89), TODAY.isoformat())
    assert quarters[0]["new_buying_centers"] == (await ground.metrics())["buying_centers_new"]


async def test_without_strategies_recorded_nothing_is_said_of_coverage(client):
    ground = await a_ground(client, "desks")
    await ground.sells_to_others("desks", 10)
    await ground.deal("north", "desks", 4, 10)

    grid = await ground.grid()

    assert (grid["totals"]["whitespace"], grid["totals"]["covered_share"]) == (10, None)
    assert (grid["three_times_test"]["ratio"], grid["three_times_test"]["flagged"]) == (3.5, None)


async def test_an_account_without_buying_centers_has_an_empty_grid(client, other_client):
    ground = await a_ground(client)
    grid = await ground.grid(limit=0)

    assert (grid["cells"], grid["totals"]["whitespace"], grid["three_times_test"]["flagged"]) == ([], None, None)
    assert (await other_client.get(ground.path)).status_code == 404
    assert (await client.get(f"/v1/accounts/{NOBODY}/whitespace")).status_code == 404
    assert (await client.get(ground.path, params={"as_of": ago(-1)})).json()["errors"][0]["code"] == "in_the_future"
