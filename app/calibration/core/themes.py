"""Which goals of both sides belong together, and what each theme counts to each side."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.calibration.core.parties import PARTIES, Party
from app.calibration.core.potential import Pair
from app.calibration.core.revealed import Goal, Revealed
from app.kernel.errors import FieldProblem, Invalid

# The goals of each side that a record names, by their keys.
Named = Mapping[Party, Sequence[str]]


class UnusableGoals(Invalid):
    """The goals cannot be named so."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What goals of one side or of both have in common; a goal belongs to one theme."""

    name: str
    goals: Named


def check_named(named: Named, revealed: Revealed, *, of_both: bool, at: str = "") -> None:
    """Raises UnusableGoals with each goal that the side did not submit, or that is named twice.

    of_both: whether each side has to be named, rather than either. at: where the record stands in the body.
    """
    problems = list(_misnamed(named, revealed, at))
    lacking = [party for party in PARTIES if not named[party]]
    if lacking and (of_both or len(lacking) == len(PARTIES)):
        problems += [FieldProblem(f"{at}/{party}_goals", "no_goal", "names no goal") for party in lacking]
    if problems:
        raise UnusableGoals("see what both sides submitted", errors=problems)


def _misnamed(named: Named, revealed: Revealed, at: str) -> Iterator[FieldProblem]:
    for party in PARTIES:
        known, seen = revealed[party].goals_by_key(), set[str]()
        for place, key in enumerate(named[party]):
            if key not in known:
                yield FieldProblem(f"{at}/{party}_goals/{place}", "unknown_goal", f"the {party} submitted no such goal")
            elif key in seen:
                yield FieldProblem(f"{at}/{party}_goals/{place}", "named_twice", "is named before")
            seen.add(key)


def check_themes(themes: Sequence[Theme], revealed: Revealed) -> None:
    """Raises UnusableGoals for themes of one name, and for goals that are unknown, named twice, or in two themes."""
    problems = list(_repeated(themes))
    for at, theme in enumerate(themes):
        check_named(theme.goals, revealed, of_both=False, at=f"/themes/{at}")
    if problems:
        raise UnusableGoals("a goal belongs to one theme, and no two have one name", errors=problems)


def _repeated(themes: Sequence[Theme]) -> Iterator[FieldProblem]:
    names, seen = set[str](), set[tuple[Party, str]]()
    for at, theme in enumerate(themes):
        if theme.name.casefold() in names:
            yield FieldProblem(f"/themes/{at}/name", "named_twice", "another theme has this name")
        names.add(theme.name.casefold())
        mine = {(party, key) for party in PARTIES for key in theme.goals[party]}
        for party, key in sorted(mine & seen):
            yield FieldProblem(f"/themes/{at}/{party}_goals", "in_two_themes", f"{key} is in another theme")
        seen |= mine


def pair_of(theme: Theme, revealed: Revealed) -> Pair:
    """What a theme counts to each side: as much as the side's most important goal in it (1..5), 0 without any.

    The greatest rather than the sum, so that a goal cut into two counts no more than before. A goal that was not
    submitted counts for nothing.
    """
    supplier, customer = (
        max((goals[key].importance for key in theme.goals[party] if key in goals), default=0)
        for party, goals in ((party, revealed[party].goals_by_key()) for party in PARTIES)
    )
    return Pair(supplier, customer)


def unmapped(themes: Collection[Theme], revealed: Revealed) -> dict[Party, list[Goal]]:
    """The goals of each side that are in no theme yet, as they were submitted."""
    mapped = {(party, key) for theme in themes for party in PARTIES for key in theme.goals[party]}
    return {party: [goal for goal in revealed[party].goals if (party, goal.key) not in mapped] for party in PARTIES}


def alone(left: Mapping[Party, Sequence[Goal]]) -> list[Pair]:
    """Goals in no theme, each a theme of its own: until both sides have mapped it, nobody shares it."""
    return [
        *(Pair(goal.importance, 0) for goal in left["supplier"]),
        *(Pair(0, goal.importance) for goal in left["customer"]),
    ]
