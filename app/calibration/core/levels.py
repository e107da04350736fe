"""Which partnership level potential and compatibility recommend, and why; how the levels stand to each other."""

from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["transactional", "preferred", "strategic", "integrated"]
ReasonCode = Literal["potential_limits", "compatibility_limits", "both_limit", "asymmetry_caps"]

# Lowest first; each from the figure on that stands beside it.
LEVELS: Final[tuple[Level, ...]] = ("transactional", "preferred", "strategic", "integrated")
THRESHOLDS: Final[tuple[float, ...]] = (0.0, 40.0, 60.0, 80.0)
ASYMMETRY_CAP: Final = 0.35
CAPPED_AT: Final[Level] = "preferred"
UNTESTED_UP_TO: Final[Level] = "preferred"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the level is not a higher one: a stable code, and what it is in words."""

    code: ReasonCode
    message: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The recommended level; `of_grid` is what potential and compatibility alone come to, before any cap."""

    level: Level
    of_grid: Level
    reasons: tuple[Reason, ...]


def level_of(figure: float) -> Level:
    """The highest level whose threshold the figure, 0 to 100, reaches; thresholds are inclusive."""
    return [level for level, least in zip(LEVELS, THRESHOLDS, strict=True) if figure >= least or least == 0][-1]


def is_above(level: Level, other: Level) -> bool:
    """Whether the level is a higher one than the other."""
    return LEVELS.index(level) > LEVELS.index(other)


def needs_tested_assumptions(level: Level) -> bool:
    """Whether commitments of the level have to wait until every assumption is tested or waived."""
    return is_above(level, UNTESTED_UP_TO)


def grid() -> list[tuple[Level, list[Level]]]:
    """The grid of levels: by the band that potential lies in, what each band of compatibility comes to, lowest first.

    The lower of both bands decides, which makes the level total, symmetric, and monotone in either.
    """
    return [(row, [min(row, column, key=LEVELS.index) for column in LEVELS]) for row in LEVELS]


def recommended(potential: float | None, compatibility: float | None, asymmetry: float | None) -> Recommendation | None:
    """The level that two figures of 0 to 100 recommend; None while either of them is unknown.

    The grid gives the level of min(potential, compatibility) at the thresholds 40, 60 and 80. An asymmetry, -1 to 1,
    beyond 0.35 either way caps it at `preferred`; an unknown one does not. Nothing else goes into it: how long the
    parties know each other, or what was bought so far, is no evidence.
    """
    if potential is None or compatibility is None:
        return None
    of_grid = level_of(min(potential, compatibility))
    capped = asymmetry is not None and abs(asymmetry) > ASYMMETRY_CAP and is_above(of_grid, CAPPED_AT)
    reasons = _limits(potential, compatibility)
    if capped and asymmetry is not None:
        reasons = (*reasons, _cap(asymmetry))
    return Recommendation(CAPPED_AT if capped else of_grid, of_grid, reasons)


def _limits(potential: float, compatibility: float) -> tuple[Reason, ...]:
    of_potential, of_compatibility = level_of(potential), level_of(compatibility)
    if of_potential == of_compatibility == LEVELS[-1]:
        return ()
    if of_potential == of_compatibility:
        return (Reason("both_limit", f"potential and compatibility both allow no more than {of_potential}"),)
    if is_above(of_compatibility, of_potential):
        return (Reason("potential_limits", f"potential allows no more than {of_potential}"),)
    return (Reason("compatibility_limits", f"compatibility allows no more than {of_compatibility}"),)


def _cap(asymmetry: float) -> Reason:
    more = "the supplier" if asymmetry > 0 else "the customer"
    message = f"{more} sees far more in it than the other side: no higher than {CAPPED_AT}"
    return Reason("asymmetry_caps", message)
