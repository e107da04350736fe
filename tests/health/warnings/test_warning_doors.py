import pytest

from app.health.core.warnings.rules import BY_CODE
from tests.asking import a_record, counted, ok
from tests.conftest import client_with
from tests.health.warnings.ground import a_troubled_account, a_user, a_whole_story, ago, by_code, evaluated, listed
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


async def test_a_warning_is_acknowledged_by_somebody_and_stays_until_it_no_longer_holds(client, database, tenant):
    await a_troubled_account(client)
    await evaluated(database, tenant, days_ago=1)
    warning = (await by_code(client))["detractor"]
    read = await client.get(f"/v1/warnings/{warning['id']}")
    assert read.json() == warning

    kim = await a_user(client)
    path = f"/v1/warnings/{warning['id']}/acknowledge"
    body = {"note": "Meeting on Friday", "user_id": kim}
    done = await client.post(path, json=body, headers={"If-Match": read.headers["etag"]})
    assert done.status_code == 200, done.text
    assert done.json()["state"] == "acknowledged"
    seen = done.json()["acknowledged"]
    assert (seen["user_id"], seen["user_name"], seen["note"]) == (kim, "Kim", "Meeting on Friday")
    assert (await client.post(path, json=body, headers={"If-Match": read.headers["etag"]})).status_code == 412

    await evaluated(database, tenant)
    assert (await by_code(client))["detractor"]["state"] == "acknowledged"
    assert [one["code"] for one in await listed(client, state="acknowledged")] == ["detractor"]


async def test_one_that_is_over_cannot_be_acknowledged(client, database, tenant):
    ids = await a_troubled_account(client)
    await evaluated(database, tenant, days_ago=2)
    warning = (await by_code(client))["detractor"]
    gone = {"active": False, "effective_on": warning["first_seen_on"]}
    await ok(client.patch(f"/v1/contacts/{ids['chief']}", json=gone))
    for days_ago in (1, 0):
        await evaluated(database, tenant, days_ago=days_ago)
    answer = await client.post(f"/v1/warnings/{warning['id']}/acknowledge", json={"user_id": await a_user(client)})
    assert (answer.status_code, answer.json()["code"]) == (409, "warning_resolved")


async def test_who_acknowledges_is_somebody(client, database, tenant):
    await a_troubled_account(client)
    await evaluated(database, tenant)
    (warning, *_) = await listed(client)
    path = f"/v1/warnings/{warning['id']}/acknowledge"
    for body in ({}, {"user_id": NOBODY}):
        answer = await client.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_people")
    answer = await client.post(path, json={"user_id": await a_user(client)}, headers={"If-Match": "no version"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_if_match")


async def test_a_person_speaks_for_themselves(app, client, database, tenant):
    await a_troubled_account(client)
    await evaluated(database, tenant)
    (warning, *_) = await listed(client)
    kim, lee = await a_user(client), await a_user(client, "Lee")
    key = await ok(client.post("/v1/api-keys", json={"name": "Kim", "scopes": ["health:write"], "user_id": kim}), 201)
    async with client_with(app, key["key"]) as hers:
        answer = await hers.post(f"/v1/warnings/{warning['id']}/acknowledge", json={"user_id": lee})
        assert (answer.status_code, answer.json()["code"]) == (403, "speaks_for_another")
        done = await ok(hers.post(f"/v1/warnings/{warning['id']}/acknowledge", json={}))
        assert done["acknowledged"]["user_name"] == "Kim"


async def test_a_warning_that_is_not_there_is_not_found(client, other_client, database, tenant):
    await a_troubled_account(client)
    await evaluated(database, tenant)
    (warning, *_) = await listed(client)
    user = await a_user(other_client)
    for caller, warning_id in ((client, NOBODY), (other_client, warning["id"])):
        body = {"user_id": user if caller is other_client else await a_user(client)}
        for answer in (
            await caller.get(f"/v1/warnings/{warning_id}"),
            await caller.post(f"/v1/warnings/{warning_id}/acknowledge", json=body),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "warning_not_found")
    answer = await client.get(f"/v1/accounts/{NOBODY}/warnings")
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


async def test_lists_are_narrowed_sorted_and_paged(client, database, tenant):
    kim = await a_user(client)
    ids = await a_troubled_account(client)
    other = await an_account(client, "Other", kam_user_id=kim)
    await a_record(client, "contacts", account=other["id"], name="Cy", seniority="vp", stance="detractor")
    await evaluated(database, tenant)

    every = await listed(client, sort="-severity")
    assert [one["severity"] for one in every] == sorted(
        (one["severity"] for one in every), key=("high", "medium", "low").index
    )
    for params, expected in (
        ({"code": "detractor"}, lambda one: one["code"] == "detractor"),
        ({"severity": "high"}, lambda one: one["severity"] == "high"),
        ({"account_id": ids["account"]}, lambda one: one["account_id"] == ids["account"]),
        ({"kam_user_id": kim}, lambda one: one["account_id"] == other["id"]),
        ({"state": "resolved"}, lambda _: False),
    ):
        found = {one["id"] for one in await listed(client, **params)}
        assert found == {one["id"] for one in every if expected(one)}
    of_account = await ok(client.get(f"/v1/accounts/{other['id']}/warnings", params={"state": "live"}))
    assert {one["account_id"] for one in of_account["data"]} == {other["id"]}

    paged, cursor = [], None
    while True:
        more = {"limit": 2, "sort": "-severity"} | ({} if cursor is None else {"cursor": cursor})
        page = await ok(client.get("/v1/warnings", params=more))
        paged += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == every


@pytest.mark.parametrize(("params", "code"), [({"sort": "name"}, "invalid_sort"), ({"cursor": "x"}, "invalid_cursor")])
async def test_a_list_that_cannot_be_is_refused(client, params, code):
    account = await an_account(client)
    for path in ("/v1/warnings", f"/v1/accounts/{account['id']}/warnings"):
        answer = await client.get(path, params=params)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_accounts_that_are_gone_warn_nobody(client, database, tenant):
    ids, other = await a_troubled_account(client), (await an_account(client, "Other"))["id"]
    unhappy = await a_record(client, "observations", account=other, metric="nps", value=3, observed_on=ago(5))
    await evaluated(database, tenant)
    assert {one["account_id"] for one in await listed(client)} == {ids["account"], other}
    for path in (f"/v1/observations/{unhappy}", f"/v1/accounts/{other}"):
        assert (await client.delete(path)).status_code == 204
    assert {one["account_id"] for one in await listed(client)} == {ids["account"]}


async def test_a_list_takes_the_same_few_statements_for_any_number(client, database, tenant):
    sizes = []
    for round_ in range(2):
        for place in range(1 + 2 * round_):
            await a_troubled_account(client, f"Account {round_}.{place}")
        await evaluated(database, tenant)
        with counted(database) as sent:
            shown = await listed(client)
        sizes.append((len(sent), len(shown)))
    assert sizes[0][0] == sizes[1][0]
    assert sizes[1][1] > sizes[0][1]


async def test_the_rules_say_what_is_in_force(client):
    read = await client.get("/v1/organization")
    changed = await client.patch(
        "/v1/organization",
        json={"warning_thresholds": {"qbr_days_above": 60}},
        headers={"If-Match": read.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text
    rules = {rule["code"]: rule for rule in (await ok(client.get("/v1/warnings/rules")))["rules"]}
    assert list(rules) == list(BY_CODE)

    review, executives = rules["engagement_lapsed"]["thresholds"]
    assert (review["threshold"], review["usual"], review["setting"]) == (60, 120, "qbr_days_above")
    assert review["by_tier"]["tier_1"] == 90
    assert (executives["threshold"], executives["setting"], executives["by_tier"]["tier_1"]) == (None, None, 180)
    assert [code for code, rule in rules.items() if rule["missing_metrics"] or not rule["measured"]] == []
    assert all(play["steps"] and play["shows_in"] for rule in rules.values() for play in rule["plays"])


async def test_a_worker_evaluates_what_has_changed(client, working):
    story = await a_whole_story(client)
    (warning,) = await listed(client, account_id=story["account_id"], state="acknowledged")
    assert (warning["id"], warning["acknowledged"]["note"]) == (story["warning_id"], "Meeting on Friday")
