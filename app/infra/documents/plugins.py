"""Which operations a plugin inside a CRM calls, and the part of the document that these make.

The whole document is too large for what CRMs import: every operation becomes an action that somebody has to find in a
list. A plugin brings in what the CRM knows, reads scores, health and warnings back, and moves commitments on; models,
calibrations, retierings and settings are worked on elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.infra.documents.operations import Operation, all_of

Document = dict[str, Any]
CALLED: Mapping[str, tuple[str, ...]] = {
    "Is it up, and who am I": ("get_liveness", "get_me"),
    "What the CRM knows, brought in by its own ids": (
        "put_account_by_external_id",
        "get_account_by_external_id",
        "save_accounts_batch",
        "save_opportunities_batch",
        "save_contacts_batch",
        "save_engagements_batch",
    ),
    "One call for what is shown beside a record": (
        "get_account_card",
        "get_account_card_by_external_id",
        "make_card_link",
    ),
    "Scores and why": (
        "score_accounts",
        "score_account_by_external_id",
        "get_account_score_by_external_id",
        "explain_account_score_change",
        "get_selection_matrix",
    ),
    "Health, warnings, whitespace": (
        "get_account_health_by_external_id",
        "list_account_warnings",
        "list_warnings",
        "get_warning",
        "acknowledge_warning",
        "get_whitespace",
    ),
    "Who promised what, and did it arrive": (
        "request_resource",
        "list_account_commitments",
        "list_commitments",
        "get_commitment",
        "accept_commitment",
        "decline_commitment",
        "counter_commitment",
        "deliver_commitment",
        "miss_commitment",
        "record_commitment_usage",
        "open_roadblock",
        "list_roadblocks",
        "get_accountability",
    ),
    "Plan and program": ("get_account_plan", "list_plan_actions", "get_account_lifecycle", "get_program_summary"),
}
# Fields that a flow in a CRM cannot fill in, none of them needed: a plugin scores with a published model.
LEFT_OUT = {"ScoreRequest.model": "it holds lists of lists and kinds of value functions; name a model by `model_id`"}


def called(document: Document) -> Iterator[tuple[str, str, Operation]]:
    """Path, method and operation of what plugins call, with shared parameters written out."""
    names = {name for group in CALLED.values() for name in group}
    shared = document["components"]["parameters"]
    for path, method, operation in all_of(document):
        if operation["operationId"] in names:
            parameters = [
                shared[_name_of(each)] if "$ref" in each else each for each in operation.get("parameters", ())
            ]
            yield path, method, {**operation, "parameters": parameters}


def _name_of(reference: Mapping[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def told_of() -> str:
    """The choice in words, for the descriptions of the documents made of it."""
    return "\n".join(f"- {group}: {', '.join(names)}" for group, names in CALLED.items())
