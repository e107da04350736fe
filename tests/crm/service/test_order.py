"""Whatever the order in which five updates of a record come, the record ends the same."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from app.crm.core.verdicts import Batch
from app.crm.service import applying, connections, understanding
from tests.crm.delivering import an_inlet
from tests.crm.fakes.hubspot import hubspot
from tests.crm.service.ground import a_ground
from tests.shared_app import ONE_LOOP, anyone, app, client, one_app, tenant

__all__ = ["anyone", "app", "client", "one_app", "tenant"]
pytestmark = ONE_LOOP
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ORDERS = list(permutations(range(5)))
SAID = (
    "amount", "currency", "stage", "status", "probability", "closed_on", "expected_close_on", "name", "created_on",
    "source_modified_at", "removed_at", "account_id",
)  # fmt: skip
# What is told fifth and last decides; one of them may be a deletion.
DELETED = pytest.mark.parametrize("deleted", [None, 2, 4], ids=["none", "the third", "the last"])


def at(number):
    return T0 + timedelta(days=number)


def told(wire):
    return wire.isoformat().replace("+00:00", "Z")


def assert_one_end(kept, notes):
    """All 120 came to one end, in which the last word of each field counts."""
    (end,) = {tuple(str(row[name]) for name in SAID) for row in kept.values()}
    said = dict(zip(SAID, end, strict=True))
    assert len(kept) == 120
    assert (said["amount"], said["removed_at"]) == ("104.0000", "None")
    assert notes == {}
    return said


def assert_all_gone(kept, notes):
    """Whatever was known of them before: nothing counts any more, and nothing revives them."""
    assert {row["removed_at"] for row in kept.values()} == {at(4)}
    assert len(notes) == 120
    assert {(note["state"], note["at"]) for note in notes.values()} == {("gone", at(4))}


@DELETED
async def test_snapshots_of_a_record_that_are_applied_in_any_order(database, tenant, anyone, settings, deleted):
    async with a_ground(hubspot(), database, tenant, anyone, settings) as ground:
        async with database.transaction(tenant.id) as db:
            connection = await connections.connection(db, tenant.id, ground.id)
        account = ground.fake.add("account", at=T0, name="Acme").id
        await ground.hear("account", account)
        await ground.drain()
        for place in range(5):
            batch: list[Any] = []
            gone = {}
            for record, order in enumerate(ORDERS):
                number = order[place]
                if number == deleted:
                    gone[str(record)] = at(number)
                else:
                    batch.append(a_deal(str(record), number, account))
            understood = understanding.understood(connection, "opportunity", batch)
            async with database.transaction(tenant.id) as db:
                await applying.apply_each(db, connection, "opportunity", Batch(understood, at(9), gone=gone))
        kept, notes = await ground.facts("opportunities"), await ground.notes()

    assert_all_gone(kept, notes) if deleted == 4 else assert_one_end(kept, notes)


def a_deal(external_id, number, account):
    stages = ["appointmentscheduled", "qualifiedtobuy", "contractsent", "decisionmakerboughtin", "closedwon"]
    return {
        "id": external_id,
        "properties": {
            "hs_object_id": external_id,
            "dealname": f"Deal as of {number}",
            "amount": str(100 + number),
            "dealstage": stages[number],
            "pipeline": "default",
            "hs_is_closed": str(number == 4).lower(),
            "hs_is_closed_won": str(number == 4).lower(),
            "closedate": told(at(number)),
            "createdate": told(T0),
            "hs_lastmodifieddate": told(at(number)),
        },
        "createdAt": told(T0),
        "updatedAt": told(at(number)),
        "archived": False,
        "account_id": account,
    }


@DELETED
async def test_pushed_updates_that_each_say_a_part_and_come_in_any_order(
    database, tenant, anyone, client, settings, deleted
):
    inlet = await an_inlet(database, tenant, "push", source="scheduler")
    async with a_ground(hubspot(), database, tenant, anyone, settings) as ground:
        ground.id = inlet.id
        # Each event says something that no other says, and one thing that all say.
        parts: list[dict[str, Any]] = [
            {"name": "Deal"}, {"stage": "Proposal"}, {"probability": 0.5}, {"expected_close_on": "2026-09-01"}, {},
        ]  # fmt: skip
        for place in range(5):
            events = []
            for record, order in enumerate(ORDERS):
                number = order[place]
                event: dict[str, Any] = {
                    "object": "opportunity",
                    "external_id": f"O-{record}",
                    "change": "deleted" if number == deleted else "updated",
                    "occurred_at": told(at(number)),
                }
                if number != deleted:
                    event["data"] = {"amount": {"amount": f"{100 + number}.00", "currency": "EUR"}, **parts[number]}
                events.append(event)
            answer = await client.post(inlet.path, json={"events": events})
            assert answer.is_success, answer.text
            await ground.drain()
        kept, notes = await ground.facts("opportunities"), await ground.notes()
        states = {event["state"] for event in await ground.events()}

    if deleted == 4:
        assert_all_gone(kept, notes)
    else:
        said = assert_one_end(kept, notes)
        assert (said["name"], said["stage"], said["expected_close_on"]) == ("Deal", "Proposal", "2026-09-01")
        assert said["probability"] == ("None" if deleted == 2 else "0.5")
    assert states == {"done", "stale"}
