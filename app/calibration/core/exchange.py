"""What each side would give against what it seeks, and how the sides' commitments compare (domain.md section 7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.calibration.core.parties import PARTIES, Party
from app.calibration.core.potential import Alignment, Pair, alignment
from app.calibration.core.revealed import Revealed
from app.calibration.core.themes import Theme

# Ours: a side that seeks so much more than it offers is told so.
SEEKS_MORE_ABOVE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Exchange:
    """How much a side seeks (its expectations' importance) and offers (its commitments' levels), each added up.

    asymmetry: (sought - offered) / max(sought, offered), -1 (offers alone) .. 1 (seeks alone); None where it does
    neither. seeks_more: whether it is above 0.3.
    """

    party: Party
    sought: int
    offered: int

    @property
    def asymmetry(self) -> float | None:
        most = max(self.sought, self.offered)
        return (self.sought - self.offered) / most if most else None

    @property
    def seeks_more(self) -> bool:
        return self.asymmetry is not None and self.asymmetry > SEEKS_MORE_ABOVE


def exchanges(revealed: Revealed) -> list[Exchange]:
    """Both sides', the supplier's first; none before the reveal."""
    return [
        Exchange(
            party,
            sum(revealed[party].sought),
            sum(entry.level for entry in revealed[party].commitments),
        )
        for party in PARTIES
        if party in revealed
    ]


def exchange_ratio(found: Sequence[Exchange]) -> float | None:
    """What the customer offers for each unit that the supplier offers: 1 is even, below it the supplier gives more.

    found: both sides'. None before the reveal, and where the supplier offers nothing.
    """
    offered = {one.party: one.offered for one in found}
    return offered["customer"] / offered["supplier"] if offered.get("supplier") else None


def commitments(themes: Sequence[Theme], revealed: Revealed) -> Alignment | None:
    """How far the sides commit alike, theme by theme; its asymmetry is the commitment gap.

    A commitment is of the theme of the goal that it serves, and a theme counts as much to a side as the side's
    strongest commitment (1..5) in it; each commitment of no theme stands alone. None where neither side commits itself.
    """
    pairs = [Pair(*(_strongest(theme, party, revealed) for party in PARTIES)) for theme in themes]
    return alignment([*pairs, *_alone(themes, revealed)])


def _strongest(theme: Theme, party: Party, revealed: Revealed) -> int:
    mine = theme.goals[party]
    return max((entry.level for entry in revealed[party].commitments if entry.goal in mine), default=0)


def _alone(themes: Sequence[Theme], revealed: Revealed) -> Iterator[Pair]:
    for party in PARTIES:
        mapped = {key for theme in themes for key in theme.goals[party]}
        for entry in revealed[party].commitments:
            if entry.goal not in mapped:
                yield Pair(entry.level, 0) if party == "supplier" else Pair(0, entry.level)
