"""Decides which of the customer's goals the supplier's people stand behind: goals by parties, and what is lacking."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Party = Literal["account_team", "sales_leadership", "organization", "customer"]
Kind = Literal["action", "commitment"]
# Those of the supplier who should each stand behind every goal of the customer's ([000]: stakeholder alignment).
OURS: Final[tuple[Party, ...]] = ("account_team", "sales_leadership", "organization")
PARTIES: Final[tuple[Party, ...]] = (*OURS, "customer")
_LEADING, _TEAM = "executive", "sales"


@dataclass(frozen=True, slots=True)
class Held:
    """Something that somebody does for a goal (None: for none), and who they are of."""

    goal: str | None
    kind: Kind
    party: Party


@dataclass(frozen=True, slots=True)
class Cell:
    """What a party does for a goal: how many actions of the plan, and how many promises of resources."""

    party: Party
    actions: int
    commitments: int

    @property
    def covered(self) -> bool:
        """Whether it does anything."""
        return self.actions + self.commitments > 0


@dataclass(frozen=True, slots=True)
class Alignment:
    """Goals by parties.

    cells: by goal, one of each party in the order of PARTIES. coverage: of the goals times our three parties, the share
    that is covered, 0 to 1; None without goals. elsewhere: what is done for none of the goals, by us.
    """

    cells: Mapping[str, Sequence[Cell]]
    coverage: float | None
    elsewhere: int

    def lacking(self, goal: str) -> list[Party]:
        """Who of us does nothing for a goal."""
        return [cell.party for cell in self.cells[goal] if cell.party in OURS and not cell.covered]

    @property
    def aligned(self) -> int:
        """How many goals all three of us stand behind."""
        return sum(not self.lacking(goal) for goal in self.cells)


def party_of(side: str, function: str | None, *, leads_sales: bool, is_kam: bool) -> Party:
    """Of which party somebody is who does something.

    side: `customer` or `supplier`. function: what they speak for, None where unknown. The KAM and people of sales are
    the account team; who leads sales, and executives, its leadership; everybody else the organization.
    """
    if side == "customer":
        return "customer"
    if leads_sales or function == _LEADING:
        return "sales_leadership"
    return "account_team" if is_kam or function == _TEAM else "organization"


def alignment(goals: Sequence[str], held: Sequence[Held]) -> Alignment:
    """Who stands behind each goal of the customer's, by their keys in the plan's order. Source: PLN-09."""
    counted = Counter((one.goal, one.party, one.kind) for one in held)
    cells = {
        goal: [Cell(party, counted[goal, party, "action"], counted[goal, party, "commitment"]) for party in PARTIES]
        for goal in goals
    }
    ours = [cell.covered for row in cells.values() for cell in row if cell.party in OURS]
    return Alignment(
        cells=cells,
        coverage=sum(ours) / len(ours) if ours else None,
        elsewhere=sum(one.goal not in cells and one.party in OURS for one in held),
    )
