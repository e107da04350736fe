"""Rules of senders as their documents have them, written for the tests, and deliveries as they send them."""

from app.crm.core.delivery import Delivery
from app.crm.core.spec import Authentication, ConnectorSpec, EventRules, Field, Signature
from tests.conftest import SHARED

PAYLOADS = SHARED / "fixtures" / "payloads"
URI = "https://kam.example.com/v1/crm/webhooks/0190"

_HUBSPOT_ESCAPES = ("%3A", "%2F", "%3F", "%40", "%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%3B")
HUBSPOT_V3 = Signature(
    "hmac-sha256",
    name="X-HubSpot-Signature-v3",
    encoding="base64",
    signs="{method}{uri}{body}{timestamp}",
    timestamp="X-HubSpot-Request-Timestamp",
    timestamp_unit="ms",
    newer_seconds=60,
    decode_uri=_HUBSPOT_ESCAPES,
)
HUBSPOT_V2 = Signature("sha256", name="X-HubSpot-Signature", signs="{secret}{method}{uri}{body}")
HUBSPOT_V1 = Signature("sha256", name="X-HubSpot-Signature", signs="{secret}{body}")
STANDARD = Signature(
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
CLOSE = Signature(
    "hmac-sha256", name="close-sig-hash", signs="{timestamp}{body}", key="hex", timestamp="close-sig-timestamp"
)
ATTIO = Signature("hmac-sha256", name="Attio-Signature")
ZOHO = Signature("equals", place="body", name="token")
PIPEDRIVE = Signature("equals", place="basic")
DYNAMICS = Signature("equals", place="query", name="code")
SALESFORCE = Signature("equals", place="path")
NAMED_CREDENTIAL = Signature("equals", name="Authorization", prefix="Bearer ")
PAIRS = Signature(
    "hmac-sha256",
    name="X-Signature",
    listed=True,
    separator=",",
    list_key="v1",
    timestamp_list_key="t",
    signs="{timestamp}.{body}",
)


def a_delivery(body: bytes = b"{}", *, method: str = "POST", query=None, secret_part: str = "", **headers) -> Delivery:
    """A delivery as ASGI has it; a header is a text, or a list of those that were sent; `_` stands for `-`."""
    sent = {
        name.lower().replace("_", "-"): [value] if isinstance(value, str) else value for name, value in headers.items()
    }
    return Delivery(method, "/v1/crm/webhooks/0190", query or {}, sent, body, secret_part)


def a_spec(events: EventRules, **more) -> ConnectorSpec:
    return ConnectorSpec(
        provider="custom",
        title="Some CRM",
        base_url="https://crm.example.com",
        authentication=Authentication(("none",)),
        signatures={"none": SALESFORCE},
        events=events,
        objects={},
        **more,
    )


HUBSPOT_EVENTS = EventRules(
    external_id=Field("objectId|fromObjectId|primaryObjectId"),
    object=Field(
        "objectTypeId|subscriptionType",
        "map",
        {
            "0-1": "contact",
            "0-2": "account",
            "0-3": "opportunity",
        }
        | {
            f"{theirs}.{word}": ours
            for theirs, ours in {"contact": "contact", "company": "account", "deal": "opportunity"}.items()
            for word in ("creation", "propertyChange", "deletion", "restore", "merge", "associationChange")
        },
    ),
    change=Field(
        "subscriptionType",
        "map",
        {
            f"{theirs}.{word}": ours
            for theirs in ("contact", "company", "deal", "object")
            for word, ours in {
                "creation": "created",
                "propertyChange": "changed",
                "deletion": "deleted",
                "restore": "restored",
                "merge": "merged",
                "associationChange": "associated",
            }.items()
        },
    ),
    explode="mergedObjectIds",
    id=Field("eventId"),
    occurred_at=Field("occurredAt", "epoch_ms"),
    merged_into=Field("newObjectId|primaryObjectId"),
    property_name="propertyName",
    property_value="propertyValue",
    volatile=("attemptNumber", "subscriptionId"),
)
PIPEDRIVE_EVENTS = EventRules(
    external_id=Field("meta.entity_id|data.id"),
    object=Field("meta.entity", "map", {"deal": "opportunity", "organization": "account", "person": "contact"}),
    change=Field("meta.action", "map", {"create": "created", "change": "changed", "delete": "deleted"}),
    id=Field("meta.id"),
    occurred_at=Field("meta.timestamp", "datetime"),
    merged_into=Field("meta.merged_to_id"),
    changed_fields="previous",
    volatile=("meta.attempt", "meta.correlation_id"),
)
SALESFORCE_EVENTS = EventRules(
    items="events",
    explode="record_ids",
    external_id=Field("record_id"),
    object=Field("object", "map", {"Account": "account", "Opportunity": "opportunity", "Contact": "contact"}),
    change=Field(
        "change",
        "map",
        {
            "NOTIFICATION": "changed",
            "CALLOUT": "changed",
            "CREATE": "created",
            "UPDATE": "changed",
            "DELETE": "deleted",
            "UNDELETE": "restored",
            "GAP_CREATE": "gap",
            "GAP_OVERFLOW": "gap",
        },
    ),
    id=Field("id"),
    occurred_at=Field("occurred_at", "datetime"),
    merged_into=Field("merged_into"),
    changed_fields="changed_fields",
)
DYNAMICS_EVENTS = EventRules(
    external_id=Field("record_id"),
    object=Field("entity", "map", {"account": "account", "opportunity": "opportunity", "contact": "contact"}),
    change=Field("message", "map", {"Create": "created", "Update": "changed", "Delete": "deleted", "Merge": "merged"}),
    id=Field("id"),
    occurred_at=Field("occurred_at", "datetime"),
    merged_into=Field("merged_into"),
    changed_fields="changed_fields",
)
CLOSE_EVENTS = EventRules(
    items="event",
    external_id=Field("object_id|data.id"),
    object=Field("object_type", "map", {"opportunity": "opportunity", "lead": "account", "contact": "contact"}),
    change=Field("action", "map", {"created": "created", "updated": "changed", "deleted": "deleted"}),
    id=Field("id"),
    occurred_at=Field("date_created", "datetime"),
    changed_fields="changed_fields",
)
ATTIO_EVENTS = EventRules(
    items="events",
    external_id=Field("id.record_id"),
    object=Field("id.object_id", "map", {"97052eb9-e65e-443f-a297-f2d9a4a7f795": "account"}),
    change=Field("event_type", "map", {"record.updated": "changed", "record.created": "created"}),
    id_header="Idempotency-Key",
)
ZOHO_EVENTS = EventRules(
    explode="ids",
    external_id=Field("ids.0"),
    object=Field("module", "map", {"Deals": "opportunity", "Accounts": "account", "Contacts": "contact"}),
    change=Field("operation", "map", {"insert": "created", "update": "changed", "delete": "deleted"}),
    occurred_at=Field("server_time", "epoch_ms"),
)
