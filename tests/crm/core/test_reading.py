import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.crm.connectors import CONNECTORS
from app.crm.core.reading import MOST_EVENTS, Read, UnreadableDelivery, events_of
from app.crm.core.signatures import UntrustedDelivery
from app.crm.core.spec import EventRules, Field
from tests.crm.core.senders import (
    ATTIO_EVENTS,
    CLOSE_EVENTS,
    DYNAMICS_EVENTS,
    HUBSPOT_EVENTS,
    PAYLOADS,
    PIPEDRIVE_EVENTS,
    ZOHO_EVENTS,
    a_delivery,
    a_spec,
)

HUBSPOT = a_spec(HUBSPOT_EVENTS, sender="portalId")
PIPEDRIVE = a_spec(PIPEDRIVE_EVENTS)
# A sender of the plainest kind: no ids, no times, no lists.
PLAIN = a_spec(EventRules(external_id=Field("id"), object=Field("kind", "map", {"deal": "opportunity"})))


def recorded(path: str):
    file = PAYLOADS / path
    if not file.exists():
        pytest.skip("the recorded payloads are not here")
    return json.loads(file.read_text())


def told(spec, body, *, sender="", delivery_id="d-1", **headers):
    """The events of a body, given as JSON or as bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return events_of(spec, sender, a_delivery(raw, **headers), delivery_id).events


def shown(events):
    return [(event.object, event.external_id, event.change, event.state) for event in events]


# What the senders send


def test_hubspots_events_are_read_in_their_order():
    events = told(HUBSPOT, recorded("hubspot/legacy_events_captured.json"))

    assert shown(events) == [
        ("account", "330222354146", "created", "waiting"),
        ("account", "330222354146", "changed", "waiting"),
        ("opportunity", "332507367156", "created", "waiting"),
        ("opportunity", "332507367156", "changed", "waiting"),
        ("opportunity", "332507367156", "changed", "waiting"),
        ("opportunity", "332507367156", "deleted", "waiting"),
        ("account", "330222354146", "deleted", "waiting"),
    ]
    assert [event.position for event in events] == list(range(7))
    assert (events[3].property_name, events[3].property_value, events[3].identity) == ("amount", "2000", "2995724042")
    assert events[3].occurred_at == datetime(2026, 6, 25, 7, 19, 32, 438000, tzinfo=UTC)


def test_hubspots_generic_events_tell_the_object_by_its_type():
    (contact,) = told(HUBSPOT, recorded("hubspot/generic_contact_propertyChange_captured.json"))
    custom = told(HUBSPOT, recorded("hubspot/generic_object_create_batch_captured.json"))

    assert shown([contact]) == [("contact", "546500061938", "changed", "waiting")]
    assert {event.state for event in custom} == {"ignored"}  # a custom object is of no interest


def test_hubspots_merge_tells_of_each_record_that_went_and_of_the_one_that_is_left():
    merge = {
        "eventId": 9, "subscriptionType": "company.merge", "occurredAt": 1782371973155, "portalId": 1,
        "primaryObjectId": 11, "mergedObjectIds": [12, 13], "newObjectId": 11, "numberOfPropertiesMoved": 3,
    }  # fmt: skip
    events = told(HUBSPOT, [merge])

    assert [(e.external_id, e.change, e.merged_into) for e in events] == [
        ("12", "merged", "11"),
        ("13", "merged", "11"),
        ("11", "changed", None),
    ]
    assert len({event.digest for event in events}) == len({event.identity for event in events}) == 3
    into_a_new_one = told(HUBSPOT, [merge | {"newObjectId": 14, "mergedObjectIds": [11, 12]}])
    assert [(e.external_id, e.merged_into) for e in into_a_new_one] == [("11", "14"), ("12", "14"), ("14", None)]


def test_a_merge_that_names_the_record_that_is_left_among_the_others_does_not_merge_it_into_itself():
    merge = {"subscriptionType": "company.merge", "occurredAt": 1, "primaryObjectId": 11, "mergedObjectIds": [11, 12]}

    events = told(HUBSPOT, [merge])

    assert [(e.external_id, e.change, e.merged_into) for e in events][:2] == [
        ("11", "changed", None),
        ("12", "merged", "11"),
    ]


def test_hubspots_association_change_is_one_event_however_often_it_comes():
    change = {
        "eventId": 5, "subscriptionType": "deal.associationChange", "occurredAt": 1782371973155, "attemptNumber": 0,
        "associationType": "DEAL_TO_COMPANY", "fromObjectId": 7, "toObjectId": 8, "associationRemoved": False,
    }  # fmt: skip
    first, again = (
        told(HUBSPOT, [change]),
        told(HUBSPOT, [change | {"attemptNumber": 3, "eventId": 6}], delivery_id="2"),
    )

    assert shown(first) == [("opportunity", "7", "associated", "waiting")]
    assert first[0].digest == again[0].digest


def test_pipedrives_change_names_the_fields_that_changed():
    (event,) = told(PIPEDRIVE, recorded("pipedrive/v2_change_deal_captured.json"))

    assert shown([event]) == [("opportunity", "213973", "changed", "waiting")]
    assert event.changed_fields == ("stage_id",)
    assert event.occurred_at == datetime(2026, 1, 14, 18, 16, 56, 57000, tzinfo=UTC)


def test_pipedrives_delete_of_a_merged_record_is_a_merge():
    body = recorded("pipedrive/v2_change_deal_captured.json")
    deleted = {"data": None, "previous": body["data"], "meta": body["meta"] | {"action": "delete"}}
    merged = deleted | {"meta": deleted["meta"] | {"merged_to_id": 213974}}

    assert shown(told(PIPEDRIVE, deleted)) == [("opportunity", "213973", "deleted", "waiting")]
    assert [(e.external_id, e.change, e.merged_into) for e in told(PIPEDRIVE, merged)] == [
        ("213973", "merged", "213974"),
        ("213974", "changed", None),
    ]


def test_pipedrives_second_attempt_is_the_same_event():
    body = recorded("pipedrive/v2_change_deal_captured.json")
    again = body | {"meta": body["meta"] | {"attempt": 2, "correlation_id": "another", "id": "another"}}
    later = body | {"meta": body["meta"] | {"timestamp": "2026-01-14T18:16:56.058Z"}}

    (first,), (second,), (third,) = told(PIPEDRIVE, body), told(PIPEDRIVE, again), told(PIPEDRIVE, later)

    assert first.digest == second.digest != third.digest


def test_closes_single_event_is_read():
    body = recorded("close/opportunity_won_docs.json")
    body["event"]["object_id"] = "oppo_7H4"

    (event,) = told(a_spec(CLOSE_EVENTS, sender="event.organization_id"), body, sender=body["event"]["organization_id"])

    assert shown([event]) == [("opportunity", "oppo_7H4", "changed", "waiting")]
    assert event.changed_fields == ("confidence", "date_updated", "status_id", "status_label", "status_type")


def test_attios_event_without_a_time_is_known_by_its_deliverys_key():
    spec, body = a_spec(ATTIO_EVENTS), recorded("attio/record_updated_docs_shape.json")

    (first,) = told(spec, body, Idempotency_Key="k-1")
    (again,) = told(spec, body, Idempotency_Key="k-1", delivery_id="d-2")
    (other,) = told(spec, body, Idempotency_Key="k-2", delivery_id="d-3")

    assert shown([first]) == [("account", "bf071e1f-6035-429d-b874-d83ea64ea13b", "changed", "waiting")]
    assert first.identity == "k-1"
    assert first.digest == again.digest != other.digest


def test_zohos_notification_of_two_records_is_two_events():
    events = told(a_spec(ZOHO_EVENTS), recorded("zoho/deals_batch_two_ids.json"))

    assert shown(events) == [
        ("opportunity", "5725767000003000010", "created", "waiting"),
        ("opportunity", "5725767000003000020", "created", "waiting"),
    ]
    assert events[0].digest != events[1].digest
    assert shown(told(a_spec(ZOHO_EVENTS), recorded("zoho/leads_insert_ids_only.json"))) == [
        (None, None, "created", "ignored")
    ]


# One among many


def test_one_malformed_event_among_a_hundred_is_quarantined_alone():
    (one,) = recorded("hubspot/deal_propertyChange_crm_ui_2019.json")
    batch = [one | {"objectId": number, "eventId": number} for number in range(100)]
    malformed: tuple[Any, ...] = (
        5, None, "text", [], {}, {"subscriptionType": None}, {"subscriptionType": {}},
        {name: value for name, value in one.items() if name != "objectId"},
        one | {"objectId": True}, one | {"objectId": 1.5}, one | {"objectId": {"id": 1}}, one | {"objectId": "x" * 256},
        one | {"objectId": "a\0b"}, one | {"objectId": 10**30},
    )  # fmt: skip
    for broken in malformed:
        batch[42] = broken

        events = told(HUBSPOT, batch)

        assert [event.state for event in events].count("waiting") == 99
        assert (events[42].state, events[42].external_id) == ("quarantined", None)
        assert events[42].reason


def test_a_reason_never_repeats_what_was_sent():
    (event,) = told(PLAIN, {"kind": "deal", "id": "secret" * 100})

    assert "secret" not in str(event.reason)


def test_an_unknown_kind_of_event_is_ignored():
    (one,) = recorded("hubspot/deal_propertyChange_crm_ui_2019.json")

    for unknown in ("conversation.newMessage", "deal.frobnication", "x"):
        (event,) = told(HUBSPOT, [one | {"subscriptionType": unknown}])
        assert (event.state, event.reason) == ("ignored", None)


def test_an_empty_list_is_no_event():
    assert told(HUBSPOT, b"[]") == []
    assert told(a_spec(ATTIO_EVENTS), {"events": []}) == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"null", b"1", b'"text"', b"true", b"{", b"[{]", b"<xml/>", b"\xff\xfe[\x00]\x00", b"[NaN]",
        b"[1e999]", b'["\\ud800"]', b"[" * 65 + b"]" * 65, b"[" * 100_000,
        b'{"a":' * 300 + b"1" + b"}" * 300, b"a=1&b=2",
    ],
)  # fmt: skip
def test_a_body_that_is_not_what_is_sent_is_refused_as_a_whole(body):
    with pytest.raises(UnreadableDelivery) as refused:
        told(HUBSPOT, body)

    assert refused.value.__cause__ is None


def test_a_byte_order_mark_is_no_trouble():
    assert told(HUBSPOT, b"\xef\xbb\xbf[]") == []


def test_more_events_than_can_be_kept_are_refused_however_they_are_written():
    many = list(range(MOST_EVENTS + 1))

    assert len(told(HUBSPOT, [{}] * MOST_EVENTS)) == MOST_EVENTS
    with pytest.raises(UnreadableDelivery):
        told(HUBSPOT, [{}] * (MOST_EVENTS + 1))
    with pytest.raises(UnreadableDelivery):
        told(a_spec(ZOHO_EVENTS), {"module": "Deals", "operation": "update", "ids": many})


def test_a_hundred_and_one_events_are_read():
    (one,) = recorded("hubspot/deal_propertyChange_crm_ui_2019.json")

    assert len(told(HUBSPOT, [one | {"objectId": number} for number in range(101)])) == 101


def test_a_body_in_which_the_list_is_missing_is_the_event_itself():
    one = {"kind": "deal", "id": 7}
    spec = a_spec(replace(PLAIN.events, items="some.where"))

    for body in (one, [one], {"some": {"where": one}}, {"some": {"where": [one]}}):
        assert shown(told(spec, body)) == [("opportunity", "7", "changed", "waiting")]


# Who sent it


def test_a_delivery_of_another_organization_is_refused():
    body = recorded("hubspot/legacy_events_captured.json")

    assert len(told(HUBSPOT, body, sender="48975575")) == 7
    assert told(HUBSPOT, [], sender="48975575") == []
    with pytest.raises(UntrustedDelivery, match="the delivery is not trusted"):
        told(HUBSPOT, body, sender="48975576")


def test_events_of_other_organizations_among_ones_own_are_ignored():
    body = recorded("hubspot/legacy_events_captured.json")
    body[2]["portalId"] = 1
    del body[3]["portalId"]  # names nobody

    events = told(HUBSPOT, body, sender="48975575")

    assert [event.state for event in events].count("waiting") == 6
    assert (events[2].state, events[2].reason, events[2].external_id) == ("ignored", "of another organization", None)


@pytest.mark.parametrize(
    ("named", "expected", "same"),
    [
        ("00D1I000003qqqE", "00D1I000003qqqEUAQ", True),
        ("00D1I000003qqqEUAQ", "00D1I000003qqqE", True),
        ("00D1I000003qqqe", "00D1I000003qqqEUAQ", False),
        ("00D1I000003qqqEUA", "00D1I000003qqqE", False),
        ("4ef5b371-e89e-e711-8122-000d3aa2331c", "{4EF5B371-E89E-E711-8122-000D3AA2331C}", True),
        ("4ef5b371-e89e-e711-8122-000d3aa2331c", "4ef5b371-e89e-e711-8122-000d3aa2331d", False),
        (62515, "62515", True),
        ("", "62515", True),  # names nobody
        ({"a": 1}, "62515", False),
    ],
)
def test_ids_of_organizations_are_compared_as_their_crms_write_them(named, expected, same):
    spec = a_spec(PLAIN.events, sender="from")
    body = {"from": named, "kind": "deal", "id": 1}

    if same:
        assert len(told(spec, body, sender=expected)) == 1
    else:
        with pytest.raises(UntrustedDelivery):
            told(spec, body, sender=expected)


# When two events are one


def test_an_event_that_comes_again_under_a_fresh_id_is_the_same():
    (one,) = recorded("hubspot/deal_propertyChange_crm_ui_2019.json")
    again = dict(reversed(one.items())) | {"eventId": 1, "attemptNumber": 4}

    (first,), (second,) = told(HUBSPOT, [one]), told(HUBSPOT, [again], delivery_id="d-2")

    assert first.digest == second.digest
    assert first.identity != second.identity
    assert len(first.digest) == 32


@given(
    name=st.sampled_from(["objectId", "propertyName", "propertyValue", "occurredAt", "subscriptionType", "portalId"])
)
def test_an_event_that_says_anything_else_is_another_one(name):
    one = {
        "objectId": 1, "propertyName": "amount", "propertyValue": "2", "occurredAt": 1782371973155, "eventId": 3,
        "subscriptionType": "deal.propertyChange", "portalId": 4,
    }  # fmt: skip
    other = one | {name: 1782371973156 if name == "occurredAt" else f"{one[name]}9"}

    assert told(HUBSPOT, [one])[0].digest != told(HUBSPOT, [other])[0].digest


def test_without_a_time_the_events_own_id_belongs_to_it_and_without_that_the_deliverys():
    spec = a_spec(replace(PLAIN.events, id=Field("event")))

    def digest(body, delivery_id):
        return told(spec, body, delivery_id=delivery_id)[0].digest

    assert digest({"kind": "deal", "id": 1, "event": "a"}, "1") == digest({"kind": "deal", "id": 1, "event": "a"}, "2")
    assert digest({"kind": "deal", "id": 1, "event": "a"}, "1") != digest({"kind": "deal", "id": 1, "event": "b"}, "1")
    assert digest({"kind": "deal", "id": 1}, "1") != digest({"kind": "deal", "id": 1}, "2")


@pytest.mark.parametrize("time", ["yesterday", 0, -1, 10**17, 10**300, {}, True, "0001-01-01"])
def test_a_time_that_cannot_be_read_is_none_and_the_record_is_pulled_all_the_same(time):
    (one,) = recorded("hubspot/deal_propertyChange_crm_ui_2019.json")

    first, again = (told(HUBSPOT, [one | {"occurredAt": time, "eventId": event}])[0] for event in (1, 2))

    assert (first.state, first.occurred_at) == ("waiting", None)
    assert first.digest != again.digest


# What can be kept


def test_values_that_cannot_be_kept_are_left_out():
    spec = a_spec(
        replace(PLAIN.events, id=Field("event"), changed_fields="fields", property_name="name", property_value="value")
    )
    one = {"kind": "deal", "id": 1}

    def read(**more):
        return told(spec, one | more)[0]

    assert read(event="x" * 300).identity is None
    assert read(event="a\0b").identity is None
    assert read(fields=["a", "b\0"]).changed_fields == ()
    assert read(fields=["a"] * 501).changed_fields == ()
    assert read(fields={"a": 1, "b": 2}).changed_fields == ("a", "b")
    assert (read(name="n", value="v\0").property_name, read(name="n", value="v\0").property_value) == ("n", None)
    assert read(name="n", value="v" * 1001).property_value is None
    assert read(name="n", value=["v"]).property_value is None
    assert read(name="n", value=12.5).property_value == 12.5
    assert read(name="n\0", value="v").property_name is None


# Whatever is sent

SPECS = [
    HUBSPOT,
    PIPEDRIVE,
    PLAIN,
    *(a_spec(rules) for rules in (ATTIO_EVENTS, CLOSE_EVENTS, ZOHO_EVENTS, DYNAMICS_EVENTS)),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
known_names = st.sampled_from(
    [
        "events", "event", "data", "payload", "meta", "kind", "id", "ids", "object", "module", "objectId", "type",
        "subscriptionType", "occurredAt", "mergedObjectIds", "primaryObjectId", "entity", "action", "external_id",
        "ChangeEventHeader", "recordIds", "commitTimestamp", "InputParameters", "Attributes", "Target", "key", "value",
        "PrimaryEntityId", "OperationCreatedOn", "propertyName", "propertyValue", "previous", "timestamp", "change",
    ]
)  # fmt: skip
known_values = json_values | st.sampled_from(
    ["deal", "opportunity", "deal.merge", "opportunity.updated", "0-3", "Account", "GAP_CREATE", "deleted", "/Date(1)/"]
)
likely = st.recursive(
    known_values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(known_names, inner, max_size=6),
    max_leaves=20,
)
bodies = (
    st.binary()
    | st.text().map(str.encode)
    | likely.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    | st.from_regex(rb"<[a-z]+>(&[a-z]+;)?</[a-z]+>", fullmatch=True)
)


@given(
    spec=st.sampled_from([*SPECS, *CONNECTORS.values()]),
    body=bodies,
    sender=st.sampled_from(["", "1", "00D1I000003qqqE"]),
)
@example(CONNECTORS["salesforce"], b"<?xml version='1.0' encoding='nobody'?><a/>", "")
@example(CONNECTORS["salesforce"], b"<?xml version='1.0' encoding='rot13'?><a/>", "")
@example(CONNECTORS["dynamics"], b'{"OperationCreatedOn": "/Date(999999999999999)/"}', "")
def test_whatever_is_sent_is_read_or_refused_and_what_is_read_can_be_kept(spec, body, sender):
    try:
        read = events_of(spec, sender, a_delivery(body), "d-1")
    except (UnreadableDelivery, UntrustedDelivery):
        return

    assert isinstance(read, Read)
    for position, event in enumerate(read.events):
        texts = [event.external_id, event.identity, event.merged_into, event.property_name, event.reason]
        assert all(text is None or (0 < len(text) <= 255 and "\0" not in text) for text in texts)
        assert "\0" not in json.dumps(event.detail()).replace("\\u0000", "\0")
        assert (event.position, len(event.digest)) == (position, 32)
        assert event.state in {"waiting", "ignored", "quarantined"}
        assert (event.state == "quarantined") == (
            event.reason is not None and event.reason != "of another organization"
        )
        assert event.state != "waiting" or (event.object and (event.external_id or event.change == "gap"))


@given(body=likely.map(lambda value: json.dumps([value]).encode()))
def test_reading_twice_comes_to_the_same(body):
    assert told(HUBSPOT, body) == told(HUBSPOT, body)
