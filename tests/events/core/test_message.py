"""What is sent of an event: its whole document, the same bytes for the same facts."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import orjson

from app.events.core.message import Event, Whose, body

ID, ACCOUNT = UUID(int=1), UUID(int=2)
AT = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


def event(**changed):
    told = {
        "id": ID,
        "type": "tier.changed",
        "created_at": AT,
        "sequence": 7,
        "account_id": ACCOUNT,
        "subject": "account",
        "subject_id": ACCOUNT,
        "data": {"previous": "B", "current": "A"},
    }
    return Event(**{**told, **changed})


def test_a_message_tells_what_happened_to_whom():
    whose = Whose("Müller", [("salesforce", "001"), ("hubspot", "9")])
    assert orjson.loads(body(event(), whose)) == {
        "id": str(ID),
        "type": "tier.changed",
        "timestamp": "2026-03-01T12:00:00.250000Z",
        "sequence": 7,
        "account": {
            "id": str(ACCOUNT),
            "name": "Müller",
            "identities": [
                {"source": "hubspot", "external_id": "9"},
                {"source": "salesforce", "external_id": "001"},
            ],
        },
        "subject": "account",
        "subject_id": str(ACCOUNT),
        "data": {"previous": "B", "current": "A"},
    }


def test_what_is_the_organizations_own_matter_is_no_accounts():
    assert orjson.loads(body(event(account_id=None), None))["account"] is None


def test_an_account_that_nobody_knows_any_more_is_still_named_by_its_id():
    assert orjson.loads(body(event(), None))["account"] == {"id": str(ACCOUNT), "name": None, "identities": []}


def test_the_same_facts_are_the_same_bytes_in_whatever_order_they_come():
    one = body(event(data={"a": 1, "b": {"c": 2, "d": 3}}), Whose("x", [("s", "1"), ("t", "2")]))
    other = body(
        event(data={"b": {"d": 3, "c": 2}, "a": 1}, created_at=AT.astimezone(timezone(timedelta(hours=5)))),
        Whose("x", [("t", "2"), ("s", "1")]),
    )
    assert one == other
    assert one.startswith(b'{"account":{')
