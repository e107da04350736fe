"""How long calibrations take, where they are stuck, and which are due to be done anew."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from app.kernel.ids import new_id
from app.resourcing.tables import account_entitlements
from tests.asking import a_person, a_record, counted, days_ago, ok
from tests.calibration.calibrations.ground import an_active_one, on_record
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
TODAY = datetime.now(UTC).date()
# Weeks of remission under 6-mercaptopurine, + where it was still lasting: Freireich et al., Blood 21 (1963). Their
# survival curve is published by Kleinbaum and Klein, Survival Analysis, 3rd ed., table 2.1 and chapter 2.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"


def ago(days):
    return TODAY - timedelta(days=days)


async def treated(connection, tenant_id, accounts):
    """A calibration for each of the treated; where their remission was still lasting, it was given up."""
    for at, one in enumerate(TREATED.split()):
        last = ago(200 - int(one.rstrip("+")))
        visits, fields = [("exploring", ago(200))], {"ended_on": ago(150)}
        if one.endswith("+"):
            visits, fields = [*visits, ("ended", last)], {"ended_on": last}
        else:
            visits += [("assessing", ago(199)), ("active", last), ("superseded", ago(150))]
            fields["active_on"] = last
        await on_record(connection, tenant_id, accounts[at % 3], visits, **fields)


async def test_time_to_active_counts_those_that_never_were_as_the_published_curve_does(client, database, tenant):
    accounts = [(await an_account(client, f"A{at}"))["id"] for at in range(3)]
    async with database.transaction(tenant.id) as connection:
        await treated(connection, tenant.id, accounts)
        await on_record(connection, tenant.id, accounts[0], [("exploring", ago(80)), ("assessing", ago(45))])
        await on_record(connection, tenant.id, accounts[1], [("exploring", ago(36))])

    told = await ok(client.get("/v1/calibrations/analytics", params={"as_of": days_ago(150)}))
    early = await ok(client.get("/v1/calibrations/analytics", params={"as_of": days_ago(190)}))
    now = await ok(client.get("/v1/calibrations/analytics", params={"from": days_ago(80)}))

    figures = told["to_active"]
    assert [(one["days"], one["at_risk"], round(one["share"], 4)) for one in figures["curve"]] == [
        (6, 21, 0.8571), (7, 17, 0.8067), (10, 15, 0.7529), (13, 12, 0.6902), (16, 11, 0.6275), (22, 7, 0.5378),
        (23, 6, 0.4482),
    ]  # fmt: skip
    assert [figures[name] for name in ("lower_quartile_days", "median_days", "upper_quartile_days")] == [13, 23, None]
    assert early["to_active"]["ended"] == 5, "what came later was not known then"
    stuck = {one["step"]: (one["inside"], one["stuck"], one["stuck_after_days"]) for one in now["steps"]}
    assert stuck["assessing"] == (1, 1, 30)
    assert stuck["exploring"] == (1, 1, 30)
    assert [one["median_days_of_passed"] for one in now["steps"]] == [35, None, None, None]
    assert now["stuck"] == 2


async def begin(client, user, names, days=30):
    """Calibrations with new accounts began so many days ago."""
    for name in names:
        where = f"/v1/accounts/{(await an_account(client, name))['id']}/calibrations"
        await ok(client.post(where, json={"user_id": user, "on": days_ago(days)}), 201)


async def test_the_list_finds_the_stuck_with_as_many_statements_for_many_as_for_one(client, database, tenant):
    people = await a_person(client, "sales")
    await begin(client, people, ["A0"])
    with counted(database) as for_one:
        await ok(client.get("/v1/calibrations"))
    await begin(client, people, ["A2", "A4"])
    await begin(client, people, ["A1", "A3"], 31)

    with counted(database) as for_many:
        every = await ok(client.get("/v1/calibrations", params={"owner_user_id": people}))
    stuck = await ok(client.get("/v1/calibrations", params={"stuck": True, "state": "exploring"}))
    not_stuck = await ok(client.get("/v1/calibrations", params={"stuck": False}))

    assert len(for_many) == len(for_one)
    assert len(every["data"]) == 5
    assert [one["account_name"] for one in stuck["data"]] == ["A1", "A3"]
    assert [one["account_name"] for one in not_stuck["data"]] == ["A0", "A2", "A4"]
    assert (await ok(client.get("/v1/calibrations", params={"state": "active"})))["data"] == []
    with pytest.raises(AssertionError, match="in_the_future"):
        await ok(client.get("/v1/calibrations/analytics", params={"as_of": days_ago(-1)}))


async def had_tiers(connection, tenant_id, account_id, resource_id):
    """The account was of the second tier when its calibration came into force, and is of the first since."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "account_id": account_id,
            "resource_id": resource_id,
            "quantity": 1,
            "from_on": ago(from_days),
            "until_on": until and ago(until),
            "basis": "tier",
            "basis_name": tier,
        }
        for from_days, until, tier in ((900, 750, "tier_3"), (750, 600, "tier_2"), (600, None, "tier_1"))
    ]
    await connection.execute(insert(account_entitlements), rows)


async def test_a_calibration_is_due_by_time_by_its_people_by_its_tier_and_by_what_was_missed(client, database, tenant):
    talk = await an_active_one(client)
    resource = {"code": "EN", "name": "Engineer", "kind": "subject_expert", "function": "service", "unit": "day"}
    given = await a_record(client, "resources", **resource)
    nothing = await ok(client.get("/v1/calibrations/due"))
    assert nothing["data"] == []
    for one in (await ok(client.get(f"{talk.url}/expectations")))["data"]:
        missed = {"met": False, "value": 0.5, "user_id": talk.user}
        await ok(client.post(f"/v1/expectations/{one['id']}/assessments", json=missed), 201)
    old = await an_account(client, "Old")
    async with database.transaction(tenant.id) as connection:
        visits = [("exploring", ago(800)), ("active", ago(700))]
        fields = {"active_on": ago(700), "agreed_level": "strategic", "agreed_on": ago(720)}
        await on_record(connection, tenant.id, old["id"], visits, **fields)
        await had_tiers(connection, tenant.id, old["id"], given)
    kam = await a_person(client, "sales")
    await ok(client.patch(f"/v1/accounts/{old['id']}", json={"kam_user_id": kam}))

    due = (await ok(client.get("/v1/calibrations/due")))["data"]

    assert [(one["account_name"], one["triggers"]) for one in due] == [
        ("Old", ["period_elapsed", "owner_changed", "tier_changed"]),
        ("Cancity", ["expectations_missed"]),
    ]
    assert (due[1]["missed_expectations"], due[1]["recalibration_id"]) == (2, None)
    only = (await ok(client.get("/v1/calibrations/due", params={"trigger": "owner_changed"})))["data"]
    assert [one["account_name"] for one in only] == ["Old"]
