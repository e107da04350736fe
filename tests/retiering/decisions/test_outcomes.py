"""Kept accounts against those let go: what became of both."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, text

from app.kernel.ids import new_id
from app.resourcing.tables import account_entitlements
from app.retiering.tables import retierings
from tests.asking import a_person, a_record, counted, days_ago, ok
from tests.selection.ground import an_account
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
OUTCOMES = "/v1/retierings/outcomes"
DECIDED = 200  # days ago: six months have passed, twelve have not
TODAY = datetime.now(UTC).date()


async def spends(client, account, before, after):
    """Won as much within half a year before the decision, and as much after it."""
    for amount, ago in ((before, DECIDED + 100), (after, DECIDED - 100)):
        body = {"status": "won", "closed_on": days_ago(ago), "created_on": days_ago(ago + 20)}
        money = {"amount": str(amount), "currency": "USD"}
        await a_record(client, "opportunities", account=account["id"], amount=money, **body)


def a_decision(tenant, account, people, *, reason=None):
    less = reason is None
    day = TODAY - timedelta(days=DECIDED)
    return {
        "tenant_id": tenant.id, "id": new_id(), "account_id": account["id"], "state": "decided", "proposed_on": day,
        "from_tier": "tier_1", "recommended": "downtier", "recommended_tier": "tier_2", "recommendation": {},
        "decision": "downtier" if less else "retain", "to_tier": "tier_2" if less else None, "keeping_reason": reason,
        "grounds": "performance" if less else None, "rationale": "Why", "decided_on": day,
        "decided_by_user_id": people[0], "approved_on": day if less else None,
        "approved_by_user_id": people[1] if less else None,
    }  # fmt: skip


async def felt(connection, tenant, account, *days):
    """The health that was kept of an account, and how many days ago."""
    for ago, health in days:
        await connection.execute(
            text(
                "INSERT INTO health_scores (tenant_id, account_id, as_of, model_id, model_version, inputs, utilities,"
                " fact_counts, facts_on, health, hygiene_coverage, health_coverage, provisional)"
                " SELECT :tenant, :account, :day, model_id, number, '{}', '{}', '{}', '{}', :health, 1, 1, false"
                " FROM health_model_versions WHERE tenant_id = :tenant LIMIT 1"
            ),
            {"tenant": tenant.id, "account": account["id"], "day": TODAY - timedelta(days=ago), "health": health},
        )


async def had(connection, tenant, account, resource, until):
    """The account was entitled to a resource, until so many days ago."""
    row = {
        "tenant_id": tenant.id, "id": new_id(), "account_id": account["id"], "resource_id": resource, "quantity": 4.0,
        "from_on": TODAY - timedelta(days=400), "until_on": TODAY - timedelta(days=until), "basis": "tier",
        "basis_name": "tier_1",
    }  # fmt: skip
    await connection.execute(insert(account_entitlements).values(**row))


async def a_past(client, database, tenant, kept, let_go):
    """Accounts that spent 100 before the decision and so much after it, by what was decided; the last one let go."""
    people = [await a_person(client, function) for function in ("sales", "finance")]
    decisions = []
    for after, reason in (
        *((after, "fear_of_losing_the_customer") for after in kept),
        *((one, None) for one in let_go),
    ):
        account = await an_account(client)
        await spends(client, account, 100, after)
        decisions.append((account, a_decision(tenant, account, people, reason=reason)))
    account = decisions[-1][0]
    await ok(client.get(f"/v1/accounts/{account['id']}/health"))
    async with database.transaction(tenant.id) as connection:
        await connection.execute(insert(retierings), [row for _, row in decisions])
    return account


async def test_those_kept_are_held_against_those_let_go(client, database, tenant):
    # The changes are -0.1 to -0.3 and 0.1 to 0.3: either mean is 0.2 off, either variance 0.005. Welch's interval of
    # the difference has 8 degrees of freedom: -0.4 and 2.306004 * sqrt(0.002) on either side.
    reduced = await a_past(client, database, tenant, (90, 80, 70, 80, 80), (110, 120, 130, 120, 120))
    resource = await a_record(
        client, "resources", code="ENG", name="Engineer", kind="consulting", function="service", unit="days"
    )
    async with database.transaction(tenant.id) as connection:
        await felt(connection, tenant, reduced, (DECIDED + 5, 40.0), (20, 60.0))
        await had(connection, tenant, reduced, resource, DECIDED - 50)
    found = await ok(client.get(OUTCOMES))
    early = await ok(client.get(OUTCOMES, params={"as_of": days_ago(DECIDED - 10)}))

    half, year = found["horizons"]
    assert (found["recommended_less"], found["kept"], found["kept_share"]) == (10, 5, 0.5)
    assert half["kept"]["revenue_change"] == {"known": 5, "mean": -0.2, "median": -0.2}
    assert half["let_go"]["revenue_change"]["mean"] == pytest.approx(0.2)
    assert half["revenue_difference"] == {
        "difference": -0.4, "low": -0.5031, "high": -0.2969, "verdict": "let_go_did_better",
    }  # fmt: skip
    assert half["let_go"]["health_change"] == {"known": 1, "mean": 20.0, "median": 20.0}
    assert half["health_difference"]["verdict"] == "insufficient_data"
    assert [(one["keeping_reason"], one["cases"]) for one in half["keeping_reasons"]] == [
        ("fear_of_losing_the_customer", 5)
    ]
    assert (year["kept"]["too_early"], year["revenue_difference"]["difference"]) == (5, None)
    assert found["resources_reduced"]["share"] == 0.1
    assert found["resources_reduced"]["benchmark"]["value"] == 32
    assert (found["healthier_after_reducing"]["known"], found["healthier_after_reducing"]["share"]) == (1, 1.0)
    assert found["healthier_after_reducing"]["benchmark"]["value"] == 41
    # Ten days after the decisions nothing of what came later was known.
    assert (early["recommended_less"], early["horizons"][0]["kept"]["too_early"]) == (10, 5)
    assert early["resources_reduced"]["reduced"] == 0


async def test_without_decisions_there_is_nothing_to_compare(client):
    nothing_yet = await ok(client.get(OUTCOMES))
    assert (nothing_yet["recommended_less"], nothing_yet["kept_share"]) == (0, None)
    assert nothing_yet["horizons"][0]["revenue_difference"]["verdict"] == "insufficient_data"


async def test_statements_do_not_grow_with_the_decisions_that_were_brought_in(client, database, tenant):
    await a_past(client, database, tenant, (90,), (110,))
    await ok(client.get(OUTCOMES))
    with counted(database) as few:
        await ok(client.get(OUTCOMES))
    await a_past(client, database, tenant, (90, 80), (110, 120))
    with counted(database) as more:
        await ok(client.get(OUTCOMES))
    assert len(more) == len(few)
    # What was brought in without its recommendation can be read all the same.
    one = (await ok(client.get("/v1/retierings", params={"limit": 1})))["data"][0]
    assert (await ok(client.get(f"/v1/retierings/{one['id']}")))["recommendation"] is None
