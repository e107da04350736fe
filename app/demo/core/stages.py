"""The stages that a deal passes through, and the history that a CRM keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.world import Body

# The CRM's words for open stages, with the probability that the organization books for each.
STAGE_PROBABILITIES: Mapping[str, float] = {
    "Prospecting": 0.1,
    "Qualification": 0.25,
    "Proposal": 0.5,
    "Negotiation": 0.75,
}
PROPOSAL_STAGE = "Proposal"
CLOSED = {"won": "Closed Won", "lost": "Closed Lost"}
STAGES = tuple(STAGE_PROBABILITIES)


@dataclass(frozen=True, slots=True)
class Path:
    """The stages that a deal enters, each with its day, in order, and the day on which it is to be decided."""

    entered: tuple[tuple[str, int], ...]
    decides_on: int

    @property
    def created(self) -> int:
        return self.entered[0][1]

    def proposed(self, until: int) -> int | None:
        """The day on which the offer was on the table, if it was by then."""
        return next((day for stage, day in self.entered if stage == PROPOSAL_STAGE and day <= until), None)


def path(random: np.random.Generator, created: int, cycle_days: int, *, won: bool) -> Path:
    """The way of a deal that takes `cycle_days`, at least 14; a lost one may end before it comes to an offer."""
    shares = (0.0, random.uniform(0.08, 0.25), random.uniform(0.3, 0.55), random.uniform(0.62, 0.88))
    passed = len(STAGES) if won else 1 + int(random.choice(3, p=(0.15, 0.4, 0.45))) + 1
    days = (created + int(share * cycle_days) for share in shares[:passed])
    return Path(tuple(zip(STAGES, days, strict=False)), created + cycle_days)


def reorder(created: int, cycle_days: int) -> Path:
    """The way of an order like the ones before: nothing is offered anew, only terms are agreed."""
    return Path(((STAGES[-1], created),), created + cycle_days)


@dataclass(frozen=True, slots=True)
class Told:
    """What the CRM says of a deal beyond its stages: the outcome if decided, money, whether it books probabilities."""

    outcome: str | None
    amount: float | None
    estimates: Mapping[str, float]  # what was thought of the amount in each stage, against what it came to
    currency: str
    gives_probability: bool


def money(amount: float, currency: str) -> Body:
    return {"amount": f"{amount:.2f}", "currency": currency}


def history(timeline: Timeline, way: Path, told: Told) -> list[Body]:
    """The deal's stage history up to the last simulated day."""
    lines = [
        _line(timeline, day, stage, "open", told, told.estimates.get(stage, 1.0))
        for stage, day in way.entered
        if day <= LAST_DAY
    ]
    if told.outcome is not None:
        lines.append(_line(timeline, way.decides_on, CLOSED[told.outcome], told.outcome, told, 1.0))
    return lines


def _line(timeline: Timeline, day: int, stage: str, status: str, told: Told, estimate: float) -> Body:
    line: Body = {"at": timeline.at(day), "stage": stage, "status": status}
    if told.amount is not None:
        line["amount"] = money(round(told.amount * estimate, -1), told.currency)
    if told.gives_probability and status == "open":
        line["probability"] = STAGE_PROBABILITIES[stage]
    return line
