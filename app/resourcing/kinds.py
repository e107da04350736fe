"""The kinds of record in resourcing: resources and usage, each with its rows, its wire, and its settling rule."""

from typing import Any
from uuid import UUID

from app.accounts import tables as facts
from app.accounts.kinds import ACCOUNT, BELOW, IDENTITY
from app.accounts.schemas.words import Function
from app.infra.records.kind import Columns, Filter, Kind, Moment, Reference, Settled, unversioned
from app.infra.wire import IsoDate
from app.kernel.errors import FieldProblem, Invalid, NotFound
from app.kernel.periods import day_asked
from app.resourcing import tables
from app.resourcing.schemas.catalogue import Resource, ResourceBody, ResourceKind
from app.resourcing.schemas.usage import UsageEntry, UsageEntryBody
from app.resourcing.service.resources import ResourceNotFound


class UsageEntryNotFound(NotFound):
    """No such usage entry."""


class OfCommitment(Invalid):
    """The usage is of a commitment, which says of what and for whom it is."""


def priced(row: Columns) -> dict[str, Any]:
    """A resource's cost as money."""
    amount = row["unit_cost"]
    return {"unit_cost": None if amount is None else {"amount": amount, "currency": row["currency"]}}


def usage_change(before: Columns | None, after: dict[str, Any], _given: Columns, moment: Moment) -> Settled:
    """Usage as it was told last; it lies in the past, and what a commitment delivered stays the commitment's."""
    day_asked(after["used_on"], moment.now.date(), pointer="/used_on")
    if before is not None and before["commitment_id"] is not None:
        for name in ("account", "resource"):
            if before[f"{name}_id"] != after[f"{name}_id"]:
                problem = FieldProblem(f"/{name}", "of_a_commitment", "is that of the commitment")
                raise OfCommitment(f"commitment {before['commitment_id']}", errors=[problem])
    return Settled(after)


RESOURCES = Kind(
    "resource", "resources", tables.resources, ResourceBody, ResourceBody, Resource, ResourceNotFound,
    settle=unversioned,
    required=("code", "name", "kind", "function", "unit", "active"),
    defaults={"active": True},
    natural_key=("code",),
    derived=priced,
    filters={
        "function": Filter("function", Function, description="The function that owns it"),
        "kind": Filter("kind", ResourceKind, description="What sort of resource it is"),
        "active": Filter("active", bool, description="Whether it is still given"),
        "code": Filter("code", str, description="What it is called in short"),
        **IDENTITY,
    },
    sorts=("code", "name"),
    area="resourcing",
    tag="resourcing",
)  # fmt: skip

USAGE = Kind(
    "usage_entry", "usage", tables.usage_entries, UsageEntryBody, UsageEntryBody, UsageEntry, UsageEntryNotFound,
    settle=usage_change,
    required=("account_id", "resource_id", "quantity", "used_on"),
    references=(
        ACCOUNT,
        Reference("resource", "resource_id", tables.resources, text_column="code"),
        Reference("user_id", "user_id", facts.users),
    ),
    filters={
        **BELOW,
        "resource_id": Filter("resource_id", UUID, description="The resource"),
        "commitment_id": Filter("commitment_id", UUID, description="The commitment that it was delivered by"),
        "used_from": Filter("used_on", IsoDate, "at_least", "Used on this day or later"),
        "used_until": Filter("used_on", IsoDate, "at_most", "Used on this day or earlier"),
    },
    sorts=("used_on",),
    area="resourcing",
    tag="resourcing",
)  # fmt: skip
