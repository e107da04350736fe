"""Callers of v1 do not break: what a change takes away from them is found, and what it adds is not."""

import copy

import orjson
import pytest

from app.infra.documents import files
from app.infra.documents.compatibility import breaks
from app.infra.documents.surface import surface, text

STONES = {
    "paths": {
        "/v1/stones/{stone_id}": {
            "get": {
                "operationId": "get_stone",
                "security": [{"api_key": ["stones:read"]}],
                "parameters": [
                    {"in": "path", "name": "stone_id", "required": True, "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/Limit"},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stone"}}}},
                    "404": {},
                },
            },
            "put": {
                "operationId": "put_stone",
                "security": [{"api_key": []}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/StoneBody"}}},
                },
                "responses": {"200": {"content": {"text/plain": {"schema": {"type": "string"}}}}, "204": {}},
            },
        }
    },
    "webhooks": {
        "stone.found": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stone"}}}},
                "responses": {},
            }
        }
    },
    "components": {
        "parameters": {
            "Limit": {"in": "query", "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 500}}
        },
        "schemas": {
            "Stone": {
                "type": "object",
                "required": ["name", "kind", "parts"],
                "properties": {
                    "name": {"type": "string"},
                    "weight": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                    "kind": {"enum": ["basalt", "slate"]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Stone"}},
                },
            },
            "StoneBody": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 200},
                    "weight": {"type": "number"},
                    "kind": {"enum": ["basalt", "slate"], "type": "string"},
                    "found_on": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                    "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                    "parts": {"type": "array", "maxItems": 9, "items": {"type": "string"}},
                },
            },
        },
    },
}
GET, PUT = "GET /v1/stones/{stone_id}", "PUT /v1/stones/{stone_id}"


def changed(change):
    now = copy.deepcopy(STONES)
    change(now)
    return breaks(surface(STONES), surface(now))


def operation(document, method):
    return document["paths"]["/v1/stones/{stone_id}"][method]


def fields(document, name):
    return document["components"]["schemas"][name]["properties"]


def limit(document):
    return document["components"]["parameters"]["Limit"]


BREAKING = [
    (lambda d: d["paths"]["/v1/stones/{stone_id}"].pop("get"), f"{GET} is gone"),
    (lambda d: d["paths"].update({"/v2": d["paths"].pop("/v1/stones/{stone_id}")}), f"{GET} is gone"),
    (lambda d: operation(d, "get").update(operationId="read_stone"), f"{GET} was get_stone and is read_stone"),
    (lambda d: operation(d, "put").update(security=[{"api_key": ["admin"]}]), f"{PUT} needs admin"),
    (lambda d: operation(d, "get")["parameters"].pop(), f"{GET} takes no query limit any more"),
    (lambda d: limit(d).update(required=True), f"{GET} needs query limit"),
    (
        lambda d: limit(d)["schema"].update(maximum=50),
        f"{GET} query limit takes integer[1..50] and took integer[1..500]",
    ),
    (lambda d: limit(d)["schema"].update(type="boolean"), f"{GET} query limit was integer[1..500] and is boolean"),
    (lambda d: operation(d, "put").pop("requestBody"), f"{PUT} takes no body any more"),
    (lambda d: fields(d, "StoneBody").pop("weight"), f"{PUT} body.weight is gone"),
    (
        lambda d: d["components"]["schemas"]["StoneBody"]["required"].append("weight"),
        f"{PUT} body.weight is needed",
    ),
    (lambda d: fields(d, "StoneBody")["kind"].update(enum=["slate"]), f"{PUT} body.kind is not basalt any more"),
    (lambda d: fields(d, "StoneBody")["name"].update(maxLength=20), "took string[..200]"),
    (lambda d: fields(d, "StoneBody")["weight"].update(type="integer"), f"{PUT} body.weight was number and is integer"),
    (lambda d: fields(d, "StoneBody")["found_on"]["anyOf"].pop(), f"{PUT} body.found_on was null and is string(date)"),
    (lambda d: fields(d, "StoneBody")["parts"].update(maxItems=3), f"{PUT} body.parts takes not as many as before"),
    (lambda d: fields(d, "StoneBody")["parts"]["items"].update(type="number"), f"{PUT} body.parts[] was string"),
    (
        lambda d: fields(d, "StoneBody")["labels"]["additionalProperties"].update(type="number"),
        f"{PUT} body.labels{{}}",
    ),
    (lambda d: operation(d, "get")["responses"].pop("200"), f"{GET} answers 200 no more"),
    (lambda d: operation(d, "get")["responses"].update({"202": {}}), f"{GET} answers 202 now"),
    (lambda d: fields(d, "Stone").pop("name"), f"{GET} 200.name is gone"),
    (lambda d: fields(d, "Stone").pop("name"), "webhook stone.found.name is gone"),
    (lambda d: fields(d, "Stone")["name"].update(type="number"), f"{GET} 200.name was string and is number"),
    (
        lambda d: fields(d, "Stone").update(name={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        f"{GET} 200.name was string and is null",
    ),
    (lambda d: d["components"]["schemas"]["Stone"]["required"].remove("kind"), f"{GET} 200.kind may be absent"),
    (
        lambda d: operation(d, "put")["responses"]["200"].update(content={"text/html": {"schema": {"type": "string"}}}),
        f"{PUT} 200 has another media type: text/html",
    ),
    (lambda d: d["webhooks"].clear(), "webhook stone.found is gone"),
]


@pytest.mark.parametrize(("change", "told"), BREAKING)
def test_what_callers_would_miss_is_found(change, told):
    found = changed(change)
    assert any(told in each for each in found), found


def _found_anew(document):
    """An operation with a place of its own."""
    document["paths"]["/v1/finds"] = {"post": {"operationId": "find", "responses": {"201": {}}}}


FINE = [
    _found_anew,
    lambda d: operation(d, "get")["parameters"].append({"in": "query", "name": "as_of", "schema": {"type": "string"}}),
    lambda d: d["paths"].update({"/v1/stones/{id}": d["paths"].pop("/v1/stones/{stone_id}")}),
    lambda d: operation(d, "get").update(security=[{"api_key": []}]),
    lambda d: limit(d)["schema"].update(maximum=1000),
    lambda d: operation(d, "put")["requestBody"].update(required=False),
    lambda d: fields(d, "StoneBody").update(colour={"type": "string"}),
    lambda d: d["components"]["schemas"]["StoneBody"].pop("required"),
    lambda d: fields(d, "StoneBody")["kind"]["enum"].append("granite"),
    lambda d: fields(d, "StoneBody").update(kind={"type": "string"}),
    lambda d: fields(d, "StoneBody")["name"].pop("maxLength"),
    lambda d: fields(d, "StoneBody").update(weight={"anyOf": [{"type": "number"}, {"type": "null"}]}),
    lambda d: operation(d, "get")["responses"].pop("404"),
    lambda d: fields(d, "Stone").update(colour={"type": "string"}),
    lambda d: fields(d, "Stone")["kind"]["enum"].append("granite"),
    lambda d: fields(d, "Stone").update(weight={"type": "integer"}),
    lambda d: d["components"]["schemas"]["Stone"]["required"].append("weight"),
    lambda d: d["webhooks"].update({"stone.lost": d["webhooks"]["stone.found"]}),
    lambda d: fields(d, "Stone")["name"].update(description="What it is called"),
]


@pytest.mark.parametrize("change", FINE)
def test_what_is_added_or_loosened_breaks_nobody(change):
    assert changed(change) == []


def test_a_named_schema_may_be_named_anew_or_written_out():
    def named_anew(document):
        schemas = document["components"]["schemas"]
        schemas["Rock"] = schemas.pop("Stone")
        schemas["Rock"]["properties"]["parts"]["items"]["$ref"] = "#/components/schemas/Rock"
        for media in (
            operation(document, "get")["responses"]["200"]["content"],
            document["webhooks"]["stone.found"]["post"]["requestBody"]["content"],
        ):
            media["application/json"]["schema"]["$ref"] = "#/components/schemas/Rock"
        body = operation(document, "put")["requestBody"]["content"]["application/json"]
        body["schema"] = {"allOf": [body["schema"]], "required": ["name"]}

    assert changed(named_anew) == []


def test_a_change_deep_inside_of_what_is_named_is_found_where_it_is_reached():
    found = changed(lambda d: fields(d, "Stone")["parts"].update(items={"type": "string"}))
    assert f"{GET} 200.parts[] was fields and is string" in found


def test_a_surface_is_the_same_after_it_was_written():
    assert orjson.loads(text(surface(STONES))) == surface(STONES)
    assert text(surface(STONES)).count(b"\n") == 13  # a line for each operation, webhook and schema


def test_nothing_that_callers_of_v1_rely_on_is_taken_away(pytestconfig, described_files):
    folder = pytestconfig.rootpath / "openapi"
    assert files.broken(folder, described_files) == [], (
        "keep it, or say so in the changelog and `kap openapi --breaking`"
    )
    assert (folder / files.BASELINE).stat().st_size < 600_000


def test_without_a_baseline_nothing_is_broken(tmp_path, described_files):
    assert files.broken(tmp_path, described_files) == []


def test_the_version_has_an_entry_in_the_changelog(pytestconfig, document):
    changelog = (pytestconfig.rootpath / "openapi" / "CHANGELOG.md").read_text()
    entry = changelog.partition(f"## {document['info']['version']}\n")[2].partition("\n## ")[0]
    assert len(entry.strip()) > 100, "say in openapi/CHANGELOG.md what the version brings"
