"""All that is told over key accounts is told over the same ones."""

from tests.asking import a_person, days_ago, ok
from tests.program.audit.ground import key_accounts
from tests.resourcing.catalogue.ground import a_resource, excepted
from tests.selection.lifecycle.ground import a_key_account, moves
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
COUNTED = {
    "summary": lambda one: one["key_accounts"]["accounts"],
    "kam-load": lambda one: one["key_accounts"] + one["without_manager_total"],
    "audit": lambda one: one["key_accounts"],
}


async def read(client, what, **params):
    return await ok(client.get(f"/v1/program/{what}", params=params))


async def how_many(client, **params):
    """How many accounts are key, which each of the reports has to say alike."""
    found = {what: count(await read(client, what, **params)) for what, count in COUNTED.items()}
    assert len(set(found.values())) == 1, found
    return found["summary"]


async def test_a_tier_by_hand_leaves_the_scored_ones_key_and_a_selection_makes_them_candidates(client):
    scored = await key_accounts(client, "One", "Two", "Three")
    assert await how_many(client) == 3

    by_hand = {"reason": "the board's word", "until_on": "2199-01-01"}
    await ok(client.post(f"/v1/accounts/{scored[0]}/tier-overrides", json={"tier": "tier_2", **by_hand}), 201)
    assert await how_many(client) == 3
    assert (await read(client, "summary"))["key_accounts"]["basis"] == "scored"
    await ok(client.post(f"/v1/accounts/{scored[0]}/tier-overrides", json={"tier": "standard", **by_hand}), 201)
    assert await how_many(client) == 2

    chosen = await a_key_account(client)
    assert (await read(client, "summary"))["key_accounts"]["basis"] == "chosen"
    assert await how_many(client) == 1
    # What is dear and only scored is no key account to any report.
    days = {"on": days_ago(100), "user_id": await a_person(client, "sales")}
    await excepted(
        client, scored[1], await a_resource(client, unit_cost={"amount": "9.00", "currency": "USD"}), 1, **days
    )
    (dear,) = (await read(client, "overinvested"))["data"]
    assert (dear["tier"], dear["value_reasons"]) == ("standard", ["not_a_key_account"])

    # Whoever leaves does not bring the scored ones back, nor does the past change.
    await moves(client, chosen, "under_review", "reset", "exited")
    assert await how_many(client) == 0
    assert await how_many(client, as_of=days_ago(1)) == 3
