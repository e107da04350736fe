"""Statements on whitespace cells through HTTP: each is kept, and the last one holds."""

from uuid import UUID

import pytest

from app.accounts import service as facts
from app.accounts.kinds import ACCOUNTS
from app.accounts.service import changing
from tests.asking import a_person, a_record, ok, own_client
from tests.health.motions.ground import TODAY, ago
from tests.health.whitespace.ground import a_ground, usd
from tests.selection.ground import an_account
from tests.selection.reviews.ground import NOBODY
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def listed(ground, **params):
    return (await ok(ground.client.get(f"{ground.path}/statements", params=params)))["data"]


async def test_what_is_said_of_a_cell_is_answered_as_it_is_kept(client):
    ground = await a_ground(client, "desks")
    ada = await a_person(client, "sales", "Ada")

    said = await ground.says(
        "north", "desks", potential=usd("1250.50"), confidence=0.6, how="Their budget", owner_user_id=ada,
        next_step="A workshop", due_on=ago(-30), user_id=ada,
    )  # fmt: skip

    assert said["potential"] == {"amount": "1250.5000", "currency": "USD"}
    assert (said["state"], said["said_on"], said["user_id"]) == ("open", TODAY.isoformat(), ada)
    assert said["buying_center_id"] == ground.centers["north"]
    assert await listed(ground) == [said]


async def test_a_statement_replaces_all_that_was_said_before_and_that_stays_on_record(client):
    ground = await a_ground(client, "desks", "chairs")
    await ground.says("north", "desks", potential=usd(100), said_on=ago(20))
    await ground.says("north", "desks", state="no_pursue")
    await ground.says("south", "chairs", potential=usd(7))

    every = await listed(ground)
    of_one = await listed(
        ground, buying_center_id=ground.centers["north"], offering_id=ground.offerings["desks"], sort="said_on"
    )

    assert len(every) == 3
    assert [(one["state"], one["potential"] and one["potential"]["amount"]) for one in of_one] == [
        ("open", "100.0000"), ("no_pursue", None),
    ]  # fmt: skip


async def test_said_again_on_the_same_day_it_is_kept_once(client):
    ground = await a_ground(client, "desks")
    word = {"potential": usd(100), "confidence": 0.3}

    first = await ground.says("north", "desks", **word)
    assert await ground.says("north", "desks", **word) == first
    other = await ground.says("north", "desks", potential=usd(200))
    back = await ground.says("north", "desks", **word)

    assert len({first["id"], other["id"], back["id"]}) == 3
    assert (await ground.cells())["north", "desks"]["potential"] == 100


async def test_it_changes_whitespace_at_once_and_the_account_is_to_be_judged_anew(client, tenant, database):
    ground = await a_ground(client, "desks")

    async def waits():
        async with database.transaction(tenant.id) as connection:
            return await changing.changed_at(connection, tenant.id, ground.account["id"]) is not None

    async with database.transaction(tenant.id) as connection:
        await changing.all_taken(connection, tenant.id)
    assert not await waits()

    await ground.says("north", "desks", potential=usd(100))

    assert (await ground.metrics())["whitespace"] == 100
    assert await waits()


async def test_a_persons_key_speaks_for_that_person_alone(app, client):
    ground = await a_ground(client, "desks")
    ada, ben = await a_person(client, "sales"), await a_person(client, "finance")
    path = f"{ground.path}/cells/{ground.centers['north']}/{ground.offerings['desks']}"
    async with await own_client(app, client, ada, scopes=("health:read", "health:write")) as own:
        assert (await ok(own.put(path, json={})))["user_id"] == ada
        assert (await own.put(path, json={"user_id": ben})).status_code == 403


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ({"said_on": ago(-1)}, "in_the_future"),
        ({"competitor": "Rival"}, "contradiction"),
        ({"owner_user_id": NOBODY}, "unknown_user"),
        ({"user_id": NOBODY}, "unknown_user"),
        ({"potential": usd(-1)}, "negative_amount"),
        ({"confidence": 1.5}, "less_than_equal"),
        ({"state": "owned"}, "literal_error"),
    ],
)
async def test_what_cannot_be_said_is_refused_by_field(client, word, code):
    ground = await a_ground(client, "desks")
    path = f"{ground.path}/cells/{ground.centers['north']}/{ground.offerings['desks']}"

    refused = await client.put(path, json=word)

    assert refused.status_code == 422, refused.text
    assert [problem["code"] for problem in refused.json()["errors"]] == [code]
    assert await listed(ground) == []


async def test_a_cell_is_of_the_accounts_own_buying_center_and_a_known_offering(client, other_client):
    ground = await a_ground(client, "desks")
    other = await an_account(client, "Other")
    theirs = await a_record(client, "buying-centers", account=other["id"], name="theirs")
    desks, north = ground.offerings["desks"], ground.centers["north"]

    for path, problem in (
        (f"{ground.path}/cells/{theirs}/{desks}", "buying-center-not-found"),
        (f"{ground.path}/cells/{NOBODY}/{desks}", "buying-center-not-found"),
        (f"{ground.path}/cells/{north}/{NOBODY}", "offering-not-found"),
        (f"/v1/accounts/{NOBODY}/whitespace/cells/{north}/{desks}", "account-not-found"),
    ):
        refused = await client.put(path, json={})
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (404, problem)
    assert (await other_client.put(f"{ground.path}/cells/{north}/{desks}", json={})).status_code == 404
    assert (await other_client.get(f"{ground.path}/statements")).status_code == 404


async def test_what_was_said_of_an_account_that_was_merged_holds_of_the_one_that_stands_for_it(
    client, tenant, database
):
    ground = await a_ground(client, "desks")
    await ground.says("north", "desks", potential=usd(300))
    survivor = await an_account(client, "Survivor", industry="retail")
    await a_record(client, "buying-centers", account=survivor["id"], name="north")

    async with database.transaction(tenant.id) as connection:
        await facts.merge(connection, tenant.id, ACCOUNTS, UUID(ground.account["id"]), UUID(survivor["id"]))

    grid = await ground.grid()
    assert grid["account_id"] == survivor["id"]
    assert grid["totals"]["whitespace"] == 300
    assert [one["potential"]["amount"] for one in await listed(ground)] == ["300.0000"]
