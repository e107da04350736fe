"""What of the supplier's investments is within the agreed level, what is an exception, and who has to know of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.calibration.core.open_points import OpenPoint
from app.kernel.errors import Conflict, FieldProblem, Invalid


class UnusableInvestments(Invalid):
    """The investments cannot be right."""


class NoSuchInvestment(Conflict):
    """The calibration invests nothing of this resource."""


class NoException(Conflict):
    """The investment lies within what the level brings, and needs no approval."""


class ApprovedAlready(Conflict):
    """The exception has been approved already."""


class ApprovesOwnRequest(Conflict):
    """An exception is approved by somebody else than who asked for it."""


class FunctionNotInvolved(Conflict):
    """The function gives none of the resources."""


class AcknowledgedAlready(Conflict):
    """The function has acknowledged what it gives already."""


@dataclass(frozen=True, slots=True)
class Line:
    """So much of a resource per quarter, from a day until another (not included).

    entitled: what the agreed level brings of it per quarter.
    """

    resource_id: UUID
    function: str
    quantity: float
    entitled: float
    exception_reason: str | None
    approved: bool

    @property
    def is_exception(self) -> bool:
        """Whether it goes beyond what the level brings."""
        return self.quantity > self.entitled

    @property
    def awaits_approval(self) -> bool:
        return self.is_exception and not self.approved


def functions_of(lines: Sequence[Line]) -> list[str]:
    """The functions that own what is invested, sorted."""
    return sorted({line.function for line in lines})


def acknowledged_share(lines: Sequence[Line], acknowledged: Collection[str]) -> float | None:
    """The share of the owning functions that know of it; None where nothing is invested."""
    owning = functions_of(lines)
    return sum(function in acknowledged for function in owning) / len(owning) if owning else None


def open_points(lines: Sequence[Line], acknowledged: Collection[str], measurable: Collection[str]) -> list[OpenPoint]:
    """What is missing before the calibration may become active.

    acknowledged: the functions that know what they give. measurable: the sides that owe a measurable expectation.
    Nothing invested is allowed: the lowest level may bring nothing.
    """
    found = []
    waiting = sum(line.awaits_approval for line in lines)
    if waiting:
        found.append(
            OpenPoint("exceptions_not_approved", f"{waiting} investments beyond the level have to be approved")
        )
    silent = [function for function in functions_of(lines) if function not in acknowledged]
    if silent:
        message = f"what they give has to be acknowledged by {', '.join(silent)}"
        found.append(OpenPoint("functions_not_acknowledged", message))
    found += [
        OpenPoint(f"no_expectation_of_{party}", f"the {party} owes no measurable expectation yet")
        for party in ("supplier", "customer")
        if party not in measurable
    ]
    return found


def check_lines(lines: Sequence[Line], known: Collection[UUID], dates: Sequence[tuple[date, date | None]]) -> None:
    """Raises UnusableInvestments naming each line that cannot be: its resource twice, not there, or without a reason.

    known: the resources that are there and active. dates: of each line, the first day and the first after it.
    """
    problems: list[FieldProblem] = []
    seen: set[UUID] = set()
    for at, (line, (from_on, until_on)) in enumerate(zip(lines, dates, strict=True)):
        here = f"/investments/{at}"
        if line.resource_id not in known:
            problems.append(FieldProblem(f"{here}/resource_id", "unknown_resource", "names no active resource"))
        elif line.resource_id in seen:
            problems.append(FieldProblem(f"{here}/resource_id", "resource_twice", "each resource has one line"))
        elif line.is_exception and not line.exception_reason:
            message = f"is needed: the level brings {line.entitled:g} of it per quarter"
            problems.append(FieldProblem(f"{here}/exception_reason", "missing", message))
        if until_on is not None and until_on <= from_on:
            problems.append(FieldProblem(f"{here}/until_on", "before_from_on", "must lie after from_on"))
        seen.add(line.resource_id)
    if problems:
        raise UnusableInvestments("see the resources, and what the level brings of them", errors=problems)


def costs_per_quarter(costs: Sequence[tuple[float, Decimal | None, str | None]]) -> tuple[dict[str, Decimal], int]:
    """What quantities at their unit costs come to per quarter, by currency, and how many have no cost known.

    costs: of each line the quantity, and the unit cost with its currency where known. Rounded to the cent per line.
    """
    totals: dict[str, Decimal] = {}
    unknown = 0
    for quantity, unit_cost, currency in costs:
        if unit_cost is None or currency is None:
            unknown += 1
            continue
        worth = (Decimal(repr(quantity)) * unit_cost).quantize(Decimal("0.01"))
        totals[currency] = totals.get(currency, Decimal(0)) + worth
    return totals, unknown
