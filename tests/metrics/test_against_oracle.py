"""The statements and the arithmetic of arrays, against the same metrics worked out one by one in plain Python."""

import pytest

from tests.metrics import random_worlds, whitespace_oracle
from tests.metrics.oracle import Oracle

KEYS = (
    "revenue_ltm", "revenue_prior_ltm", "revenue_growth", "revenue_trend", "win_rate", "deal_count_ltm",
    "lost_amount_ltm",
    "tenure_years", "net_retention", "cycle_days", "open_pipeline", "future_spend", "gross_retention",
    "concentration_offering", "concentration_buying_center", "concentration_decision_maker", "sole_source_share",
    "offerings_proposed_new", "cross_sell_potential", "relationship_depth", "executives_met_new", "days_since_qbr",
    "advocacy", "whitespace", "whitespace_covered", "employees", "annual_revenue", "largest_contact_share",
    "buying_centers_new", "advocates", "detractors_deciding", "supporters_left",
    "days_since_plan_update", "collaboration_breadth", "resource_utilization", "commitments_kept", "expectations_met",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
async def test_every_account_on_every_day_is_as_the_oracle_says(world, seed):
    accounts = random_worlds.filled(world, seed)
    await world.save()

    for day in random_worlds.DAYS[:3]:
        found = await world.measured(*KEYS, as_of=day)
        oracle = Oracle(world, day)
        assert set(accounts) >= set(found.account_ids)
        for row, account in enumerate(found.account_ids):
            expected = {**oracle.answers(account), **whitespace_oracle.answers(oracle, account)}
            answered = {key: found.value(key, row) for key in KEYS}
            assert answered == {key: _near(expected[key]) for key in KEYS}, (seed, day, account)


def _near(value):
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-7)
