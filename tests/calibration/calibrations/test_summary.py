"""The summary of a calibration: all of it for the supplier, and nothing of the supplier's own for the customer."""

from tests.asking import a_person, a_record, ok
from tests.calibration.calibrations.ground import a_calibration_in, aligns, calibration, expects
from tests.calibration.guests import a_talk
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
COST = {"amount": "800.0000", "currency": "USD"}


async def invests(talk):
    """The supplier puts in what is noted of, costs something, and is known to the function that gives it."""
    resource = {"code": "EN", "name": "Engineer", "kind": "subject_expert", "function": "service", "unit": "day"}
    line = {
        "resource_id": await a_record(talk.client, "resources", **resource, unit_cost=COST),
        "quantity": 2.5,
        "from_on": "2027-01-01",
        "purpose": "The pilot on two lines",
        "internal_note": "NOTE until the new plant runs",
        "exception_reason": "EXCEPTION the level brings none",
    }
    read = (await calibration(talk))["version"]
    body = {"investments": [line], "user_id": talk.user}
    await ok(talk.client.put(f"{talk.url}/investments", json=body, headers={"If-Match": f'"{read}"'}))
    servant = await a_person(talk.client, "service", "Sam of service")
    known = {"user_id": servant, "note": "NOTE known"}
    await ok(talk.client.post(f"{talk.url}/acknowledgements", json=known), 201)
    return f"{talk.url}/investments/{line['resource_id']}/approve", {"user_id": servant}


async def test_the_customers_summary_has_neither_costs_nor_notes_nor_people_of_ours(client):
    talk = await a_calibration_in(client, "aligning", name="Zotware")
    assumed = {"assumption": "ASSUMED they share data", "user_id": talk.user}
    await ok(client.post(f"{talk.url}/assumptions", json=assumed), 201)
    await aligns(talk)
    approval, servant = await invests(talk)
    await expects(talk)

    where = f"{talk.url}/summary"
    unsure = await ok(client.get(where, params={"audience": "customer"}))
    assert unsure["investments"] == [], "nothing is promised to the customer before it is approved"
    await ok(client.post(approval, json=servant))
    ours, theirs = await client.get(where), await client.get(where, params={"audience": "customer"})

    inside, outside = ours.json(), theirs.json()
    for word in ("NOTE", "EXCEPTION", "ASSUMED", "800", "2000", "Ada", "Sam of service", "It is what we can do"):
        assert word not in theirs.text
        assert word in ours.text
    assert outside["internal"] is None
    shared = set(inside) - {"internal", "audience"}
    assert {name: outside[name] for name in shared} == {name: inside[name] for name in shared}
    assert [(one["name"], one["supplier_importance"], one["customer_importance"]) for one in outside["themes"]] == [
        ("Uptime", 3, 5),
        ("Growth", 4, 2),
    ]
    assert [(one["resource"], one["quantity"], one["unit"]) for one in outside["investments"]] == [
        ("Engineer", 2.5, "day")
    ]
    assert {one["owed_by"] for one in outside["expectations"]} == {"supplier", "customer"}
    assert [one["level"] for one in outside["communications"]] == ["preferred"]
    assert inside["internal"]["costs_per_quarter"] == [{"amount": "2000.00", "currency": "USD"}]
    assert [one["name"] for one in inside["internal"]["acknowledgements"]] == ["Sam of service"]
    assert [one["party"] for one in inside["internal"]["proposals"]] == ["supplier", "customer"]


async def test_before_the_reveal_a_summary_tells_nothing_of_what_either_side_wrote(client, other_client):
    talk = await a_talk(client)
    before = await ok(client.get(f"{talk.url}/summary"))
    await talk.saves()
    await talk.guest_saves()
    await talk.guest_seals()

    after = await ok(client.get(f"{talk.url}/summary"))

    assert after == before
    assert (after["themes"], after["opportunities"], after["potential"]) == ([], [], None)
    await ok(other_client.get(f"{talk.url}/summary"), 404)
