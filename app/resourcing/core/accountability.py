"""What functions, their leaders, accounts and resources are held to account for, as shares of what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

AccountabilityGrouping = Literal["function", "leader", "account", "resource"]
# What adds up over groups: counts, days and costs.
ADDED: Final = (
    "requested", "answered", "accepted", "declined", "unanswered", "personal", "unplanned", "fell_due", "kept", "late",
    "late_days", "missed", "overdue", "roadblocks_opened", "roadblocks_resolved", "roadblocks_open",
    "roadblocks_breached", "committed_cost", "entitled_cost", "used_cost", "wasted_cost", "unpriced",
)  # fmt: skip
MEDIANS: Final = ("response_days", "help_days")


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares in 0..1; None where there is nothing that they could be of.

    accepted: of the answered. kept: of those that fell due. personal, unplanned: of the requested. wasted: of the cost
    of what was due.
    """

    accepted: float | None
    kept: float | None
    personal: float | None
    unplanned: float | None
    wasted: float | None


def share(part: float, whole: float) -> float | None:
    """`part` of `whole`, both not negative; None where the whole is 0."""
    return part / whole if whole > 0 else None


def shares(counted: Mapping[Any, Any]) -> Shares:
    """The shares of one group, or of all; `counted` as in ADDED."""
    return Shares(
        accepted=share(counted["accepted"], counted["answered"]),
        kept=share(counted["kept"], counted["fell_due"]),
        personal=share(counted["personal"], counted["requested"]),
        unplanned=share(counted["unplanned"], counted["requested"]),
        wasted=share(counted["wasted_cost"], counted["entitled_cost"]),
    )
