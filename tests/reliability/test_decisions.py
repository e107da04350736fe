"""Decisions that are made twice, too late, from an older version, beyond what there is, or on odd days."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from tests.asking import days_ago, ok
from tests.calibration.calibrations.ground import a_calibration_in, an_active_one, calibration, expects, moves
from tests.calibration.investments.ground import a_case as an_investing_case
from tests.operations import operations
from tests.resourcing.commitments.ground import a_case, on, quarter_day
from tests.selection.ground import MODEL, WHY, an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
TODAY = datetime.now(UTC).date()


async def test_case_65_every_decision_needs_the_version_that_was_read(client, one_app):
    def is_needed(operation):
        kinds = (operation.route.responses or {}).get(428, {}).get("x-problems", {})
        return "if_match_needed" in kinds and not operation.invited

    needing = [each for each in operations(one_app) if is_needed(each)]
    assert {area for each in needing for area in AREAS if area in each.path} == set(AREAS)

    talk = await a_calibration_in(client, "exploring")
    account = await an_account(client)
    for each in needing:
        path = each.path.replace("{calibration_id}", talk.id).replace("{party}", "supplier")
        path = path.replace("{account_id}", account["id"])
        for parameter in each.parameters:
            path = path.replace("{" + parameter + "}", "1" if parameter in {"place", "number"} else str(uuid4()))
        answer = await client.request(each.method, path, json={})
        assert (answer.status_code, answer.json()["code"]) == (428, "if_match_needed"), each.name


AREAS = ("/selection/models", "/health/models", "/calibrations", "/plan/archive", "/commitments", "/retierings")


async def test_case_65_who_decides_by_an_older_version_is_refused_and_nothing_changes(client):
    model = await client.post("/v1/selection/models", json=MODEL)
    url = model.headers["location"]
    newer = await client.put(url, json={**MODEL, "name": "Newer"}, headers={"If-Match": model.headers["etag"]})
    assert newer.status_code == 200, newer.text
    stale = {"If-Match": model.headers["etag"]}
    case = await a_case(client)
    asked = await case.asks()
    await case.moves(asked, "accept", "owner")
    talk = await a_calibration_in(client, "exploring")
    await ok(client.patch(talk.url, json={"weights": {"culture": 2}}))
    account = await an_account(client)
    await ok(client.patch(f"/v1/accounts/{account['id']}", json={"industry": "retail"}))

    late = [
        await client.post(f"{url}/publish", json=WHY, headers=stale),
        await client.put(url, json=MODEL, headers=stale),
        await case.moving(asked, "withdraw", "kam", reason="Not needed"),
        await client.post(f"{talk.url}/end", json={"user_id": talk.user, "reason": "x"}, headers={"If-Match": '"1"'}),
        await client.patch(f"/v1/accounts/{account['id']}", json={"industry": "x"}, headers={"If-Match": '"1"'}),
        await client.delete(f"/v1/accounts/{account['id']}", headers={"If-Match": '"1"'}),
    ]

    assert [answer.status_code for answer in late] == [412] * 6, [answer.text for answer in late]
    assert (await ok(client.get(url)))["model"]["name"] == "Newer"
    assert (await ok(client.get(f"/v1/commitments/{asked['id']}")))["state"] == "accepted"
    assert (await calibration(talk))["state"] == "exploring"
    assert (await ok(client.get(f"/v1/accounts/{account['id']}")))["industry"] == "retail"


async def test_case_69_days_that_cannot_be_are_refused_with_their_place_and_odd_ones_mean_what_they_say(client):
    case = await a_case(client, capacity=10)
    leap = next(year for year in range(TODAY.year + 1, TODAY.year + 9) if year % 4 == 0)

    async def places(**fields):
        return [one["pointer"] for one in (await case.asks(status=422, **fields))["errors"]]

    assert await places(due_on=on(-1)) == ["/due_on"]
    assert await places(starts_on=on(31), due_on=on(30)) == ["/starts_on"]
    assert await places(due_on=f"{leap + 1}-02-29") == ["/due_on"]
    assert await places(due_on=f"{leap}-02-30") == ["/due_on"]
    assert await places(starts_on=f"{leap + 1}-02-29") == ["/starts_on"]
    # The leap day is one of its quarter, and begins and ends what lasts a day.
    asked = await case.asks(quantity=8, starts_on=f"{leap}-02-29", due_on=f"{leap}-02-29")
    promised = await case.moves(asked, "accept", "owner")
    assert (promised["starts_on"], promised["due_on"]) == (f"{leap}-02-29", f"{leap}-02-29")
    # Promises may overlap; what they come to in their quarter may not be more than there is.
    beside = await case.asks(quantity=3, starts_on=f"{leap}-02-01", due_on=f"{leap}-03-31")
    refused = await case.moving(beside, "accept", "owner")
    assert (refused.status_code, refused.json()["code"]) == (409, "beyond_capacity")
    assert "8 of 10 days are promised" in refused.json()["detail"]
    after = await case.asks(quantity=3, starts_on=f"{leap}-02-29", due_on=f"{leap}-04-01")
    assert (await case.moves(after, "accept", "owner"))["state"] == "accepted"


@pytest.mark.parametrize("clocks_change_on", ["last sunday of march", "last sunday of october", "leap day"])
async def test_case_69_lateness_is_counted_in_days_also_over_the_day_on_which_clocks_change(client, clocks_change_on):
    day = latest(clocks_change_on)
    case = await a_case(client)
    before, after = ((day + timedelta(days=apart)).isoformat() for apart in (-1, 1))

    asked = await case.promised(on=(day - timedelta(days=9)).isoformat(), due_on=before)
    delivered = await case.moves(asked, "deliver", "owner", on=after)

    assert (delivered["due_on"], delivered["delivered_on"], delivered["days_late"]) == (before, after, 2)


def latest(which):
    """The last day of that kind before yesterday."""
    if which == "leap day":
        year = next(year for year in range(TODAY.year - 1, 0, -1) if year % 4 == 0)
        return date(year, 2, 29)
    last = {"march": 3, "october": 10}[which.split()[-1]]
    found = date(TODAY.year - 1, last, 31)
    return found - timedelta(days=(found.weekday() + 1) % 7)


async def test_case_70_what_was_put_into_force_or_ended_is_neither_approved_nor_ended_again(client):
    active = await an_active_one(client, "Active")
    ended = await a_calibration_in(client, name="Ended")
    await expects(ended)
    await moves(ended, "end", reason="They were bought")

    refused = [
        await moves(active, "activate", 409),
        await moves(ended, "activate", 409),
        await moves(ended, "advance", 409),
        await moves(ended, "end", 409, reason="Again"),
    ]

    assert {one["status"] for one in refused} == {409}
    assert [(await calibration(talk))["state"] for talk in (active, ended)] == ["active", "ended"]


async def test_case_70_an_exception_is_approved_once_and_not_after_it_was_taken_back(client):
    case = await an_investing_case(client)
    beyond = {"resource_id": case.lab, "quantity": 1, "exception_reason": "A third plant opens"}
    await case.invests(beyond)
    await case.approves(case.lab, case.service)

    twice = await case.approves(case.lab, case.product, 409)
    await case.invests()
    withdrawn = await case.approves(case.lab, case.product, 409)
    await case.invests(beyond)
    await moves(case.talk, "end", reason="They were bought", on=days_ago(0))
    over = await case.approves(case.lab, case.product, 409)

    codes = [one["code"] for one in (twice, withdrawn, over)]
    assert codes == ["approved_already", "no_such_investment", "not_in_step"]


async def test_case_70_a_commitment_is_answered_once_and_not_after_it_was_withdrawn(client):
    case = await a_case(client)
    promised = await case.promised(due_on=quarter_day())
    withdrawn = await case.moves(await case.asks(), "withdraw", "requester", reason="They do it themselves")

    for one in (promised, withdrawn):
        refused = await case.moving(one, "accept", "owner")
        assert (refused.status_code, refused.json()["code"]) == (409, "illegal_commitment_move")
