"""Where nothing happens, the figures of a scenario are the registry's own: on any day, of facts made by chance."""

import numpy as np
import pytest

from app.health.core.scenarios.case import unchanged
from app.health.core.scenarios.figures import SCALED, figures
from app.health.service.scenarios import facts_of
from app.tenancy import service as tenancy
from tests.metrics import random_worlds

pytestmark = pytest.mark.asyncio(loop_scope="session")
EXACT = (
    "revenue_ltm", "deal_count_ltm", "revenue_growth", "net_retention", "gross_retention", "revenue_trend",
    "buying_centers_active", "concentration_offering", "concentration_buying_center", "concentration_decision_maker",
    "largest_contact_share", "open_pipeline", "offerings_proposed_new", "sole_source_share", "competitor_footholds",
    "advocacy", "advocates", "detractors_deciding", "relationship_depth", "executives_met_new",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
async def test_each_figure_of_an_unchanged_account_is_that_of_the_registry(world, seed):
    accounts = random_worlds.filled(world, seed)
    await world.save()

    for day in random_worlds.DAYS[:3]:
        measured = await world.measured(*EXACT, *SCALED, "expected_spend", as_of=day)
        async with world.database.transaction(world.tenant_id) as connection:
            organization = await tenancy.organization(connection, world.tenant_id)
            for account in set(accounts) & set(measured.account_ids):
                facts = await facts_of(connection, organization, account, day)
                _check(figures(facts, unchanged(facts)), measured, account, (seed, day, account))


def _check(found, measured, account, where):
    row = measured.row(account)
    for key in EXACT:
        value = measured.value(key, row)
        if value is None and key in {"relationship_depth", "executives_met_new", "advocates", "detractors_deciding"}:
            continue  # the organization records none of it
        assert (None if np.isnan(found[key]) else found[key]) == _near(value), (key, where)
    expected, spend = found["expected"], measured.value("expected_spend", row)
    assert measured.value("future_spend", row) == _near(_larger(expected, spend)), where
    attainment = measured.value("revenue_attainment", row)  # proportional to this sum
    assert attainment is None or (attainment > 0) == (found["planned_revenue"] > 0), where


def _larger(expected, spend):
    known = [one for one in (None if np.isnan(expected) else expected, spend) if one is not None]
    return max(known, default=None)


def _near(value):
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-7)
