"""What the groups of operations are, in the order in which they are read."""

from typing import Any

TAGS = {
    "selection": "Which accounts are key, and why: models, scores with their parts, portfolio runs, manual tiers",
    "health": "Will it last? Hygiene beside health, early warnings, assessments, whitespace, cadence",
    "plans": "Account plans with their versions, actions and sign-offs, and what is said of whitespace",
    "calibration": "The partnership level that is agreed with the customer, in four steps",
    "participant": "The customer's side of a calibration, by invitation",
    "resourcing": "Who promised what to which account, did it arrive, was it used; roadblocks and sponsors",
    "retiering": "Do key accounts earn their tier? Appraisals, decisions, resets, and the way back",
    "program": "Is the whole program working? Summary, audit, managers' load, roadmap, published figures",
    "cards": "What a CRM shows of an account beside its own record",
    "metrics": "What is computed from the facts, as of any day, with the dates of the facts behind it",
    "accounts": "Customer companies and prospects; known by our id, or by the id that another system gave them",
    "opportunities": "Deals with the history of their stages",
    "contacts": "People at the customer",
    "buying centers": "Divisions, units and sites of a customer that buy",
    "engagements": "Meetings, reviews, workshops and other touchpoints",
    "observations": "Dated values of metrics that are observed rather than computed",
    "ratings": "Judgements of an account on a scale of 1 to 5",
    "targets": "Planned revenue or margin of an account for a period",
    "offerings": "Products and services with their list prices",
    "users": "People at the supplier, with their functions",
    "exchange rates": "What one currency is worth in another, from a day on",
    "crm": "Connections to CRMs: what they send, what is pulled from them, what is written back",
    "events": "What happened, told in the transaction in which it happened",
    "webhooks": "Who is told of events as they happen, what was sent to them, and what came of it",
    "jobs": "Long work: how far it is, what came of it",
    "tenancy": "The organization, what it has settled, and its API keys",
    "operation": "Is the service up; what its problems mean",
}


def described(document: dict[str, Any]) -> list[dict[str, str]]:
    """The tags that operations have, each with its description; one that is not described above has none."""
    used = {
        tag for path in document["paths"].values() for operation in path.values() for tag in operation.get("tags", ())
    }
    ordered = [*(name for name in TAGS if name in used), *sorted(used - TAGS.keys())]
    return [{"name": name, "description": TAGS.get(name, "")} for name in ordered]
