"""What HubSpot looks like.

Pages are searches, which take any number of properties in their body: sorted by id, and by time for what changed, since
a search ends after 10,000 hits and sorts by one property only. Searches never show archived records, whose time of
change an archive does not move either: they are listed apart. The company of a deal is an association of its own.
"""

from collections.abc import Mapping
from itertools import product

from app.crm.core.spec import (
    Association,
    Authentication,
    Call,
    ConnectorSpec,
    EventRules,
    Field,
    Json,
    Limits,
    ObjectRules,
    Paging,
    Signature,
    Write,
)

# Undone in the address before it is signed: : / ? @ ! $ ' ( ) * , ;
_DECODED = ("%3A", "%2F", "%3F", "%40", "%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%3B")
_OBJECTS = {"contact": "contact", "company": "account", "deal": "opportunity"}
_CHANGES = {
    "creation": "created",
    "propertyChange": "changed",
    "deletion": "deleted",
    "privacyDeletion": "deleted",
    "restore": "restored",
    "merge": "merged",
    "associationChange": "associated",
}
_KINDS: Mapping[str, Json] = {
    "0-1": "contact", "0-2": "account", "0-3": "opportunity",
    **{f"{name}.{change}": kind for (name, kind), change in product(_OBJECTS.items(), _CHANGES)},
}  # fmt: skip
_WORDS: Mapping[str, Json] = {
    f"{name}.{change}": word for name, (change, word) in product((*_OBJECTS, "object"), _CHANGES.items())
} | {"*": "other"}
_SIZE = 200


def _filter(name: str, operator: str, value: str) -> Json:
    return {"propertyName": name, "operator": operator, "value": value}


def _search(name: str, filters: list[Json], sorted_by: str, paging: Paging, ties: Call | None = None) -> Call:
    return Call(
        f"/crm/v3/objects/{name}/search",
        "POST",
        body={
            "filterGroups": [{"filters": filters}],
            "sorts": [{"propertyName": sorted_by, "direction": "ASCENDING"}],
            "properties": "{fields}",
            "limit": "{limit}",
        },
        items="results",
        size=_SIZE,
        paging=paging,
        ties=ties,
    )


def _rules(
    name: str,
    fields: Mapping[str, Field],
    *,
    modified: str = "hs_lastmodifieddate",
    with_: Mapping[str, Association] | None = None,
    write: Write | None = None,
) -> ObjectRules:
    by_key = Paging("keyset", lowest="0", more="paging.next.after")
    after = _filter("hs_object_id", "GT", "{last_id}")
    ties = _search(name, [_filter(modified, "EQ", "{since}"), after], "hs_object_id", by_key)
    read = {"properties": "{fields}", "inputs": "{id_objects}"}
    return ObjectRules(
        name=name,
        id=Field("id"),
        # An archive moves no property: its own time tells when the record went.
        modified=Field(f"archivedAt|properties.{modified}|updatedAt", "datetime"),
        fields=fields,
        page=_search(name, [after], "hs_object_id", by_key),
        changed=_search(name, [_filter(modified, "GTE", "{since}")], modified, by_key, ties),
        some=Call(f"/crm/v3/objects/{name}/batch/read", "POST", body=read, items="results"),
        one=Call(
            f"/crm/v3/objects/{name}/batch/read", "POST", body={**read, "inputs": [{"id": "{id}"}]}, items="results.0"
        ),
        deleted=Call(
            f"/crm/v3/objects/{name}",
            query={"archived": "true", "limit": "{limit}", "after": "{cursor}"},
            items="results",
            paging=Paging("cursor", next="paging.next.after"),
        ),
        with_=with_ or {},
        gone=Field("archived", "boolean"),
        absorbed=Field("properties.hs_merged_object_ids", "list"),
        write=write,
        asked_under="properties",
    )


# The primary company (type 5) if there is one; else the first of them.
_COMPANY_OF_DEAL = Association(
    call=Call(
        "/crm/v4/associations/deals/companies/batch/read",
        "POST",
        body={"inputs": "{id_objects}"},
        items="results",
        size=1000,
    ),
    of="from.id",
    value="to.[associationTypes.*.typeId=5].toObjectId|to.0.toObjectId",
)
_WRITE = Write(
    call=Call("/crm/v3/objects/companies/batch/update", "POST", body={"inputs": "{items}"}, size=100),
    item={"id": "{id}", "properties": "{fields}"},
    result_items="results",
    result_id="id",
    cleared="",
)
_COMPANY = _rules(
    "companies",
    {
        "name": Field("properties.name|properties.domain"),
        "parent": Field("properties.hs_parent_company_id"),
        "industry": Field("properties.industry"),
        "country": Field("properties.country"),
        "employees": Field("properties.numberofemployees", "integer"),
        "annual_revenue": Field("properties.annualrevenue", "number"),
        "website": Field("properties.website|properties.domain"),
        "kam_user_id": Field("properties.hubspot_owner_id"),
    },
    write=_WRITE,
)
_DEAL = _rules(
    "deals",
    {
        "name": Field("properties.dealname"),
        "account": Field("company"),
        "amount": Field("properties.amount", "number"),
        "currency": Field("properties.deal_currency_code"),
        "stage": Field("properties.dealstage"),
        "is_won": Field("properties.hs_is_closed_won", "boolean"),
        "is_closed": Field("properties.hs_is_closed", "boolean"),
        "probability": Field("properties.hs_deal_stage_probability", "number"),
        "created_on": Field("properties.createdate", "date"),
        "expected_close_on": Field("properties.closedate", "date"),
        "closed_on": Field("properties.closedate", "date"),
        "owner": Field("properties.hubspot_owner_id"),
    },
    with_={"company": _COMPANY_OF_DEAL},
)
_CONTACT = _rules(
    "contacts",
    {
        "name": Field("properties.firstname + properties.lastname|properties.email"),
        "account": Field("properties.associatedcompanyid"),
        "title": Field("properties.jobtitle"),
        "email": Field("properties.email"),
    },
    modified="lastmodifieddate",
)
_OWNER = ObjectRules(
    name="owners",
    id=Field("id"),
    modified=Field("updatedAt", "datetime"),
    fields={
        "name": Field("firstName + lastName|email"),
        "email": Field("email"),
        "active": Field("archived", "map", {"true": False, "false": True}),
        "function": Field(constant="sales"),
    },
    page=Call(
        "/crm/v3/owners",
        query={"limit": "{limit}", "after": "{cursor}"},
        items="results",
        paging=Paging("cursor", next="paging.next.after"),
    ),
    one=Call("/crm/v3/owners/{id}"),
)

HUBSPOT = ConnectorSpec(
    provider="hubspot",
    title="HubSpot",
    base_url="https://api.hubapi.com",
    authentication=Authentication(
        kinds=("token", "refresh_token"),
        token_url="{base_url}/oauth/v1/token",  # noqa: S106  # an address
    ),
    signatures={
        "v3": Signature(
            "hmac-sha256",
            name="X-HubSpot-Signature-v3",
            encoding="base64",
            signs="{method}{uri}{body}{timestamp}",
            timestamp="X-HubSpot-Request-Timestamp",
            timestamp_unit="ms",
            newer_seconds=60,
            decode_uri=_DECODED,
        ),
        "v2": Signature("sha256", name="X-HubSpot-Signature", signs="{secret}{method}{uri}{body}"),
        "v1": Signature("sha256", name="X-HubSpot-Signature", signs="{secret}{body}"),
    },
    events=EventRules(
        object=Field("objectTypeId|subscriptionType", "map", _KINDS),
        external_id=Field("objectId|primaryObjectId|fromObjectId"),
        id=Field("eventId"),
        change=Field("subscriptionType", "map", _WORDS),
        occurred_at=Field("occurredAt", "epoch_ms"),
        explode="mergedObjectIds",
        merged_into=Field("newObjectId|primaryObjectId"),
        property_name="propertyName",
        property_value="propertyValue",
        volatile=("attemptNumber", "subscriptionId"),
    ),
    objects={"user": _OWNER, "account": _COMPANY, "contact": _CONTACT, "opportunity": _DEAL},
    limits=Limits(
        requests=100,
        per_seconds=10,
        daily_header="X-HubSpot-RateLimit-Daily-Remaining",
        daily_pattern=r"(?P<left>\d+)",
        daily_words=("DAILY", "daily limit"),
    ),
    test=Call("/crm/v3/objects/companies", query={"limit": "1"}, items="results"),
    sender="portalId",
)
