"""Whatever makes a thing says what can be done next with its id."""

import re

from tests.openapi.reading import described, resolved


def linked(document):
    """Each operation that links, with the status and the links of its answer."""
    for operation in described(document):
        for status, answer in operation.body["responses"].items():
            if "links" in answer:
                yield operation, status, {name: resolved(document, each) for name, each in answer["links"].items()}


def test_every_link_leads_to_an_operation_and_fills_its_path(document):
    operations = {operation.name: operation for operation in described(document)}
    for source, _, links in linked(document):
        for name, link in links.items():
            assert link["operationId"] == name
            assert set(link["parameters"]) == set(re.findall(r"{(\w+)}", operations[name].path))
            for told in link["parameters"].values():
                known = told.removeprefix("$request.path.")
                assert told == "$response.body#/id" or f"{{{known}}}" in source.path, (source.name, name)


def test_what_is_made_leads_to_what_reads_changes_and_removes_it(document):
    found = {(operation.name, status): links for operation, status, links in linked(document)}
    assert {"get_account", "change_account", "remove_account", "score_account"} <= found["create_account", "201"].keys()
    assert {"get_contact", "change_contact", "remove_contact"} == found["create_account_contact", "201"].keys()
    assert "get_calibration_assumption" in found["note_calibration_assumption", "201"]
    assert "get_job" in found["start_selection_run", "202"]
    assert "get_account_score_by_external_id" in found["put_account_by_external_id", "200"]
    by_theirs = found["put_account_by_external_id", "201"]["get_account_by_external_id"]["parameters"]
    assert by_theirs == {"source": "$request.path.source", "external_id": "$request.path.external_id"}
    participant = found["note_participant_assumption", "201"]
    assert all("participant" in name for name in participant), "a customer's token opens nothing else"


def test_everything_that_is_made_below_a_collection_and_read_there_is_linked(document):
    homes = {operation.path.rpartition("/")[0] for operation in described(document) if operation.path.endswith("_id}")}
    making = {
        operation.name
        for operation in described(document)
        if operation.method == "post" and operation.path in homes and "201" in operation.body["responses"]
        and "id" in _fields(document, operation.body["responses"]["201"])
    }  # fmt: skip
    assert making
    assert making - {operation.name for operation, _, _ in linked(document)} == set()


def _fields(document, answer):
    return resolved(document, answer["content"]["application/json"]["schema"]).get("properties", {})
