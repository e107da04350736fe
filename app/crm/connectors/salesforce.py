"""What Salesforce looks like.

Everything is read by SOQL through `queryAll`, which also tells of deleted records and what they were merged into; a
delete moves SystemModstamp, so that what changed includes what is gone (until the recycle bin is emptied).
Only organizations with several currencies have CurrencyIsoCode: the others name it in the connection's variable
`without`. There is no signature: deliveries show a secret, and are held to the organization's id.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.crm.core.spec import (
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
from app.crm.core.unwrap import salesforce_unwrap

_QUERY = "/services/data/{version}/queryAll"
_ACK = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    b'<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>'
    b"</soapenv:Body></soapenv:Envelope>"
)
# A page may come split however many records were asked for; then it says where the rest of it is.
_BY_KEY = Paging("keyset", lowest="000000000000000", more="nextRecordsUrl")
_CHANGES: Mapping[str, Json] = MappingProxyType(
    {
        "NOTIFICATION": "changed", "CALLOUT": "changed", "CREATE": "created", "UPDATE": "changed",
        "DELETE": "deleted", "UNDELETE": "restored", "GAP_CREATE": "gap", "GAP_UPDATE": "gap", "GAP_DELETE": "gap",
        "GAP_UNDELETE": "gap", "GAP_OVERFLOW": "gap", "SNAPSHOT": "changed",
        "created": "created", "changed": "changed", "updated": "changed", "deleted": "deleted",
        "restored": "restored", "merged": "merged",
        "*": "changed",  # a call-out says what its author likes, and a look at the record is never wrong
    }
)  # fmt: skip


def _soql(where: str, order: str, paging: Paging, size: int) -> Call:
    query = f"SELECT {{fields}} FROM {{name}} WHERE {where}{order}"
    return Call(_QUERY, query={"q": query}, items="records", size=size, paging=paging)


def _rules(
    name: str, fields: Mapping[str, Field], *, merged_into: Field | None = None, write: Write | None = None
) -> ObjectRules:
    after = "SystemModstamp >= {since} AND (SystemModstamp > {since} OR Id > '{last_id}')"
    return ObjectRules(
        name=name,
        id=Field("Id"),
        modified=Field("SystemModstamp", "datetime"),
        fields=fields,
        page=_soql("Id > '{last_id}'", " ORDER BY Id LIMIT {limit}", _BY_KEY, 2000),
        changed=_soql(after, " ORDER BY SystemModstamp, Id LIMIT {limit}", _BY_KEY, 2000),
        some=_soql("Id IN ({ids_quoted})", "", Paging("next_url", next="nextRecordsUrl"), 200),
        one=Call(_QUERY, query={"q": "SELECT {fields} FROM {name} WHERE Id = '{id}'"}, items="records.0"),
        gone=None if name == "User" else Field("IsDeleted", "boolean"),
        merged_into=merged_into,
        write=write,
    )


_WRITE = Write(
    call=Call(
        "/services/data/{version}/composite/sobjects",
        "PATCH",
        body={"allOrNone": False, "records": "{items}"},
        size=200,
    ),
    item={"attributes": {"type": "Account"}, "id": "{id}", "...": "{fields}"},
    success="success",
    error="errors.0.message",
)
_ACCOUNT = _rules(
    "Account",
    {
        "name": Field("Name"),
        "parent": Field("ParentId"),
        "industry": Field("Industry"),
        "country": Field("BillingCountry"),
        "employees": Field("NumberOfEmployees", "integer"),
        "annual_revenue": Field("AnnualRevenue", "number"),
        "annual_revenue_currency": Field("CurrencyIsoCode"),
        "website": Field("Website"),
        "kam_user_id": Field("OwnerId"),
    },
    merged_into=Field("MasterRecordId"),
    write=_WRITE,
)
_OPPORTUNITY = _rules(
    "Opportunity",
    {
        "name": Field("Name"),
        "account": Field("AccountId"),
        "amount": Field("Amount", "number"),
        "currency": Field("CurrencyIsoCode"),
        "stage": Field("StageName"),
        "is_won": Field("IsWon", "boolean"),
        "is_closed": Field("IsClosed", "boolean"),
        "probability": Field("Probability", "percent"),
        "created_on": Field("CreatedDate", "date"),
        "expected_close_on": Field("CloseDate", "date"),
        "closed_on": Field("CloseDate", "date"),
        "owner": Field("Owner.Name"),
    },
)
_CONTACT = _rules(
    "Contact",
    {"name": Field("Name"), "account": Field("AccountId"), "title": Field("Title"), "email": Field("Email")},
    merged_into=Field("MasterRecordId"),
)
_USER = _rules(
    "User",
    {
        "name": Field("Name"),
        "email": Field("Email"),
        "active": Field("IsActive", "boolean"),
        "function": Field(constant="sales"),
    },
)

SALESFORCE = ConnectorSpec(
    provider="salesforce",
    title="Salesforce",
    base_url=r"^https://[a-z0-9.-]+\.salesforce\.com$",
    authentication=Authentication(
        kinds=("refresh_token", "client_credentials", "jwt_bearer"),
        token_url="{base_url}/services/oauth2/token",  # noqa: S106  # an address
        audience="https://login.salesforce.com",
        base_url_field="instance_url",
    ),
    signatures={
        "path": Signature("equals", "path", encoding="text"),
        "bearer": Signature("equals", "header", "Authorization", "text", prefix="Bearer "),
        "header": Signature("equals", "header", "X-Api-Key", "text"),
        "basic": Signature("equals", "basic", encoding="text"),
    },
    events=EventRules(
        items="events",
        explode="record_ids",
        object=Field(
            "object",
            "map",
            {"Account": "account", "Opportunity": "opportunity", "Contact": "contact", "User": "user"},
        ),
        external_id=Field("record_id"),
        id=Field("id"),
        change=Field("change", "map", _CHANGES),
        occurred_at=Field("occurred_at", "datetime"),
        merged_into=Field("merged_into"),
        changed_fields="changed_fields",
    ),
    objects={"user": _USER, "account": _ACCOUNT, "contact": _CONTACT, "opportunity": _OPPORTUNITY},
    limits=Limits(
        requests=100,
        per_seconds=10,
        daily_header="Sforce-Limit-Info",
        daily_pattern=r"api-usage=(?P<used>\d+)/(?P<limit>\d+)",
        daily_words=("REQUEST_LIMIT_EXCEEDED",),
    ),
    test=Call("/services/data/{version}/limits"),
    unwrap=salesforce_unwrap,
    sender="organization",
    answer=("text/xml; charset=utf-8", _ACK),
    variables={"version": "v60.0", "without": ""},
)
