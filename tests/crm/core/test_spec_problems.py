"""What cannot be right in a connection's own mapping; connectors as a whole are held to it in `schemas/test_spec`."""

import pytest

from app.crm.connectors import CONNECTORS
from app.crm.core.connection import Attribute, FieldMapping
from app.crm.core.spec import Field
from app.crm.core.spec_problems import own_mapping_problems, spec_problems


def faults(**told):
    return {(fault.pointer, fault.code) for fault in own_mapping_problems("/account", "account", FieldMapping(**told))}


@pytest.mark.parametrize("provider", sorted(set(CONNECTORS) - {"push"}))
def test_what_ships_keeps_to_what_is_asked_of_others(provider):
    assert spec_problems(CONNECTORS[provider]) == []


def test_a_mapping_that_is_well_has_no_faults():
    assert faults() == set()
    assert (
        faults(
            fields={"industry": Field("Branch__c"), "country": Field(constant="DE")},
            attributes=(Attribute("region", "text", Field("Region__c")), Attribute("area", "text", Field("Area__c"))),
            metrics={"partner_score": Field("Score__c", "number")},
        )
        == set()
    )


def test_a_field_that_is_none_of_ours_is_named():
    assert faults(fields={"shoe_size": Field("Shoe__c"), "industry": Field()}) == {
        ("/account/fields/shoe_size", "unknown_field"),
        ("/account/fields/industry/path", "missing"),
    }


def test_attributes_and_metrics_are_looked_at_too():
    region = Attribute("region", "text", Field("a.[b"))

    assert faults(attributes=(region, region), metrics={"partner_score": Field("a", "map")}) == {
        ("/account/attributes/0/field/path", "path_form"),
        ("/account/attributes/1/field/path", "path_form"),
        ("/account/attributes/1/key", "repeated"),
        ("/account/metrics/partner_score/values", "missing"),
    }
