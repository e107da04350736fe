"""The wire of connectors: a posted document becomes one, or is refused with its faults; those that ship are shown."""

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import Field, ValidationError

from app.crm.core.kept_specs import kept_spec, spec_kept_as
from app.crm.core.spec import AuthKind, ConnectorSpec, ObjectName
from app.crm.core.spec_problems import spec_problems
from app.crm.schemas.connector_documents import ConnectorDocument
from app.infra.invalid_fields import field_problems
from app.infra.wire import Answer
from app.kernel.errors import FieldProblem, Invalid

CUSTOM = "custom"
MOST_BYTES = 64 * 1024
MOST_PROBLEMS = 100


class UnusableConnector(Invalid):
    """The connector cannot be used."""


class ConnectorSummary(Answer):
    """A CRM that ships."""

    provider: str = Field(description="What a connection names it by", examples=["hubspot"])
    title: str = Field(description="What people call it", examples=["HubSpot"])
    base_url: str = Field(
        description="The address of its API, or a pattern of addresses; empty: it is never called",
        examples=["https://api.hubapi.com"],
    )
    credentials: list[AuthKind] = Field(
        description="The kinds of credentials that it takes", examples=[["token", "refresh_token"]]
    )
    signatures: list[str] = Field(
        description="The schemes by which deliveries show who sent them; the first by default",
        examples=[["v3", "v2", "v1"]],
    )
    objects: list[ObjectName] = Field(
        description="What can be read", examples=[["user", "account", "contact", "opportunity"]]
    )
    writes_back: bool = Field(description="Whether values can be written to its account records")
    variables: dict[str, str] = Field(
        description="What a connection may settle for its calls, and what it usually is",
        examples=[{"version": "v60.0"}],
    )


class ConnectorAnswer(ConnectorSummary):
    """A CRM that ships, in full."""

    document: dict[str, Any] = Field(
        description="Itself, as a custom connector is posted: a pattern for others",
        examples=[{"title": "HubSpot", "base_url": "https://api.hubapi.com"}],
    )
    in_code: list[str] = Field(
        description="What of it no document can say",
        examples=[["unwrap: how a delivery's body becomes the JSON that its rules read"]],
    )


class ConnectorList(Answer):
    """The CRMs that ship."""

    data: list[ConnectorSummary]


def spec_of(document: Mapping[str, Any], *, place: str = "/connector") -> ConnectorSpec:
    """The connector that a document describes; raises UnusableConnector with every fault, by pointers below `place`."""
    if not _is_small(document):
        raise _unusable(place, [FieldProblem("", "too_large", f"may take {MOST_BYTES // 1024} KiB as JSON")])
    try:
        told = ConnectorDocument.model_validate(document)
    except ValidationError as error:
        found = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        raise _unusable(place, field_problems(found, document)) from None
    kept = told.model_dump(exclude_unset=True)
    for rules in kept["objects"].values():
        rules.setdefault("modified", None)
    if told.answer is not None:
        kept["answer"] = [told.answer.media_type, told.answer.body]
    spec = spec_kept_as({"base_url": "", **kept, "provider": CUSTOM})
    if problems := spec_problems(spec):
        raise _unusable(place, problems)
    return spec


def _is_small(document: Mapping[str, Any]) -> bool:
    try:
        return len(orjson.dumps(document)) <= MOST_BYTES
    except orjson.JSONEncodeError:  # nested beyond all measure
        return False


def _unusable(place: str, problems: list[FieldProblem]) -> UnusableConnector:
    placed = [FieldProblem(f"{place}{each.pointer}", each.code, each.message) for each in problems[:MOST_PROBLEMS]]
    return UnusableConnector(f"{placed[0].pointer} {placed[0].message}", errors=placed)


def document_of(spec: ConnectorSpec) -> dict[str, Any]:
    """The document that describes a connector, less what only code can say, and what goes without saying."""
    document = kept_spec(spec)
    del document["provider"]
    if spec.answer is not None:
        document["answer"] = {"media_type": spec.answer[0], "body": spec.answer[1].decode()}
    for rules in document["objects"].values():
        if "with_" in rules:
            rules["with"] = rules.pop("with_")
    return document


def summary_of(spec: ConnectorSpec) -> dict[str, Any]:
    """A connector as the list shows it."""
    account = spec.objects.get("account")
    return {
        "provider": spec.provider,
        "title": spec.title,
        "base_url": spec.base_url,
        "credentials": list(spec.authentication.kinds),
        "signatures": list(spec.signatures),
        "objects": list(spec.objects),
        "writes_back": account is not None and account.write is not None,
        "variables": dict(spec.variables),
    }


def connector_shown(spec: ConnectorSpec) -> dict[str, Any]:
    """A connector in full."""
    in_code = [] if spec.unwrap is None else ["unwrap: how a delivery's body becomes the JSON that its rules read"]
    return {**summary_of(spec), "document": document_of(spec), "in_code": in_code}
