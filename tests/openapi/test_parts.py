"""The parts of the document that `make fuzz` walks through hold together what belongs together."""

from tests.openapi.fuzz import tags
from tests.openapi.parts import around
from tests.openapi.reading import described, resolved


def test_operations_stand_with_those_that_make_what_they_name(document):
    plans = around("plans", document)
    assert {"save_account_plan", "create_account", "create_user", "create_contact", "add_plan_action"} <= plans
    assert "score_account" not in plans, "it makes nothing that plans name"


def test_every_link_from_what_is_made_is_within_some_part(document):
    parts = [around(tag, document) for tag in tags()]
    links = {
        (operation.name, name)
        for operation in described(document)
        for answer in operation.body["responses"].values()
        for name, link in answer.get("links", {}).items()
        if operation.method == "post" and "$response.body#/id" in resolved(document, link)["parameters"].values()
    }
    assert links
    assert {link for link in links if not any(part.issuperset(link) for part in parts)} == set()
    assert set.union(*parts) == {operation.name for operation in described(document)}
