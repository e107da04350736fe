"""The regular expressions that a connector may hold: so few kinds, and on such short texts, that none can take long."""

import re
from functools import lru_cache
from typing import Final

LONGEST_PATTERN: Final = 200
LONGEST_TEXT: Final = 100
MOST_REPEATS: Final = 3  # with texts of 100 characters, 4 million steps at the very worst

_GROUP = re.compile(r"\(\?P<([a-z]{1,20})>")
_ATOM = re.compile(r"\\[dws]|\\[^A-Za-z0-9\s]|\[\^?(?:\\[^\s]|[^\]\\\[])+\]|[^\\\[\](){}|*+?^$]")
_QUANTIFIER = re.compile(r"[*+?]|\{([0-9]{1,2})(?:(,)([0-9]{0,2}))?\}")


def pattern_problem(pattern: str, *, groups: frozenset[str] = frozenset()) -> str | None:
    r"""Why the expression is not taken; None if it is.

    Taken are characters, escaped ones, `\d \w \s`, classes, `.`, each of which may repeat, groups `(?P<name>…)` of
    them with the names in `groups`, and `^` and `$` at the ends. Groups neither repeat nor hold groups; alternatives,
    looking around and references do not exist; at most MOST_REPEATS parts may repeat to a length that is not fixed.
    """
    if len(pattern) > LONGEST_PATTERN:
        return f"may have {LONGEST_PATTERN} characters"
    problem = _unlike(pattern.removeprefix("^").removesuffix("$"), groups)
    if problem is not None:
        return problem
    try:
        re.compile(pattern)
    except re.error as error:
        return f"is no regular expression: {error.msg}"
    return None


def _unlike(pattern: str, groups: frozenset[str]) -> str | None:
    place, repeats, inside = 0, 0, False
    while place < len(pattern):
        if (group := _GROUP.match(pattern, place)) and not inside:
            if group[1] not in groups:
                return f"may have groups of the names: {', '.join(sorted(groups)) or 'none'}"
            place, inside = group.end(), True
        elif pattern[place] == ")" and inside:
            place, inside = place + 1, False
            if _QUANTIFIER.match(pattern, place):
                return "has a group that repeats"
        elif atom := _ATOM.match(pattern, place):
            quantifier = _QUANTIFIER.match(pattern, atom.end())
            place = quantifier.end() if quantifier else atom.end()
            repeats += quantifier is not None and not (quantifier[1] and not quantifier[2])
        else:
            return f"is not understood at character {place + 1}"
    if inside:
        return "has a group that does not end"
    return None if repeats <= MOST_REPEATS else f"may have {MOST_REPEATS} parts that repeat"


def found(pattern: str, text: str) -> "re.Match[str] | None":
    """Where the expression first fits the text, of which LONGEST_TEXT characters are looked at."""
    return _compiled(pattern).search(text[:LONGEST_TEXT])


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern)
