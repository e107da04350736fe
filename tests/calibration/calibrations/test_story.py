"""A calibration as it is meant to go, and once around: back to the beginning, into force, and to its end."""

from tests.asking import ok
from tests.calibration.calibrations.ground import a_whole_story
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_every_operation_is_carried_out_and_who_did_what_is_told(client):
    ids = await a_whole_story(client)

    moves = (await ok(client.get(f"/v1/calibrations/{ids['calibration_id']}/moves", params={"limit": 50})))["data"]
    kinds = [one["kind"] for one in reversed(moves)]
    assert kinds == [
        "started", "revealed", "advanced", "went_back", "revealed", "advanced", "advanced", "agreed", "advanced",
        "advanced", "ended",
    ]  # fmt: skip
    assert {one["party"] for one in moves if one["kind"] == "revealed"} == {"customer"}
    events = (await ok(client.get("/v1/events", params={"limit": 100})))["data"]
    told = [one["type"] for one in reversed(events) if one["type"].startswith("calibration.")]
    assert [one.removeprefix("calibration.") for one in told if one != "calibration.invited"] == [
        "activated" if at == 9 else kind for at, kind in enumerate(kinds)
    ]
