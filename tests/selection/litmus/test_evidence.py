"""Evidence notes: with source and date, named criteria, an author; withdrawn, never rewritten."""

from tests.asking import days_ago, ok
from tests.conftest import client_with
from tests.selection.litmus.ground import a_sound_draft, evidence, url_of
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


def pointers(problem):
    return [error["pointer"] for error in problem["errors"]]


async def test_a_note_says_where_it_is_from_and_what_it_speaks_of(client):
    model = await a_sound_draft(client)

    note = await evidence(client, model, criteria=["market_leadership", "switching_cost", "market_leadership"])

    assert note["criteria"] == ["market_leadership", "switching_cost"]
    assert (note["model_id"], note["model_version"], note["user_id"]) == (model["id"], 1, None)
    assert (note["dated_on"], note["withdrawn_at"]) == (days_ago(30), None)


async def test_what_cannot_be_right_is_named_by_its_place(client):
    model = await a_sound_draft(client)

    refused = await evidence(client, model, 422, criteria=["goal_fit", "gut"], dated_on=days_ago(-2))
    empty = await evidence(client, model, 422, note=" ", source="")

    assert pointers(refused) == ["/criteria/1", "/dated_on"]
    assert sorted(pointers(empty)) == ["/note", "/source"]


async def test_notes_are_listed_newest_first_with_those_withdrawn(client):
    model = await a_sound_draft(client)
    made = [await evidence(client, model, dated_on=days_ago(age)) for age in (20, 400, 3)]
    await ok(client.post(f"/v1/selection/evidence/{made[0]['id']}/withdraw"))

    first = await ok(client.get(f"{url_of(model)}/evidence", params={"limit": 2}))
    rest = await ok(client.get(f"{url_of(model)}/evidence", params={"cursor": first["next_cursor"]}))

    listed = [*first["data"], *rest["data"]]
    assert [one["id"] for one in listed] == [made[2]["id"], made[0]["id"], made[1]["id"]]
    assert [one["withdrawn_at"] is None for one in listed] == [True, False, True]


async def test_withdrawing_again_changes_nothing(client):
    note = await evidence(client, await a_sound_draft(client))

    first = await ok(client.post(f"/v1/selection/evidence/{note['id']}/withdraw"))
    again = await ok(client.post(f"/v1/selection/evidence/{note['id']}/withdraw"))

    assert first["withdrawn_at"] is not None
    assert again == first


async def test_a_persons_key_notes_for_that_person_alone(app, client):
    model = await a_sound_draft(client)
    ada, ben = [
        (await ok(client.post("/v1/users", json={"name": name, "function": "finance"}), 201))["id"]
        for name in ("Ada", "Ben")
    ]
    body = {"name": "Ada's", "scopes": ["selection:write"], "user_id": ada}
    key = (await ok(client.post("/v1/api-keys", json=body), 201))["key"]

    async with client_with(app, key) as hers:
        own = await evidence(hers, model)
        refused = await evidence(hers, model, 403, user_id=ben)
    named = await evidence(client, model, user_id=ben)
    unknown = await evidence(client, model, 422, user_id=model["id"])

    assert (own["user_id"], named["user_id"]) == (ada, ben)
    assert refused["code"] == "speaks_for_another"
    assert pointers(unknown) == ["/user_id"]


async def test_another_organization_neither_notes_nor_reads_nor_withdraws(client, other_client):
    model = await a_sound_draft(client)
    note = await evidence(client, model)

    await evidence(other_client, model, 404)
    assert (await other_client.get(f"{url_of(model)}/evidence")).status_code == 404
    assert (await other_client.post(f"/v1/selection/evidence/{note['id']}/withdraw")).status_code == 404
    assert (await ok(client.get(f"{url_of(model)}/evidence")))["data"][0]["withdrawn_at"] is None
