"""Batches of facts: each item has its own outcome, in order, and harms no other."""

import asyncio

import pytest

from app.accounts.kinds import KINDS
from tests.accounts.facts import bodies, made, nobody, of_account, path_of
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def test_a_thousand_items_have_their_outcomes_in_order(client, ground):
    known = [of_account(ground.account, "opportunities", number) for number in range(300)]
    first = await client.post("/v1/opportunities/batch", json={"items": known})
    ids = [item["id"] for item in first.json()["results"]]
    items = []
    for number in range(1000):
        item = of_account(ground.account, "opportunities", number)
        if number % 4 == 1:
            item["stage"] = "Proposal"
        if number % 10 == 7:
            item["account"] = nobody()
        if number % 10 == 9:
            item["probability"] = 2
        items.append(item)

    answer = await client.post("/v1/opportunities/batch", json={"items": items})

    def expected(number):
        if number % 10 in {7, 9}:
            return "refused"
        if number >= 300:
            return "created"
        return "updated" if number % 4 == 1 else "unchanged"

    results = answer.json()["results"]
    assert [item["result"] for item in results] == [expected(number) for number in range(1000)]
    statuses = {"refused": 422, "created": 201, "updated": 200, "unchanged": 200}
    assert [item["status"] for item in results] == [statuses[expected(number)] for number in range(1000)]
    assert [item["problem"]["code"] for item in results if item["problem"]] == [
        "unknown_reference",
        "unreadable_item",
    ] * 100
    assert [results[number]["id"] for number in range(300) if expected(number) != "refused"] == [
        ids[number] for number in range(300) if expected(number) != "refused"
    ]
    counts = {name: answer.json()[name] for name in statuses}
    assert counts == {name: [expected(number) for number in range(1000)].count(name) for name in statuses}


@pytest.mark.parametrize("plural", KINDS)
async def test_a_batch_sent_again_changes_nothing(client, ground, plural):
    items = [{**bodies(ground)[plural], "source": "erp", "external_id": "1"}]

    first = await client.post(f"/v1/{path_of(plural)}/batch", json={"items": items})
    again = await client.post(f"/v1/{path_of(plural)}/batch", json={"items": items})

    (created,), (unchanged,) = first.json()["results"], again.json()["results"]
    assert (created["status"], created["result"]) == (201, "created")
    assert (unchanged["status"], unchanged["result"]) == (200, "unchanged")
    record = (await client.get(f"/v1/{path_of(plural)}/{created['id']}")).json()
    assert (record["version"], unchanged["id"]) == (1, created["id"])


async def test_case_75_the_same_record_twice_is_a_conflict_of_the_later_item(client, ground):
    rate = {"currency": "EUR", "into_currency": "USD", "rate": "1.1", "from_on": "2017-01-01"}
    batches = {
        "accounts": [
            {"name": "A", "source": "erp", "external_id": "1"}, {"name": "B", "source": "erp", "external_id": "1"},
        ],
        "offerings": [{"code": "X", "name": "A"}, {"code": "X", "name": "B"}],
        "exchange-rates": [rate, {**rate, "rate": "1.2"}],
        "buying-centers": [
            {"account": ground.account, "name": "Plant West"}, {"account": ground.account, "name": "PLANT WEST"},
        ],
    }  # fmt: skip

    for path, items in batches.items():
        answer = await client.post(f"/v1/{path}/batch", json={"items": items})
        assert [item["status"] for item in answer.json()["results"]] == [201, 409]
        assert answer.json()["results"][1]["problem"]["code"] == "twice_in_batch"


async def test_an_identity_of_another_record_is_a_conflict_of_its_item_alone(client):
    one = await made(client, "offerings", {"code": "A", "name": "A", "source": "erp", "external_id": "1"})
    await made(client, "offerings", {"code": "B", "name": "B", "source": "erp", "external_id": "2"})

    answer = await client.post(
        "/v1/offerings/batch",
        json={
            "items": [
                {"source": "erp", "external_id": "1", "code": "B"},
                {"source": "erp", "external_id": "3", "code": "C", "name": "C"},
            ]
        },
    )

    assert [item["status"] for item in answer.json()["results"]] == [409, 201], answer.text
    assert (await client.get(f"/v1/offerings/{one['id']}")).json() == one


async def test_an_account_that_is_its_own_parent_is_refused_alone(client):
    own = await made(client, "accounts", {"name": "A", "source": "erp", "external_id": "1"})

    items = [{"source": "erp", "external_id": "1", "parent": own["id"]}, {"name": "B"}]
    answer = await client.post("/v1/accounts/batch", json={"items": items})

    assert [item["status"] for item in answer.json()["results"]] == [422, 201]


@pytest.mark.parametrize(("number", "status"), [(0, 422), (1000, 200), (1001, 422)])
async def test_a_batch_takes_one_to_a_thousand_items(client, number, status):
    items = [{"name": f"User {each}", "function": "sales"} for each in range(number)]

    answer = await client.post("/v1/users/batch", json={"items": items})

    assert answer.status_code == status
    if status == 422:
        assert answer.json()["errors"][0]["pointer"] == "/items"


async def test_records_that_no_identity_names_are_new_each_time(client):
    for _ in range(2):
        answer = await client.post("/v1/accounts/batch", json={"items": [{"name": "Acme"}, {"name": "Acme"}]})
        assert answer.json()["created"] == 2


async def test_batches_in_opposite_orders_get_in_each_others_way_without_a_fault(client):
    """Rows are locked in the order of the plan, and new ones in that of the items: some of these deadlock."""
    names = [str(number) for number in range(40)]
    statuses = []
    for turn in range(8):
        batches = [
            [
                {"source": "erp", "external_id": f"{turn % 4} {name}", "name": f"{turn} {offset} {name}"}
                for name in order
            ]
            for offset, order in enumerate(
                (names, names[::-1], names[20:] + names[:20], names[::-1][20:] + names[::-1][:20])
            )
        ]
        answers = await asyncio.gather(*(client.post("/v1/accounts/batch", json={"items": items}) for items in batches))
        statuses += [answer.status_code for answer in answers]

    assert set(statuses) <= {200, 503}
    assert statuses.count(200) > len(statuses) // 2
    accounts = (await client.get("/v1/accounts", params={"limit": 500})).json()["data"]
    identities = [account["external_id"] for account in accounts]
    assert sorted(identities) == sorted({f"{turn} {name}" for turn in range(4) for name in names})
