"""The doors of facts, one way for every kind."""

import pytest

from app.accounts.kinds import KINDS
from tests.accounts.facts import (
    CHANGES,
    CLEARED,
    NEEDED,
    UNFIT,
    a_ground,
    bodies,
    field_shown,
    made,
    nobody,
    path_of,
)
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
every_kind = pytest.mark.parametrize("plural", KINDS)


@every_kind
async def test_a_record_is_created_shown_and_listed_with_every_field_it_was_given(client, ground, plural):
    body = {**bodies(ground)[plural], "source": "erp", "external_id": "R-1"}

    created = await client.post(f"/v1/{path_of(plural)}", json=body)
    assert created.status_code == 201, created.text
    record = created.json()
    read = await client.get(created.headers["location"])
    listed = await client.get(f"/v1/{path_of(plural)}", params={"source": "erp"})

    shown = {field_shown(name): value for name, value in body.items() if name != "effective_on"}
    assert {name: record[name] for name in shown} == shown
    assert record["version"] == 1
    assert created.headers["etag"] == read.headers["etag"] == '"1"'
    assert read.json() == record
    assert listed.json() == {"data": [record], "next_cursor": None}


@every_kind
async def test_a_change_touches_what_it_gives_and_raises_the_version_only_if_it_changes_anything(
    client, ground, plural
):
    record = await made(client, path_of(plural), bodies(ground)[plural])
    at = f"/v1/{path_of(plural)}/{record['id']}"
    field, value = CHANGES[plural]

    changed = await client.patch(at, json={field: value})
    again = await client.patch(at, json={field: value})
    nothing = await client.patch(at, json={})

    assert changed.status_code == 200, changed.text
    volatile = {field, "version", "updated_at", "valid_from", "stage_history"}
    assert changed.json()[field_shown(field)] == value
    assert {k: v for k, v in changed.json().items() if k not in volatile} == {
        k: v for k, v in record.items() if k not in volatile
    }
    assert (changed.json()["version"], changed.headers["etag"]) == (2, '"2"')
    assert again.json() == nothing.json() == changed.json()


@every_kind
async def test_null_takes_a_value_away_where_a_record_can_be_without_it(client, ground, plural):
    record = await made(client, path_of(plural), bodies(ground)[plural])
    at = f"/v1/{path_of(plural)}/{record['id']}"

    for field in CLEARED[plural]:
        assert record[field_shown(field)] is not None
        answer = await client.patch(at, json={field: None})
        assert answer.status_code == 200, answer.text
        assert answer.json()[field_shown(field)] is None
    for field in NEEDED[plural]:
        answer = await client.patch(at, json={field: None})
        assert answer.status_code == 422, (field, answer.text)
        assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{field}"]


@every_kind
async def test_every_field_that_is_needed_and_absent_is_named(client, ground, plural):
    answer = await client.post(f"/v1/{path_of(plural)}", json={})

    if not NEEDED[plural]:
        assert answer.status_code == 201
        return
    assert answer.status_code == 422
    assert answer.json()["code"] == "fields_missing"
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{name}" for name in NEEDED[plural]]


@every_kind
async def test_a_value_that_cannot_be_right_is_refused_with_its_place(client, ground, plural):
    for field, value, pointer in UNFIT[plural]:
        body = {**bodies(ground)[plural], "source": "erp", "external_id": "1", field: value}

        alone = await client.post(f"/v1/{path_of(plural)}", json=body)
        in_batch = await client.post(f"/v1/{path_of(plural)}/batch", json={"items": [body]})

        assert alone.status_code == 422, (field, value, alone.text)
        assert in_batch.status_code == 200, in_batch.text
        for problem in (alone.json(), in_batch.json()["results"][0]["problem"]):
            pointers = [each["pointer"] for each in problem["errors"]]
            assert pointer in pointers
            assert {each.split("/")[1] for each in pointers} == {field}
    assert (await client.get(f"/v1/{path_of(plural)}", params={"source": "erp"})).json()["data"] == []


@every_kind
async def test_fields_that_do_not_exist_are_refused(client, ground, plural):
    body = {**bodies(ground)[plural], "colour": "blue"}
    record = await made(client, path_of(plural), bodies(ground)[plural])

    created = await client.post(f"/v1/{path_of(plural)}", json=body)
    changed = await client.patch(f"/v1/{path_of(plural)}/{record['id']}", json={"colour": "blue"})
    batch = await client.post(f"/v1/{path_of(plural)}/batch", json={"items": [body], "colour": "blue"})

    for answer in (created, changed, batch):
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == ["/colour"]


@every_kind
async def test_source_and_external_id_go_together(client, ground, plural):
    body = bodies(ground)[plural]

    halves = [
        await client.post(f"/v1/{path_of(plural)}", json={**body, "source": "erp"}),
        await client.post(f"/v1/{path_of(plural)}", json={**body, "external_id": "1"}),
    ]
    batch = await client.post(f"/v1/{path_of(plural)}/batch", json={"items": [{**body, "source": "erp"}, body]})

    assert [answer.status_code for answer in halves] == [422, 422]
    assert [answer.json()["errors"][0]["pointer"] for answer in halves] == ["/external_id", "/source"]
    assert [item["status"] for item in batch.json()["results"]] == [422, 201]


@every_kind
async def test_an_external_identity_belongs_to_one_record(client, ground, plural):
    body = {**bodies(ground)[plural], "source": "erp", "external_id": "1"}
    first = await made(client, path_of(plural), body)
    field, value = {"offerings": ("code", "Z"), "exchange_rates": ("from_on", "2018-01-01")}.get(
        plural, ("source", "erp")
    )
    second = await made(client, path_of(plural), {**of_another(body, plural), "external_id": "2", field: value})

    twice = await client.post(f"/v1/{path_of(plural)}", json=body)
    taken = await client.patch(f"/v1/{path_of(plural)}/{second['id']}", json={"external_id": "1"})

    assert first["id"] != second["id"]
    for answer in (twice, taken):
        assert answer.status_code == 409, answer.text
        assert answer.json()["code"] == "record_exists"


def of_another(body, plural):
    return {**body, "name": "Another name"} if plural == "buying_centers" else body


@every_kind
async def test_a_removed_record_is_gone_and_cannot_be_removed_twice(client, ground, plural):
    record = await made(client, path_of(plural), bodies(ground)[plural])
    at = f"/v1/{path_of(plural)}/{record['id']}"

    stale = await client.delete(at, headers={"If-Match": '"7"'})
    removed = await client.delete(at, headers={"If-Match": '"1"'})

    assert stale.status_code == 412
    assert (removed.status_code, removed.content) == (204, b"")
    assert [(await client.get(at)).status_code, (await client.delete(at)).status_code] == [404, 404]
    assert (await client.patch(at, json={})).status_code == 404


@pytest.mark.parametrize("plural", [plural for plural, kind in KINDS.items() if kind.within_account])
async def test_records_below_an_account_are_made_and_listed_there(client, ground, plural):
    body = {name: value for name, value in bodies(ground)[plural].items() if name != "account"}
    below = f"/v1/accounts/{ground.account}/{path_of(plural)}"
    elsewhere = f"/v1/accounts/{ground.other_account}/{path_of(plural)}"
    before = {record["id"] for record in (await client.get(below)).json()["data"]}

    created = await client.post(below, json=body)
    mismatched = await client.post(below, json={**body, "account": ground.other_account})

    assert created.status_code == 201, created.text
    assert created.json()["account_id"] == ground.account
    listed = (await client.get(below)).json()["data"]
    assert [record for record in listed if record["id"] not in before] == [created.json()]
    assert (await client.get(elsewhere)).json()["data"] == []
    assert (mismatched.status_code, mismatched.json()["errors"][0]["pointer"]) == (422, "/account")
    for answer in (await client.get(f"/v1/accounts/{nobody()}/{path_of(plural)}"),):
        assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


async def test_an_account_is_put_by_its_external_identity(client):
    at = "/v1/accounts/by-external-id/salesforce/001 A%3Fü"
    assert (await client.get(at)).status_code == 404

    first = await client.put(at, json={"name": "Acme"})
    second = await client.put(at, json={"name": "Acme", "industry": "retail"})
    same = await client.put(at, json={"industry": "retail"})
    stale = await client.put(at, json={"industry": "medical"}, headers={"If-Match": '"1"'})
    mismatched = await client.put(at, json={"external_id": "other"})

    assert [first.status_code, second.status_code, same.status_code] == [201, 200, 200], first.text
    assert [answer.json()["version"] for answer in (first, second, same)] == [1, 2, 2]
    assert first.json()["external_id"] == "001 A?ü"
    assert (stale.status_code, mismatched.status_code) == (412, 422)
    assert (await client.get(at)).json() == same.json()
    assert (await client.get(first.headers["location"])).json() == same.json()


async def test_attributes_differ_as_json_differs(client):
    record = await made(client, "accounts", {"name": "Acme", "attributes": {"key": 1, "b": {"x": 1, "a": 2}}})
    at = f"/v1/accounts/{record['id']}"

    same = await client.patch(at, json={"attributes": {"b": {"a": 2, "x": 1}, "key": 1}})
    other = await client.patch(at, json={"attributes": {"b": {"a": 2, "x": 1}, "key": True}})

    assert (same.json()["version"], other.json()["version"]) == (1, 2)
    assert other.json()["attributes"]["key"] is True


async def test_an_older_change_of_a_deal_changes_nothing(client, ground):
    body = {
        "account": ground.account, "source": "erp", "external_id": "1",
        "stage": "Won", "status": "won", "closed_on": "2017-03-01", "source_modified_at": "2017-03-05T00:00:00Z",
    }  # fmt: skip
    record = await made(client, "opportunities", body)

    older = {
        **body,
        "stage": "Engaging",
        "status": "open",
        "closed_on": None,
        "source_modified_at": "2017-02-01T00:00:00Z",
    }
    answer = await client.post("/v1/opportunities/batch", json={"items": [older]})

    assert answer.json()["stale"] == 1
    assert answer.json()["results"] == [{"status": 200, "result": "stale", "id": record["id"], "problem": None}]
    assert (await client.get(f"/v1/opportunities/{record['id']}")).json() == record


async def test_two_organizations_may_use_the_same_identities(client, other_client):
    for asking in (client, other_client):
        ground = await a_ground(asking)
        for plural, body in bodies(ground).items():
            await made(asking, path_of(plural), {**body, "source": "erp", "external_id": "same"})
