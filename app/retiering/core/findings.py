"""What an appraisal finds of an account on a day: how each requirement on file stands, its use, its health."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from app.calibration.core.expectations import Comparison, Measure
from app.calibration.core.parties import Party
from app.calibration.core.requirements import Requirement

Status = Literal["met", "at_risk", "missed", "open"]


@dataclass(frozen=True, slots=True)
class RequirementFound:
    """A requirement on file as it stands on a day.

    assessed: the value of the latest assessment; measured: what its metric says on the day, in the metric's unit; both
    None where there is none. missed_since: the day since when it is missed; None unless `status` is `missed`.
    """

    expectation_id: UUID
    owed_by: Party
    title: str
    status: Status
    metric: str | None
    comparison: Comparison | None
    target: float | None
    assessed: float | None
    assessed_on: date | None
    measured: float | None
    due_on: date
    missed_since: date | None


@dataclass(frozen=True, slots=True)
class Use:
    """The share of its entitlements that an account used in the last 90 days and in the 90 before; None: unknown."""

    latest: float | None
    before: float | None


@dataclass(frozen=True, slots=True)
class Placed:
    """The quadrant by the newest kept day, since when, which one it came from, and the scores behind it (0..100)."""

    quadrant: str | None
    since: date
    before: str | None
    hygiene: float | None
    health: float | None


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found of an account; `placed` is None where its health was never judged by then."""

    as_of: date
    requirements: tuple[RequirementFound, ...]
    use: Use
    placed: Placed | None

    @property
    def on_file(self) -> bool:
        """Whether there is anything that the account could be held to."""
        return bool(self.requirements)

    def counted(self, status: Status) -> int:
        """How many requirements are of a status."""
        return sum(one.status == status for one in self.requirements)

    def of(self, owed_by: Party) -> tuple[RequirementFound, ...]:
        """The requirements that a side has to meet."""
        return tuple(one for one in self.requirements if one.owed_by == owed_by)


def to_be_reviewed(findings: Findings, cost: float) -> bool:
    """Whether key status is in question: the customer misses a requirement while what it is given goes on to cost.

    cost: of what the account was entitled to in the last 90 days, in any currency, not negative.
    """
    return cost > 0 and any(one.status == "missed" for one in findings.of("customer"))


def met_share(found: Sequence[RequirementFound]) -> float | None:
    """Of the requirements that are met, at risk or missed, the share that is met (0..1); None without any of them."""
    judged = [one for one in found if one.status != "open"]
    return sum(one.status == "met" for one in judged) / len(judged) if judged else None


def stands(requirement: Requirement, measured: float | None) -> Status:
    """How a requirement stands, by the latest word of people and by what its metric says on the day.

    measured: None where it has no metric or nothing is known. What people call missed is missed. What they call met, or
    what is not due yet, is `at_risk` while the metric is off target; past its day without anybody's word the metric
    decides, and without it, too, it is `at_risk`. `open`: not due, and nothing speaks against it.
    """
    if requirement.standing == "missed":
        return "missed"
    on_target = _on_target(requirement, measured)
    if requirement.standing == "overdue":
        return {True: "met", False: "missed", None: "at_risk"}[on_target]  # type: ignore[return-value]  # of three words
    if on_target is False:
        return "at_risk"
    return "met" if requirement.standing == "met" else "open"


def _on_target(requirement: Requirement, measured: float | None) -> bool | None:
    if measured is None or requirement.comparison is None or requirement.target is None:
        return None
    return Measure(requirement.comparison, requirement.target).is_met(measured)


def found(requirement: Requirement, measured: float | None) -> RequirementFound:
    """A requirement with how it stands; see `stands`."""
    status = stands(requirement, measured)
    return RequirementFound(
        expectation_id=requirement.expectation_id,
        owed_by=requirement.owed_by,
        title=requirement.title,
        status=status,
        metric=requirement.metric,
        comparison=requirement.comparison,
        target=requirement.target,
        assessed=requirement.value,
        assessed_on=requirement.assessed_on,
        measured=measured,
        due_on=requirement.due_on,
        missed_since=requirement.unmet_since if status == "missed" else None,
    )


def kept(findings: Findings, more: Mapping[str, Any]) -> dict[str, Any]:
    """The findings, and what else is to be kept with them, as plain JSON."""
    plain: dict[str, Any] = _plain({**asdict(findings), **more})
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
