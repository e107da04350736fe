"""The forms for importers hold what plugins call, within every limit that Salesforce and Power Platform document."""

import orjson
import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV30SpecValidator

from app.infra.documents import power_platform, power_platform_limits, salesforce, salesforce_limits
from app.infra.documents.limits import faults, named_schemas
from app.infra.documents.operations import all_of
from app.infra.documents.plainer import Plainer
from app.infra.documents.plugins import CALLED, LEFT_OUT
from tests.openapi.reading import described


@pytest.fixture(scope="module")
def imported(described_files):
    return {name: orjson.loads(described_files[name]) for name in (salesforce.FILE, power_platform.FILE)}


@pytest.fixture
def for_salesforce(described_files):
    return orjson.loads(described_files[salesforce.FILE])


@pytest.fixture
def for_power_platform(described_files):
    return orjson.loads(described_files[power_platform.FILE])


def test_both_are_valid_in_their_versions(for_salesforce, for_power_platform):
    OpenAPIV30SpecValidator(for_salesforce).validate()
    OpenAPIV2SpecValidator(for_power_platform).validate()


def test_both_hold_the_operations_that_plugins_call_and_say_which(document, for_salesforce, for_power_platform):
    called = {name for group in CALLED.values() for name in group}
    assert called - {operation.name for operation in described(document)} == set(), "there is no such operation"
    assert {operation["operationId"] for _, _, operation in all_of(for_salesforce)} == called
    assert {operation["operationId"] for _, _, operation in all_of(for_power_platform)} == {
        name.title().replace("_", "") for name in called
    }
    for form in (for_salesforce, for_power_platform):
        assert all(name in form["info"]["description"] for name in (*called, *LEFT_OUT))


def test_what_is_left_out_is_a_field_that_is_not_needed(document):
    for place in LEFT_OUT:
        name, _, field = place.partition(".")
        schema = document["components"]["schemas"][name]
        assert field in schema["properties"]
        assert field not in schema.get("required", ())


def test_no_schema_is_there_that_no_operation_reaches(for_salesforce, for_power_platform):
    for form in (for_salesforce, for_power_platform):
        text = orjson.dumps(form).decode()
        assert [name for name in named_schemas(form) if f'/{name}"' not in text] == []


@pytest.mark.parametrize("limit", salesforce_limits.LIMITS, ids=lambda limit: limit.name)
def test_salesforce_takes_its_form(imported, limit):
    assert list(limit.found(imported[salesforce.FILE])) == [], limit.says


@pytest.mark.parametrize("limit", power_platform_limits.LIMITS, ids=lambda limit: limit.name)
def test_power_platform_takes_its_form(imported, limit):
    assert list(limit.found(imported[power_platform.FILE])) == [], limit.says


def _operation(form, path="/v1/me", method="get"):
    return form["paths"][path][method]


def _answer(form):
    return _operation(form)["responses"]["200"]


def _field(form, **schema):
    """Another field of the account."""
    named_schemas(form)["Account"]["properties"]["strange"] = schema


# What goes against each limit.
AGAINST_SALESFORCE = {
    "version": lambda form: form.update(openapi="3.1.0"),
    "size": lambda form: form["info"].update(description="x" * 10_000_001),
    "counts": lambda form: form["paths"].update({f"/v1/{n}": form["paths"]["/v1/me"] for n in range(3_001)}),
    "descriptions": lambda form: _operation(form).update(description="x" * 1_334),
    "methods": lambda form: form["paths"]["/v1/me"].update(head=_operation(form)),
    "no body in GET": lambda form: _operation(form).update(requestBody={"content": {}}),
    "media types": lambda form: _answer(form)["content"].update({"application/problem+json": {"schema": {}}}),
    "no headers of answers": lambda form: _answer(form).update(headers={}),
    "types": lambda form: _field(form, type="null"),
    "words of 3.0": lambda form: _field(form, type="number", exclusiveMinimum=0),
    "no alternatives": lambda form: _field(form, anyOf=[{"type": "string"}, {"type": "number"}]),
    "no list of lists": lambda form: _field(form, type="array", items={"type": "array", "items": {}}),
    "no empty object": lambda form: _field(form, type="object"),
    "operation ids": lambda form: _operation(form).update(operationId="Get_Liveness"),
    "parameters are named": lambda form: _operation(form).update(parameters=[{"in": "query"}]),
    "names": lambda form: named_schemas(form).update(account=named_schemas(form)["Account"]),
    "needed fields are there": lambda form: named_schemas(form)["Account"]["required"].append("nothing"),
}
AGAINST_POWER_PLATFORM = {
    "version": lambda form: form.update(swagger="3.0"),
    "size": lambda form: form["info"].update(description="x" * 1_000_000),
    "title": lambda form: form["info"].update(title="Key Account Program API"),
    "address": lambda form: form.update(host="https://key-accounts.example.com/"),
    "security": lambda form: form["security"][0].update(key=["accounts:read"]),
    "operation ids": lambda form: _operation(form).update(operationId="get_me"),
    "summaries": lambda form: _operation(form).update(summary="Tell who the key is."),
    "names of fields": lambda form: _field(form, type="string"),
    "visibility": lambda form: _operation(form).update({"x-ms-visibility": "hidden"}),
    "no alternatives": lambda form: _field(form, allOf=[{"type": "string"}]),
    "references": lambda form: _field(form, **{"$ref": "#/definitions/Account", "description": "beside it"}),
    "shapes": lambda form: _field(form, type="array"),
    "choices": lambda form: _field(form, type="integer", enum=["one"]),
    "how many schemas": lambda form: _field(
        form, type="object", properties={f"f{n}": {"$ref": "#/definitions/Score"} for n in range(20)}
    ),
    "no loops": lambda form: _field(form, **{"$ref": "#/definitions/Account"}),
    "media types": lambda form: form.update(produces=["application/problem+json"]),
    "parameters": lambda form: _operation(form, "/v1/warnings/{warning_id}")["parameters"].clear(),
    "answers": lambda form: _operation(form)["responses"].update({"404": {"schema": {"type": "string"}}}),
}


@pytest.mark.parametrize(("name", "against"), AGAINST_SALESFORCE.items())
def test_what_goes_against_a_limit_of_salesforce_is_found(for_salesforce, name, against):
    against(for_salesforce)
    limit = next(limit for limit in salesforce_limits.LIMITS if limit.name == name)
    assert faults(for_salesforce, [limit])


@pytest.mark.parametrize(("name", "against"), AGAINST_POWER_PLATFORM.items())
def test_what_goes_against_a_limit_of_power_platform_is_found(for_power_platform, name, against):
    against(for_power_platform)
    limit = next(limit for limit in power_platform_limits.LIMITS if limit.name == name)
    assert faults(for_power_platform, [limit])


def test_every_limit_is_gone_against_here():
    assert AGAINST_SALESFORCE.keys() == {limit.name for limit in salesforce_limits.LIMITS}
    assert AGAINST_POWER_PLATFORM.keys() == {limit.name for limit in power_platform_limits.LIMITS}


REFERENCE = {"$ref": "#/components/schemas/Stone"}
NULL = {"type": "null"}


@pytest.mark.parametrize(
    ("schema", "plain"),
    [
        ({"anyOf": [{"type": "string"}, NULL]}, {"type": "string", "nullable": True}),
        ({"anyOf": [REFERENCE, NULL]}, {"type": "object", "nullable": True, "allOf": [REFERENCE]}),
        (
            {"anyOf": [{"type": "string", "enum": ["a", "b"]}, NULL], "description": "Which."},
            {"type": "string", "nullable": True, "description": "Which. One of: a, b"},
        ),
        ({"anyOf": [{"type": "string", "format": "uuid"}, REFERENCE]}, REFERENCE),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, {"type": "number"}),
        ({"anyOf": [{"type": "boolean"}, {"type": "number"}, NULL], "description": "d"}, {"description": "d"}),
        ({"oneOf": [REFERENCE, {"type": "object"}]}, {"type": "object", "additionalProperties": True}),
        ({"type": "string", "format": "uuid"}, {"type": "string"}),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
        ({"const": "yes", "type": "string"}, {"type": "string", "enum": ["yes"]}),
        ({"type": "number", "exclusiveMinimum": 0}, {"type": "number", "minimum": 0, "exclusiveMinimum": True}),
        ({"type": "object", "additionalProperties": False, "properties": {"a": REFERENCE}},
         {"type": "object", "properties": {"a": REFERENCE}}),
        ({"type": "object", "patternProperties": {"^a": {"type": "string"}}},
         {"type": "object", "additionalProperties": {"type": "string"}}),
        ({"type": "object"}, {"type": "object", "additionalProperties": True}),
        ({"allOf": [REFERENCE], "required": ["weight"], "description": "A new one"},
         {"type": "object", "properties": {"weight": {"type": "number"}}, "required": ["weight"],
          "description": "A new one"}),
    ],
)  # fmt: skip
def test_a_schema_is_told_in_the_words_of_openapi_3_0(schema, plain):
    stone = {"type": "object", "properties": {"weight": {"type": "number"}}}
    assert Plainer({"Stone": stone}).of(schema) == plain


def test_a_nullable_field_is_nullable_in_every_form(for_salesforce, for_power_platform):
    """The percentile of a score is null in a call without others; the account's name never is."""
    three, two = named_schemas(for_salesforce), named_schemas(for_power_platform)
    assert three["Score"]["properties"]["percentile"]["nullable"] is True
    assert two["Score"]["properties"]["percentile"]["x-nullable"] is True
    assert "nullable" not in three["Account"]["properties"]["name"]
    assert "x-nullable" not in two["Account"]["properties"]["name"]


def test_a_record_is_named_by_the_id_that_the_crm_has(for_salesforce, for_power_platform):
    for form in (for_salesforce, for_power_platform):
        reference = orjson.dumps(named_schemas(form)["OpportunityBody"]["properties"]["account"]).decode()
        assert "ExternalRef" in reference
        assert named_schemas(form)["ExternalRef"]["required"] == ["source", "external_id"]


@pytest.mark.parametrize(
    ("summary", "short"),
    [
        ("Tell who the key is", "Tell who the key is"),
        ("Read a/b.", "Read a or b"),
        (
            "Score now, and keep the score of, the account that another system knows by this id, which is quite long",
            "Score now, and keep the score",
        ),
        ("word " * 30, ("word " * 16).strip()),
    ],
)
def test_a_summary_is_as_long_as_the_designer_shows(summary, short):
    assert power_platform.shortened(summary) == short
