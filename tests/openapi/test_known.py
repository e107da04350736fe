"""What `make fuzz` tells schemathesis of what is there."""

import tomllib

from tests.openapi.known import USUAL, Known, told_of

USER, ACTION = "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058"


def test_what_is_there_is_named_wherever_it_can_be(document, tmp_path):
    there = Known({**USUAL, "user_id": [USER], "action_id": [ACTION]}, "kap_guest_x")
    told = tomllib.loads(told_of(there, document, tmp_path, often=0.5).read_text())
    named = {place: binding["dictionary"] for place, binding in told["parameters"].items()}
    assert named["path.user_id"] == named["body.owner_user_id"] == named["body.steps[*].owner_user_id"] == "user_id"
    assert named["body.plan_action_id"] == "action_id"
    assert named["body.due_on"] == "day"
    assert named["header.If-Match"] == "version"
    assert "body.name" not in named
    assert {binding["probability"] for binding in told["parameters"].values()} == {0.5}
    assert told["dictionaries"]["user_id"] == {"values": [USER]}


def test_somebody_of_a_customer_shows_an_invitation_and_the_checks_stay_as_they_are(document, tmp_path):
    told = tomllib.loads(told_of(Known({**USUAL}, "kap_guest_x"), document, tmp_path, often=1.0).read_text())
    assert told["operations"][-1]["headers"] == {"Authorization": "Bearer kap_guest_x"}
    assert told["checks"]["positive_data_acceptance"] == {"enabled": False}
