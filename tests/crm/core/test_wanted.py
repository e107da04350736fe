"""Which properties calls ask for by name."""

from dataclasses import replace

from app.crm.core.connection import Attribute, FieldMapping
from app.crm.core.mapping import fields_wanted
from app.crm.core.spec import Field
from tests.crm.core.mapping_ground import a_connection


def with_own(provider, **told):
    made = a_connection(provider)
    return replace(made, settings=replace(made.settings, mapping={"account": FieldMapping(**told)}))


def test_properties_of_the_connectors_mapping_are_asked_for_once():
    assert fields_wanted(a_connection("salesforce"), "user") == (
        "Id",
        "SystemModstamp",
        "Name",
        "Email",
        "IsActive",
    )


def test_names_stand_below_where_the_crm_keeps_them():
    wanted = fields_wanted(a_connection("hubspot"), "opportunity")

    assert {"amount", "dealname", "hs_lastmodifieddate", "hs_merged_object_ids"} <= set(wanted)
    assert not {"id", "archived", "updatedAt", "company", "properties"} & set(wanted)


def test_custom_fields_are_asked_for_and_replaced_ones_are_not():
    connection = with_own(
        "salesforce",
        fields={"industry": Field("Branch__c"), "country": Field(constant="DE")},
        attributes=(Attribute("region", "text", Field("Region__c|Area__c")),),
        metrics={"partner_score": Field("Scores__r.0.Value__c", "number")},
    )

    wanted = set(fields_wanted(connection, "account"))

    assert {"Branch__c", "Region__c", "Area__c", "Scores__r"} <= wanted
    assert not {"Industry", "BillingCountry"} & wanted


def test_what_this_crm_lacks_is_left_out():
    connection = a_connection("salesforce", variables={"without": "CurrencyIsoCode, BillingCountry"})

    assert not {"CurrencyIsoCode", "BillingCountry"} & set(fields_wanted(connection, "account"))
    assert "CurrencyIsoCode" in fields_wanted(a_connection("salesforce"), "account")


def test_annotations_and_what_is_read_beside_come_by_themselves():
    wanted = fields_wanted(a_connection("dynamics"), "opportunity")

    assert {"_transactioncurrencyid_value", "_ownerid_value", "opportunityid", "statecode"} <= set(wanted)
    assert not any("@" in name for name in wanted)
    assert not {"currency", "id", "reason"} & set(wanted)


def test_nothing_is_asked_of_what_the_connector_does_not_know():
    orders = a_connection("hubspot")

    assert fields_wanted(replace(orders, spec=replace(orders.spec, objects={})), "account") == ()
