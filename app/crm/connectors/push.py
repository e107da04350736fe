"""What a sender looks like that brings its records itself, with a key of the organization or signed.

Nothing is ever asked of it. Its records bear the facts' own names; what one does not speak of stays as it is. A record
that belongs to another system is referred to as `{"source", "external_id"}`, one of the sender's own by its id alone.
"""

from app.crm.core.push import PUSH_EVENTS, push_unwrap
from app.crm.core.spec import Authentication, Call, ConnectorSpec, Field, ObjectRules, Signature

_NEVER_ASKED = Call("")


def _rules(name: str, fields: dict[str, Field]) -> ObjectRules:
    return ObjectRules(
        name=name,
        id=Field("external_id|id"),
        modified=Field("source_modified_at", "datetime"),
        fields=fields,
        page=_NEVER_ASKED,
        gone=Field("deleted", "boolean"),
        merged_into=Field("merged_into"),
    )


PUSH = ConnectorSpec(
    provider="push",
    title="Pushed records",
    base_url="",
    authentication=Authentication(kinds=("none",)),
    signatures={
        "standard": Signature(
            "hmac-sha256",
            name="webhook-signature",
            encoding="base64",
            prefix="v1,",
            listed=True,
            signs="{id}.{timestamp}.{body}",
            key="base64",
            key_prefix="whsec_",
            timestamp="webhook-timestamp",
            id="webhook-id",
        )
    },
    events=PUSH_EVENTS,
    objects={
        "user": _rules(
            "user",
            {
                "name": Field("name"),
                "email": Field("email"),
                "function": Field("function"),
                "active": Field("active", "boolean"),
            },
        ),
        "account": _rules(
            "account",
            {
                "name": Field("name"),
                "parent": Field("parent"),
                "industry": Field("industry"),
                "country": Field("country"),
                "employees": Field("employees", "integer"),
                "annual_revenue": Field("annual_revenue.amount|annual_revenue", "number"),
                "annual_revenue_currency": Field("annual_revenue.currency|annual_revenue_currency"),
                "website": Field("website"),
                "kam_user_id": Field("kam_user_id"),
                "customer_since": Field("customer_since", "date"),
            },
        ),
        "contact": _rules(
            "contact",
            {
                "name": Field("name"),
                "account": Field("account"),
                "title": Field("title"),
                "email": Field("email"),
                "seniority": Field("seniority"),
                "stance": Field("stance"),
                "active": Field("active", "boolean"),
            },
        ),
        "opportunity": _rules(
            "opportunity",
            {
                "name": Field("name"),
                "account": Field("account"),
                "offering": Field("offering"),
                "amount": Field("amount.amount|amount", "number"),
                "currency": Field("amount.currency|currency"),
                "stage": Field("stage"),
                "status": Field("status"),
                "probability": Field("probability", "number"),
                "created_on": Field("created_on", "date"),
                "expected_close_on": Field("expected_close_on", "date"),
                "closed_on": Field("closed_on", "date"),
                "sole_sourced": Field("sole_sourced", "boolean"),
                "competitor": Field("competitor"),
                "owner": Field("owner"),
            },
        ),
    },
    unwrap=push_unwrap,
)
