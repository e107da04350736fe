"""The program in figures, through its door."""

import pytest
from sqlalchemy import text

from app.infra.db import enter
from tests.asking import a_person, a_record, counted, days_ago, ok
from tests.calibration.guests import a_calibration
from tests.program.summary.ground import a_key_account, been_key, won
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
SUMMARY = "/v1/program/summary"


async def told(client, **params):
    return await ok(client.get(SUMMARY, params=params))


async def a_program(client, database, tenant):
    """Old and Late are key, Old for two years; Other is none; Prospect never bought. Kim looks after Old."""
    kim = await a_person(client, "sales", "Kim")
    old = await a_key_account(client, "Old", "tier_1", kam_user_id=kim)
    await been_key(database, tenant, 700, old)
    late = await a_key_account(client, "Late", "tier_2")
    other, _ = [await a_key_account(client, name) for name in ("Other", "Prospect")]
    for account, before, since in ((old, 400, 600), (late, 100, 300), (other, 500, 100)):
        await won(client, account, before, 500)
        await won(client, account, since, 100)
    target = {
        "metric": "revenue", "period": {"from": days_ago(364), "to": days_ago(0)},
        "amount": {"amount": "750.00", "currency": "USD"}, "effective_on": days_ago(364),
    }  # fmt: skip
    await a_record(client, "targets", account=old, **target)
    return old, late


async def test_the_summary_holds_key_accounts_beside_all_others_and_published_figures_beside_ours(
    client, database, tenant
):
    await a_program(client, database, tenant)

    found = await told(client)

    key, growth, quota = found["key_accounts"], found["growth"], found["quota"]
    assert key["by_tier"] == [{"tier": "tier_1", "accounts": 1}, {"tier": "tier_2", "accounts": 1}]
    assert (key["customers"], key["customer_share"]) == (3, pytest.approx(2 / 3, abs=1e-4))
    assert (key["revenue"]["amount"], key["total_revenue"]["amount"], key["revenue_share"]) == (
        "900.00",
        "1000.00",
        0.9,
    )
    assert key["hhi"] == pytest.approx((600**2 + 300**2) / 900**2, abs=1e-4)
    # Late was no key account when the year began: those who grew into the program do not prove that it makes them grow.
    assert (growth["cohort_on"], growth["hindsight"]) == (days_ago(365), False)
    assert (growth["key_accounts"]["growth"], growth["other_accounts"]["growth"]) == (
        0.5,
        pytest.approx(-1 / 3, abs=1e-4),
    )
    assert (growth["premium"], growth["verdict"]) == (pytest.approx(0.8333), "insufficient_data")
    assert (quota["accounts_with_target"], quota["missed"], quota["attainment"], quota["is_met"]) == (1, 1, 0.8, False)
    assert quota["won"]["amount"] == "600.00"
    assert found["retention"]["net"] == pytest.approx(900 / 500)
    load = found["kam_load"]
    assert (load["managers"], load["mean"], load["under"], load["accounts_without_manager"]) == (1, 1.0, 1, 1)
    assert (found["plans"]["without_plan"], found["plans"]["fresh_share"]) == (2, 0.0)
    assert (found["calibrations"]["by_state"], found["calibrations"]["key_account_share"]) == ([], 0.0)
    assert {one["severity"]: one["warnings"] for one in found["warnings"]} == {"high": 0, "medium": 0, "low": 0}
    beside = [*key["benchmarks"], *load["benchmarks"], growth["benchmark"], quota["benchmark"]]
    assert {one["code"]: (one["value"], one["value_to"]) for one in beside} == {
        "key_account_revenue": (60.0, 70.0),
        "key_account_customers": (10.0, 20.0),
        "accounts_per_manager": (7.0, 8.0),
        "accounts_per_manager_band": (5.0, 10.0),
        "higher_growth_expected": (95.0, None),
        "quota_missed": (58.0, None),
    }


async def test_a_day_that_is_past_stays_as_it_was_whatever_comes_later(client, database, tenant):
    old, _ = await a_program(client, database, tenant)
    before = await told(client, as_of=days_ago(30))
    assert [one["tier"] for one in before["key_accounts"]["by_tier"]] == ["tier_1"]  # Late is key since today

    await won(client, old, 5000, 5)
    lee = await a_person(client, "sales", "Lee")
    await ok(client.patch(f"/v1/accounts/{old}", json={"kam_user_id": lee, "effective_on": days_ago(3)}))
    await a_calibration(client, old, lee)

    assert await told(client, as_of=days_ago(30)) == before
    now = await told(client)
    assert now["key_accounts"]["revenue"]["amount"] == "5900.00"
    assert now["calibrations"]["by_state"] == [{"state": "exploring", "calibrations": 1}]


async def test_warnings_and_appraisals_count_from_their_first_day_to_their_last(client, database, tenant):
    old, _ = await a_program(client, database, tenant)
    async with database.engine.begin() as connection:
        await enter(connection, tenant.id)
        for statement in (_WARNED, _APPRAISED):
            await connection.execute(text(statement), {"tenant_id": tenant.id, "account_id": old})

    by_day = {days: await told(client, as_of=days_ago(days)) for days in (0, 10, 20, 40)}

    high = {days: found["warnings"][0] for days, found in by_day.items()}
    assert {days: (one["severity"], one["warnings"], one["of_key_accounts"]) for days, one in high.items()} == {
        0: ("high", 0, 0), 10: ("high", 1, 1), 20: ("high", 1, 1), 40: ("high", 0, 0),
    }  # fmt: skip
    keys = ("open", "due", "reevaluation", "customer_not_contacted")
    assert {days: tuple(found["appraisals"][key] for key in keys) for days, found in by_day.items()} == {
        0: (1, 1, 0, 0), 10: (1, 1, 0, 1), 20: (1, 0, 0, 1), 40: (0, 0, 0, 0),
    }  # fmt: skip


_WARNED = (
    "INSERT INTO account_warnings (tenant_id, id, account_id, code, severity, state, evidence, first_seen_on,"
    " last_seen_on, evaluated_on, resolved_on)"
    " SELECT :tenant_id, gen_random_uuid(), :account_id, 'comfort_zone', 'high', 'resolved', '{}',"
    "  d - 30, d - 5, d - 5, d - 5 FROM (SELECT CAST(now() AT TIME ZONE 'UTC' AS date) AS d) t"
)
_APPRAISED = (
    "INSERT INTO appraisals (tenant_id, id, account_id, trigger, opened_on, first_sign_on, due_on, findings,"
    " contacted_on) SELECT :tenant_id, gen_random_uuid(), :account_id, 'schedule', d - 30, d - 30, d - 12, '{}', d - 2"
    " FROM (SELECT CAST(now() AT TIME ZONE 'UTC' AS date) AS d) t"
)


async def test_more_accounts_take_no_more_statements(client, database, tenant):
    await a_program(client, database, tenant)
    await told(client)
    with counted(database) as few:
        await told(client)
    for number in range(4):
        more = await a_key_account(client, f"More {number}", "tier_3")
        await won(client, more, 10, 40)

    with counted(database) as many:
        found = await told(client)

    assert len(many) == len(few)
    assert found["key_accounts"]["accounts"] == 6


async def test_where_nothing_is_known_nothing_is_told(client, other_client, database, tenant):
    await a_program(client, database, tenant)

    found = await told(other_client)

    assert (found["key_accounts"]["accounts"], found["key_accounts"]["total_revenue"]) == (0, None)
    assert found["growth"]["hindsight"] is True
    assert (found["growth"]["premium"], found["quota"]["attainment"], found["retention"]["net"]) == (None, None, None)
    refused = await client.get(SUMMARY, params={"as_of": days_ago(-1)})
    assert (refused.status_code, refused.json()["code"]) == (422, "in_the_future")
