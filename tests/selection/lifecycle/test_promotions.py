"""Promotions into key status: whether they were tested with the customer first."""

from datetime import UTC, datetime, timedelta

from tests.asking import days_ago, ok
from tests.calibration.calibrations.ground import on_record
from tests.selection.lifecycle.ground import UP, a_decision, a_key_account, moves, path_of
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
PROMOTIONS = "/v1/selection/lifecycle/promotions"
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)


async def agreed(database, tenant, account, on=YESTERDAY, ended_on=None):
    """A calibration with the account is in force since yesterday."""
    async with database.transaction(tenant.id) as connection:
        visits = [("exploring", on - timedelta(days=30)), ("active", on)]
        visits += [("ended", ended_on)] if ended_on else []
        level = {"agreed_level": "strategic", "agreed_on": on, "ended_on": ended_on}
        return await on_record(connection, tenant.id, account["id"], visits, active_on=on, **level)


async def test_a_promotion_without_a_calibration_warns_and_one_that_was_tested_does_not(client, database, tenant):
    none = await ok(client.get(PROMOTIONS))
    untested = await a_key_account(client)
    warned = await ok(client.get(path_of(untested)))
    tested, _, case = await a_decision(client)
    calibration_id = await agreed(database, tenant, tested)
    promoted = await moves(client, tested, *UP, "selected")

    assert (none["promotions"], none["rate"], none["frequency"]) == (0, None, None)
    assert (none["benchmark"]["code"], none["benchmark"]["value"]) == ("partnership_potential_tested", 3)
    assert warned["warnings"] == ["selected_without_calibration"]
    assert promoted["warnings"] == []
    listed = (await ok(client.get("/v1/selection/lifecycle")))["data"]
    assert {one["account_id"]: len(one["warnings"]) for one in listed} == {untested["id"]: 1, tested["id"]: 0}
    told = await ok(client.get(PROMOTIONS, params={"from": days_ago(1)}))
    assert (told["promotions"], told["tested"], told["rate"], told["frequency"]) == (2, 1, 0.5, "sometimes")
    assert [one["account_id"] for one in told["untested"]] == [untested["id"]]
    assert (await ok(client.get(PROMOTIONS, params={"to": days_ago(1)})))["promotions"] == 0
    await ok(client.get(PROMOTIONS, params={"to": days_ago(-1)}), 422)

    await agreed(database, tenant, untested, YESTERDAY - timedelta(days=300), ended_on=YESTERDAY)
    stale = await ok(client.get(PROMOTIONS))
    assert stale["tested"] == 1, "what was agreed long ago and is in force no more tests nothing"
    await agreed(database, tenant, untested)
    late = await ok(client.get(PROMOTIONS))
    assert late["tested"] == 2, "a calibration that was completed the day before counts, whenever it was told"

    newer = await case.decides(supersedes_id=(await _decided(client, tested))["id"])
    assert newer["grounds"]["calibration"] == {
        "id": str(calibration_id),
        "level": "strategic",
        "since": YESTERDAY.isoformat(),
    }


async def _decided(client, account):
    return (await ok(client.get(f"/v1/accounts/{account['id']}/decisions")))["data"][0]
