"""The wire of cadences."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from app.health.core.cadence import Cadence
from app.infra.wire import Answer

Touchpoint = Literal["qbr", "steering_committee", "executive_review"]


class TouchpointDue(Answer):
    """One touchpoint of an account's cadence."""

    touchpoint: Touchpoint = Field(description="The kind of engagement that it is", examples=["qbr"])
    every_days: int = Field(description="After how many days it is due again, by the account's tier", examples=[90])
    last_held_on: date | None = Field(description="Null where none was held yet")
    next_due_on: date | None = Field(
        description=(
            "One interval after the last one. What was never held is due one interval after the account came, or after"
            " the organization recorded its first of the kind; null where it records none"
        )
    )
    overdue_days: int = Field(description="By how many days it is late; 0 while it is not", examples=[12])
    state: Literal["on_track", "overdue", "unknown"] = Field(
        description="`unknown`: the organization records no touchpoint of the kind"
    )
    window_days: int = Field(description="The days that adherence looks back on: whole intervals, at most a year")
    held: int = Field(description="How many were held in the window", examples=[4])
    due: int = Field(description="How many intervals of the window the account has been there for", examples=[4])
    kept: int = Field(description="In how many of these at least one was held", examples=[3])
    adherence: float | None = Field(description="kept / due, 0 to 1; null before the first whole interval")


class ContactFigures(Answer):
    """How an account was in touch in a year, and who began it."""

    total: int = Field(description="Engagements of the 365 days", examples=[40])
    known: int = Field(description="Those of which is known who began them", examples=[38])
    planned: int = Field(
        description="Those that the supplier began and planned: no calls, mail, proposals or referrals", examples=[19]
    )
    proactivity: float | None = Field(description="planned / known, 0 to 1; null where none is known", examples=[0.5])


class AccountCadence(Answer):
    """How an account is kept in touch with."""

    account_id: UUID
    as_of: date
    tier: str | None = Field(description="The tier that the account had on the day", examples=["tier_1"])
    tier_basis: Literal["decided", "manual", "computed"] | None = Field(
        description="What the tier rests on: a decision in the program, a manual tier, or the newest score"
    )
    next_due_on: date | None = Field(description="When the first touchpoint is due")
    overdue_days: int = Field(description="By how many days the most belated touchpoint is late")
    adherence: float | None = Field(description="kept / due over all touchpoints, 0 to 1; null where none was due yet")
    touchpoints: list[TouchpointDue] = Field(description="None where the tier has no cadence")
    contacts: ContactFigures


class CadenceEntry(Answer):
    """How an account is kept in touch with, as lists tell it."""

    account_id: UUID
    account_name: str = Field(description="The account's name")
    kam_user_id: UUID | None = Field(description="Who cares for the account")
    tier: str = Field(examples=["tier_1"])
    next_due_on: date | None = Field(description="When the first touchpoint is due")
    overdue_days: int = Field(description="By how many days the most belated touchpoint is late")
    adherence: float | None = Field(description="kept / due over the touchpoints, 0 to 1; null where none was due yet")
    touchpoints: list[TouchpointDue] = Field(description="In the order of the tier's cadence")


def cadence_shown(found: Cadence) -> dict[str, Any]:
    """What both say of a cadence."""
    return {
        "next_due_on": found.next_due_on,
        "overdue_days": found.overdue_days,
        "adherence": figure_shown(found.adherence),
        "touchpoints": [
            {
                **{name: getattr(one, name) for name in _SHOWN},
                "touchpoint": one.kind,
                "adherence": figure_shown(one.adherence),
            }
            for one in found.touchpoints
        ],
    }


_SHOWN = (
    "every_days", "last_held_on", "next_due_on", "overdue_days", "state", "window_days", "held", "due", "kept",
)  # fmt: skip


def figure_shown(figure: float | None) -> float | None:
    """A figure, rounded; null where it is unknown."""
    return None if figure is None else round(figure, 4)
