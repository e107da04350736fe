"""Syncs on the wire, what they missed by webhook, and what is known of records beyond their facts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from app.crm.core.spec import ObjectName
from app.infra.wire import Answer, AwareInstant, CountInt4, Id, WireModel
from app.jobs.core.job import Status

RecordState = Literal["gone", "merged", "quarantined", "unlinked"]
SyncKind = Literal["backfill", "changes", "sweep"]


class SyncBody(WireModel):
    """What is to be read from a CRM."""

    kind: Literal["backfill", "changes"] = Field(
        description="`backfill`: everything, and what is no longer there is gone; `changes`: what changed or was"
        " deleted since the last time",
        examples=["backfill"],
    )
    objects: Annotated[list[ObjectName], Field(min_length=1, max_length=4)] | None = Field(
        default=None,
        description="Only these kinds of records; all that the connection reads when not given",
        examples=[["account", "opportunity"]],
    )
    since: AwareInstant | None = Field(
        default=None, description="For `changes`: from then on, in place of where the last time ended"
    )


class SyncCounts(Answer):
    """What came of the records of one kind."""

    read: Annotated[CountInt4, Field(description="Records that the CRM told of", examples=[1200])]
    created: Annotated[CountInt4, Field(description="New facts", examples=[1100])]
    updated: Annotated[CountInt4, Field(description="Facts that changed", examples=[40])]
    unchanged: Annotated[CountInt4, Field(description="Known already", examples=[55])]
    stale: Annotated[CountInt4, Field(description="Older than what is known", examples=[0])]
    gone: Annotated[CountInt4, Field(description="Deleted in the CRM", examples=[3])]
    merged: Annotated[CountInt4, Field(description="Merged into others in the CRM", examples=[1])]
    unlinked: Annotated[CountInt4, Field(description="People without an account that is known", examples=[0])]
    quarantined: Annotated[CountInt4, Field(description="Could not be understood or kept", examples=[1])]
    missed: Annotated[CountInt4, Field(description="For sweeps: changes of which no webhook told", examples=[0])]


class SyncAnswer(Answer):
    """A sync: what was asked, how far it is."""

    id: Annotated[Id, Field(description="The sync's id, which is its job's too")]
    connection_id: Annotated[Id, Field(description="The connection that it reads by")]
    kind: Annotated[SyncKind, Field(description="`sweep`: what webhooks may have missed, by the schedule")]
    status: Annotated[Status, Field(description="The state of its job")]
    objects: Annotated[list[ObjectName], Field(description="What kinds of records it reads, in order")]
    counts: Annotated[dict[str, SyncCounts], Field(description="What came of its records, by kind")]
    step: Annotated[
        str | None,
        Field(description="What it is reading, once it has begun; null when it is through", examples=["account page"]),
    ]
    refused: Annotated[
        dict[str, str],
        Field(description="Kinds of records that the CRM would not tell of, and why", examples=[{}]),
    ]
    resumes_at: Annotated[
        datetime | None,
        Field(description="When it goes on, where the CRM asked for patience or its day's calls are used"),
    ]
    created_at: Annotated[datetime, Field(description="When it was asked for")]
    finished_at: Annotated[datetime | None, Field(description="When it was through")]


class MissedChange(Answer):
    """A change of which no webhook told."""

    object: Annotated[ObjectName, Field(description="What kind of record it is")]
    external_id: Annotated[str, Field(description="The record's id in the CRM", examples=["0068d00000Ab1c2"])]
    change: Annotated[str, Field(description="What came of it when the sweep found it", examples=["updated"])]
    modified_at: Annotated[datetime | None, Field(description="When the CRM says that it was changed")]


class DriftAnswer(Answer):
    """What webhooks missed, as sweeps found it."""

    since: Annotated[datetime, Field(description="Sweeps from then on are counted")]
    sweeps: Annotated[CountInt4, Field(description="How many there were", examples=[144])]
    read: Annotated[CountInt4, Field(description="Records that they met", examples=[720])]
    missed: Annotated[CountInt4, Field(description="Changes of which no webhook had told", examples=[2])]
    examples: Annotated[list[MissedChange], Field(description="Some of them, the newest sweep's first; 100 at most")]


class RecordProblem(Answer):
    """What is wrong with a field of a record."""

    pointer: Annotated[str, Field(description="The field of our fact, as a JSON pointer", examples=["/amount"])]
    code: Annotated[str, Field(examples=["no_currency"])]
    message: Annotated[str, Field(examples=["has no currency"])]


class CrmRecord(Answer):
    """What is known of a CRM's record beyond the fact that it became."""

    connection_id: Annotated[Id, Field(description="The connection that it was read by")]
    object: Annotated[ObjectName, Field(description="What kind of record it is")]
    external_id: Annotated[str, Field(description="The record's id in the CRM", examples=["0068d00000Ab1c2"])]
    state: Annotated[
        RecordState,
        Field(
            description="`gone` from the CRM; `merged` into another record; `quarantined`, as it cannot be understood"
            " or kept; `unlinked`, as what it belongs to is not known"
        ),
    ]
    at: Annotated[datetime | None, Field(description="When that came to be, as far as it is known")]
    survivor: Annotated[
        str | None, Field(description="The record that it was merged into", examples=["0018d00000Xy9z8"])
    ]
    awaits: Annotated[
        str | None, Field(description="The record that it goes to once that is known", examples=["0018d00000Xy9z8"])
    ]
    reason: Annotated[str | None, Field(description="Why it is so", examples=["amount has no currency"])]
    errors: Annotated[list[RecordProblem], Field(description="What is wrong with it, by field")]
    created_at: datetime
    updated_at: datetime


def sync_shown(row: Mapping[str, Any]) -> SyncAnswer:
    """A sync as it is answered."""
    course = row["checkpoint"]
    steps, at = course.get("steps", []), course.get("at", 0)
    return SyncAnswer(
        **{name: row[name] for name in ("id", "connection_id", "kind", "status", "resumes_at", "created_at")},
        objects=list(row["objects"]),
        counts={name: _counts(counts) for name, counts in row["counts"].items()},
        step=" ".join(steps[at]) if at < len(steps) and row["finished_at"] is None else None,
        refused=course.get("refused", {}),
        finished_at=row["finished_at"],
    )


def _counts(counts: Mapping[str, int]) -> SyncCounts:
    return SyncCounts(**{name: counts.get(name, 0) for name in SyncCounts.model_fields})
