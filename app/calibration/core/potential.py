"""How much two sides want the same: a partnership's potential, and which side it leans to (domain.md section 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Literal

from app.calibration.core.levels import ASYMMETRY_CAP

Kind = Literal["matched", "supplier_only", "customer_only"]


@dataclass(frozen=True, slots=True)
class Pair:
    """What one thing counts to each side, 0 where the side does not name it; `supplier` and `customer` are >= 0."""

    supplier: float
    customer: float

    @property
    def kind(self) -> Kind:
        """Who names it; a thing that nobody names counts for neither side, and is called matched."""
        if self.supplier > 0 >= self.customer:
            return "supplier_only"
        return "customer_only" if self.customer > 0 >= self.supplier else "matched"


@dataclass(frozen=True, slots=True)
class Part:
    """What one pair adds: parts of `potential` add up to the potential, those of `asymmetry` to the asymmetry."""

    potential: float
    asymmetry: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """How far the sides agree on what counts.

    overlap: weighted Jaccard, 0..1. asymmetry: -1 (the customer alone) .. 1 (the supplier alone). joint_share: how much
    of all that is named, by weight, both sides name, 0..1. parts: one per pair, in their order.
    """

    overlap: float
    asymmetry: float
    joint_share: float
    parts: tuple[Part, ...]

    @property
    def potential(self) -> float:
        """0..100."""
        return 100 * self.overlap


def alignment(pairs: Sequence[Pair]) -> Alignment | None:
    """How far the sides agree over the pairs; None where nobody names anything.

    potential = 100 · Σ min(s, c) / Σ max(s, c), which is the weighted Jaccard index (S. Ioffe, Improved consistent
    sampling, weighted minhash and L1 sketching, ICDM 2010) in percent; asymmetry = Σ (s - c) / Σ max(s, c).
    It does not matter which side is called which, but for the sign of the asymmetry, nor in what unit both weigh.
    """
    whole = fsum(max(pair.supplier, pair.customer) for pair in pairs)
    if whole <= 0:
        return None
    parts = tuple(
        Part(100 * min(pair.supplier, pair.customer) / whole, (pair.supplier - pair.customer) / whole) for pair in pairs
    )
    named = fsum(pair.supplier + pair.customer for pair in pairs)
    joint = fsum(pair.supplier + pair.customer for pair in pairs if pair.kind == "matched")
    return Alignment(
        overlap=fsum(min(pair.supplier, pair.customer) for pair in pairs) / whole,
        asymmetry=fsum(pair.supplier - pair.customer for pair in pairs) / whole,
        joint_share=joint / named,
        parts=parts,
    )


def leans(asymmetry: float | None) -> bool:
    """Whether one side wants so much more than the other that a deep level would not hold; not while it is unknown."""
    return asymmetry is not None and abs(asymmetry) > ASYMMETRY_CAP
