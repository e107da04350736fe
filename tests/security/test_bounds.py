"""What a caller can send is named field by field, and bounded: what is not named, or too much, is not taken."""

import json
from uuid import uuid4

from tests.processes import ROOT

DOCUMENT = json.loads((ROOT / "openapi" / "openapi.json").read_text())
# Objects whose names are the sender's: their number is bounded by the body's own size, and what they may say by rules.
OF_ANY_NAMES = 12
NOT_BOUNDED = {"type", "format", "enum", "const", "pattern", "maxLength"}


def bodies():
    """The schemas of all request bodies, and of whatever they hold."""
    asked = [
        operation["requestBody"]
        for told in DOCUMENT["paths"].values()
        for operation in told.values()
        if isinstance(operation, dict) and "requestBody" in operation
    ]
    seen: dict[str, object] = {}
    waiting = list(asked)
    while waiting:
        for _, part in parts(waiting.pop()):
            name = part.get("$ref", "").partition("#/components/schemas/")[2]
            if name and name not in seen:
                seen[name] = DOCUMENT["components"]["schemas"][name]
                waiting.append(seen[name])
    return seen


def parts(schema, where=""):
    """Every schema inside a schema, with where it stands."""
    if isinstance(schema, dict):
        yield where, schema
        for name, inner in schema.items():
            if name not in {"examples", "example", "default"}:
                yield from parts(inner, f"{where}/{name}")
    elif isinstance(schema, list):
        for place, inner in enumerate(schema):
            yield from parts(inner, f"{where}/{place}")


def test_no_body_takes_a_field_that_is_not_named():
    """Whoever adds `tenant_id`, `version` or `digest` to a body is refused, and none of them is among the named."""
    objects = {name: each for name, each in bodies().items() if "properties" in each}

    assert len(objects) > 200
    assert [name for name, each in objects.items() if each.get("additionalProperties") is not False] == []
    named = {field for each in objects.values() for field in each["properties"]}
    assert named & {"tenant_id", "digest", "created_at", "updated_at", "revoked_at", "public_id", "version"} == set()


def test_every_list_and_text_that_a_body_or_a_query_takes_is_bounded():
    queries = {
        f"{method} {path}?{one.get('name')}": one.get("schema", {})
        for path, told in DOCUMENT["paths"].items()
        for method, operation in told.items()
        if isinstance(operation, dict)
        for one in operation.get("parameters", ())
    }
    found = [(name, where, part) for name, each in (bodies() | queries).items() for where, part in parts(each)]
    arrays = [(name, where) for name, where, part in found if part.get("type") == "array" and "maxItems" not in part]
    texts = [
        (name, where) for name, where, part in found if part.get("type") == "string" and NOT_BOUNDED.isdisjoint(
            part.keys() - {"type"}
        )
    ]  # fmt: skip
    loose = [
        (name, where) for name, where, part in found
        if part.get("type") == "object" and part.get("additionalProperties") not in (None, False)
        and "maxProperties" not in part
    ]  # fmt: skip

    assert arrays == []
    assert [name for name, _ in texts] == ["AccountInputs"]  # what a metric's input says, in a batch of bounded size
    assert len(loose) <= OF_ANY_NAMES


async def test_a_page_has_five_hundred_entries_at_most_whatever_is_asked_for(client):
    for limit in ("-1", "0", "10000000", "1e3", "501"):
        answer = await client.get("/v1/accounts", params={"limit": limit})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/query/limit"), limit


async def test_names_of_any_number_are_checked_each(client):
    """Where names are free, an object is refused for those that mean nothing, without repeating them all."""
    many = {f"name-{number}": 1 for number in range(50_000)}
    for method, path, body in (
        ("PATCH", "/v1/organization", {"roadblock_days": many}),
        ("PATCH", "/v1/organization", {"tracks": many}),
        ("POST", "/v1/crm/connections", {"name": "x", "provider": "push", "stages": many}),
        ("POST", f"/v1/accounts/{uuid4()}/assessments", {"elements": many}),
    ):
        answer = await client.request(method, path, json=body)
        assert answer.status_code in {404, 422}, (path, answer.text[:300])
        assert len(answer.content) < 20_000
