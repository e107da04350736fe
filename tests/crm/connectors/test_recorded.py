"""The connectors that ship, on answers as the vendors gave them."""

import json
import re
from functools import cache

import pytest
import yaml  # type: ignore[import-untyped]  # it has no stubs here

from app.crm.connectors import CONNECTORS
from app.crm.core.mapping import fields_wanted
from app.crm.core.paths import at
from app.crm.core.templates import names_in
from tests.conftest import SHARED
from tests.crm.core.mapping_ground import a_connection, fact, faults, rules_of

RECORDED = SHARED / "fixtures" / "recorded"
PIPEDRIVE_V2 = SHARED / "fixtures" / "pipedrive-v2-openapi.yml"


def recorded(path):
    file = RECORDED / path
    if not file.exists():
        pytest.skip("the recorded answers are not here")
    return json.loads(file.read_text())


@cache
def described():
    if not PIPEDRIVE_V2.exists():
        pytest.skip("the description of Pipedrive's API is not here")
    return yaml.safe_load(PIPEDRIVE_V2.read_text())


def records_of(provider, name, answer, which="page"):
    return at(answer, getattr(rules_of(provider, name), which).items)


def test_salesforces_deals_are_read_with_the_account_where_there_is_one():
    answer = recorded("salesforce/test/read-opportunity-with-account.json")
    connection = a_connection("salesforce", default_currency="USD")

    first, second = (fact(connection, "opportunity", r) for r in records_of("salesforce", "opportunity", answer))

    assert first.external_id == "006ak00000OQ4RxAAL"
    assert first.body["account"] == {"source": "crm", "external_id": "001ak00000OKNPHAA5"}
    assert first.body["amount"] == {"amount": "50000.0", "currency": "USD"}
    assert (first.body["name"], first.body["stage"]) == ("Test Opportunity 1", "Prospecting")
    assert second.body["account"] is None


def test_salesforces_results_of_a_write_say_what_went_wrong():
    write = rules_of("salesforce", "account").write
    wrong = recorded("salesforce/test/batch/update/contacts/partial-but-allOrNone.json")
    right = recorded("salesforce/test/batch/update/contacts/success.json")
    sent = recorded("salesforce/test/batch/update/contacts/payload.json")

    assert [at(one, write.success) for one in at(right, write.result_items)] == [True, True]
    assert [at(one, write.success) for one in at(wrong, write.result_items)] == [False, False]
    assert at(wrong, f"1.{write.error}").startswith("No such column")
    assert write.call.body.keys() == sent.keys()
    assert write.call.body["allOrNone"] is sent["allOrNone"]
    assert write.item.keys() & sent["records"][0].keys() == {"id", "attributes"}


def test_hubspots_people_are_read_by_batch_and_by_search():
    batch = recorded("hubspot/test/read/objects-api/contacts-batch.json")
    search = recorded("hubspot/test/search/contacts/1-first-page.json")
    connection = a_connection("hubspot")
    rules = rules_of("hubspot", "contact")

    people = [fact(connection, "contact", {**r, "properties": {**r["properties"], "associatedcompanyid": "7"}})
              for r in at(batch, rules.some.items)]  # fmt: skip

    assert [one.body["name"] for one in people] == ["Brian Halligan (Sample Contact)", "Maria Johnson (Sample Contact)"]
    assert people[0].body["source_modified_at"] == "2026-05-21T22:45:00.229000Z"
    assert not people[0].gone
    assert at(search, rules.changed.paging.more) == "54"
    assert at(search, rules.changed.items)[0]["id"] == "501"
    assert at(recorded("hubspot/test/search/contacts/2-second-page.json"), rules.changed.paging.more) is None


def test_hubspots_searches_look_like_the_recorded_ones():
    sent = recorded("hubspot/test/read/objects-api/contacts-req-payload-since.json")
    call = rules_of("hubspot", "contact").changed

    assert sent.keys() == call.body.keys()
    (theirs,), (ours,) = sent["filterGroups"][0]["filters"], call.body["filterGroups"][0]["filters"]
    assert theirs.keys() == ours.keys()
    assert (theirs["propertyName"], theirs["operator"]) == (ours["propertyName"], ours["operator"])
    assert sent["sorts"][0].keys() == call.body["sorts"][0].keys()


def test_hubspots_associations_name_the_primary_company():
    answer = recorded("hubspot/test/search/contacts/contacts-to-companies.json")
    association = rules_of("hubspot", "opportunity").with_["company"]

    (result,) = at(answer, association.call.items)

    assert at(result, association.of) == "501"
    assert at(result, association.value) == 29022297485
    several = {"to": [{"toObjectId": 1, "associationTypes": [{"typeId": 341}]},
                      {"toObjectId": 2, "associationTypes": [{"typeId": 341}, {"typeId": 5}]}]}  # fmt: skip
    assert at(several, association.value) == 2


def test_hubspots_batch_update_says_which_records_were_written():
    write = rules_of("hubspot", "account").write
    partial = recorded("hubspot/test/batch/update/contacts/err-partial-success.json")

    assert [at(one, write.result_id) for one in at(partial, write.result_items)] == ["171591000199"]


def test_pipedrives_deals_are_read_as_recorded():
    answer = recorded("pipedrive/test/deals.json")
    rules = rules_of("pipedrive", "opportunity")
    connection = a_connection("pipedrive", default_currency="EUR")

    (deal,) = (fact(connection, "opportunity", record) for record in at(answer, rules.page.items))

    assert (deal.external_id, deal.body["name"], deal.body["status"]) == ("1", "Test Deal", "open")
    assert deal.body["amount"] == {"amount": "1000", "currency": "EUR"}
    assert at(answer, rules.page.paging.next) is None


@pytest.mark.parametrize("name", ["opportunity", "account", "contact"])
def test_pipedrives_own_examples_become_facts(name):
    rules = rules_of("pipedrive", name)
    path = rules.page.path.removeprefix("/api/v2")
    example = described()["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"]

    (found,) = (fact(a_connection("pipedrive"), name, record) for record in at(example, rules.page.items))

    assert found.body["name"]
    assert found.body.get("account", {"external_id": "1"})["external_id"] == "1"
    assert at(example, rules.page.paging.next)


def calls_of(rules):
    calls = [(each, getattr(rules, each)) for each in ("page", "changed", "deleted", "one", "some")]
    calls += [("write", rules.write.call)] if rules.write else []
    return [(which, call) for which, call in calls if call is not None and call.path.startswith("/api/v2")]


@pytest.mark.parametrize("name", ["opportunity", "account", "contact"])
def test_pipedrives_calls_are_in_its_description(name):
    for which, call in calls_of(rules_of("pipedrive", name)):
        path = described()["paths"][call.path.removeprefix("/api/v2")]
        operation = path[call.method.lower()]
        known = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert set(call.query) <= known, which
        for parameter in operation.get("parameters", []):
            value = call.query.get(parameter["name"], "{}")
            if "{" not in value:
                assert value in parameter["schema"]["enum"], (which, parameter["name"])
        if call.body:
            properties = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
            assert set(call.body) <= set(properties)


def test_dynamics_people_are_read_as_recorded():
    answer = recorded("dynamicscrm/test/contacts-read.json")
    rules = rules_of("dynamics", "contact")
    connection = a_connection("dynamics")

    people = [fact(connection, "contact", {**r, "_parentcustomerid_value": "a-1"}) for r in at(answer, "value")]

    assert [one.external_id for one in people] == [
        "cdcfa450-cb0c-ea11-a813-000d3a1b1223",
        "9fd4a450-cb0c-ea11-a813-000d3a1b1223",
    ]
    assert people[0].body["name"] == "Heriberto Nathan"
    assert at(answer, rules.page.paging.next).startswith("https://org5bd08fdd.api.crm.dynamics.com/api/data/v9.2/")


def test_a_persons_company_is_needed():
    answer = recorded("dynamicscrm/test/contacts-read.json")

    assert faults(a_connection("dynamics"), "contact", answer["value"][0]) == {("/account", "missing")}


def test_a_deletion_in_dynamics_delta_is_a_record_that_is_gone():
    told = {"@odata.context": "…#accounts/$deletedEntity", "id": "a-7", "reason": "deleted"}

    found = fact(a_connection("dynamics"), "account", told)

    assert (found.external_id, found.gone) == ("a-7", True)


@pytest.mark.parametrize("provider", ["salesforce", "hubspot", "dynamics"])
@pytest.mark.parametrize("name", ["account", "contact", "opportunity"])
def test_properties_are_asked_for_by_the_vendors_own_names(provider, name):
    wanted = fields_wanted(a_connection(provider), name)

    assert wanted
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", each) for each in wanted)
    assert len(set(wanted)) == len(wanted)
    assert not {"id", "reason", "company", "currency", "archived"} & set(wanted)


@pytest.mark.parametrize("provider", sorted(set(CONNECTORS) - {"push"}))
def test_every_read_says_how_many_it_wants_and_where_it_goes_on(provider):
    for rules in CONNECTORS[provider].objects.values():
        for call in (rules.page, rules.changed, rules.deleted):
            if call is not None and call.paging.kind in {"cursor", "keyset", "offset", "page"}:
                asked = names_in([call.path, call.query, call.headers, call.body])
                assert "limit" in asked
                assert asked & {"cursor", "last_id", "since", "offset", "page"}
