"""The report on utilization, against the same figures worked out day by day in plain Python."""

import pytest

from tests.asking import a_person, counted, days_ago, ok
from tests.resourcing.catalogue.ground import a_resource, excepted, used
from tests.resourcing.usage.ground import FIRST, LAST, Book
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
PERIOD = {"from": FIRST.isoformat(), "to": LAST.isoformat()}


async def report(client, **params):
    return await ok(client.get("/v1/resourcing/utilization", params={**PERIOD, **params}))


def figures(group):
    bands = group["bands"]
    costs = {name: float(group[name]["amount"]) for name in ("entitled_cost", "used_cost", "wasted_cost")}
    counts = {"lines": group["lines"], "unused": bands["unused"], "full": bands["full"]}
    return {**costs, **counts, "utilization": group["utilization"]}


def near(expected):
    return {
        name: value if value is None or isinstance(value, int) else pytest.approx(value, abs=0.0051)
        for name, value in expected.items()
    }


@pytest.mark.parametrize("seed", range(2))
async def test_every_group_is_as_the_oracle_says_and_groups_add_up(client, database, tenant, seed):
    book = Book(seed)
    await book.saved(database, tenant)

    for by in ("account", "resource", "function", "kind", "tier", "quarter"):
        found = await report(client, group_by=by)
        expected = book.groups(by)

        assert {one["key"]: figures(one) for one in found["groups"]} == {
            name: near(group) for name, group in expected.items()
        }, by
        assert found["groups_total"] == len(expected)
        total = found["total"]
        assert total["lines"] == sum(total["bands"].values()) == sum(one["lines"] for one in found["groups"])
        for cost in ("entitled_cost", "wasted_cost"):
            summed = sum(float(one[cost]["amount"]) for one in found["groups"])
            assert float(total[cost]["amount"]) == pytest.approx(summed, abs=0.05)
        fully = found["fully_utilizing"]
        assert (fully["accounts"], fully["fully"]) == book.fully() == (4, 1)
        assert found["missing_rates"] == ["CHF"]


async def test_it_takes_as_many_statements_for_many_accounts_as_for_few(client, other_client, database, tenant,
                                                                        other_tenant):  # fmt: skip
    few, many = Book(7, people=1), Book(8, people=25)
    await few.saved(database, tenant)
    await many.saved(database, other_tenant)

    sent = []
    for asking in (client, other_client):
        await report(asking, group_by="account")
        with counted(database) as statements:
            await report(asking, group_by="account")
        sent.append(len(statements))

    assert sent[0] == sent[1]


async def test_the_dear_that_is_worth_little_to_the_customer_is_named(client, other_client):
    user = await a_person(client, "product")
    account, other = (await an_account(client))["id"], (await an_account(client, "Other"))["id"]
    dear = await a_resource(client, name="Dear", unit_cost={"amount": "1000", "currency": "USD"})
    cheap = await a_resource(client, unit_cost={"amount": "10", "currency": "USD"})
    for one in (account, other):
        for resource in (dear, cheap):
            await excepted(client, one, resource, 6, on=days_ago(200), user_id=user)
    await used(client, account, dear, 2, days_ago(20))

    async def rates(one, resource, value, days=1):
        body = {"resource_id": resource, "value": value, "on": days_ago(days)}
        return await ok(client.post(f"/v1/accounts/{one}/resource-ratings", json=body), 201)

    await rates(account, dear, 5, days=30)  # taken back since
    await rates(account, dear, 2)
    await rates(account, cheap, 1)
    await rates(other, dear, 4)
    found = await ok(client.get("/v1/resourcing/utilization"))

    assert [(one["account_id"], one["resource_name"], one["value"]) for one in found["expensive_low_value"]] == [
        (account, "Dear", 2)
    ]
    assert [(one["value"], one["accounts"]) for one in found["worth"]] == [(1, 1), (3, 2)]
    assert found["expensive_from"]["amount"] == found["expensive_low_value"][0]["cost"]["amount"]
    alone = await ok(client.get("/v1/resourcing/utilization", params={"account_id": other, "group_by": "account"}))
    assert [one["name"] for one in alone["groups"]] == ["Other"]
    assert alone["expensive_low_value"] == []
    assert (await ok(other_client.get("/v1/resourcing/utilization")))["total"]["accounts"] == 0


async def test_a_period_that_cannot_be_is_refused(client):
    for params, code in (
        ({"from": "2025-02-01", "to": "2025-01-01"}, "no_period"),
        ({"from": "1990-01-01", "to": "2025-01-01"}, "no_period"),
        ({"to": days_ago(-1)}, "in_the_future"),
    ):
        answer = await client.get("/v1/resourcing/utilization", params=params)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_an_account_sees_what_it_used_lately_as_the_metric_has_it(client):
    user, account = await a_person(client, "product"), (await an_account(client))["id"]
    experts, access, never = [await a_resource(client) for _ in range(3)]
    await excepted(client, account, experts, 10, on=days_ago(300), user_id=user)
    await excepted(client, account, access, 8, on=days_ago(44), user_id=user)  # on 45 of the 90 days: 4 were due
    await used(client, account, experts, 9, days_ago(5))
    await used(client, account, access, 1, days_ago(5))
    await used(client, account, never, 2, days_ago(5))

    found = await ok(client.get(f"/v1/accounts/{account}/entitlements"))
    metric = await ok(client.get(f"/v1/accounts/{account}/metrics"))

    lines = {each["resource_id"]: each for each in found["data"]}
    assert [lines[each]["band"] for each in (experts, access, never)] == ["full", "low", None]
    assert (lines[access]["entitled"], lines[access]["utilization"]) == (4, 0.25)
    assert found["utilization"] == pytest.approx((0.9 + 0.25) / 2)
    assert metric["metrics"]["resource_utilization"]["value"] == pytest.approx(found["utilization"])
