"""The document is whole: whoever reads an operation finds all that is needed to call it, and it holds."""

import json
import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.infra.documents import files
from app.infra.documents.examples import LACKING
from tests.openapi.reading import described, examples, faults, resolved

OPEN_PATHS = {"/livez", "/readyz", "/metrics", "/problems", "/problems/{name}"}
# Where CRMs deliver: without a key, and without a header of ours.
# A CRM shows in its own way who it is.
BY_CRMS = {
    "/v1/crm/webhooks/{connection_id}",
    "/v1/crm/webhooks/{connection_id}/{secret}",
    "/v1/crm/cards/hubspot/{connection_id}",
}


def test_the_document_is_valid_openapi(document):
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1.")


def test_the_committed_files_are_those_of_the_code(pytestconfig, described_files):
    assert files.stale(pytestconfig.rootpath / "openapi", described_files) == [], "run `make openapi`"


def test_a_stale_file_is_found_and_written(tmp_path):
    made = {"one.json": b"{}\n", "two.json": b"[]\n"}
    (tmp_path / "one.json").write_text("{}")
    assert files.stale(tmp_path, made) == [str(tmp_path / "one.json"), str(tmp_path / "two.json")]
    files.write(tmp_path, made)
    assert files.stale(tmp_path, made) == []


def test_operation_ids_are_short_and_unique(document):
    names = [operation.name for operation in described(document)]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]{2,47}", name)] == []


def test_every_operation_says_what_it_does_in_a_group_that_is_described(document):
    groups = {tag["name"] for tag in document["tags"] if tag["description"]}
    assert {
        operation.name: operation.body
        for operation in described(document)
        if not (3 < len(operation.body["summary"]) <= 100)
        or not operation.body["description"]
        or len(operation.body["tags"]) != 1
        or operation.body["tags"][0] not in groups
    } == {}


def test_every_operation_under_v1_needs_a_key_and_names_its_scope(document):
    for operation in described(document):
        if operation.path in OPEN_PATHS | BY_CRMS:
            assert operation.body["security"] == []
        else:
            ((scheme, scopes),) = operation.body["security"][0].items()
            assert scheme in document["components"]["securitySchemes"]
            assert all(f"`{scope}`" in operation.body["description"] for scope in scopes)
    assert {operation.path for operation in described(document) if not operation.path.startswith("/v1/")} == OPEN_PATHS


def test_every_refusal_is_a_problem_and_every_operation_has_some(document):
    for operation in described(document):
        refusals = {status: answer for status, answer in operation.body["responses"].items() if status >= "400"}
        assert any(status < "500" for status in refusals), operation.name
        for status, answer in refusals.items():
            if (operation.path, status) != ("/readyz", "503"):
                assert re.search(r"`[a-z_]+`", answer["description"]), operation.name
                content = resolved(document, answer)["content"]
                assert content.keys() == {"application/problem+json"}, operation.name
                assert content["application/problem+json"]["example"]["status"] == int(status)
    assert "HTTPValidationError" not in json.dumps(document)


def test_every_body_and_answer_has_an_example_that_its_schema_takes(document):
    found = []
    for operation in described(document):
        answers = [resolved(document, answer) for answer in operation.body["responses"].values()]
        for content in (operation.body.get("requestBody", {}), *answers):
            for media_type, media in content.get("content", {}).items():
                shown = examples(document, media)
                assert shown, (operation.name, media_type)
                found += [(operation.name, fault) for one in shown for fault in faults(document, media["schema"], one)]
    assert found == []


def test_every_operation_shows_an_example(document):
    for operation in described(document):
        answers = [
            resolved(document, answer) for status, answer in operation.body["responses"].items() if status < "300"
        ]
        media = [each for answer in answers for each in answer.get("content", {}).values()]
        taken = [resolved(document, each) for each in operation.body.get("parameters", ())]
        assert any(examples(document, each) for each in media) or any("example" in each for each in taken), (
            operation.name
        )


def test_examples_of_parameters_and_headers_are_what_these_take(document):
    taken = [each for operation in described(document) for each in operation.body.get("parameters", ())]
    named = [resolved(document, each) for each in taken]
    assert all("example" in each for each in named if each["in"] == "path")
    assert all(each["description"] for each in named)
    for each in (*named, *document["components"]["headers"].values()):
        if "example" in each:
            assert faults(document, each["schema"], each["example"]) == []


def test_no_example_is_a_placeholder(document):
    assert LACKING not in json.dumps(document), "say in app/infra/documents/samples.json what the field holds"


def test_every_schema_and_field_says_what_it_is(document):
    lacking = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, each in {"": schema, **schema.get("properties", {})}.items()
        if not each.get("description") and "$ref" not in each
    ]
    assert lacking == [], "describe the field where it is declared, or in app/infra/documents/meanings.json"


def test_schemas_have_names_that_make_good_types(document):
    names = document["components"]["schemas"].keys()
    assert [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9]{1,39}", name)] == []
    assert {"Problem", "AccountPage", "NewAccount", "ScoreRequest", "Score", "Job"} <= names


def test_answers_say_of_every_field_that_it_is_there(document):
    for name in ("Account", "Opportunity", "Score", "Job", "Problem", "AccountPage"):
        schema = document["components"]["schemas"][name]
        assert set(schema["required"]) == schema["properties"].keys()


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("NewAccount", {"name"}),
        ("NewContact", {"account", "name"}),
        ("NewAccountContact", {"name"}),
        ("NewRating", {"account", "metric", "value", "rated_on"}),
        ("NewTarget", {"account", "metric", "period", "amount"}),
    ],
)
def test_a_new_record_is_told_with_what_it_needs(document, name, needed):
    schema = document["components"]["schemas"][name]
    (reference,) = schema["allOf"]
    assert set(schema["required"]) == needed
    assert needed <= resolved(document, reference)["properties"].keys()


def test_whatever_changes_a_version_takes_if_match_and_every_post_an_idempotency_key(document):
    for operation in described(document):
        taken = {resolved(document, each)["name"] for each in operation.body.get("parameters", ())}
        assert ("If-Match" in taken) >= ("412" in operation.body["responses"])
        assert ("Idempotency-Key" in taken) == (operation.method == "post" and operation.path not in BY_CRMS)


def test_every_answer_names_its_request(document):
    for operation in described(document):
        for answer in operation.body["responses"].values():
            assert "X-Request-Id" in resolved(document, answer)["headers"], operation.name
