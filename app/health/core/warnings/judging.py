"""What the rules find in accounts' figures, all accounts and rules at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.health.core.warnings.conditions import HOLDS, UNKNOWN, Figures, Limits, Truth, all_of
from app.health.core.warnings.hysteresis import Bits
from app.health.core.warnings.rule import Rule


@dataclass(frozen=True, slots=True)
class Findings:
    """What holds, (accounts, rules) each, one bit per way of the rule, the first way the lowest.

    opens: ways in which the rule begins to hold. goes_on: ways that go on where they had begun. unknown: ways of which
    it cannot be said whether they go on.
    """

    opens: Bits
    goes_on: Bits
    unknown: Bits


def findings(rules: Sequence[Rule], figures: Figures, limits: Limits) -> Findings:
    """What the rules find, in their order."""
    opens = [[all_of(way.opens, figures, limits) for way in rule.ways] for rule in rules]
    goes_on = [
        [
            began if way.stays is None else all_of(way.goes_on, figures, limits)
            for way, began in zip(rule.ways, found, strict=True)
        ]
        for rule, found in zip(rules, opens, strict=True)
    ]
    return Findings(
        opens=_bits(opens, HOLDS, figures.accounts),
        goes_on=_bits(goes_on, HOLDS, figures.accounts),
        unknown=_bits(goes_on, UNKNOWN, figures.accounts),
    )


def _bits(found: Sequence[Sequence[Truth]], wanted: np.int8, accounts: int) -> Bits:
    bits = np.zeros((accounts, len(found)), dtype=np.int64)
    for column, ways in enumerate(found):
        for place, way in enumerate(ways):
            bits[:, column] |= np.where(way == wanted, 1 << place, 0)
    return bits
