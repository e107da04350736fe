"""People say what they find of an account in ten elements; all of it stays, and the newest of each counts."""

import pytest

from tests.asking import a_person, days_ago, ok, own_client
from tests.health.assessments.ground import EVIDENCE, a_whole_story, assesses, path_of, summary
from tests.selection.ground import an_account
from tests.selection.reviews.ground import NOBODY
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def refused(answering, status, code):
    answer = await answering
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    return answer.json()


async def test_every_operation_is_carried_out(client):
    ids = await a_whole_story(client)

    found, elements = await summary(client, {"id": ids["account_id"]})
    assert found["mean"] == 4
    assert elements["relationships"]["voices"][0]["evidence"] == EVIDENCE
    assert elements["relationships"]["voices"][0]["user_name"] == "Ada"


async def test_several_functions_disagree_and_it_is_said(client):
    account = await an_account(client)
    ada, ben = await a_person(client, "sales"), await a_person(client, "sales", "Ben")
    cleo = await a_person(client, "finance", "Cleo")
    await assesses(client, account, ada, relationships=5, governance=3)
    await assesses(client, account, ben, relationships=5, governance=3)
    await assesses(client, account, cleo, relationships=1, governance=3)

    found, elements = await summary(client, account)

    assert elements["relationships"]["mean"] == 3
    assert elements["relationships"]["between_functions"] == {"range": 4, "sd": 2}
    assert elements["relationships"]["agreement"] == 0  # variance 16/3 over 2, wider than chance
    assert elements["governance"]["agreement"] == 1
    assert found["low_agreement"] == ["relationships"]
    assert (elements["delivery_quality"]["mean"], elements["delivery_quality"]["agreement"]) == (None, None)


async def test_who_has_not_assessed_is_named(client):
    kam, ada = await a_person(client, "sales", "Kim"), await a_person(client, "finance")
    old = await a_person(client, "legal", "Lea")
    account = await an_account(client, kam_user_id=kam)
    await assesses(client, account, ada, relationships=3)
    await assesses(client, account, old, ago=400, relationships=3)

    found, _ = await summary(client, account)

    missing = found["not_assessed"]
    assert missing["functions"] == ["legal", "sales"]
    assert missing["lapsed"] == [{"user_id": old, "user_name": "Lea"}]
    assert missing["kam"] == {"user_id": kam, "user_name": "Kim"}
    assert len(missing["elements"]) == 9
    await assesses(client, account, kam, governance=2)
    found, _ = await summary(client, account)
    assert found["not_assessed"]["kam"] is None
    assert [one["user_id"] for one in found["assessors"]] == sorted([kam, ada])


async def test_a_later_round_shows_the_change_and_an_earlier_day_what_stood_then(client):
    account = await an_account(client)
    ada = await a_person(client, "sales")
    await assesses(client, account, ada, ago=120, relationships=2, governance=4)
    await assesses(client, account, ada, ago=0, relationships=4)

    now, elements = await summary(client, account)
    then, before = await summary(client, account, as_of=days_ago(60))

    assert (elements["relationships"]["mean"], elements["relationships"]["previous"]) == (4, 2)
    assert elements["relationships"]["change"] == elements["relationships"]["change_of_same"] == 2
    assert elements["governance"]["change"] == 0
    assert (now["newest_on"], now["previous_on"]) == (days_ago(0), days_ago(30))
    assert (before["relationships"]["mean"], before["relationships"]["change"]) == (2, None)
    assert then["as_of"] == days_ago(60)


async def test_what_a_person_says_again_on_a_day_counts_and_all_stays_on_record(client):
    account = await an_account(client)
    ada = await a_person(client, "sales")
    await assesses(client, account, ada, relationships=2, governance=5)
    second = await assesses(client, account, ada, relationships=4)

    _, elements = await summary(client, account)
    listed = await ok(client.get(path_of(account), params={"limit": 1}))

    assert (elements["relationships"]["mean"], elements["governance"]["mean"]) == (4, 5)
    assert listed["data"] == [second]
    rest = await ok(client.get(path_of(account), params={"limit": 1, "cursor": listed["next_cursor"]}))
    assert [set(one["elements"]) for one in rest["data"]] == [{"relationships", "governance"}]
    assert rest["next_cursor"] is None


async def test_a_person_s_key_speaks_for_that_person_alone(client, app):
    account = await an_account(client)
    ada, ben = await a_person(client, "sales"), await a_person(client, "finance", "Ben")
    async with await own_client(app, client, ada, ("health:read", "health:write")) as own:
        made = await assesses(own, account, None, relationships=3)
        assert (made["user_id"], made["function"]) == (ada, "sales")
        body = {"user_id": ben, "elements": {"relationships": {"value": 3, "evidence": "x"}}}
        await refused(own.post(path_of(account), json=body), 403, "speaks_for_another")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"elements": {}}, "/elements"),
        ({"elements": {"charm": {"value": 3, "evidence": "x"}}}, "/elements"),
        ({"elements": {"governance": {"value": 6, "evidence": "x"}}}, "/elements/governance/value"),
        ({"elements": {"governance": {"value": 3.5, "evidence": "x"}}}, "/elements/governance/value"),
        ({"elements": {"governance": {"value": 3, "evidence": " "}}}, "/elements/governance/evidence"),
        ({"elements": {"governance": {"value": 3}}}, "/elements/governance/evidence"),
    ],
)
async def test_what_cannot_be_an_assessment_is_refused_by_its_place(client, body, pointer):
    account = await an_account(client)

    problem = await refused(client.post(path_of(account), json={"user_id": NOBODY, **body}), 422, "invalid_request")

    assert problem["errors"][0]["pointer"].startswith(pointer)


async def test_each_refusal(client, other_client):
    account = await an_account(client)
    ada = await a_person(client, "sales")
    word = {"governance": {"value": 3, "evidence": "x"}}

    def says(who=client, to=account, **fields):
        return who.post(path_of(to), json={"elements": word, "user_id": ada, **fields})

    await refused(says(assessed_on=days_ago(-1)), 422, "unusable_assessment")
    await refused(says(user_id=NOBODY), 422, "unknown_people")
    await refused(says(user_id=None), 422, "unknown_people")
    await refused(says(to={"id": NOBODY}), 404, "account_not_found")
    await refused(says(who=other_client), 404, "account_not_found")
    await refused(other_client.get(path_of(account)), 404, "account_not_found")
    await refused(other_client.get(f"{path_of(account)}/summary"), 404, "account_not_found")
    await refused(client.get(f"{path_of(account)}/summary", params={"as_of": days_ago(-1)}), 422, "in_the_future")
    await refused(client.get(path_of(account), params={"sort": "user_id"}), 422, "invalid_sort")
    await refused(client.get(path_of(account), params={"cursor": "x"}), 422, "invalid_cursor")
