"""What a CRM looks like, as data: whom its deliveries come from, what they say, how its records are asked for and read.

Four ship as modules of `app.crm.connectors`; a custom one is posted as JSON and becomes the same value. A text with
`{name}` in it is a template: `core.templates` fills it. Paths are dotted, as `core.paths` reads them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

ObjectName = Literal["account", "opportunity", "contact", "user"]
OBJECTS: tuple[ObjectName, ...] = ("user", "account", "contact", "opportunity")  # what is referred to comes first
ChangeKind = Literal["created", "changed", "deleted", "restored", "merged", "associated", "gap", "other"]
AuthKind = Literal["none", "token", "basic", "client_credentials", "refresh_token", "jwt_bearer"]
Transform = Literal[
    "text", "number", "percent", "cents", "integer", "boolean", "date", "datetime", "epoch_ms", "epoch_s", "map", "list"
]
Json = Any


@dataclass(frozen=True, slots=True)
class Field:
    """Where a value stands, and how it is read.

    path: dotted; `a|b` is the first of both that is not null or empty. transform: `percent` is 0 to 100 and becomes a
    share, `cents` hundredths, `list` texts separated by `;` (or a JSON list). values: for `map`, the CRM's value (as
    text) to ours; one that is not named has the value of `*` if that is there, else it is null. constant: holds
    whatever the record says; then there is no path.
    """

    path: str = ""
    transform: Transform = "text"
    values: Mapping[str, Json] = field(default_factory=dict)
    constant: Json = None


@dataclass(frozen=True, slots=True)
class Signature:
    """How a delivery shows who sent it; every part is data.

    algorithm: `hmac-sha256` over `signs`; `sha256` likewise, for schemes whose template holds `{secret}`; `equals`
    where the secret itself is shown. place: where it is shown: a header, a query parameter, the last part of the path,
    the user and password of HTTP Basic, or a path in the body.
    name: the header's or parameter's name, or the path in the body. prefix: what stands before the value (`v1=`).
    listed: the header is a list, separated by `separator`, of which one that fits is enough; with `list_key`, a list
    of `key=value` pairs (`t=1492774577,v1=5257a8…`) in which the signatures bear that key.
    signs: the template of what is signed, of {method} {uri} {path} {body} {timestamp} {id} {secret}; {uri} is the
    connection's configured public address, never the Host header.
    key: how the secret becomes a key: its text, or the bytes that its hex or base64 says (after `key_prefix`).
    timestamp, timestamp_list_key: the header, or the key in the list, that tells when it was signed.
    older_seconds, newer_seconds: how far from now that may be; it is refused beyond. id: the header with the
    delivery's own id. decode_uri: escapes that are undone in the URI before it is signed.
    """

    algorithm: Literal["hmac-sha256", "sha256", "equals"]
    place: Literal["header", "query", "path", "basic", "body"] = "header"
    name: str = ""
    encoding: Literal["hex", "base64", "text"] = "hex"
    prefix: str = ""
    listed: bool = False
    separator: str = " "
    list_key: str = ""
    signs: str = "{body}"
    key: Literal["text", "hex", "base64"] = "text"
    key_prefix: str = ""
    timestamp: str = ""
    timestamp_list_key: str = ""
    timestamp_unit: Literal["s", "ms"] = "s"
    older_seconds: int = 300
    newer_seconds: int = 300
    id: str = ""
    decode_uri: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EventRules:
    """What a delivery's body says.

    items: the path of the list of events; empty where the body is the list, or the one event. explode: a path within
    an event whose list names several records (`ids`): one event each. object: the record's type, by the `values` of
    its field; a type that is not named is of no interest. id: the event's own id. external_id, change, occurred_at,
    merged_into: as they say; `changed_fields` is a list of the CRM's field names or an object with them as keys.
    properties: the path of a `{name, value}` pair, where an event tells of one property (for the echo of our writes).
    volatile: paths in the event whose values differ between two deliveries of the same event (see core.digests).
    id_header: the header with the delivery's id, where events have none. stripped_header: the header that says that
    the body was cut. data: what the event tells of the record itself (only `push` believes it).
    """

    external_id: Field
    object: Field
    items: str = ""
    explode: str = ""
    id: Field | None = None
    change: Field = Field(constant="changed")
    occurred_at: Field | None = None
    merged_into: Field | None = None
    changed_fields: str = ""
    property_name: str = ""
    property_value: str = ""
    volatile: Sequence[str] = ()
    id_header: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """How the next page is asked for.

    next_url: `next` is the path of its address. cursor: `next` is the path of a token, sent as the template variable
    {cursor}. offset, page: counted, as {offset} or {page} (from `first`), until a page is short; `more` may say.
    keyset: the next page begins after the last record's time and id ({since}, {last_id}); `ties` asks for the records
    of exactly {since} with ids after {last_id}, where one call cannot say both.
    lowest: the {last_id} before all others, with which a keyset begins.
    delta: the path, on the last page, of the address that will tell what changed from then on.
    """

    kind: Literal["none", "next_url", "cursor", "offset", "page", "keyset"] = "none"
    next: str = ""
    more: str = ""
    first: int = 0
    lowest: str = ""
    delta: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the CRM's API.

    path, query, headers, body: templates. items: the path of the records in the answer; empty where the answer is the
    record (or the list) itself. size: how many records a page or a batch holds ({limit}). A query parameter or a body
    entry whose template comes to nothing is left out. expired: error codes, statuses or words in an error's body that
    say a delta address no longer holds.

    Which variables templates may name, and how they are filled, is said in `core.templates`.
    """

    path: str
    method: Literal["GET", "POST", "PATCH", "PUT"] = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    items: str = ""
    size: int = 100
    paging: Paging = Paging()
    ties: "Call | None" = None
    expired: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Write:
    """How fields of the CRM's account record are written: a batch call, the shape of one item, and of its result.

    item: template of one record, of {id} and the whole object {fields}. result_items: the path of the results, in the
    items' order unless `result_id` says whose each is; `success` and `error` are paths in one of them. An answer
    without results means that all went well. cleared: what a field is set to that is to hold nothing.
    """

    call: Call
    item: Json
    result_items: str = ""
    result_id: str = ""
    success: str = ""
    error: str = ""
    cleared: Json = None


@dataclass(frozen=True, slots=True)
class ObjectRules:
    """One kind of record: what the CRM calls it, how it is asked for, where its values stand.

    page: all of them. changed: those changed at {since} or later. some: those with these {ids}; one: that with {id}.
    deleted: those deleted since. with_: further calls for a page of records, by {ids}, whose results are put into each
    record under the given name (associations). fields: our field to where it stands; names are those of the fact's
    body, and `currency`, `annual_revenue_currency`, `is_won`, `is_closed`, `won_on`, `lost_on` beside them.
    id, modified: the record's identity and the instant of its last change. gone: true where it was deleted.
    merged_into: the id of the record that took its place; absorbed: the ids of those whose place it took.
    asked_under, unasked: which properties calls ask for by name ({fields}): those that the mapping reads under the path
    `asked_under` (empty: all), without `unasked`, which come by themselves.
    """

    name: str
    id: Field
    modified: Field | None
    fields: Mapping[str, Field]
    page: Call
    one: Call | None = None
    some: Call | None = None
    changed: Call | None = None
    deleted: Call | None = None
    with_: Mapping[str, "Association"] = field(default_factory=dict)
    gone: Field | None = None
    merged_into: Field | None = None
    absorbed: Field | None = None
    write: Write | None = None
    asked_under: str = ""
    unasked: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Association:
    """A call that tells, for records with these {ids}, what belongs to them: whose at `of`, its value at `value`.

    by: the path, in the record, of the id that `of` speaks of; empty: the record's own id. {ids} are those ids then.
    """

    call: Call
    of: str
    value: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How often the CRM may be called, and how it tells that it was too often.

    requests per_seconds: our own pace. daily_header, daily_pattern: the header with what was used and the limit, as a
    regular expression with the groups `used` or `left`, and `limit`. daily_words: words in an error's body that say
    that the day's calls are used up; `daily_keep` of the limit is left to others.
    """

    requests: int = 100
    per_seconds: float = 10.0
    daily_header: str = ""
    daily_pattern: str = ""
    daily_words: Sequence[str] = ()
    daily_keep_share: float = 0.1


@dataclass(frozen=True, slots=True)
class Authentication:
    """How calls show who makes them: the ways that the CRM takes, and where it gives tokens.

    token_header: template of the header of a fixed token or an access token (`Bearer {token}`), in `token_header_name`.
    token_url: template, of {base_url} and the credentials' own `token_url`. token_parameters: what a request for a
    token says beyond what its kind does. audience: of a signed assertion. base_url_field: where the answer to a request
    for a token tells the address that calls go to.
    """

    kinds: Sequence[AuthKind]
    token_url: str = ""
    token_parameters: Mapping[str, str] = field(default_factory=dict)
    token_header_name: str = "Authorization"  # noqa: S105  # a header
    token_header: str = "Bearer {token}"  # noqa: S105  # a template
    fixed_token_header_name: str = ""
    fixed_token_header: str = ""
    audience: str = ""
    base_url_field: str = ""


# For what data cannot say: the body of a delivery (and its headers, in lower case) to plain JSON that EventRules read.
Unwrap = Callable[[bytes, Mapping[str, str]], Json]


@dataclass(frozen=True, slots=True)
class ConnectorSpec:
    """One CRM.

    base_url: the address of its API, or a regular expression `^https://…$` that a connection's own must match.
    signatures: the schemes that a connection may choose from, by name; the first is the default. test: a harmless call.
    answer: what it wants to read after a delivery was taken (media type and body), where that is not our own 202.
    sender: the path, in the unwrapped body, of the organization that sent it, where that can be checked.
    """

    provider: str
    title: str
    base_url: str
    authentication: Authentication
    signatures: Mapping[str, Signature]
    events: EventRules
    objects: Mapping[ObjectName, ObjectRules]
    limits: Limits = Limits()
    test: Call | None = None
    unwrap: Unwrap | None = None
    sender: str = ""
    answer: tuple[str, bytes] | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
