import json
from datetime import UTC, datetime

import pytest

from app.crm.core.event_parts import MOST_FIELDS
from app.crm.core.reading import MOST_EVENTS, UnreadableDelivery, events_of
from app.crm.core.signatures import UntrustedDelivery
from app.crm.core.unwrap import dynamics_unwrap, parsed, salesforce_unwrap
from tests.crm.core.senders import DYNAMICS_EVENTS, PAYLOADS, SALESFORCE_EVENTS, a_delivery, a_spec

SALESFORCE = a_spec(SALESFORCE_EVENTS, unwrap=salesforce_unwrap, sender="organization")
DYNAMICS = a_spec(DYNAMICS_EVENTS, unwrap=dynamics_unwrap, sender="organization_id")


def recorded(path: str) -> bytes:
    file = PAYLOADS / path
    if not file.exists():
        pytest.skip("the recorded payloads are not here")
    return file.read_bytes()


def told(spec, body, *, sender="", delivery_id="d-1", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return events_of(spec, sender, a_delivery(raw, **headers), delivery_id).events


def shown(events):
    return [(event.object, event.external_id, event.change, event.state) for event in events]


def a_message(notifications: str, organization: str = "00D1I000003qqqEUAQ") -> bytes:
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
        '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">'
        f"<OrganizationId>{organization}</OrganizationId><SessionId>00D!secret</SessionId>{notifications}"
        "</notifications></soapenv:Body></soapenv:Envelope>"
    ).encode()


def a_notification(number: int = 1, kind: str = "sf:Account", fields: str = "") -> str:
    return (
        f"<Notification><Id>04l{number:015}</Id>"
        f'<sObject xsi:type="{kind}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">'
        f"<sf:Id>001{number:015}</sf:Id>{fields}</sObject></Notification>"
    )


# Salesforce: outbound messages


def test_an_outbound_message_is_read():
    events = told(SALESFORCE, recorded("salesforce/outbound_message_contact_x2.xml"), sender="012345678901234")

    assert shown(events) == [
        ("contact", "0031I0000081tbPQAQ", "changed", "waiting"),
        ("contact", "0031I0000081tb0QAA", "changed", "waiting"),
    ]
    assert [event.identity for event in events] == ["04l1I000000fztEQAQ", "04l1I000000fzt9QAA"]


def test_an_outbound_message_with_a_byte_order_mark_and_of_other_objects_is_ignored():
    events = told(SALESFORCE, recorded("salesforce/outbound_message_lead_x3_bom.xml"))

    assert [event.state for event in events] == ["ignored"] * 3
    assert events[0].occurred_at == datetime(2015, 8, 14, 18, 27, 2, tzinfo=UTC)


def test_an_empty_outbound_message_is_no_event():
    assert told(SALESFORCE, recorded("salesforce/outbound_message_empty.xml"), sender="00D1I000003qqqE") == []


def test_an_outbound_message_of_another_organization_is_refused():
    assert len(told(SALESFORCE, a_message(a_notification()), sender="00D1I000003qqqE")) == 1
    with pytest.raises(UntrustedDelivery):
        told(SALESFORCE, a_message(a_notification()), sender="00D1I000003qqqF")


def test_more_than_a_hundred_notifications_are_all_read():
    events = told(SALESFORCE, a_message("".join(a_notification(number) for number in range(250))))

    assert [event.external_id for event in events] == [f"001{number:015}" for number in range(250)]
    assert len({event.digest for event in events}) == 250


def test_a_notification_is_known_by_its_id_and_what_it_says():
    modified = "<sf:SystemModstamp>2026-06-25T07:19:34.000Z</sf:SystemModstamp>"
    (first,) = told(SALESFORCE, a_message(a_notification(1, fields=modified)))
    (again,) = told(SALESFORCE, a_message(a_notification(1, fields=modified)), delivery_id="d-2")
    same_second = a_message(a_notification(1, fields=modified).replace("04l", "04m"))
    (other,) = told(SALESFORCE, same_second)

    assert first.occurred_at == datetime(2026, 6, 25, 7, 19, 34, tzinfo=UTC)
    assert first.digest == again.digest != other.digest


def test_a_notification_of_a_deleted_and_merged_record_is_a_merge():
    fields = "<sf:IsDeleted>true</sf:IsDeleted><sf:MasterRecordId>001000000000000009</sf:MasterRecordId>"

    events = told(SALESFORCE, a_message(a_notification(1, fields=fields) + a_notification(2, fields=fields[:33])))

    assert [(event.external_id, event.change, event.merged_into) for event in events] == [
        ("001000000000000001", "merged", "001000000000000009"),
        ("001000000000000009", "changed", None),
        ("001000000000000002", "deleted", None),
    ]


def test_a_notification_without_a_record_is_quarantined_beside_the_others():
    broken = "<Notification><Id>04l1</Id></Notification><Notification/>"

    events = told(SALESFORCE, a_message(a_notification(1) + broken + a_notification(2)))

    assert [event.state for event in events] == ["waiting", "quarantined", "quarantined", "waiting"]


def test_nil_and_nested_fields_are_read_as_nothing():
    fields = '<sf:Name>A &amp; B</sf:Name><sf:Site xsi:nil="true"/><sf:Owner><sf:Name>x</sf:Name></sf:Owner><sf:Memo/>'

    unwrapped = salesforce_unwrap(a_message(a_notification(1, fields=fields)), {})

    assert unwrapped["events"][0]["record"] == {
        "Id": "001000000000000001", "Name": "A & B", "Site": None, "Owner": None, "Memo": "",
    }  # fmt: skip
    assert "secret" not in json.dumps(unwrapped)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n + 1} "{f"&lol{n or str()};" * 10}">' for n in range(9))
    + "]><lolz>&lol9;</lolz>"
)


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS.encode(),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/a.dtd"> %p;]><a/>',
        b"<!DOCTYPE a>" + a_message(""),
        a_message("<Notification>&xxe;</Notification>"),
        a_message('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>') + b"<",
        b"<a>" * 100_000,
        b"<a/>",
        b"<notifications/>",
        b"<?xml version='1.0' encoding='nobody'?><a/>",
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
        a_message(a_notification())[:-10],
        a_message("\0"),
        a_message("").replace(b"2005/09/outbound", b"2005/09/other"),
    ],
)
def test_xml_that_is_no_outbound_message_or_tries_more_is_refused(body):
    with pytest.raises(UnreadableDelivery):
        told(SALESFORCE, body)


def test_an_include_is_not_followed():
    body = a_message('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>')

    assert told(SALESFORCE, body) == []


# Salesforce's JSON


def test_change_data_capture_is_read():
    (created,) = told(SALESFORCE, recorded("salesforce/cdc_opportunity_create.json"))
    (updated,) = told(SALESFORCE, recorded("salesforce/cdc_account_update_compound.json"))

    assert shown([created, updated]) == [
        ("opportunity", "006SM0000001Tb3YAE", "created", "waiting"),
        ("account", "0015f00002JUXA8AAP", "changed", "waiting"),
    ]
    assert created.occurred_at == datetime(2022, 5, 19, 16, 32, 13, tzinfo=UTC)
    assert updated.changed_fields == ("0x400000", "4-0x01")


def test_a_gap_names_its_record_and_an_overflow_none():
    (gap,) = told(SALESFORCE, recorded("salesforce/cdc_gap_create.json"))
    (overflow,) = told(SALESFORCE, recorded("salesforce/cdc_gap_overflow.json"))

    assert shown([gap, overflow]) == [
        ("account", "001ZM000001n4n5YAA", "gap", "waiting"),
        ("account", None, "gap", "waiting"),
    ]


def test_a_capture_event_of_several_records_is_one_event_each_in_any_envelope():
    bare = json.loads(recorded("salesforce/cdc_opportunity_create.json"))
    bare["ChangeEventHeader"]["recordIds"] = ["006SM0000001Tb3YAE", "006SM0000001Tb4", "006*"]
    envelopes = [
        bare,
        [bare],
        {"data": {"payload": bare, "event": {"replayId": 7}}},
        {"detail": {"payload": bare}},
        {"events": [bare]},
    ]

    read = [told(SALESFORCE, body) for body in envelopes]

    assert [event.external_id for event in read[0]] == ["006SM0000001Tb3YAE", "006SM0000001Tb4"]
    assert len({event.digest for event in read[0]}) == len({event.identity for event in read[0]}) == 2
    assert all(events == read[0] for events in read)


def test_one_capture_event_cannot_name_more_records_than_can_be_kept():
    bare = json.loads(recorded("salesforce/cdc_opportunity_create.json"))
    bare["ChangeEventHeader"]["recordIds"] = [f"006{number:012}" for number in range(1, MOST_EVENTS + 2)]

    with pytest.raises(UnreadableDelivery):
        told(SALESFORCE, bare)


def test_a_call_out_names_a_record_and_no_more():
    (plain,) = told(SALESFORCE, {"object": "Account", "id": "0015f00002JUXA8AAP"})
    (again,) = told(SALESFORCE, {"object": "Account", "id": "0015f00002JUXA8AAP"}, delivery_id="d-2")
    record = {
        "attributes": {"type": "Opportunity"},
        "Id": "006SM0000001Tb3YAE",
        "SystemModstamp": "2026-06-25T07:19:34.000+0000",
    }

    assert shown([plain]) == [("account", "0015f00002JUXA8AAP", "changed", "waiting")]
    assert plain.digest != again.digest  # nothing tells whether the record has changed again
    assert shown(told(SALESFORCE, [record, {"object": "Lead", "id": "1"}, 5])) == [
        ("opportunity", "006SM0000001Tb3YAE", "changed", "waiting"),
        (None, None, "changed", "ignored"),
        (None, None, "other", "quarantined"),
    ]


def test_two_call_outs_of_one_second_are_two_unless_they_bear_one_id():
    record = {"object": "Account", "id": "0015f00002JUXA8AAP", "modified_at": "2026-06-25T07:19:34Z"}

    (first,), (second,) = told(SALESFORCE, record), told(SALESFORCE, record, delivery_id="d-2")
    (marked,), (again,) = (told(SALESFORCE, record | {"event_id": "e"}, delivery_id=each) for each in "ab")

    assert first.digest != second.digest
    assert marked.digest == again.digest
    assert marked.occurred_at == datetime(2026, 6, 25, 7, 19, 34, tzinfo=UTC)


def test_a_call_out_of_another_organization_is_refused():
    body = {"object": "Account", "id": "0015f00002JUXA8AAP", "organization_id": "00D1I000003qqqE"}

    assert len(told(SALESFORCE, body, sender="00D1I000003qqqEUAQ")) == 1
    with pytest.raises(UntrustedDelivery):
        told(SALESFORCE, [body], sender="00D1I000003qqqFUAQ")


# Dynamics


def test_an_execution_context_is_read():
    (event,) = told(
        DYNAMICS, recorded("dataverse/contact_update_ms_docs.json"), sender="4EF5B371-E89E-E711-8122-000D3AA2331C"
    )

    assert shown([event]) == [("contact", "6d81597f-0f9f-e711-8122-000d3aa2331c", "changed", "waiting")]
    assert event.occurred_at == datetime(2017, 9, 26, 0, 4, 7, tzinfo=UTC)
    assert event.identity == "4af10637-4ea2-e711-8122-000d3aa2331c"
    assert "firstname" in event.changed_fields
    assert len(event.changed_fields) < MOST_FIELDS


def test_a_context_that_was_cut_for_its_size_still_names_its_record():
    body = recorded("dataverse/contact_update_size_exceeded_derived.json")
    (event,) = told(DYNAMICS, body, **{"x-ms-dynamics-msg-size-exceeded": "true"})

    assert shown([event]) == [("contact", "6d81597f-0f9f-e711-8122-000d3aa2331c", "changed", "waiting")]
    assert event.changed_fields == ()
    assert dynamics_unwrap(body, {"x-ms-dynamics-msg-size-exceeded": "true"})["stripped"]


def test_values_come_out_of_their_wrappings():
    attributes = {
        "name": "Deal",
        "estimatedvalue": {"__type": "Money:http://x", "Value": 12.5},
        "statecode": {"__type": "OptionSetValue:http://x", "Value": 1},
        "tags": {"__type": "OptionSetValueCollection", "Value": [{"Value": 1}, {"Value": 2}]},
        "parentaccountid": {"Id": "6d81597f-0f9f-e711-8122-000d3aa2331c", "LogicalName": "account", "Name": "A"},
        "modifiedon": "/Date(1506384247123+0200)/",
        "longago": "/Date(-62135596800000)/",
        "never": "/Date(999999999999999)/",
        "nothing": None,
    }
    target = {"Attributes": [{"key": key, "value": value} for key, value in attributes.items()], "Id": "x"}

    unwrapped = dynamics_unwrap(json.dumps({"InputParameters": [{"key": "Target", "value": target}]}).encode(), {})

    assert unwrapped["record"] == {
        "name": "Deal",
        "estimatedvalue": 12.5,
        "statecode": 1,
        "tags": [1, 2],
        "parentaccountid": "6d81597f-0f9f-e711-8122-000d3aa2331c",
        "modifiedon": "2017-09-26T00:04:07.123000+00:00",
        "longago": "0001-01-01T00:00:00+00:00",
        "never": "/Date(999999999999999)/",
        "nothing": None,
    }


def a_context(message: str, parameters, **more):
    listed = [{"key": key, "value": value} for key, value in parameters.items()]
    return {"MessageName": message, "PrimaryEntityName": "account", "InputParameters": listed} | more


REFERENCE = {"Id": "6d81597f-0f9f-e711-8122-000d3aa2331c", "LogicalName": "account", "Name": None}


def test_a_deletion_and_a_creation_name_their_record_wherever_it_stands():
    nobody = "00000000-0000-0000-0000-000000000000"
    created = a_context("Create", {"Target": {"Attributes": []}}, PrimaryEntityId=nobody)
    created["OutputParameters"] = [{"key": "id", "value": "7d81597f-0f9f-e711-8122-000d3aa2331c"}]

    assert shown(told(DYNAMICS, a_context("Delete", {"Target": REFERENCE}))) == [
        ("account", REFERENCE["Id"], "deleted", "waiting")
    ]
    assert shown(told(DYNAMICS, created)) == [("account", "7d81597f-0f9f-e711-8122-000d3aa2331c", "created", "waiting")]


def test_a_merge_names_the_one_that_went_and_the_one_that_is_left():
    loser = "8d81597f-0f9f-e711-8122-000d3aa2331c"
    body = a_context("Merge", {"Target": REFERENCE, "SubordinateId": loser}, PrimaryEntityId=REFERENCE["Id"])

    events = told(DYNAMICS, body)

    assert [(event.external_id, event.change, event.merged_into) for event in events] == [
        (loser, "merged", REFERENCE["Id"]),
        (REFERENCE["Id"], "changed", None),
    ]


def test_two_operations_of_one_second_are_two_events_and_a_repeated_one_is_one():
    def digest(correlation, delivery_id):
        body = a_context(
            "Update", {"Target": REFERENCE}, CorrelationId=correlation, OperationCreatedOn="/Date(1506409448000)/"
        )
        return told(DYNAMICS, body, delivery_id=delivery_id)[0].digest

    assert digest("a", "1") == digest("a", "2") != digest("b", "3")


@pytest.mark.parametrize("body", [b"[]", b"5", b"null", b"{", b"<a/>", b"\xff"])
def test_what_is_no_context_is_refused(body):
    with pytest.raises(UnreadableDelivery):
        told(DYNAMICS, body)


# JSON


def test_json_may_be_nested_so_deep_and_no_deeper():
    assert parsed(b"[" * 64 + b"]" * 64)
    with pytest.raises(ValueError, match="nested too deeply"):
        parsed(b"[" * 65 + b"]" * 65)
