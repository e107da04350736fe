"""The figures after an event are those of the registry once it has really happened, in a world else the same."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest

from app.health.core.scenarios.events import KINDS, Event, consequence
from app.health.core.scenarios.figures import figures
from app.health.service.scenarios import facts_of
from app.tenancy import service as tenancy
from tests.metrics import random_worlds
from tests.metrics.ground import AS_OF, ago, founded

pytestmark = pytest.mark.asyncio(loop_scope="session")
END = datetime.combine(AS_OF + timedelta(days=1), time(), UTC)
SEED = 8
KEYS = (
    "revenue_ltm", "revenue_growth", "net_retention", "gross_retention", "revenue_trend", "open_pipeline",
    "concentration_offering", "concentration_buying_center", "concentration_decision_maker", "largest_contact_share",
    "sole_source_share", "advocacy", "relationship_depth",
)  # fmt: skip
# What the twin cannot show: there a trend is not held down by decree, and a deal that only had a list price has an
# amount of its own, by which its flag counts.
BESIDES = {
    "growth_flat": {"revenue_trend"},
    "market_worsens": {"sole_source_share"},
    "user_base_matures": {"sole_source_share"},
}


def filled(world):
    """Accounts made by chance, and of the first that it grew where it bought before, and that somebody supports us."""
    accounts = random_worlds.filled(world, SEED, deals=150)
    first = accounts[0]
    cell = {
        "buying_center_id": next(row["id"] for row in world.known["buying_centers"] if row["account_id"] == first),
        "offering_id": world.known["offerings"][0]["id"],
        "primary_contact_id": world.contact(first, "vp", stance="advocate"),
    }
    world.won(first, "20000", ago(400), **cell)
    world.won(first, "90000", ago(30), **cell)
    return accounts


def held(world, table):
    """The rows of a table that hold at the end of the day, by id."""
    return {row["id"]: row for row in world.known[table] if row["valid_from"] < END and row.get("valid_to", END) >= END}


def happen(world, twin, facts, case):
    """Let the event happen in the twin, record by record; both worlds were filled in the same order."""
    twins = {
        one["id"]: other["id"]
        for table in ("opportunities", "contacts")
        for one, other in zip(world.known[table], twin.known[table], strict=True)
    }
    deals, people = held(twin, "opportunities"), held(twin, "contacts")
    for deal, kept, competitive in zip(facts.deals, case.kept, case.competitive, strict=True):
        row = deals[twins[deal.opportunity_id]]
        counted = deal.price if deal.status == "open" else deal.worth
        if kept < 1 and counted is not None:
            if row["amount"] is None:
                row |= {"amount": Decimal(counted), "currency": "USD"}
            row["amount"] = round(Decimal(row["amount"]) * Decimal(float(kept)), 4)
        if competitive and row["sole_sourced"]:
            row["sole_sourced"] = False
    for contact_id in case.inactive:
        people[twins[contact_id]]["active"] = False


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_foretold_is_what_is_measured_when_it_happens(world, measuring, kind):
    twin = await founded(measuring)
    accounts, others = (filled(one) for one in (world, twin))
    await world.save()
    foretold = []
    async with world.database.transaction(world.tenant_id) as connection:
        organization = await tenancy.organization(connection, world.tenant_id)
        for account in accounts:
            facts = await facts_of(connection, organization, account, AS_OF)
            found = consequence(facts, Event(kind, decline=0.5))
            happen(world, twin, facts, found.case)
            foretold.append((figures(facts, found.case), found))

    measured = await twin.measured(*KEYS)

    assert any(found.reason is None for _, found in foretold)
    for account, (told, _) in zip(others, foretold, strict=True):
        row = measured.row(account)
        for key in set(KEYS) - BESIDES.get(kind, set()):
            expected = measured.value(key, row)
            value = None if np.isnan(told[key]) else told[key]
            assert value == (None if expected is None else pytest.approx(expected, rel=1e-5, abs=1e-3)), (key, account)
