"""Which tier an account keeps, rises to or falls to: up at a threshold, down only well below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Direction = Literal["up", "same", "down"]
MARGIN: Final = 5.0
# A score that misses a threshold by less differs from it only by the order in which floats were added up.
TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Rule:
    """A tier, and the scores (0..100, by name) that it asks for at least."""

    tier: str
    minima: Mapping[str, float]

    def met(self, scores: Mapping[str, float | None], *, margin: float = 0.0) -> bool:
        """Whether no score lies more than `margin` below its minimum; what is unknown meets none above 0."""
        return all(
            minimum <= 0.0 or ((score := scores.get(name)) is not None and score >= minimum - margin - TOLERANCE)
            for name, minimum in self.minima.items()
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the scores put an account that has a tier: another one or the same, and how far it is below the own rule.

    shortfalls: by score, the points that it lacks for the tier it has, none where it lacks nothing.
    """

    tier: str
    direction: Direction
    shortfalls: Mapping[str, float]

    @property
    def within_margin(self) -> bool:
        """Whether the tier is kept by the margin alone."""
        return self.direction == "same" and bool(self.shortfalls)


def kept(
    current: str,
    rules: Sequence[Rule],
    scores: Mapping[str, float | None],
    *,
    lowest: str,
    margin: float = MARGIN,
) -> Kept:
    """The tier by the scores, given the tier that the account has (domain.md section 8).

    rules: from the highest tier down. current: the tier of one of them, or any other, which then stands below all of
    them. lowest: the tier of who meets no rule. Up: to the highest rule above whose minima are all met. Down: only
    where a score lies more than `margin` points below a minimum of the own rule, and then to the first rule below that
    is met within the same margin. With a margin of 0 or more no pair of tiers is entered and left on the same scores.
    """
    at = next((place for place, rule in enumerate(rules) if rule.tier == current), len(rules))
    higher = next((rule.tier for rule in rules[:at] if rule.met(scores)), None)
    lacking = shortfalls(rules[at], scores) if at < len(rules) else {}
    if higher is not None:
        return Kept(higher, "up", lacking)
    if at == len(rules) or rules[at].met(scores, margin=margin):
        return Kept(current, "same", lacking)
    lower = next((rule.tier for rule in rules[at + 1 :] if rule.met(scores, margin=margin)), lowest)
    return Kept(lower, "down", lacking)


def shortfalls(rule: Rule, scores: Mapping[str, float | None]) -> dict[str, float]:
    """The points that each score lacks for the rule, what it lacks nothing of left out; of an unknown score all."""
    lacking = {name: minimum - (scores.get(name) or 0.0) for name, minimum in rule.minima.items()}
    return {name: points for name, points in lacking.items() if points > TOLERANCE}


def next_below(current: str, rules: Sequence[Rule], lowest: str) -> str:
    """The tier under one, `lowest` under the last of them."""
    names = [rule.tier for rule in rules]
    place = names.index(current) + 1 if current in names else len(names)
    return names[place] if place < len(names) else lowest
