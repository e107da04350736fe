"""What Dynamics 365 (Dataverse) looks like.

A full read asks for change tracking, so that its last page names where changes, deletions among them, are told from
then on; that address expires, and then all is read anew. The currency of an amount is a record of its own, read beside:
where it cannot be, its id stands there, which is no currency, and is refused rather than guessed. The connection's
variable `directory_id` names the directory (Entra) that gives tokens.
"""

from collections.abc import Mapping
from types import MappingProxyType

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
from app.crm.core.unwrap import dynamics_unwrap

_API = "/api/data/{version}"
_SHOWN = "@OData.Community.Display.V1.FormattedValue"
_PREFER = 'odata.maxpagesize={limit},odata.include-annotations="OData.Community.Display.V1.FormattedValue"'
_LINKS = Paging("next_url", next="@odata.nextLink")
_CURRENCY = Association(
    call=Call(
        f"{_API}/transactioncurrencies",
        query={"$select": "isocurrencycode"},
        headers={"Prefer": "odata.maxpagesize={limit}"},
        items="value",
        size=500,
        paging=_LINKS,
    ),
    of="transactioncurrencyid",
    value="isocurrencycode",
    by="_transactioncurrencyid_value",
)


def _rules(name: str, key: str, fields: Mapping[str, Field], *, write: Write | None = None) -> ObjectRules:
    select = {"$select": "{fields}"}
    priced = any(field.path.startswith("currency|") for field in fields.values())
    return ObjectRules(
        name=name,
        id=Field(f"{key}|id"),  # a deletion is told with the bare id
        modified=Field("modifiedon", "datetime"),
        fields=fields,
        page=Call(
            f"{_API}/{name}",
            query=select,
            headers={"Prefer": f"odata.track-changes,{_PREFER}"},
            items="value",
            size=1000,
            paging=Paging("next_url", next="@odata.nextLink", delta="@odata.deltaLink"),
            expired=("410", "0x80044352", "0x80060891", "ExpiredVersionStamp", "version stamp"),
        ),
        changed=Call(
            f"{_API}/{name}",
            query={**select, "$filter": "modifiedon ge {since}", "$orderby": "modifiedon asc"},
            headers={"Prefer": _PREFER},
            items="value",
            size=1000,
            paging=_LINKS,
        ),
        some=Call(
            f"{_API}/{name}",
            query={
                **select,
                "$filter": f"Microsoft.Dynamics.CRM.In(PropertyName='{key}',PropertyValues=[{{ids_quoted}}])",
            },
            headers={"Prefer": _PREFER},
            items="value",
            size=50,
            paging=_LINKS,
        ),
        one=Call(f"{_API}/{name}({{id}})", query=select, headers={"Prefer": _PREFER}),
        with_={"currency": _CURRENCY} if priced else {},
        gone=Field("reason", "map", {"deleted": True, "changed": True}),
        merged_into=Field("_masterid_value") if name in {"accounts", "contacts"} else None,
        write=write,
        unasked=("id", "reason", "currency"),
    )


_CHANGES: Mapping[str, Json] = MappingProxyType(
    {
        "Create": "created", "Update": "changed", "Upsert": "changed", "Assign": "changed", "SetState": "changed",
        "SetStateDynamicEntity": "changed", "Win": "changed", "Lose": "changed", "Delete": "deleted",
        "Merge": "merged", "Associate": "associated", "Disassociate": "associated", "*": "other",
    }
)  # fmt: skip
_MONEY = Field("currency|_transactioncurrencyid_value")
_WRITE = Write(
    # If-Match: without it, a record that is gone would be made anew.
    call=Call(f"{_API}/accounts({{id}})", "PATCH", headers={"If-Match": "*"}, body={"...": "{fields}"}, size=1),
    item={"id": "{id}"},
)
_ACCOUNT = _rules(
    "accounts",
    "accountid",
    {
        "name": Field("name"),
        "parent": Field("_parentaccountid_value"),
        "industry": Field(f"industrycode{_SHOWN}|industrycode"),
        "country": Field("address1_country"),
        "employees": Field("numberofemployees", "integer"),
        "annual_revenue": Field("revenue", "number"),
        "annual_revenue_currency": _MONEY,
        "website": Field("websiteurl"),
        "kam_user_id": Field("_owninguser_value"),  # nobody where a team owns it
    },
    write=_WRITE,
)
_OPPORTUNITY = _rules(
    "opportunities",
    "opportunityid",
    {
        "name": Field("name"),
        "account": Field("_parentaccountid_value|_customerid_value"),
        "amount": Field("actualvalue|estimatedvalue", "number"),
        "currency": _MONEY,
        "stage": Field("stepname|_stageid_value"),
        "status": Field("statecode", "map", {"0": "open", "1": "won", "2": "lost"}),
        "probability": Field("closeprobability", "percent"),
        "created_on": Field("createdon", "date"),
        "expected_close_on": Field("estimatedclosedate", "date"),
        "closed_on": Field("actualclosedate", "date"),
        "owner": Field(f"_ownerid_value{_SHOWN}|_ownerid_value"),
    },
)
_CONTACT = _rules(
    "contacts",
    "contactid",
    {
        "name": Field("fullname|emailaddress1"),
        "account": Field("_parentcustomerid_value"),
        "title": Field("jobtitle"),
        "email": Field("emailaddress1"),
    },
)
_USER = _rules(
    "systemusers",
    "systemuserid",
    {
        "name": Field("fullname"),
        "email": Field("internalemailaddress"),
        "active": Field("isdisabled", "map", {"true": False, "false": True}),
        "function": Field(constant="sales"),
    },
)

DYNAMICS = ConnectorSpec(
    provider="dynamics",
    title="Dynamics 365",
    base_url=r"^https://[a-z0-9.-]+\.dynamics\.com$",
    authentication=Authentication(
        kinds=("client_credentials",),
        token_url="https://login.microsoftonline.com/{directory_id}/oauth2/v2.0/token",  # noqa: S106  # an address
        token_parameters={"scope": "{base_url}/.default"},
    ),
    signatures={
        "header": Signature("equals", "header", "X-Webhook-Key", "text"),
        "code": Signature("equals", "query", "code", "text"),
        "path": Signature("equals", "path", encoding="text"),
    },
    events=EventRules(
        object=Field(
            "entity",
            "map",
            {"account": "account", "opportunity": "opportunity", "contact": "contact", "systemuser": "user"},
        ),
        external_id=Field("record_id"),
        id=Field("id"),
        change=Field("message", "map", _CHANGES),
        occurred_at=Field("occurred_at", "datetime"),
        merged_into=Field("merged_into"),
        changed_fields="changed_fields",
    ),
    objects={"user": _USER, "account": _ACCOUNT, "contact": _CONTACT, "opportunity": _OPPORTUNITY},
    limits=Limits(requests=5000, per_seconds=300),
    test=Call(f"{_API}/WhoAmI"),
    unwrap=dynamics_unwrap,
    sender="organization_id",
    variables={"version": "v9.2", "directory_id": ""},
)
