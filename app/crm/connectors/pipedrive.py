"""What Pipedrive looks like, by the second version of its API.

Deleted deals can be listed, deleted organizations and persons cannot: of those only deliveries tell, and a look at the
record itself. Users are read by the first version, which alone has them, all at once.
"""

from collections.abc import Mapping

from app.crm.core.spec import (
    Authentication,
    Call,
    ConnectorSpec,
    EventRules,
    Field,
    Limits,
    ObjectRules,
    Paging,
    Signature,
    Write,
)

_BY_CURSOR = Paging("cursor", next="additional_data.next_cursor")


def _list(name: str, query: Mapping[str, str]) -> Call:
    asked = {"limit": "{limit}", "cursor": "{cursor}", **query, "sort_direction": "asc"}
    return Call(f"/api/v2/{name}", query=asked, items="data", size=500, paging=_BY_CURSOR)


def _rules(
    name: str, fields: Mapping[str, Field], *, deleted: Call | None = None, write: Write | None = None
) -> ObjectRules:
    return ObjectRules(
        name=name,
        id=Field("id"),
        modified=Field("update_time|add_time", "datetime"),
        fields=fields,
        page=_list(name, {"sort_by": "id"}),
        changed=_list(name, {"updated_since": "{since}", "sort_by": "update_time"}),
        some=Call(
            f"/api/v2/{name}",
            query={"ids": "{ids}", "limit": "{limit}", "cursor": "{cursor}"},
            items="data",
            size=100,
            paging=_BY_CURSOR,
        ),
        one=Call(f"/api/v2/{name}/{{id}}", items="data"),
        deleted=deleted,
        gone=Field("is_deleted", "boolean"),
        write=write,
    )


_WRITE = Write(
    call=Call("/api/v2/organizations/{id}", "PATCH", body={"custom_fields": "{fields}"}, size=1), item={"id": "{id}"}
)
_ORGANIZATION = _rules(
    "organizations",
    {
        "name": Field("name"),
        "country": Field("address.country"),
        "kam_user_id": Field("owner_id"),
    },
    write=_WRITE,
)
_DEAL = _rules(
    "deals",
    {
        "name": Field("title"),
        "account": Field("org_id"),
        "amount": Field("value", "number"),
        "currency": Field("currency"),
        "stage": Field("stage_id"),
        "status": Field("status", "map", {"open": "open", "won": "won", "lost": "lost"}),
        "probability": Field("probability", "percent"),
        "created_on": Field("add_time", "date"),
        "expected_close_on": Field("expected_close_date", "date"),
        "won_on": Field("local_won_date|won_time", "date"),
        "lost_on": Field("local_lost_date|lost_time", "date"),
        "closed_on": Field("local_close_date|close_time", "date"),
        "owner": Field("owner_id"),
    },
    deleted=_list("deals", {"status": "deleted", "updated_since": "{since}", "sort_by": "update_time"}),
)
_PERSON = _rules(
    "persons",
    {
        "name": Field("name"),
        "account": Field("org_id"),
        "title": Field("job_title"),
        "email": Field("emails.[primary=true].value|emails.0.value"),
    },
)
_USER = ObjectRules(
    name="users",
    id=Field("id"),
    modified=Field("modified|created", "datetime"),
    fields={
        "name": Field("name"),
        "email": Field("email"),
        "active": Field("active_flag", "boolean"),
        "function": Field(constant="sales"),
    },
    page=Call("/api/v1/users", items="data"),
    one=Call("/api/v1/users/{id}", items="data"),
)

PIPEDRIVE = ConnectorSpec(
    provider="pipedrive",
    title="Pipedrive",
    base_url=r"^https://[a-z0-9-]+\.pipedrive\.com$",
    authentication=Authentication(
        kinds=("token", "refresh_token"),
        token_url="https://oauth.pipedrive.com/oauth/token",  # noqa: S106  # an address
        fixed_token_header_name="x-api-token",  # noqa: S106  # a header
        fixed_token_header="{token}",  # noqa: S106  # a template
        base_url_field="api_domain",
    ),
    signatures={"basic": Signature("equals", "basic", encoding="text")},
    events=EventRules(
        object=Field(
            "meta.entity",
            "map",
            {"deal": "opportunity", "organization": "account", "person": "contact", "user": "user"},
        ),
        external_id=Field("meta.entity_id|data.id|previous.id"),
        id=Field("meta.id"),
        change=Field(
            "meta.action", "map", {"create": "created", "change": "changed", "delete": "deleted", "*": "other"}
        ),
        occurred_at=Field("meta.timestamp", "datetime"),
        merged_into=Field("meta.merged_to_id"),
        changed_fields="previous",
        volatile=("meta.attempt", "meta.correlation_id", "meta.webhook_id", "meta.webhook_owner_id"),
    ),
    objects={"user": _USER, "account": _ORGANIZATION, "contact": _PERSON, "opportunity": _DEAL},
    limits=Limits(
        requests=80,
        per_seconds=2,
        daily_header="x-daily-requests-left",
        daily_pattern=r"(?P<left>\d+)",
        daily_words=("daily budget", "daily token"),
    ),
    test=Call("/api/v1/users/me", items="data"),
    sender="meta.company_id",
)
