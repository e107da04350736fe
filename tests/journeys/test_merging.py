"""The CRM merges the record of a key account into another: the program goes on with the one that stands for both."""

from datetime import UTC, datetime, timedelta
from math import isnan
from uuid import UUID

from sqlalchemy import insert

from app.accounts import service
from app.accounts.kinds import ACCOUNTS
from app.kernel.ids import AccountId, KeyId, new_id
from app.metrics.service import measured
from app.planning.tables import account_plans, plan_versions
from app.selection.service.tiers import tiers
from tests.asking import a_person, days_ago, ok
from tests.calibration.calibrations.ground import a_calibration_in, expects, explores, moves
from tests.calibration.guests import THEIRS
from tests.planning.ground import Case as Planning
from tests.resourcing.catalogue.ground import a_resource, excepted
from tests.resourcing.sponsorships.ground import Case as Sponsoring
from tests.selection.ground import an_account
from tests.selection.lifecycle.ground import a_key_account
from tests.selection.lifecycle.ground import moves as goes
from tests.shared_app import ONE_LOOP, app, client, one_app, tenant

__all__ = ["app", "client", "one_app", "tenant"]
pytestmark = ONE_LOOP
NOW = datetime.now(UTC)


async def merged(database, tenant, loser, survivor, at=None):
    async with database.transaction(tenant.id) as connection:
        await service.merge(connection, tenant.id, ACCOUNTS, UUID(loser["id"]), UUID(survivor["id"]), at)


async def of(client, account, what):
    return await ok(client.get(f"/v1/accounts/{account['id']}/{what}"))


async def told(client):
    """What was told of the last merge."""
    (event, *_) = (await ok(client.get("/v1/events", params={"type": "account.merged"})))["data"]
    return event["data"]


async def everything_of(client, account, step="investing"):
    """The account's plan, sponsorship, exception, and its calibration: in force unless it is in another step."""
    user = await a_person(client, "sales")
    await Planning(client, account, user, "").saves()
    await Sponsoring(client, account["id"], user, "").starts(contact_id=None)
    await excepted(client, account["id"], await a_resource(client), 3.0, user_id=user)
    talk = await a_calibration_in(client, step, account=account, user=user)
    if step == "investing":
        await expects(talk)
        await moves(talk, "activate")
    return talk


async def test_the_survivor_takes_over_all_that_is_in_force_and_the_program_goes_on_with_it(client, database, tenant):
    loser, survivor = await a_key_account(client), await an_account(client, "Stands for both")
    talk = await everything_of(client, loser)
    before = await of(client, loser, "lifecycle")

    await merged(database, tenant, loser, survivor)

    stands = await of(client, survivor, "lifecycle")
    assert [stands[name] for name in ("state", "tier", "track", "since", "review_due_on")] == [
        before[name] for name in ("state", "tier", "track", "since", "review_due_on")
    ]
    (step,) = (await of(client, survivor, "lifecycle/moves"))["data"]
    assert (step["from_state"], step["to_state"], step["moved_on"]) == ("prospect", "selected", days_ago(0))
    listed = (await ok(client.get("/v1/selection/lifecycle")))["data"]
    assert [one["account_id"] for one in listed] == [survivor["id"]]
    assert (await of(client, survivor, "plan"))["account_id"] == survivor["id"]
    for what in ("sponsorships", "calibrations"):
        assert [one["account_id"] for one in (await of(client, survivor, what))["data"]] == [survivor["id"]], what
    assert [one["quantity"] for one in (await of(client, survivor, "entitlements"))["data"]] == [3]
    said = await told(client)
    assert (said["account_id"], said["merged_account_id"]) == (survivor["id"], loser["id"])
    assert set(said["taken_over"]) == {"standing", "plan", "sponsorships", "calibrations", "entitlements"}
    assert said["kept_apart"] == []

    # Who was invited still comes in, and what was agreed is agreed anew in its turn.
    await ok(talk.guest.get(THEIRS))
    anew = await a_calibration_in(client, "exploring", account=survivor, user=talk.user, trigger="owner_changed")
    assert anew.calibration["supersedes_id"] == talk.id
    await explores(anew)
    assert (await goes(client, survivor, "under_review"))["state"] == "under_review"


async def test_where_both_have_their_own_the_survivors_holds_and_the_others_stays_to_be_read(client, database, tenant):
    loser, survivor = await a_key_account(client), await a_key_account(client, "tier_2")
    old, own = [await everything_of(client, account, "exploring") for account in (loser, survivor)]

    await merged(database, tenant, loser, survivor)

    assert (await of(client, survivor, "lifecycle"))["tier"] == "tier_2"
    assert (await ok(client.get(f"/v1/calibrations/{old.id}")))["account_id"] == loser["id"]
    assert (await ok(client.get(f"/v1/calibrations/{own.id}")))["account_id"] == survivor["id"]
    await ok(old.guest.get(THEIRS))
    said = await told(client)
    assert set(said["kept_apart"]) == {"standing", "plan", "calibrations", "entitlements"}
    assert said["taken_over"] == ["sponsorships"]  # by two of our people, each of whom goes on
    listed = (await ok(client.get("/v1/selection/lifecycle")))["data"]
    assert [one["account_id"] for one in listed] == [survivor["id"]]


async def test_a_manual_tier_passes_on_from_the_day_of_the_merge_unless_the_survivor_has_one(client, database, tenant):
    first, second, last = [await an_account(client, name) for name in ("First", "Second", "Last")]
    body = {"tier": "tier_1", "reason": "They said so", "until_on": (NOW + timedelta(days=30)).date().isoformat()}
    for account, tier in ((first, "tier_1"), (last, "tier_3")):
        await ok(client.post(f"/v1/accounts/{account['id']}/tier-overrides", json={**body, "tier": tier}), 201)

    await merged(database, tenant, first, second)
    (passed,) = (await of(client, second, "tier-overrides"))["data"]
    assert (passed["tier"], passed["from_on"], passed["until_on"]) == ("tier_1", days_ago(0), body["until_on"])
    assert (await told(client))["taken_over"] == ["tier_override"]

    await merged(database, tenant, second, last)
    assert [one["tier"] for one in (await of(client, last, "tier-overrides"))["data"]] == ["tier_3"]
    assert (await told(client))["kept_apart"] == ["tier_override"]


async def test_what_is_asked_as_of_a_day_before_the_merge_is_answered_as_before(client, database, tenant):
    on = (NOW - timedelta(days=40)).date().isoformat()
    loser, survivor = await a_key_account(client, on=on), await an_account(client)
    await with_a_plan(database, tenant, loser, saved_on=(NOW - timedelta(days=30)).date())
    then, since = (NOW - timedelta(days=20)).date(), (NOW - timedelta(days=5)).date()
    before = await figures(database, tenant, (loser, survivor), then)

    await merged(database, tenant, loser, survivor, NOW - timedelta(days=10))

    assert await figures(database, tenant, (loser, survivor), then) == before == ([10, None], ["tier_1", None])
    assert await figures(database, tenant, (survivor,), since) == ([25], ["tier_1"])
    for day, key in ((then, loser), (since, survivor)):
        answer = await ok(client.get("/v1/program/summary", params={"as_of": day.isoformat()}))
        assert answer["key_accounts"]["accounts"] == 1, (day, key)


async def with_a_plan(database, tenant, account, saved_on):
    """A plan that was saved on a day of the past."""
    plan, said = new_id(), {"starts_on": saved_on, "ends_on": saved_on + timedelta(days=700)}
    row = {"tenant_id": tenant.id, "id": plan, "account_id": UUID(account["id"]), "newest": 1, **said}
    version = {"tenant_id": tenant.id, "plan_id": plan, "number": 1, "document": {}, "substantive": True, **said}
    async with database.transaction(tenant.id) as connection:
        await connection.execute(insert(account_plans).values(**row))
        by = {"saved_on": saved_on, "key_id": KeyId(new_id())}
        await connection.execute(insert(plan_versions).values(**version, **by))


async def figures(database, tenant, accounts, as_of):
    """Of each account the age of its plan, and its tier."""
    ids = [AccountId(UUID(one["id"])) for one in accounts]
    async with database.transaction(tenant.id) as connection:
        found = await measured(connection, tenant.id, as_of=as_of, keys=("days_since_plan_update",), account_ids=ids)
        stand = await tiers(connection, tenant.id, as_of, ids)
    ages = found.values["days_since_plan_update"].tolist()
    named = [stand[one].tier if one in stand else None for one in ids]
    return [None if isnan(age) else age for age in ages], named
