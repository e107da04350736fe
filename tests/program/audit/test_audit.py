"""The audit of the program, through its door."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.program.core.audit.checks import CHECKS
from tests.asking import a_person, counted, days_ago, ok
from tests.calibration.calibrations.ground import a_calibration_in
from tests.calibration.calibrations.ground import moves as calibration_moves
from tests.calibration.expectations.ground import assesses, owes
from tests.operations import operations
from tests.program.audit.ground import (
    A_CHARTER,
    a_mandate,
    an_action,
    checks_of,
    key_accounts,
    rates,
    the_audit,
)
from tests.resourcing.catalogue.ground import excepted
from tests.resourcing.commitments.ground import Case, a_case
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def engages(client, account, kind, days, **fields):
    body = {"account": account, "kind": kind, "held_on": days_ago(days), **fields}
    await ok(client.post("/v1/engagements", json=body), 201)


async def test_an_organization_without_key_accounts_is_told_that_nothing_is_known(client):
    audit = await the_audit(client)

    assert (audit["key_accounts"], audit["simulated"]) == (0, False)
    assert [one["code"] for one in audit["requirements"]] == [
        "selection_and_tiering", "resourcing", "executive_sponsorship", "planning", "calibration", "retiering",
    ]  # fmt: skip
    assert {one["code"]: one["status"] for one in audit["requirements"]}["planning"] == "unknown"
    assert (len(audit["questions"]), len(audit["elements"]), len(audit["minimum_viable"])) == (4, 6, 3)
    assert not any(one["answered"] for one in audit["questions"])
    assert audit["collection_or_program"]["verdict"] == "unknown"
    assert audit["collection_or_program"]["breaks_first"] is None
    assert audit["mandate"] is None
    assert next(one["rating"] for one in audit["planning"]) == "very_effective"
    assert [one["benchmark"]["value"] for one in audit["planning"]] == [8, 53, 31, 8]


async def two_key_accounts(client):
    """One with a manager, a sponsor and reviews, and one with none of them; who sponsors it has given a mandate."""
    ada, kim = await a_person(client, "executive"), await a_person(client, "sales", "Kim")
    good, bare = await key_accounts(client, "Good", "Bare", kam_user_id=kim)
    body = {"user_id": ada, "level": "vp", "started_on": days_ago(200), "charter": A_CHARTER}
    await ok(client.post(f"/v1/accounts/{good}/sponsorships", json=body), 201)
    await engages(client, good, "qbr", 30)
    await engages(client, bare, "qbr", 200)
    await a_mandate(client, ada, from_on=days_ago(100))
    return ada


async def test_what_is_in_place_is_counted_and_who_lacks_it_is_named(client):
    await two_key_accounts(client)

    audit = await the_audit(client)

    checks = checks_of(audit)
    assert audit["key_accounts"] == 2
    for code in ("kam_assigned", "sponsored", "reviewed_regularly"):
        assert (checks[code]["value"], checks[code]["count"], checks[code]["of"]) == (0.5, 1, 2), code
        assert checks[code]["holds"] is False
        assert [one["account_name"] for one in checks[code]["lacking"]] == ["Bare"]
        assert checks[code]["challenge"].endswith(": 1 of 2")
    assert checks["sponsor_role_defined"]["holds"] is True
    assert checks["sponsor_role_defined"]["challenge"] is None
    assert checks["mandate_across_functions"]["value"] == 3
    assert checks["shortfalls_appraised"]["value"] is None


async def test_what_is_not_in_place_is_told_in_order_as_of_any_day(client):
    ada = await two_key_accounts(client)

    audit = await the_audit(client)

    status = {one["code"]: one["status"] for one in audit["requirements"]}
    assert status["executive_sponsorship"] == "partly"
    assert (status["planning"], status["calibration"]) == ("partly", "missing")
    assert audit["mandate"]["user_id"] == ada
    assert audit["collection_or_program"]["verdict"] == "collection"
    assert audit["collection_or_program"]["breaks_first"]["code"] == "decided_on_record"
    checks = checks_of(audit)
    assert (checks["scored_by_criteria"]["value"], checks["criteria_go_with_growth"]["holds"]) == (1, None)
    assert checks["criteria_go_with_growth"]["challenge"].startswith("There is no backtest yet")
    assert [one["check"] for one in audit["next_actions"]] == [
        "decided_on_record",
        "plans_joint",
        "requirements_on_file",
    ]

    before = await the_audit(client, as_of=days_ago(150))
    assert before["mandate"] is None
    assert checks_of(before)["mandate_across_functions"]["value"] == 0
    assert checks_of(before)["sponsored"]["count"] == 1
    assert checks_of(before)["reviewed_regularly"]["count"] == 1
    (lacks,) = checks_of(before)["reviewed_regularly"]["lacking"]
    assert lacks["account_name"] == "Good"
    await engages(client, lacks["account_id"], "qbr", 1)
    await rates(client, ada, {"subject": "maturity", "name": "what_is_key", "value": 5})
    assert await the_audit(client, as_of=days_ago(150)) == before


async def what_was_promised(case):
    """Of three promises that fell due one was kept, one came late, and one never; a fourth is not due yet."""
    on = days_ago(60)
    for due, delivered in ((20, 25), (20, 10), (5, None), (-5, None)):
        made = await case.promised(on=on, due_on=days_ago(due), starts_on=on)
        if delivered is not None:
            await case.moves(made, "deliver", "owner", on=days_ago(delivered))


async def what_was_agreed(case, account):
    """A calibration is in force, by which the customer owes what it misses; something is given by way of exception."""
    talk = await a_calibration_in(case.client, account={"id": account}, user=case.people["kam"])
    owed = await owes(talk, "customer")
    await owes(talk, "supplier")
    await calibration_moves(talk, "activate")
    await assesses(talk, owed, value=0.5)
    await excepted(case.client, account, case.resource["id"], 2, user_id=case.people["owner"])


async def test_what_was_promised_and_agreed_counts_by_the_account_that_it_was_promised_to(client):
    good, bare = await key_accounts(client, "Good", "Bare")
    ordinary = await a_case(client)  # whose account is not key: what it is promised counts for nothing
    await what_was_promised(ordinary)
    case = Case(client, {"id": good}, ordinary.resource, ordinary.people)
    await what_was_promised(case)
    await what_was_agreed(case, good)
    before = checks_of(await the_audit(client, as_of=days_ago(1)))
    found = checks_of(await the_audit(client))

    kept = found["commitments_kept"]
    assert (kept["count"], kept["of"], kept["challenge"].rpartition(": ")[2]) == (1, 3, "2 of 3")
    assert (await the_audit(client, as_of=days_ago(20)))["key_accounts"] == 2
    for code in ("calibrated", "requirements_on_file", "tailored"):
        assert (found[code]["count"], found[code]["of"], before[code]["count"]) == (1, 2, 0), code
        assert [one["account_id"] for one in found[code]["lacking"]] == [bare]
    # Only who falls short can have been appraised for it.
    assert (found["shortfalls_appraised"]["count"], found["shortfalls_appraised"]["of"]) == (0, 1)
    assert before["shortfalls_appraised"]["value"] is None


async def test_a_day_to_come_is_refused(client):
    day = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    answer = await client.get("/v1/program/audit", params={"as_of": day})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/in-the-future"


async def test_what_people_say_is_shown_apart_and_each_function_weighs_alike(client, other_client):
    ada, bob, fin = [await a_person(client, function) for function in ("sales", "sales", "finance")]
    word = {"subject": "maturity", "name": "align_enterprise"}
    await rates(client, ada, {**word, "value": 5}, on=days_ago(40))
    await rates(client, ada, {**word, "value": 4})
    await rates(client, bob, {**word, "value": 4})
    await rates(
        client,
        fin,
        {**word, "value": 2},
        {"subject": "planning", "name": "effectiveness", "value": 2},
        {"subject": "skill", "name": "innovation", "value": 3, "about_user_id": bob, "comment": "slow to try"},
    )
    await rates(client, ada, {"subject": "planning", "name": "effectiveness", "value": 3})

    audit = await the_audit(client)

    aligned = next(one for one in audit["maturity"] if one["name"] == "align_enterprise")
    assert aligned == {
        "name": "align_enterprise", "mean": 3.0, "spread": 2, "ratings": 3, "functions": ["finance", "sales"],
    }  # fmt: skip
    assert audit["raters"] == {"functions": ["finance", "sales"], "cross_functional": False}
    assert (audit["skills"][0]["name"], audit["skills"][0]["gap"]) == ("innovation", 1.0)
    assert audit["skills"][0]["importance"]["value"] == 90
    assert {one["rating"]: one["share"] for one in audit["planning"]} == {
        "very_effective": 0, "moderately_effective": 0.5, "slightly_effective": 0.5, "not_effective": 0,
    }  # fmt: skip
    then = await the_audit(client, as_of=days_ago(30))
    assert next(one["mean"] for one in then["maturity"] if one["name"] == "align_enterprise") == 5.0
    listed = await ok(client.get("/v1/program/ratings", params={"subject": "maturity"}))
    assert [one["value"] for one in listed["data"]].count(4) == 2
    assert (await ok(other_client.get("/v1/program/ratings")))["data"] == []


@pytest.mark.parametrize(
    ("rating", "pointer"),
    [
        ({"subject": "maturity", "name": "innovation", "value": 3}, "/ratings/0/name"),
        ({"subject": "planning", "name": "effectiveness", "value": 5}, "/ratings/0/value"),
        ({"subject": "skill", "name": "innovation", "value": 3}, "/ratings/0/about_user_id"),
    ],
)
async def test_a_rating_that_cannot_be_is_refused(client, rating, pointer):
    ada = await a_person(client, "sales")
    told = await rates(client, ada, rating, status=422)
    assert [one["pointer"] for one in told["errors"]] == [pointer]


async def test_a_skill_of_nobody_is_refused_where_it_stands(client):
    ada = await a_person(client, "sales")
    word = {"subject": "skill", "name": "innovation", "value": 3}
    told = await rates(
        client, ada, {**word, "about_user_id": ada}, {**word, "about_user_id": str(UUID(int=7))}, status=422
    )
    assert [one["pointer"] for one in told["errors"]] == ["/ratings/1"]


async def test_rebuilds_of_the_last_seven_years_count_by_cause(client, other_client):
    for on, cause in ((days_ago(3000), "wrong_accounts"), (days_ago(700), "growth_below_plan"), (None, "other")):
        await ok(client.post("/v1/program/rebuilds", json={"cause": cause, "on": on}), 201)

    told = (await the_audit(client))["rebuilds"]

    assert (told["rebuilds"], told["causes"]) == (2, {"growth_below_plan": 1, "other": 1})
    assert told["benchmark"]["value"] == 79
    assert (await the_audit(client, as_of=days_ago(600)))["rebuilds"]["rebuilds"] == 2
    listed = (await ok(client.get("/v1/program/rebuilds")))["data"]
    assert [one["cause"] for one in listed] == ["other", "growth_below_plan", "wrong_accounts"]
    assert await ok(client.get(f"/v1/program/rebuilds/{listed[0]['id']}")) == listed[0]
    assert (await other_client.delete(f"/v1/program/rebuilds/{listed[0]['id']}")).status_code == 404
    await ok(client.delete(f"/v1/program/rebuilds/{listed[0]['id']}"), 204)
    assert (await the_audit(client))["rebuilds"]["rebuilds"] == 1


async def test_a_mandate_stays_on_record_when_another_follows(client, other_client):
    assert (await client.get("/v1/program/mandate")).status_code == 404
    ada = await a_person(client, "executive")
    first = await a_mandate(client, ada, from_on=days_ago(50))
    assert await a_mandate(client, ada, from_on=days_ago(50)) == first
    second = await a_mandate(client, ada, ("finance",), from_on=days_ago(5))

    assert (await ok(client.get("/v1/program/mandate")))["id"] == second["id"]
    assert (await ok(client.get("/v1/program/mandate", params={"as_of": days_ago(20)})))["id"] == first["id"]
    assert len((await ok(client.get("/v1/program/mandates")))["data"]) == 2
    assert (await other_client.get("/v1/program/mandate")).status_code == 404
    body = {"user_id": ada, "mandate": "x", "functions": ["sales"], "from_on": days_ago(5), "until_on": days_ago(5)}
    assert (await client.put("/v1/program/mandate", json=body)).status_code == 422


async def test_the_roadmap_is_changed_until_an_action_is_closed(client, other_client):
    ada = await a_person(client, "executive")
    late = await an_action(client, ada, due_on=days_ago(3), area="criteria")
    await an_action(client, ada, requirement=None, term="long")
    url = f"/v1/program/actions/{late['id']}"
    assert late["overdue"] is True

    audit = await the_audit(client)
    assert {one["code"]: one["open_actions"] for one in audit["requirements"]}["calibration"] == 1

    stale = await client.patch(url, json={"note": "x"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    done = await client.patch(url, json={"state": "done", "on": days_ago(1)}, headers={"If-Match": '"1"'})
    assert (done.status_code, done.json()["closed_on"], done.json()["overdue"]) == (200, days_ago(1), False)
    assert done.headers["etag"] == '"2"'
    assert (await client.patch(url, json={"title": "again"})).status_code == 409
    assert (await other_client.get(url)).status_code == 404
    listed = await ok(client.get("/v1/program/actions", params={"state": "open"}))
    assert [one["term"] for one in listed["data"]] == ["long"]
    assert (await ok(client.get(url))) == done.json()


async def test_more_accounts_take_no_more_statements(client, database):
    async def statements():
        with counted(database) as sent:
            await the_audit(client)
        return len(sent)

    await key_accounts(client, "First")
    await the_audit(client)
    few = await statements()
    await key_accounts(client, *(f"More {at}" for at in range(4)))
    assert (await the_audit(client))["key_accounts"] == 5
    assert await statements() == few


async def test_the_call_behind_each_check_is_one_of_the_service(one_app):
    read = {one.path for one in operations(one_app) if one.method == "GET"}
    assert {check.evidence.partition("?")[0] for check in CHECKS.values()} <= read
