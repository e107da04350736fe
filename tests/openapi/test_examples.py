"""Examples are made from schemas and samples; each sample is in use."""

from importlib.resources import files

import orjson
import pytest

from app.infra.documents.examples import LACKING, Samples

SCHEMAS = {
    "Stone": {
        "type": "object",
        "required": ["id", "weight", "found_by"],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "weight": {"type": "number", "minimum": 3},
            "found_by": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "kind": {"enum": ["basalt", "slate"]},
            "tested": {"type": "boolean"},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
        },
    },
    "Part": {"type": "object", "properties": {"age": {"type": "integer", "examples": [900, 1]}}},
}


def test_an_example_has_what_samples_know_and_what_the_schema_allows():
    stone = Samples(SCHEMAS).named("Stone")
    assert len(stone.pop("id")) == 36
    assert stone == {
        "weight": 20,
        "found_by": LACKING,
        "kind": "basalt",
        "tested": True,
        "parts": [{"age": 900}],
    }


@pytest.mark.parametrize(
    ("schema", "value", "taken"),
    [
        ({"type": "integer"}, 3, True),
        ({"type": "integer"}, True, False),
        ({"type": "integer", "maximum": 2}, 3, False),
        ({"type": "boolean"}, True, True),
        ({"type": "boolean"}, 1, False),
        ({"type": "string", "format": "date"}, "2025-01-01", True),
        ({"type": "string", "format": "uuid"}, "2025-01-01", False),
        ({"enum": ["a"]}, "b", False),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, True),
        ({"$ref": "#/components/schemas/Part"}, {"age": 1}, True),
        ({"$ref": "#/components/schemas/Part"}, {"years": 1}, False),
        ({"$ref": "#/components/schemas/Part"}, "old", False),
        ({}, "anything", True),
    ],
)
def test_a_sample_is_shown_only_where_it_fits(schema, value, taken):
    assert Samples(SCHEMAS).takes(schema, value) is taken


@pytest.mark.parametrize("name", ["samples.json", "meanings.json"])
def test_what_is_said_of_one_schema_names_one_that_there_is(document, name):
    kept = orjson.loads(files("app.infra.documents").joinpath(name).read_bytes())
    schemas = document["components"]["schemas"]
    fields = kept["fields"] if name == "samples.json" else kept
    owned = [tuple(key.split(".")) for key in fields if "." in key and not key.startswith("path.")]
    assert [key for key in owned if key[1] not in schemas.get(key[0], {}).get("properties", {})] == []
    assert set(kept.get("schemas", ())) <= set(schemas)
