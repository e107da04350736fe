"""A CRM's record as our facts have it, or why it cannot be one."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.schemas.bodies import AccountBody, ContactBody, OpportunityBody, UserBody
from app.crm.connectors import CONNECTORS
from app.crm.core.connection import Attribute, FieldMapping, Stage
from app.crm.core.mapping import Mapped, mapped
from app.crm.core.spec import OBJECTS, Field
from app.crm.core.values import BESIDE, FORMS
from tests.crm.core.mapping_ground import a_connection, fact, faults

BODIES: Any = {"user": UserBody, "account": AccountBody, "contact": ContactBody, "opportunity": OpportunityBody}
DEAL = {
    "Id": "006A",
    "Name": "Deal",
    "AccountId": "001A",
    "Amount": 100.5,
    "CurrencyIsoCode": "EUR",
    "StageName": "Prospecting",
    "IsWon": False,
    "IsClosed": False,
    "Probability": 10,
    "CreatedDate": "2026-01-05T09:00:00.000+0000",
    "CloseDate": "2026-03-01",
    "SystemModstamp": "2026-01-06T09:00:00.000+0000",
    "IsDeleted": False,
    "Owner": {"Name": "Joe"},
}
ACCOUNT = {"Id": "001A", "Name": "Acme", "SystemModstamp": "2026-01-06T09:00:00.000+0000"}


def deal(connection=None, **told):
    return fact(connection or a_connection("salesforce"), "opportunity", {**DEAL, **told}).body


def account_faults(**told):
    return faults(a_connection("salesforce", default_currency="EUR"), "account", {**ACCOUNT, **told})


def with_own(connection, **told):
    """The connection with a mapping of accounts of its own."""
    own = FieldMapping(**told)
    return replace(connection, settings=replace(connection.settings, mapping={"account": own}))


def test_a_deal_is_told_in_our_words():
    assert deal() == {
        "source": "crm",
        "external_id": "006A",
        "source_modified_at": "2026-01-06T09:00:00Z",
        "name": "Deal",
        "account": {"source": "crm", "external_id": "001A"},
        "amount": {"amount": "100.5", "currency": "EUR"},
        "stage": "Prospecting",
        "status": "open",
        "probability": 0.1,
        "created_on": "2026-01-05",
        "expected_close_on": "2026-03-01",
        "closed_on": None,
        "owner": "Joe",
    }


def test_what_a_whole_record_does_not_hold_is_empty():
    body = fact(a_connection("salesforce"), "account", ACCOUNT).body

    assert body["industry"] is None
    assert body["annual_revenue"] is None


def test_what_a_pushed_record_does_not_speak_of_stays():
    body = fact(a_connection("push"), "opportunity", {"external_id": "O-7", "amount": 5, "currency": "USD"}).body

    assert body == {"source": "crm", "external_id": "O-7", "amount": {"amount": "5", "currency": "USD"}}
    assert fact(a_connection("push"), "opportunity", {"external_id": "O-7", "owner": None}).body["owner"] is None


def test_a_pushed_record_may_refer_to_another_system():
    told = {"external_id": "O-7", "account": {"source": "salesforce", "external_id": "001A"}}

    assert fact(a_connection("push"), "opportunity", told).body["account"] == told["account"]
    assert faults(a_connection("push"), "opportunity", {"external_id": "O-7", "account": {"external_id": [1]}}) == {
        ("/account", "unreadable")
    }


def test_a_record_without_an_id_is_no_fact():
    assert faults(a_connection("salesforce"), "account", {"Name": "Acme"}) == {("/external_id", "missing")}
    assert faults(a_connection("salesforce"), "account", {"Id": "x" * 256, "Name": "Acme"}) == {
        ("/external_id", "too_long"),
        ("/external_id", "missing"),
    }


@pytest.mark.parametrize("record", [None, "text", 7, [], [{}], {}])
def test_what_is_no_record_is_no_fact(record):
    for name in OBJECTS:
        assert not isinstance(mapped(a_connection("hubspot"), name, record), Mapped)


def test_a_record_that_is_gone_needs_no_more_than_its_id():
    found = fact(a_connection("salesforce"), "account", {"Id": "001A", "IsDeleted": True, "Name": "x" * 999})

    assert (found.gone, found.body, found.merged_into) == (True, {}, None)


def test_a_merged_record_tells_what_took_its_place():
    told = {"Id": "001B", "IsDeleted": True, "MasterRecordId": "001A"}

    assert fact(a_connection("salesforce"), "account", told).merged_into == "001A"
    assert fact(a_connection("salesforce"), "account", {**ACCOUNT, "MasterRecordId": "001A"}).merged_into is None


def test_a_survivor_tells_whose_place_it_took():
    told = {"id": "7", "properties": {"name": "Acme", "hs_merged_object_ids": "5;6;7"}}

    assert fact(a_connection("hubspot"), "account", told).absorbed == ("5", "6")


def test_text_is_refused_and_not_cut():
    assert account_faults(Name="x" * 201) == {("/name", "too_long")}
    assert fact(a_connection("salesforce"), "account", {**ACCOUNT, "Name": "x" * 200}).body["name"] == "x" * 200


def test_every_fault_is_told_at_once():
    assert account_faults(
        Name=None, NumberOfEmployees=-1, AnnualRevenue=-5, Website={"a": 1}, Industry="a\x00b", SystemModstamp="soon"
    ) == {
        ("/name", "missing"),
        ("/employees", "out_of_range"),
        ("/annual_revenue", "negative_amount"),
        ("/website", "unreadable"),
        ("/industry", "bad_character"),
        ("/source_modified_at", "unreadable"),
    }


def test_a_fault_does_not_repeat_what_the_record_says():
    connection = a_connection("salesforce")

    found = mapped(connection, "account", {**ACCOUNT, "Name": "secret " * 99, "NumberOfEmployees": "classified"})

    assert "secret" not in str(found)
    assert "classified" not in str(found)


def test_money_is_in_the_records_currency_else_in_the_usual_one_else_in_none():
    usual = a_connection("salesforce", default_currency="CHF")

    assert deal(usual)["amount"]["currency"] == "EUR"
    assert deal(usual, CurrencyIsoCode="usd")["amount"]["currency"] == "USD"
    assert deal(usual, CurrencyIsoCode=None)["amount"]["currency"] == "CHF"
    assert deal(usual, Amount=None)["amount"] is None
    nowhere = {**DEAL, "CurrencyIsoCode": None}
    assert faults(a_connection("salesforce"), "opportunity", nowhere) == {("/amount", "no_currency")}
    unknown = {**DEAL, "CurrencyIsoCode": "5a7b-guid"}
    assert faults(usual, "opportunity", unknown) == {("/amount", "unknown_currency")}


@pytest.mark.parametrize(
    ("amount", "kept"),
    [
        ("1234.50", "1234.50"),
        (0, "0"),
        ("1e3", "1000"),
        (-3, "-3"),
        ("0.00005", "0.0000"),
        ("2.00015", "2.0002"),
        ("999999999999999.9999", "999999999999999.9999"),
    ],
)
def test_amounts_are_kept_to_four_decimals(amount, kept):
    assert deal(Amount=amount)["amount"]["amount"] == kept


@pytest.mark.parametrize(
    "amount", ["1e15", "1e999999999", "-1e-999999999", "NaN", "inf", "twelve", True, [1], {"a": 1}]
)
def test_what_is_no_amount_is_refused_at_once(amount):
    assert [
        pointer for pointer, _ in faults(a_connection("salesforce"), "opportunity", {**DEAL, "Amount": amount})
    ] == ["/amount"]


def test_references_to_what_is_not_read_are_left_out():
    told = {**ACCOUNT, "OwnerId": "005A", "ParentId": "001B"}

    everything = fact(a_connection("salesforce"), "account", told).body
    accounts = fact(a_connection("salesforce", objects=("account",)), "account", told).body

    assert everything["kam_user_id"] == {"source": "crm", "external_id": "005A"}
    assert "kam_user_id" not in accounts
    assert accounts["parent"] == {"source": "crm", "external_id": "001B"}
    assert deal(a_connection("salesforce", objects=("opportunity",)))["account"]["external_id"] == "001A"


def test_an_account_is_not_its_own_parent():
    assert fact(a_connection("salesforce"), "account", {**ACCOUNT, "ParentId": "001A"}).body["parent"] is None


def test_the_connections_own_fields_stand_in_place_of_the_connectors():
    connection = with_own(
        a_connection("salesforce"),
        fields={"industry": Field("Branch__c", "map", {"S": "Steel"}), "country": Field(constant="DE")},
    )

    body = fact(connection, "account", {**ACCOUNT, "Branch__c": "S", "Industry": "Other"}).body

    assert (body["industry"], body["country"]) == ("Steel", "DE")


def test_registered_fields_are_kept_as_their_types():
    connection = with_own(
        a_connection("salesforce"),
        attributes=(
            Attribute("region", "text", Field("Region__c")),
            Attribute("score", "number", Field("Score__c")),
            Attribute("strategic", "boolean", Field("Strategic__c")),
            Attribute("since", "date", Field("Since__c")),
            Attribute("absent", "text", Field("Absent__c")),
        ),
        metrics={"partner_score": Field("Score__c", "number"), "not_told": Field("Absent__c", "number")},
    )
    told = {**ACCOUNT, "Region__c": " North ", "Score__c": "7.5", "Strategic__c": "true", "Since__c": "2020-02-29"}

    found = fact(connection, "account", told)

    assert found.body["attributes"] == {
        "region": "North",
        "score": 7.5,
        "strategic": True,
        "since": "2020-02-29",
        "absent": None,
    }
    assert found.metrics == {"partner_score": 7.5}


def test_registered_fields_that_cannot_be_read_are_named():
    connection = with_own(
        a_connection("salesforce"),
        attributes=(Attribute("score", "number", Field("Score__c")), Attribute("note", "text", Field("Note__c"))),
        metrics={"partner_score": Field("Score__c", "number")},
    )

    assert faults(connection, "account", {**ACCOUNT, "Score__c": "high", "Note__c": "x" * 4001}) == {
        ("/attributes/score", "unreadable"),
        ("/attributes/note", "too_long"),
        ("/metrics/partner_score", "unreadable"),
    }


def test_registered_fields_take_16_kib_at_most():
    many = tuple(Attribute(f"note_{n}", "text", Field("Note__c")) for n in range(5))

    told = {**ACCOUNT, "Note__c": "x" * 4000}

    assert faults(with_own(a_connection("salesforce"), attributes=many), "account", told) == {
        ("/attributes", "too_large")
    }


def test_a_stage_means_what_the_connection_says():
    stages = {"Prospecting": Stage(name="Lead", status="won", probability=0.9)}

    body = deal(a_connection("salesforce", stages=stages), CloseDate="2026-01-05")

    assert (body["stage"], body["status"], body["probability"], body["closed_on"]) == ("Lead", "won", 0.9, "2026-01-05")


def test_a_decided_deal_without_a_day_is_refused():
    assert faults(a_connection("salesforce"), "opportunity", {**DEAL, "IsClosed": True, "CloseDate": None}) == {
        ("/closed_on", "missing")
    }


def test_the_lengths_and_words_are_those_of_the_facts():
    """What fits here fits there, and one more does not."""
    for name, forms in FORMS.items():
        for field, form in forms.items():
            if form.kind == "text":
                BODIES[name].model_validate({field: "x" * form.longest})
                with pytest.raises(ValueError, match="at most"):
                    BODIES[name].model_validate({field: "x" * (form.longest + 1)})
            for word in form.choices:
                BODIES[name].model_validate({field: word})


def test_all_fields_of_the_facts_can_be_mapped_but_for_those_that_no_record_holds():
    apart = {"source", "external_id", "source_modified_at", "attributes", "effective_on", "stage_history"}

    for name, forms in FORMS.items():
        assert forms.keys() == BODIES[name].model_fields.keys() - apart
        assert not BESIDE[name] & forms.keys()


values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from(["2026-02-30", "2026-02-28T10:00:00Z", "1e99999999", "EUR", "won", "x" * 501, "²", "\ud800"]),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


@given(st.sampled_from(["salesforce", "hubspot", "pipedrive", "dynamics", "push"]), st.sampled_from(OBJECTS), st.data())
def test_whatever_a_record_says_it_is_a_valid_fact_or_is_refused(provider, name, data):
    """Every body that comes of mapping is taken by the fact's own wire; anything else is refused with its reasons."""
    rules = CONNECTORS[provider].objects[name]
    record: dict[str, Any] = {}
    for field in (rules.id, rules.modified, *rules.fields.values()):
        for path in field.path.split("|") if field else ():
            _put(record, path.partition(".")[::2], data.draw(values))

    found = mapped(a_connection(provider, default_currency="EUR"), name, record)

    if isinstance(found, Mapped):
        BODIES[name].model_validate(found.body)
    else:
        assert found.errors
        assert found.reason


def _put(record, path, value):
    head, rest = path
    if not rest:
        record[head] = value
    elif isinstance(record.setdefault(head, {}), dict):
        record[head][rest] = value
