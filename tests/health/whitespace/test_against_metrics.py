"""The grid of random organizations against the metrics of the same day, which plain Python confirms elsewhere."""

import pytest

from app.health.core.whitespace import together
from app.health.service import whitespace
from tests.metrics import random_worlds
from tests.metrics.ground import founded
from tests.metrics.oracle import Oracle
from tests.metrics.whitespace_oracle import vacant_cells
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
KEYS = ("whitespace", "whitespace_ratio", "whitespace_covered", "revenue_ltm", "open_pipeline", "buying_centers_new")


def near(number):
    return None if number is None else pytest.approx(number, rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("seed", range(3))
async def test_the_grid_adds_up_to_the_metrics_on_any_day(database, seed):
    world = await founded(database)
    accounts = random_worlds.filled(world, seed, deals=90)
    await world.save()

    for day in random_worlds.DAYS[:3]:
        known = await world.measured(*KEYS, as_of=day, accounts=accounts)
        oracle = Oracle(world, day)
        for row, account in enumerate(accounts):
            async with database.transaction(world.tenant_id) as connection:
                grid = await whitespace.grid(connection, world.tenant_id, account, day)
            metric = {key: near(known.value(key, row)) for key in KEYS}
            assert grid.totals.whitespace == metric["whitespace"]
            assert grid.totals.covered_share == metric["whitespace_covered"]
            assert grid.test.ratio == metric["whitespace_ratio"]
            assert grid.quarters[0].new_centers == (known.value("buying_centers_new", row) or 0)
            whole = together([*(cell.bought for cell in grid.cells), grid.unplaced])
            assert (whole.revenue, whole.pipeline) == (metric["revenue_ltm"], metric["open_pipeline"])
            cells = {(cell.buying_center_id, cell.offering_id): cell for cell in grid.cells}
            vacant = vacant_cells(oracle, account) or {}
            assert {place for place, cell in cells.items() if cell.vacant} == set(vacant)
            assert all(cells[place].potential == near(potential) for place, potential in vacant.items())
