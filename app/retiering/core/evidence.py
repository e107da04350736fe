"""What is known of an account when its tier is under review: its score, what an appraisal finds, how that went on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from app.calibration.core.parties import Party
from app.retiering.core.findings import Findings, met_share
from app.retiering.core.hysteresis import Rule

# From which share of the requirements that the customer owes on they count as met as a whole.
MET_SHARE_NEEDED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Scored:
    """The newest score. scores: 0..100 by what the model's tier rules ask for, None = unknown; rules: highest first.

    tier: as computed. before_90: the composite by the same model of 90 days ago, or the newest before that.
    ineligible: a gate rules the account out, and no manual tier says otherwise.
    """

    scored_on: date
    composite: float | None
    scores: Mapping[str, float | None]
    rules: tuple[Rule, ...]
    tier: str
    provisional: bool
    ineligible: bool = False
    before_90: float | None = None
    model_id: UUID | None = None
    model_version: int | None = None

    @property
    def trend(self) -> float | None:
        """The change of the composite over 90 days, None where either end is unknown."""
        return None if self.composite is None or self.before_90 is None else self.composite - self.before_90


@dataclass(frozen=True, slots=True)
class Appraised:
    """The appraisal under way: its state, and whether the customer is unable or unwilling, where somebody said so."""

    appraisal_id: UUID
    state: str
    diagnosis: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it, as of a day; None where nothing is known. tier_names: those of the model, the highest first."""

    tier: str | None
    tier_names: tuple[str, ...]
    scored: Scored | None
    findings: Findings
    appraised: Appraised | None = None

    @property
    def at_risk(self) -> bool:
        placed = self.findings.placed
        return placed is not None and placed.quadrant == "at_risk"

    def met_share(self, party: Party) -> float | None:
        """Which share of the judged requirements a side meets (0..1); None where none is judged."""
        return met_share(self.findings.of(party))

    def lacking(self, party: Party) -> tuple[str, ...]:
        """What a side owes and does not meet: missed, or at risk."""
        return tuple(one.title for one in self.findings.of(party) if one.status in {"missed", "at_risk"})

    def missed(self, party: Party) -> int:
        return sum(one.status == "missed" for one in self.findings.of(party))
