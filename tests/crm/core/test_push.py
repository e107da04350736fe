import json
from datetime import UTC, datetime

import pytest

from app.crm.core.push import PUSH_EVENTS, push_unwrap
from app.crm.core.reading import UnreadableDelivery, events_of
from tests.crm.core.senders import a_delivery, a_spec

PUSH = a_spec(PUSH_EVENTS, unwrap=push_unwrap)
ONE = {
    "object": "opportunity",
    "external_id": "O-7",
    "change": "updated",
    "occurred_at": "2026-01-14T18:16:56.057Z",
    "id": "e-1",
    "data": {"name": "Four hundred widgets"},
}


def told(body, **headers):
    return events_of(PUSH, "", a_delivery(json.dumps(body).encode(), **headers), "d-1").events


@pytest.mark.parametrize("body", [ONE, [ONE], {"events": [ONE]}])
def test_an_event_a_list_and_a_list_under_its_name_are_read_alike(body):
    (event,) = told(body)

    assert (event.object, event.external_id, event.change, event.state) == ("opportunity", "O-7", "changed", "waiting")
    assert event.identity == "e-1"
    assert event.occurred_at == datetime(2026, 1, 14, 18, 16, 56, 57000, tzinfo=UTC)
    assert event.data == {
        "name": "Four hundred widgets",
        "external_id": "O-7",
        "source_modified_at": "2026-01-14T18:16:56.057Z",
    }


def test_an_event_in_the_words_of_standard_webhooks_is_read():
    (event,) = told(
        {"type": "opportunity.updated", "timestamp": "2026-01-14T18:16:56Z", "data": {"id": 7, "name": "Müller"}},
        webhook_id="msg_1",
    )

    assert (event.object, event.external_id, event.change, event.identity) == ("opportunity", "7", "changed", "msg_1")
    assert event.data == {"id": 7, "name": "Müller", "external_id": 7, "source_modified_at": "2026-01-14T18:16:56Z"}


def test_what_the_data_say_of_themselves_stands():
    data = {"external_id": "O-8", "source_modified_at": "2026-01-01T00:00:00Z"}

    (event,) = told(ONE | {"data": data})

    assert event.data == data


@pytest.mark.parametrize(
    "broken",
    [
        {"data": None},
        {"data": [1]},
        {"data": {"name": "a\0b"}},
        {"object": None},
        {"external_id": None},
        {"external_id": []},
    ],
)
def test_an_event_that_cannot_be_applied_is_quarantined_beside_the_others(broken):
    events = told([ONE, ONE | broken])

    assert [event.state for event in events] == ["waiting", "quarantined"]
    assert events[1].data is None


def test_a_text_that_only_looks_like_a_nul_is_kept():
    (event,) = told(ONE | {"data": {"name": "C:\\u0000"}})

    assert event.state == "waiting"


def test_a_deletion_and_a_merge_need_no_data_and_tell_of_nothing_else():
    deleted = {"object": "account", "external_id": "A-1", "change": "deleted"}
    merged = {"object": "account", "external_id": "A-1", "change": "merged", "merged_into": "A-2"}

    assert [(e.external_id, e.change, e.merged_into) for e in told([deleted, merged])] == [
        ("A-1", "deleted", None),
        ("A-1", "merged", "A-2"),
    ]


def test_an_unknown_object_or_change_is_ignored():
    assert [event.state for event in told([ONE | {"object": "invoice"}, ONE | {"change": "archived"}])] == [
        "ignored"
    ] * 2


@pytest.mark.parametrize("body", [b"5", b'"text"', b"null", b"", b"{"])
def test_a_body_that_is_no_event_is_refused(body):
    with pytest.raises(UnreadableDelivery):
        events_of(PUSH, "", a_delivery(body), "d-1")
