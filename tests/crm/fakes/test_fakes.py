"""The fake CRMs answer and send in the shapes that were recorded of the real ones."""

import json
from datetime import UTC, date, datetime

import jsonschema  # type: ignore[import-untyped]  # it has no stubs here
import pytest
import yaml  # type: ignore[import-untyped]  # it has no stubs here
from defusedxml import ElementTree

from tests.conftest import SHARED
from tests.crm.fakes.dynamics import dynamics
from tests.crm.fakes.hubspot import hubspot
from tests.crm.fakes.hubspot_hooks import signature
from tests.crm.fakes.pipedrive import pipedrive
from tests.crm.fakes.salesforce import salesforce
from tests.crm.fakes.salesforce_records import long_id
from tests.crm.fakes.shapes import differences

PROPERTIES = ["company", "email", "firstname", "lastname", "phone", "website"]


def peopled(fake):
    """The fake with an owner, two accounts, a contact of the first, and a deal of it; their ids."""
    owner = fake.add("user", name="Ann Lee", email="ann@example.com").id
    acme = fake.add("account", name="Acme", industry="Technology", owner=owner).id
    other = fake.add("account", name="Other").id
    contact = fake.add("contact", name="Bo Ek", email="bo@acme.example", account=acme).id
    deal = fake.add(
        "opportunity", name="Widgets", account=acme, amount=50000.0, status="open", currency="USD",
        close_on=date(2026, 9, 30), owner=owner,
    ).id  # fmt: skip
    return {"user": owner, "account": acme, "other": other, "contact": contact, "opportunity": deal}


def soql(client, text, call="query"):
    return client.get(f"/services/data/v60.0/{call}", params={"q": text})


def test_salesforce_records_are_as_recorded(recorded, asking):
    fake = salesforce()
    peopled(fake)
    with asking(fake) as client:
        made = soql(client, "SELECT Id, Name, AccountId, Amount, StageName FROM Opportunity").json()
    assert made["records"]
    assert differences(recorded("salesforce/test/read-opportunity-with-account.json"), made) == []


def test_salesforce_pages_are_as_recorded(recorded, asking):
    fake = salesforce(page_size=1)
    peopled(fake)
    with asking(fake) as client:
        first = soql(client, "SELECT Id, Name FROM Account ORDER BY Name").json()
        last = client.get(first["nextRecordsUrl"]).json()
    of_page = recorded("salesforce/test/read-list-leads.json")
    assert differences(of_page, first, without=frozenset(of_page["records"][0]) | {"Id", "Name"}) == []
    assert [record["Name"] for record in (*first["records"], *last["records"])] == ["Acme", "Other"]
    assert (first["done"], last["done"]) == (False, True)


def test_salesforce_refusals_are_as_recorded(recorded, asking):
    fake = salesforce()
    ids = peopled(fake)
    fake.delete("account", ids["other"])
    with asking(fake) as client:
        unknown_field = soql(client, "SELECT AccountNumer FROM Account")
        unknown_object = soql(client, "SELECT Name FROM Accout")
        deleted = client.get(f"/services/data/v60.0/sobjects/Account/{ids['other']}")
    assert unknown_field.json() == recorded("salesforce/test/unknown-field.json")
    assert differences(recorded("salesforce/test/unknown-object.json"), unknown_object.json()) == []
    assert unknown_object.json()[0]["errorCode"] == "INVALID_TYPE"
    assert deleted.json() == recorded("salesforce/test/crm/delete/not-found.json")
    assert [answer.status_code for answer in (unknown_field, unknown_object, deleted)] == [400, 400, 404]


def test_salesforce_batches_are_as_recorded(recorded, asking):
    fake = salesforce(custom_fields={"KAP_Tier__c"})
    ids = peopled(fake)
    account = {"attributes": {"type": "Account"}}
    told = {
        "allOrNone": False,
        "records": [
            {**account, "id": ids["account"], "KAP_Tier__c": "A"},
            {**account, "KAP_Tier__c": "A"},
            {**account, "id": ids["other"], "Nowhere__c": 1},
        ],
    }
    with asking(fake) as client:
        good, lost, wrong = client.patch("/services/data/v60.0/composite/sobjects", json=told).json()
    assert differences(recorded("salesforce/test/batch/update/contacts/success.json")[0], good) == []
    assert lost == recorded("salesforce/test/batch/update/contacts/err-each-no-ids.json")[0]
    refused = recorded("salesforce/test/batch/update/contacts/partial-but-allOrNone.json")[1]
    assert differences(refused, wrong) == []
    assert wrong["errors"][0]["message"] == "No such column 'Nowhere__c' on sobject of type Account"
    assert fake.record("account", ids["account"]).values["KAP_Tier__c"] == "A"


@pytest.mark.parametrize(
    ("short", "long"), [("0015f00002JUXA8", "0015f00002JUXA8AAP"), ("003ak000003dQCG", "003ak000003dQCGAA2")]
)
def test_salesforce_ids_are_made_as_theirs(short, long):
    assert long_id(short) == long


def test_salesforce_outbound_messages_are_as_recorded(payload):
    fake = salesforce()
    ids = peopled(fake)
    (made,) = fake.deliveries_for([fake.update("account", ids["account"], name="Acme & Sons")])
    theirs = _tags(ElementTree.fromstring(payload("salesforce/outbound_message_contact_x2.xml")))
    ours = _tags(ElementTree.fromstring(made.body))
    assert theirs - ours == {
        f"{{urn:sobject.enterprise.soap.sforce.com}}{n}"
        for n in ("CreatedDate", "FirstName", "LastName", "Title", "Email")
    }
    assert ours - theirs == {f"{{urn:sobject.enterprise.soap.sforce.com}}{n}" for n in ("Name", "SystemModstamp")}


def _tags(root):
    return {element.tag for element in root.iter()}


def test_salesforce_change_events_are_as_documented(payload):
    fake = salesforce()
    fake.hook.style = "cdc"
    ids = peopled(fake)
    (made,) = fake.deliveries_for([fake.update("account", ids["account"], name="Acme")])
    theirs = json.loads(payload("salesforce/cdc_account_update_compound.json"))["ChangeEventHeader"]
    assert differences(theirs, json.loads(made.body)["ChangeEventHeader"]) == []


def test_hubspot_searches_are_as_recorded(recorded, asking):
    fake = hubspot(page_size=1)
    peopled(fake)
    fake.add("contact", name="Cy Ray", email="cy@acme.example")
    with asking(fake) as client:
        asked = {"properties": PROPERTIES, "limit": 1}
        first = client.post("/crm/v3/objects/contacts/search", json=asked).json()
        asked["after"] = first["paging"]["next"]["after"]
        last = client.post("/crm/v3/objects/contacts/search", json=asked).json()
    assert differences(recorded("hubspot/test/search/contacts/1-first-page.json"), first) == []
    assert differences(recorded("hubspot/test/search/contacts/2-second-page.json"), last) == []


def test_hubspot_lists_are_as_recorded(recorded, asking):
    fake = hubspot(page_size=1)
    peopled(fake)
    fake.add("contact", name="Cy Ray", email="cy@acme.example")
    with asking(fake) as client:
        made = client.get("/crm/v3/objects/contacts", params={"limit": 1, "properties": "email"}).json()
    of_page = recorded("hubspot/test/read/objects-api/contacts-response.json")
    assert differences(of_page, made, without=frozenset({"hs_object_id", "url"})) == []


def test_hubspot_batches_are_as_recorded(recorded, asking):
    fake = hubspot()
    ids = peopled(fake)
    asked = {"properties": ["email", "firstname", "lastname"], "inputs": [{"id": ids["contact"]}]}
    with asking(fake) as client:
        made = client.post("/crm/v3/objects/contacts/batch/read", json=asked)
        asked = {**asked, "inputs": [{"id": ids["contact"]}, {"id": "999"}]}
        partial = client.post("/crm/v3/objects/contacts/batch/read", json=asked)
        twice = client.post("/crm/v3/objects/contacts/batch/read", json={"inputs": [{"id": "1"}, {"id": "1"}]})
    assert differences(recorded("hubspot/test/read/objects-api/contacts-batch.json"), made.json()) == []
    of_partial = recorded("hubspot/test/batch/update/contacts/err-partial-success.json")
    asked_for = frozenset({"email", *of_partial["results"][0]["properties"]})
    assert differences(of_partial, partial.json(), without=asked_for) == []
    assert differences(recorded("hubspot/test/batch/update/contacts/err-duplicate-ids.json"), twice.json()) == []
    assert [answer.status_code for answer in (made, partial, twice)] == [200, 207, 400]


def test_hubspot_refuses_unknown_properties_as_recorded(recorded, asking):
    fake = hubspot()
    ids = peopled(fake)
    update = {"inputs": [{"id": ids["account"], "properties": {"nowhere": "1"}}]}
    with asking(fake) as client:
        made = client.post("/crm/v3/objects/companies/batch/update", json=update).json()
    assert differences(recorded("hubspot/test/batch/update/contacts/err-many-invalid-properties.json"), made) == []


def test_hubspot_associations_are_as_recorded(recorded, asking):
    fake = hubspot()
    ids = peopled(fake)
    lonely = fake.add("opportunity", name="Lonely").id
    asked = {"inputs": [{"id": ids["opportunity"]}, {"id": lonely}]}
    with asking(fake) as client:
        made = client.post("/crm/v4/associations/deals/companies/batch/read", json=asked).json()
        unknown = client.get("/crm/v3/objects/butterflies").json()
    assert differences(recorded("hubspot/test/search/contacts/contacts-to-companies.json"), made) == []
    assert differences(recorded("hubspot/test/search/error-invalid-object.json"), unknown) == []
    assert made["results"][0]["to"][0]["toObjectId"] == int(ids["account"])


@pytest.mark.parametrize(
    ("style", "told"),
    [("", "legacy_events_captured.json"), ("generic", "generic_contact_propertyChange_captured.json")],
)
def test_hubspot_events_are_as_captured(payload, style, told):
    fake = hubspot()
    fake.hook.style = style
    ids = peopled(fake)
    (made,) = fake.deliveries_for(
        [fake.update("contact" if style else "account", ids["contact" if style else "account"], raw={"city": "Bern"})]
    )
    (event,) = json.loads(made.body)
    theirs = next(
        one for one in json.loads(payload(f"hubspot/{told}")) if one["subscriptionType"].endswith("propertyChange")
    )
    assert differences(theirs, event, without=frozenset({"isSensitive"})) == []


def test_hubspot_signs_as_its_documents_do(payload):
    vectors = json.loads(payload("hubspot/signature_vectors.json"))
    signed = [one for one in vectors if one["version"] == "v3" and one["method"] == "POST"]
    assert signed
    for one in signed:
        made = signature(one["client_secret"], one["uri"], one["body"].encode(), one["timestamp"])
        assert made == one["signature"]


def _openapi():
    place = SHARED / "fixtures" / "pipedrive-v2-openapi.yml"
    if not place.exists():
        pytest.skip("Pipedrive's OpenAPI document is not here")
    return yaml.load(place.read_text(), Loader=yaml.CSafeLoader)


def test_pipedrive_answers_as_its_openapi_document_says(asking):
    fake = pipedrive(custom_fields={"a" * 40})
    ids = peopled(fake)
    paths = _openapi()["paths"]
    with asking(fake) as client:
        for kind, name in (("opportunity", "deals"), ("account", "organizations"), ("contact", "persons")):
            many = client.get(f"/api/v2/{name}").json()
            one = client.get(f"/api/v2/{name}/{ids[kind]}").json()
            assert many["data"]
            jsonschema.validate(many, _answer(paths[f"/{name}"]["get"]))
            jsonschema.validate(one, _answer(paths[f"/{name}/{{id}}"]["get"]))
        path = f"/api/v2/organizations/{ids['account']}"
        changed = client.patch(path, json={"custom_fields": {"a" * 40: 61.2}}).json()
    jsonschema.validate(changed, _answer(paths["/organizations/{id}"]["patch"]))
    assert changed["data"]["custom_fields"] == {"a" * 40: 61.2}


def _answer(operation):
    """The schema of a good answer; the document does not say what may be null, so anything may."""
    return _nullable(operation["responses"]["200"]["content"]["application/json"]["schema"])


def _nullable(schema):
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _nullable(value) for name, value in schema.items() if name not in {"example", "description"}}
    if isinstance(made.get("type"), str) and "enum" not in made:
        made["type"] = [made["type"], "null"]
    return made


def test_pipedrive_lists_and_refusals_are_as_recorded(recorded, asking):
    fake = pipedrive()
    peopled(fake)
    with asking(fake) as client:
        made = client.get("/api/v2/deals").json()
        refused = client.get("/api/v2/deals", headers={"authorization": "Bearer wrong"})
    of_list = recorded("pipedrive/test/deals.json")
    assert set(of_list) == set(made)
    assert differences(of_list["additional_data"], made["additional_data"]) == []
    assert set(of_list["data"][0]) <= set(made["data"][0])
    assert differences(recorded("pipedrive/test/not-found.json"), refused.json()) == []


def test_pipedrive_webhooks_are_as_captured(payload):
    fake = pipedrive()
    ids = peopled(fake)
    (made,) = fake.deliveries_for([fake.update("opportunity", ids["opportunity"], raw={"stage_id": 2})])
    theirs, ours = json.loads(payload("pipedrive/v2_change_deal_captured.json")), json.loads(made.body)
    assert differences(theirs["meta"], ours["meta"]) == []
    assert ours["previous"] == {"stage_id": 1}
    assert set(theirs["data"]) - set(ours["data"]) == {"first_won_time"}


def test_dynamics_pages_are_as_recorded(recorded, asking):
    fake = dynamics(page_size=1)
    peopled(fake)
    fake.add("contact", name="Cy Ray", email="cy@acme.example")
    with asking(fake) as client:
        first = client.get("/api/data/v9.2/contacts", params={"$select": "fullname,emailaddress1"}).json()
        last = client.get(first["@odata.nextLink"]).json()
    counts = {
        f"@Microsoft.Dynamics.CRM.{n}"
        for n in ("totalrecordcount", "totalrecordcountlimitexceeded", "globalmetadataversion")
    }
    unasked = {"fax", "familystatuscode", "familystatuscode@OData.Community.Display.V1.FormattedValue"}
    assert (
        differences(recorded("dynamicscrm/test/contacts-read.json"), first, without=frozenset(counts | unasked)) == []
    )
    assert [one["fullname"] for one in (*first["value"], *last["value"])] == ["Bo Ek", "Cy Ray"]


def test_dynamics_webhooks_are_as_documented(payload):
    fake = dynamics()
    ids = peopled(fake)
    (made,) = fake.deliveries_for([fake.update("contact", ids["contact"], raw={"firstname": "James"})])
    theirs, ours = json.loads(payload("dataverse/contact_update_ms_docs.json")), json.loads(made.body)
    assert differences(theirs, ours, without=frozenset({"Name", "RowVersion"})) == []


def test_dynamics_strips_what_is_too_long(payload):
    fake = dynamics()
    ids = peopled(fake)
    (made,) = fake.deliveries_for([fake.update("account", ids["account"], raw={"description": "x" * 300_000})])
    theirs = json.loads(payload("dataverse/contact_update_size_exceeded_derived.json"))
    assert set(theirs) == set(json.loads(made.body))
    assert made.headers["x-ms-dynamics-msg-size-exceeded"] == "true"


def test_times_are_kept_as_each_crm_keeps_them():
    at = datetime(2026, 5, 4, 12, 30, 15, 678_000, tzinfo=UTC)
    assert [
        make().add("account", name="Acme", at=at).record.modified_at.microsecond
        for make in (salesforce, hubspot, pipedrive, dynamics)
    ] == [0, 678_000, 0, 0]
