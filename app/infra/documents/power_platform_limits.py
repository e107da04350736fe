"""What a custom connector of Power Platform takes and refuses, each limit as Microsoft documents it.

Sources: learn.microsoft.com/connectors/custom-connectors: Create a custom connector from an OpenAPI definition
(define-openapi-definition); Connector string guidance (connector-string-guidance); Fix Swagger Validator errors
(certification-swagger-validator-rules); Follow coding standards (coding-standards). That compositions are not read, and
the count of 512, are told by the maintainers in microsoft/Power-Fx#2076 and microsoft/PowerPlatformConnectors#1088.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

from app.infra.documents.limits import Document, Limit, in_all, named_schemas, schemas_of, within
from app.infra.documents.operations import all_of

MAX_BYTES = 1_000_000
MAX_TITLE = 30
MAX_SUMMARY = 80
MAX_SCHEMAS = 512
MEDIA = frozenset({"application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"})
VISIBILITY = frozenset({"important", "advanced", "internal"})
TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
}  # fmt: skip
NOT_READ = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "nullable", "const", "discriminator", "uniqueItems", "examples"}
)
PRODUCTS = ("Power Platform", "Power Apps", "Power Automate", "Logic Apps", "Power BI", "Copilot", "Dynamics")
_HOST = re.compile(r"[^{}/ :\\]+(?::\d+)?")
_PASCAL = re.compile(r"(?:[A-Z][A-Za-z0-9]*)+")


def _version(document: Document) -> Iterator[str]:
    if document.get("swagger") != "2.0":
        yield f"swagger is {document.get('swagger')}"


def _size(document: Document) -> Iterator[str]:
    size = len(orjson.dumps(document, option=orjson.OPT_INDENT_2))
    if size >= MAX_BYTES:
        yield f"{size} bytes"


def _title(document: Document) -> Iterator[str]:
    info = document["info"]
    if len(info["title"]) > MAX_TITLE:
        yield f"{len(info['title'])} characters"
    for name in ("title", "description"):
        told = info.get(name, "")
        yield from (f"{name} says {word}" for word in ("API", *PRODUCTS) if re.search(rf"\b{word}\b", told))


def _address(document: Document) -> Iterator[str]:
    if not _HOST.fullmatch(document.get("host", "")):
        yield f"host {document.get('host')}"
    if not document.get("basePath", "/").startswith("/"):
        yield f"basePath {document['basePath']}"
    if document.get("schemes") != ["https"]:
        yield f"schemes {document.get('schemes')}"


def _security(document: Document) -> Iterator[str]:
    defined = document.get("securityDefinitions", {})
    if len(defined) != 1:
        yield f"{len(defined)} definitions: only the first is taken"
    for name, each in defined.items():
        if each.get("type") == "apiKey" and not (each.get("name") and each.get("in") in {"header", "query"}):
            yield f"{name} does not say where the key stands"
    for needed in (document.get("security", []), *(one.get("security", []) for _, _, one in all_of(document))):
        yield from (
            f"{name} has scopes or is not defined" for one in needed for name in one if one[name] or name not in defined
        )


def _operation_ids(document: Document) -> Iterator[str]:
    told = [operation.get("operationId", "") for _, _, operation in all_of(document)]
    yield from (name for name in told if not _PASCAL.fullmatch(name))
    yield from (name for name, count in Counter(told).items() if count > 1)


def _summaries(document: Document) -> Iterator[str]:
    for _, _, operation in all_of(document):
        told = operation.get("summary", "")
        fits = 0 < len(told) <= MAX_SUMMARY and "/" not in told and told[-1:].isalnum()
        if not fits or told == operation.get("description"):
            yield f"{operation['operationId']} {told!r}"


def _fields_are_named(document: Document) -> Iterator[str]:
    for _, _, operation in all_of(document):
        for each in operation.get("parameters", ()):
            if not _well_named(each):
                yield f"{operation['operationId']} {each['name']}"
    for place, schema in schemas_of(document):
        for name, each in schema.get("properties", {}).items():
            if "$ref" not in each and not _well_named(each):
                yield f"{place}.{name}"


def _well_named(told: dict[str, Any]) -> bool:
    name = told.get("x-ms-summary", "")
    return 0 < len(name) <= MAX_SUMMARY and name != told.get("description")


def _visibility(document: Document) -> Iterator[str]:
    for _, _, operation in all_of(document):
        for each in (operation, *operation.get("parameters", ())):
            if each.get("x-ms-visibility", "important") not in VISIBILITY:
                yield operation["operationId"]


def _words(document: Document) -> Iterator[str]:
    for place, schema in schemas_of(document):
        yield from (f"{place} says {word}" for word in schema.keys() & NOT_READ)


def _references(document: Document) -> Iterator[str]:
    named = named_schemas(document)
    for place, schema in schemas_of(document):
        if "$ref" in schema and (len(schema) > 1 or schema["$ref"] not in {f"#/definitions/{name}" for name in named}):
            yield f"{place} {schema['$ref']}"


def _shapes(document: Document) -> Iterator[str]:
    for place, schema in schemas_of(document):
        kind, fields, needed = schema.get("type"), schema.get("properties", {}), schema.get("required")
        if kind == "array" and not schema.get("items"):
            yield f"{place} does not say of what"
        if needed is not None and (kind != "object" or not needed or set(needed) - fields.keys()):
            yield f"{place} needs what it does not describe"
        if ("exclusiveMinimum" in schema) > ("minimum" in schema) or ("exclusiveMaximum" in schema) > (
            "maximum" in schema
        ):
            yield f"{place} has a bound without its value"


def _choices(document: Document) -> Iterator[str]:
    for place, schema in _typed(document):
        values = [*schema.get("enum", ()), *([schema["default"]] if "default" in schema else [])]
        expected = TYPES.get(schema.get("type", ""), object)
        if "enum" in schema and not schema["enum"]:
            yield f"{place} has no choice"
        yield from (f"{place} {value!r}" for value in values if not isinstance(value, expected))


def _typed(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from schemas_of(document)
    for _, _, operation in all_of(document):
        yield from ((each["name"], each) for each in operation.get("parameters", ()))


def _how_many(document: Document) -> Iterator[str]:
    named = named_schemas(document)
    for name, schema in named.items():
        if (count := in_all(schema, named)) > MAX_SCHEMAS:
            yield f"{name} has {count}"


def _loops(document: Document) -> Iterator[str]:
    named = named_schemas(document)
    leads = {
        name: {each["$ref"].rpartition("/")[2] for _, each in within(schema, name) if "$ref" in each}
        for name, schema in named.items()
    }
    for name in named:
        seen: set[str] = set()
        waiting = list(leads[name])
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += leads.get(one, ())
        if name in seen:
            yield name


def _media(document: Document) -> Iterator[str]:
    for each in (document, *(operation for _, _, operation in all_of(document))):
        for kind in (*each.get("consumes", ()), *each.get("produces", ())):
            if kind not in MEDIA:
                yield kind
    if not document.get("consumes"):
        yield "consumes is missing"


def _parameters(document: Document) -> Iterator[str]:
    for path, method, operation in all_of(document):
        taken = operation.get("parameters", ())
        keys = Counter((each["in"], each["name"]) for each in taken)
        yield from (f"{path} {name} twice" for (_, name), count in keys.items() if count > 1)
        in_path = {each["name"] for each in taken if each["in"] == "path"}
        if in_path != set(re.findall(r"{(\w+)}", path)):
            yield f"{path} does not take what stands in it"
        if method == "get" and any(each["in"] in {"body", "formData"} for each in taken):
            yield f"{path} has a body"
        yield from (f"{path} {each['name']}" for each in taken if not _fit(each))


def _fit(parameter: dict[str, Any]) -> bool:
    if parameter["name"] == "connectionId" or ("schema" in parameter) != (parameter["in"] == "body"):
        return False
    return parameter["in"] != "path" or (
        bool(parameter.get("required")) and parameter.get("x-ms-url-encoding") == "single"
    )


def _answers(document: Document) -> Iterator[str]:
    for _, _, operation in all_of(document):
        answers = operation["responses"]
        shown = [status for status, answer in answers.items() if "schema" in answer]
        if not any(status.startswith("2") for status in answers):
            yield f"{operation['operationId']} has no good answer"
        if len(shown) > 1 or set(shown) - {"200", "201"}:
            yield f"{operation['operationId']} shows {shown}"


LIMITS = (
    Limit("version", "Only OpenAPI 2.0 is imported", _version),
    Limit("size", "The definition is smaller than 1 MB", _size),
    Limit(
        "title",
        f"At most {MAX_TITLE} characters; neither it nor the description says API or one of their products",
        _title,
    ),
    Limit("address", "One host without scheme or path, a base path that starts with a slash, https", _address),
    Limit(
        "security", "The first definition counts; a key stands in a header or query; no scopes but of OAuth", _security
    ),
    Limit("operation ids", "Unique, in Pascal case, of letters and digits", _operation_ids),
    Limit(
        "summaries",
        f"At most {MAX_SUMMARY} characters, no slash, a letter or digit last, unlike the description",
        _summaries,
    ),
    Limit(
        "names of fields",
        f"Every parameter and field has x-ms-summary, at most {MAX_SUMMARY} characters",
        _fields_are_named,
    ),
    Limit("visibility", "x-ms-visibility is important, advanced or internal", _visibility),
    Limit("no alternatives", "allOf, anyOf, oneOf, not, uniqueItems and what came after 2.0 are not read", _words),
    Limit("references", "Of what there is, and with nothing beside", _references),
    Limit("shapes", "Lists say of what; what is required is described; a bound has its value", _shapes),
    Limit("choices", "enum has a choice; choices and defaults are of the type", _choices),
    Limit(
        "how many schemas", f"A definition has at most {MAX_SCHEMAS} schemas with those that it refers to", _how_many
    ),
    Limit("no loops", "No definition leads back to itself", _loops),
    Limit("media types", "JSON, plain text and forms", _media),
    Limit(
        "parameters", "Once each; all that the path names, needed and encoded; none called connectionId", _parameters
    ),
    Limit("answers", "One has a schema: 200 or 201", _answers),
)
