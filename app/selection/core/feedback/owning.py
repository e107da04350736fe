"""Who shares in the criteria: which functions are in it, what they raised, and what became of that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SALES: Final = "sales"
OTHERS_NEEDED: Final = 3  # functions other than sales, by the litmus test
SETTLED: Final = ("accepted", "rejected", "withdrawn")


@dataclass(frozen=True, slots=True)
class Item:
    """What a function raised: an objection or a proposal, and its disposition, None as long as it has none."""

    function: str
    kind: str
    blocking: bool
    disposition: str | None

    @property
    def open_objection(self) -> bool:
        """Whether it is an objection that nobody has settled; one that was put off is not settled."""
        return self.kind == "objection" and self.disposition not in SETTLED

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of the litmus test."""
        return self.open_objection and self.blocking


@dataclass(frozen=True, slots=True)
class Ownership:
    """A function's part in the criteria.

    consulted: one of its people answered. influenced: something that it raised was accepted. endorsed: it was
    consulted, and no objection of its own is open. index: the share of the three.
    """

    function: str
    consulted: bool
    influenced: bool
    endorsed: bool

    @property
    def index(self) -> float:
        return (self.consulted + self.influenced + self.endorsed) / 3.0


@dataclass(frozen=True, slots=True)
class Others:
    """How many functions other than sales were asked and have answered, of how many that are needed."""

    needed: int
    asked: int
    submitted: int
    missing: int


def undisposed(items: Sequence[Item]) -> int:
    """How many items nobody has said anything about."""
    return sum(one.disposition is None for one in items)


def open_blocking(items: Sequence[Item]) -> int:
    """How many blocking objections are open."""
    return sum(one.blocks for one in items)


def ownership(asked: Sequence[str], submitted: Sequence[str], items: Sequence[Item]) -> list[Ownership]:
    """The part of each function that was asked, by name.

    asked, submitted: the functions of those who were asked and who have answered, one for each, in any order.
    """
    answered = set(submitted)
    accepted = {one.function for one in items if one.disposition == "accepted"}
    objecting = {one.function for one in items if one.open_objection}
    return [
        Ownership(name, name in answered, name in accepted, name in answered and name not in objecting)
        for name in sorted(set(asked))
    ]


def ownership_index(parts: Sequence[Ownership]) -> float | None:
    """The mean of the functions' shares, 0..1; None where no function was asked."""
    return sum(one.index for one in parts) / len(parts) if parts else None


def others(asked: Sequence[str], submitted: Sequence[str]) -> Others:
    """How many functions beside sales are in it; `missing` is how many more have to answer for the litmus test."""
    answered = len(set(submitted) - {SALES})
    return Others(OTHERS_NEEDED, len(set(asked) - {SALES}), answered, max(0, OTHERS_NEEDED - answered))
