"""Records that were merged: everything goes on with the one that stands for both, and the old ids lead to it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.accounts import service
from app.accounts.kinds import ACCOUNTS, CONTACTS, OPPORTUNITIES
from app.accounts.service import MergeCircle
from app.kernel.errors import NotFound
from tests.accounts.facts import made, usd
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP

MERGED_AT = datetime(2024, 6, 1, tzinfo=UTC)


async def merged(database, tenant, loser, survivor, kind=ACCOUNTS, at=MERGED_AT):
    async with database.transaction(tenant.id) as connection:
        return await service.merge(connection, tenant.id, kind, UUID(loser["id"]), UUID(survivor["id"]), at)


async def an_account(client, name, **more):
    given = {"name": name, "source": "sf", "external_id": name, "effective_on": "2024-01-01", **more}
    return await made(client, "accounts", given)


async def read(client, path):
    answer = await client.get(f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids(client, path):
    return {record["id"] for record in (await read(client, path))["data"]}


async def rows(database, tenant, statement, **values):
    async with database.transaction(tenant.id) as connection:
        return (await connection.execute(text(statement), {"tenant": tenant.id, **values})).all()


async def test_the_loser_is_gone_and_every_way_to_it_leads_to_the_survivor(client, database, tenant):
    loser, survivor = await an_account(client, "L"), await an_account(client, "S")
    deal = await made(client, "opportunities", {"account": loser["id"], "amount": usd("1"), "created_on": "2024-02-01"})
    contact = await made(client, "contacts", {"account": loser["id"], "name": "Ada", "effective_on": "2024-02-01"})

    assert await merged(database, tenant, loser, survivor) == UUID(survivor["id"])

    shown = await read(client, f"accounts/{loser['id']}")
    assert (shown["merged_into_id"], shown["removed_at"]) == (survivor["id"], "2024-06-01T00:00:00Z")
    assert (await read(client, "accounts/by-external-id/sf/L"))["id"] == survivor["id"]
    assert await ids(client, "accounts?source=sf") == {survivor["id"]}
    for way in (f"accounts/{loser['id']}/opportunities", f"opportunities?account_id={loser['id']}"):
        assert await ids(client, way) == {deal["id"]}
    assert await ids(client, f"accounts/{loser['id']}/contacts") == {contact["id"]}
    for named in (loser["id"], {"source": "sf", "external_id": "L"}):
        new = await made(client, "engagements", {"account": named, "kind": "call", "held_on": "2024-07-01"})
        assert new["account_id"] == survivor["id"]
    async with database.transaction(tenant.id) as connection:
        found = await service.ids_by_external(connection, tenant.id, ACCOUNTS, "sf", ["L", "S", "other"])
    assert found == {"L": UUID(survivor["id"]), "S": UUID(survivor["id"])}


async def test_what_is_told_of_the_loser_later_does_not_overwrite_the_survivor(client, database, tenant):
    loser, survivor = await an_account(client, "L"), await an_account(client, "S")
    await merged(database, tenant, loser, survivor)

    item = {"name": "Late", "source": "sf", "external_id": "L"}
    batch = (await client.post("/v1/accounts/batch", json={"items": [item]})).json()
    put = await client.put("/v1/accounts/by-external-id/sf/L", json={"name": "Late"})
    patch = await client.patch(f"/v1/accounts/{loser['id']}", json={"name": "Late"})

    assert [(one["result"], one["id"]) for one in batch["results"]] == [("stale", survivor["id"])]
    assert (put.status_code, put.json()["id"], put.json()["name"]) == (200, survivor["id"], "S")
    assert (patch.status_code, patch.json()["code"]) == (409, "merged_away")


async def test_every_row_that_refers_to_the_loser_goes_to_the_survivor(client, database, tenant):
    loser, survivor = await an_account(client, "L"), await an_account(client, "S")
    child = await an_account(client, "C", parent=loser["id"])
    account = {"account": loser["id"]}
    records = {
        "buying-centers": await made(client, "buying-centers", {**account, "name": "Plant"}),
        "engagements": await made(client, "engagements", {**account, "kind": "call", "held_on": "2024-02-01"}),
        "observations": await made(
            client, "observations", {**account, "metric": "nps", "value": 1.0, "observed_on": "2024-02-01"}
        ),
        "ratings": await made(
            client, "ratings",
            {**account, "metric": "goal_fit", "value": 3, "function": "sales", "rated_on": "2024-02-01"},
        ),
        "targets": await made(
            client, "targets",
            {**account, "metric": "revenue", "amount": usd("5"), "period": {"from": "2024-01-01", "to": "2024-12-31"}},
        ),
    }  # fmt: skip

    await merged(database, tenant, loser, survivor)

    for path, record in records.items():
        assert (await read(client, f"{path}/{record['id']}"))["account_id"] == survivor["id"], path
    assert (await read(client, f"accounts/{child['id']}"))["parent_id"] == survivor["id"]


async def test_the_survivors_own_holds_where_both_would_count_twice(client, database, tenant):
    loser, survivor = await an_account(client, "L"), await an_account(client, "S")
    user = await made(client, "users", {"name": "Ada", "function": "finance"})
    year = {"period": {"from": "2024-01-01", "to": "2024-12-31"}}
    half = {"period": {"from": "2024-07-01", "to": "2025-06-30"}}
    rating = {"metric": "goal_fit", "value": 3, "user": user["id"], "rated_on": "2024-02-01"}
    for account in (loser, survivor):
        await made(client, "ratings", {"account": account["id"], **rating})
    await made(client, "targets", {"account": survivor["id"], "metric": "revenue", "amount": usd("5"), **year})
    overlapping = {"account": loser["id"], "metric": "revenue", "amount": usd("7"), **half}
    await made(client, "targets", overlapping)
    margin = await made(client, "targets", {**overlapping, "metric": "margin"})
    mine = await made(client, "buying-centers", {"account": survivor["id"], "name": "Plant"})
    theirs = await made(client, "buying-centers", {"account": loser["id"], "name": "PLANT"})
    contact = await made(client, "contacts", {"account": loser["id"], "name": "Ada", "buying_center": theirs["id"]})

    await merged(database, tenant, loser, survivor)

    assert len(await ids(client, f"ratings?account_id={survivor['id']}")) == 1
    targets = (await read(client, f"targets?account_id={survivor['id']}"))["data"]
    assert {(target["metric"], target["amount"]["amount"]) for target in targets} == {
        ("revenue", "5.0000"), ("margin", "7.0000"),
    }  # fmt: skip
    assert margin["id"] in {target["id"] for target in targets}
    assert await ids(client, f"buying-centers?account_id={survivor['id']}") == {mine["id"]}
    assert (await read(client, f"contacts/{contact['id']}"))["buying_center_id"] == mine["id"]


async def test_what_was_known_before_the_merge_stays_known(client, database, tenant):
    loser, survivor = await an_account(client, "L"), await an_account(client, "S")
    deal = await made(client, "opportunities", {"account": loser["id"], "amount": usd("1"), "created_on": "2024-02-01"})

    await merged(database, tenant, loser, survivor)

    states = await rows(
        database, tenant,
        "SELECT account_id, valid_from, valid_to FROM opportunities_states WHERE tenant_id = :tenant AND id = :id"
        " ORDER BY valid_from",
        id=UUID(deal["id"]),
    )  # fmt: skip
    first = datetime(2024, 2, 1, tzinfo=UTC)
    assert [tuple(state)[:2] for state in states] == [
        (UUID(loser["id"]), first), (UUID(survivor["id"]), MERGED_AT),
    ]  # fmt: skip
    assert states[0].valid_to == MERGED_AT


async def test_merged_again_it_is_as_it_was(client, database, tenant):
    loser, survivor = await an_account(client, "L"), await an_account(client, "S")
    await merged(database, tenant, loser, survivor)
    before = await read(client, "accounts?source=sf&removed=true")

    assert await merged(database, tenant, loser, survivor, at=None) == UUID(survivor["id"])

    assert await read(client, "accounts?source=sf&removed=true") == before


async def test_chains_are_one_step_long_in_whichever_order_they_are_told(client, database, tenant):
    a, b, c, d = [await an_account(client, name) for name in "ABCD"]
    await merged(database, tenant, a, b)
    await merged(database, tenant, b, c)  # what stood for A is gone as well
    assert await merged(database, tenant, d, b) == UUID(c["id"])  # named by an id that leads on

    for lost in (a, b, d):
        assert (await read(client, f"accounts/{lost['id']}"))["merged_into_id"] == c["id"]


async def test_a_circle_and_a_record_that_is_not_there_are_refused(client, database, tenant):
    a, b = await an_account(client, "A"), await an_account(client, "B")
    await merged(database, tenant, a, b)

    for loser, survivor in ((b, a), (a, a)):
        with pytest.raises(MergeCircle):
            await merged(database, tenant, loser, survivor)
    with pytest.raises(NotFound):
        await merged(database, tenant, {"id": str(uuid4())}, a)
    assert (await read(client, f"accounts/{b['id']}"))["merged_into_id"] is None


async def test_parents_stay_a_tree_when_the_survivor_stood_below_the_loser(client, database, tenant):
    top = await an_account(client, "T")
    loser = await an_account(client, "L", parent=top["id"])
    middle = await an_account(client, "M", parent=loser["id"])
    other = await an_account(client, "O", parent=loser["id"])
    survivor = await an_account(client, "S", parent=middle["id"])

    await merged(database, tenant, loser, survivor)

    parents = {name: (await read(client, f"accounts/{one['id']}"))["parent_id"] for name, one in
               {"M": middle, "O": other, "S": survivor}.items()}  # fmt: skip
    assert parents == {"M": top["id"], "O": survivor["id"], "S": middle["id"]}


async def test_contacts_and_deals_are_merged_likewise(client, database, tenant, ground):
    account = {"account": ground.account}
    lost = await made(client, "contacts", {**account, "name": "Ada", "source": "sf", "external_id": "1"})
    kept = await made(client, "contacts", {**account, "name": "Ada L.", "source": "sf", "external_id": "2"})
    deal = await made(client, "opportunities", {**account, "primary_contact": lost["id"], "created_on": "2024-01-01"})
    both = {**account, "kind": "call", "held_on": "2024-02-01", "contacts": [lost["id"], kept["id"]]}
    one = {**both, "contacts": [lost["id"]]}
    met_both, met_one = [await made(client, "engagements", body) for body in (both, one)]
    again = await made(client, "opportunities", {**account, "created_on": "2024-01-01"})

    await merged(database, tenant, lost, kept, CONTACTS)
    await merged(database, tenant, again, deal, OPPORTUNITIES)

    assert (await read(client, f"opportunities/{deal['id']}"))["primary_contact_id"] == kept["id"]
    assert (await read(client, f"engagements/{met_one['id']}"))["contact_ids"] == [kept["id"]]
    assert set((await read(client, f"engagements/{met_both['id']}"))["contact_ids"]) == {lost["id"], kept["id"]}
    named = await made(client, "opportunities", {**account, "primary_contact": {"source": "sf", "external_id": "1"}})
    assert named["primary_contact_id"] == kept["id"]
    assert await ids(client, f"opportunities?account_id={ground.account}") == {deal["id"], named["id"]}


async def test_another_organizations_records_are_neither_merged_nor_found(
    client, other_client, database, tenant, other_tenant
):
    a, b = await an_account(client, "A"), await an_account(client, "B")

    with pytest.raises(NotFound):
        await merged(database, other_tenant, a, b)
    assert (await read(client, f"accounts/{a['id']}"))["merged_into_id"] is None
