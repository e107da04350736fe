"""What an account was promised: what is still owed to it, what waits for an answer, and what became of the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Commitment = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Promises:
    """owed: promised and neither delivered nor given up, what is due first first. asked: without an answer so far.

    kept, late, missed: of those that fell due; fell_due also counts those that are overdue.
    """

    owed: Sequence[Commitment]
    asked: Sequence[Commitment]
    overdue: int
    fell_due: int
    kept: int
    late: int
    missed: int

    @property
    def kept_share(self) -> float | None:
        """The kept of those that fell due, 0 to 1; None where none did."""
        return self.kept / self.fell_due if self.fell_due else None


def promises(commitments: Sequence[Commitment]) -> Promises:
    """What became of commitments, each as the API answers it."""
    fell_due = [one for one in commitments if one["kept"] is not None]
    return Promises(
        owed=sorted((one for one in commitments if one["state"] == "accepted"), key=lambda one: one["due_on"]),
        asked=sorted(
            (one for one in commitments if one["state"] in {"requested", "countered"}), key=lambda one: one["due_on"]
        ),
        overdue=sum(one["overdue"] for one in commitments),
        fell_due=len(fell_due),
        kept=sum(one["kept"] for one in fell_due),
        late=sum(not one["kept"] and one["state"] == "delivered" for one in fell_due),
        missed=sum(one["state"] == "missed" for one in fell_due),
    )
