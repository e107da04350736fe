"""The form of a connector as a document: what each part says, and how large it may be."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from app.crm.core.path_problems import LONGEST_PATH
from app.crm.core.spec import AuthKind, ObjectName
from app.crm.schemas.mapping import FieldBody, FieldName
from app.infra.wire import Name, WireModel, at_most

Path = Annotated[str, StringConstraints(max_length=LONGEST_PATH)]
Text = Annotated[str, StringConstraints(max_length=4_000)]
Word = Annotated[str, StringConstraints(max_length=100)]
Words = Annotated[list[Word], Field(max_length=50)]
Texts = Annotated[dict[Word, Text], at_most(50)]
VariableTexts = Annotated[dict[FieldName, Annotated[str, StringConstraints(max_length=500)]], at_most(50)]
_TEMPLATE = "Template: `{name}` becomes the variable of that name"


class Verbatim(WireModel):
    """A part of a connector: a blank at the end of a text is meant."""

    model_config = ConfigDict(str_strip_whitespace=False)


class SignatureDocument(Verbatim):
    """How a delivery shows who sent it."""

    algorithm: Literal["hmac-sha256", "sha256", "equals"] = Field(description="`equals`: the secret itself is shown")
    place: Literal["header", "query", "path", "basic", "body"] = "header"
    name: Path = Field(default="", description="Of the header or parameter; the path in the body")
    encoding: Literal["hex", "base64", "text"] = "hex"
    prefix: Word = Field(default="", description="What stands before the value", examples=["v1="])
    listed: bool = Field(default=False, description="Several stand there, of which one that fits is enough")
    separator: Word = Field(default=" ", description="What lies between several")
    list_key: Word = Field(default="", description="In a list of `key=value`: the key of signatures", examples=["v1"])
    signs: Text = Field(
        default="{body}",
        description="What is signed: a template of {method} {uri} {path} {body} {timestamp} {id} {secret}",
        examples=["{timestamp}.{body}"],
    )
    key: Literal["text", "hex", "base64"] = Field(default="text", description="How the secret becomes the key")
    key_prefix: Word = Field(default="", description="What stands before the key in the secret", examples=["whsec_"])
    timestamp: Word = Field(default="", description="The header that says when it was signed")
    timestamp_list_key: Word = Field(default="", description="The key in the list that says so", examples=["t"])
    timestamp_unit: Literal["s", "ms"] = "s"
    older_seconds: Annotated[int, Field(ge=1, le=86_400)] = Field(default=300, description="How old it may be")
    newer_seconds: Annotated[int, Field(ge=1, le=86_400)] = Field(default=300, description="How far ahead it may be")
    id: Word = Field(default="", description="The header with the delivery's own id")
    decode_uri: Words = Field(default=[], description="Escapes that are undone in {uri} before it is signed")


class EventsDocument(Verbatim):
    """What a delivery's body says."""

    items: Path = Field(default="", description="The path of the events; empty: the body is the list, or the event")
    explode: Path = Field(default="", description="The path, in an event, of a list of records: one event each")
    object: FieldBody = Field(description="The record's type, by a map to user, account, contact, opportunity")
    external_id: FieldBody = Field(description="The record's id")
    id: FieldBody | None = Field(default=None, description="The event's own id")
    change: FieldBody = Field(
        default=FieldBody(constant="changed"),
        description="By a map to created, changed, deleted, restored, merged, associated, gap, other; default: changed",
    )
    occurred_at: FieldBody | None = Field(default=None, description="When its source changed it")
    merged_into: FieldBody | None = Field(default=None, description="The id of the record that took its place")
    changed_fields: Path = Field(default="", description="A list of field names, or an object with them as keys")
    property_name: Path = Field(default="", description="Where an event tells of one property: its name")
    property_value: Path = Field(default="", description="Where an event tells of one property: its value")
    volatile: Annotated[list[Path], Field(max_length=50)] = Field(
        default=[], description="What differs between two deliveries of one event"
    )
    id_header: Word = Field(default="", description="The header with the delivery's id, where events have none")
    data: Path = Field(default="", description="The record itself; of `push` alone, a custom connector pulls")


class PagingDocument(Verbatim):
    """How the next page is asked for."""

    kind: Literal["none", "next_url", "cursor", "offset", "page", "keyset"] = "none"
    next: Path = Field(default="", description="The path of the next page's address, or of the {cursor}")
    more: Path = Field(default="", description="The path of what says whether there is more")
    first: Annotated[int, Field(ge=0, le=1)] = Field(default=0, description="The first {offset} or {page}")
    lowest: Word = Field(default="", description="The {last_id} with which a keyset begins")
    delta: Path = Field(default="", description="The path, on the last page, of the address that tells what changes")


class CallDocument(Verbatim):
    """One call of the CRM's API."""

    path: Annotated[str, StringConstraints(max_length=1_000)] = Field(
        description="Below the CRM's address; a template", examples=["/v1/deals/{id}"]
    )
    method: Literal["GET", "POST", "PATCH", "PUT"] = "GET"
    query: Texts = Field(default={}, description="Templates; what comes to nothing is left out")
    headers: Texts = Field(default={}, description="Templates")
    body: Any = Field(default=None, description=_TEMPLATE)
    items: Path = Field(default="", description="The path of the records; empty: the answer is the record, or the list")
    size: Annotated[int, Field(ge=1, le=10_000)] = Field(default=100, description="Records a page or a batch: {limit}")
    paging: PagingDocument = PagingDocument()
    ties: "CallDocument | None" = Field(
        default=None, description="Of a keyset: asks for records of exactly {since} with ids after {last_id}"
    )
    expired: Words = Field(default=[], description="Codes or words that say that a delta no longer holds")


class AssociationDocument(Verbatim):
    """A call that tells what belongs to records."""

    call: CallDocument = Field(description="Of {ids}, {ids_quoted} or {id_objects}")
    of: Path = Field(description="In one of its results: whose it is")
    value: Path = Field(description="In one of its results: what belongs to that record")
    by: Path = Field(default="", description="In the record: the id that `of` speaks of; empty: its own")


class WriteDocument(Verbatim):
    """How fields of account records are written."""

    call: CallDocument = Field(description="Of {items}, or of {id} and {fields} where a batch is one record")
    item: Any = Field(description="Template of one record, of {id} and {fields}")
    result_items: Path = Field(default="", description="The path of the results")
    result_id: Path = Field(default="", description="In a result: whose it is; empty: they come in the items' order")
    success: Path = Field(default="", description="In a result: whether it went well")
    error: Path = Field(default="", description="In a result: why not")
    cleared: Literal[""] | None = Field(default=None, description="What a field is set to that is to hold nothing")


class ObjectDocument(Verbatim):
    """One kind of record."""

    name: Word = Field(description="What the CRM calls it: {name}")
    id: FieldBody
    modified: FieldBody | None = Field(default=None, description="The instant of its last change")
    fields: Annotated[dict[FieldName, FieldBody], at_most(100)] = Field(description="Our field, and where it stands")
    page: CallDocument = Field(description="All of them")
    one: CallDocument | None = Field(default=None, description="That with {id}")
    some: CallDocument | None = Field(default=None, description="Those with {ids}, {ids_quoted} or {id_objects}")
    changed: CallDocument | None = Field(default=None, description="Those changed at {since} or later")
    deleted: CallDocument | None = Field(default=None, description="Those that are gone")
    with_: Annotated[dict[FieldName, AssociationDocument], at_most(10)] = Field(
        default={}, alias="with", description="What is read beside, and put into each record under this name"
    )
    gone: FieldBody | None = Field(default=None, description="True where it was deleted")
    merged_into: FieldBody | None = Field(default=None, description="The id of the record that took its place")
    absorbed: FieldBody | None = Field(default=None, description="The ids of those whose place it took")
    write: WriteDocument | None = Field(default=None, description="Of accounts alone")
    asked_under: Path = Field(default="", description="Which properties are asked for by name: those below this path")
    unasked: Words = Field(default=[], description="Properties that come without being asked for")


class LimitsDocument(Verbatim):
    """How often the CRM may be called, and how it tells that it was too often."""

    requests: Annotated[int, Field(ge=1, le=100_000)] = 100
    per_seconds: Annotated[float, Field(ge=0.1, le=86_400)] = 10.0
    daily_header: Word = Field(default="", description="The header that tells of the day's calls")
    daily_pattern: Annotated[str, StringConstraints(max_length=200)] = Field(
        default="",
        description="What stands in it: a simple regular expression with the group `left`, or `used` and `limit`",
        examples=["(?P<used>\\d+)/(?P<limit>\\d+)"],
    )
    daily_words: Words = Field(default=[], description="Words of an error that say that the day's calls are used up")
    daily_keep_share: Annotated[float, Field(ge=0, le=1)] = Field(default=0.1, description="What is left to others")


class AuthenticationDocument(Verbatim):
    """How calls show who makes them."""

    kinds: Annotated[list[AuthKind], Field(max_length=6)] = Field(description="The ways that the CRM takes")
    token_url: Text = Field(default="", description=_TEMPLATE, examples=["{base_url}/oauth/token"])
    token_parameters: Texts = Field(default={}, description="What a request for a token says beyond its kind's own")
    token_header_name: Word = "Authorization"  # noqa: S105  # a header
    token_header: Word = Field(default="Bearer {token}", description=_TEMPLATE)
    fixed_token_header_name: Word = Field(default="", description="Of a fixed token, where it differs")
    fixed_token_header: Word = Field(default="", description="Of a fixed token, where it differs; a template")
    audience: Text = Field(default="", description="Of a signed assertion")
    base_url_field: Path = Field(default="", description="In the answer with the token: the address that calls go to")


class AckDocument(Verbatim):
    """What the CRM wants to read after a delivery was taken."""

    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]+(; ?charset=[a-z0-9-]+)?$")]
    body: Text


class ConnectorDocument(Verbatim):
    """A CRM, as data: whom its deliveries come from, what they say, how its records are asked for and read."""

    title: Name
    base_url: Annotated[str, StringConstraints(max_length=500)] = Field(
        default="", description="The address of its API; a pattern `^https://…$`, or empty, where each customer has one"
    )
    authentication: AuthenticationDocument
    signatures: Annotated[dict[FieldName, SignatureDocument], at_most(10)] = Field(
        description="The schemes that a connection may choose from, by name; the first is the default"
    )
    events: EventsDocument
    objects: dict[ObjectName, ObjectDocument]
    limits: LimitsDocument = LimitsDocument()
    test: CallDocument | None = Field(default=None, description="A harmless call")
    sender: Path = Field(default="", description="In a delivery's body: the organization that sent it")
    answer: AckDocument | None = None
    variables: VariableTexts = Field(default={}, description="What templates need beside, and what it usually is")
