"""Plans over the portfolio: found by how they are kept up and who stands behind them, in few statements."""

from datetime import timedelta
from uuid import UUID, uuid4

from app.kernel.ids import AccountId, KeyId
from app.planning.service import saving
from app.tenancy.core.caller import Caller
from tests.asking import counted, ok
from tests.planning.ground import TODAY, a_case, a_plan, a_whole_document
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def saved_before(database, tenant, case, days):
    """A plan that was saved so many days ago."""
    wanted = saving.Wanted(a_whole_document(), TODAY, TODAY + timedelta(days=400))
    caller = Caller(tenant.id, KeyId(uuid4()), ["admin"], None)
    async with database.transaction(tenant.id) as connection:
        account_id = AccountId(UUID(case.account["id"]))
        await saving.save(connection, caller, account_id, wanted, version=None, on=TODAY - timedelta(days=days))


async def test_static_plans_are_those_not_updated_for_longer_than_the_organization_allows(client, database, tenant):
    fresh, at_limit, static = [await a_case(client) for _ in range(3)]
    for case, days in ((fresh, 0), (at_limit, 90), (static, 91)):
        await saved_before(database, tenant, case, days)

    async def found(**params):
        return [one["account_id"] for one in (await ok(client.get("/v1/plans", params=params)))["data"]]

    ids = [case.account["id"] for case in (static, at_limit, fresh)]
    assert await found() == ids
    assert await found(sort="-updated_on") == ids[::-1]
    assert await found(stale="true") == ids[:1]
    assert await found(stale="false") == ids[1:]
    kinds = [one["figures"]["freshness"]["kind"] for one in (await ok(client.get("/v1/plans")))["data"]]
    assert kinds == ["static", "current", "fresh"]
    await ok(client.patch("/v1/organization", json={"warning_thresholds": {"plan_days_above": 89}}))
    assert await found(stale="true") == ids[:2]


async def test_plans_are_found_by_signature_and_by_kam(client):
    signed, unsigned = await a_plan(client), await a_plan(client)
    await signed.signs(1)
    kam = {"kam_user_id": unsigned.user}
    await ok(client.patch(f"/v1/accounts/{unsigned.account['id']}", json=kam))

    async def found(**params):
        return [one["id"] for one in (await ok(client.get("/v1/plans", params=params)))["data"]]

    ids = [(await case.look())["id"] for case in (signed, unsigned)]
    assert await found(co_created="true") == ids[:1]
    assert await found(co_created="false") == ids[1:]
    assert await found(**kam) == ids[1:]
    first = await ok(client.get("/v1/plans", params={"limit": 1, "sort": "created_at"}))
    rest = await ok(client.get("/v1/plans", params={"limit": 1, "sort": "created_at", "cursor": first["next_cursor"]}))
    assert [one["id"] for page in (first, rest) for one in page["data"]] == ids
    assert rest["next_cursor"] is None
    assert first["data"][0]["account_name"] == "Cancity"


async def test_the_list_says_of_a_plan_what_the_plan_says(client):
    case = await a_plan(client, a_whole_document())
    await case.acts(goal="uptime")
    await case.signs(1)

    (listed,) = (await ok(client.get("/v1/plans")))["data"]

    assert listed["figures"] == (await case.look())["figures"]


async def test_listing_takes_the_same_statements_for_few_and_many(client, database, tenant):
    found = []
    for count in (1, 6):
        for _ in range(count):
            case = await a_plan(client, a_whole_document())
            await case.acts(goal="uptime")
            await case.signs(1)
        await client.get("/v1/plans")
        with counted(database) as sent:
            answer = await client.get("/v1/plans")
        found.append((len(answer.json()["data"]), len(sent)))

    assert [listed for listed, _ in found] == [1, 7]
    assert found[0][1] == found[1][1] <= 9


async def test_accounts_without_a_plan_are_not_listed(client):
    await an_account(client)

    assert (await ok(client.get("/v1/plans")))["data"] == []
