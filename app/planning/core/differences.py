"""What changed between two versions of a plan, and whether it is more than wording."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from app.planning.core.consistency import identity
from app.planning.core.documents import PARTS, SWOT, Document, says_something

# A text of which at least so much stays, word by word, says the same in other words.
WORDING_FROM: Final = 0.8
# Texts that describe; whatever else changes is substance.
_WORDS: Final = frozenset({"title", "description", "note", "measure", "mitigation", "approach", "name"})
_WORD = re.compile(r"\w+")
_PART = re.compile(r"/document/\w+")
_POINT = re.compile(r"/document/swot/\w+/\d+")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two versions differ.

    pointer: a JSON pointer, into the earlier version where something was removed, else into the later one.
    key: of the entry that it is about, where entries of that part have one. before, after: what stood there; None where
    nothing did.
    """

    operation: Literal["added", "removed", "changed"]
    pointer: str
    key: str | None
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Where two versions differ, in the order of the parts; nothing where they say the same.

    before, after: `starts_on`, `ends_on` and the parts of a document, as JSON. Entries are the same by their key, so
    that their order is no difference; points of SWOT are the same by their text.
    """
    return tuple(_found(before, after))


def _found(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _fields("", None, _only(before, ("starts_on", "ends_on")), _only(after, ("starts_on", "ends_on")))
    for part in PARTS:
        was, now = before.get(part), after.get(part)
        place = f"/document/{part}"
        if was is None or now is None:
            yield from _one(place, None, was, now)
            continue
        yield from _fields(place, None, _only(was, ("visibility",)), _only(now, ("visibility",)))
        if part == "swot":
            for name in SWOT:
                yield from _lists(f"{place}/{name}", was.get(name, ()), now.get(name, ()), str)
        else:
            yield from _lists(f"{place}/items", was.get("items", ()), now.get("items", ()), identity(part))


def _only(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _one(pointer: str, key: str | None, was: Any, now: Any) -> Iterator[Difference]:
    if was == now:
        return
    if was is None:
        yield Difference("added", pointer, key, None, now)
    elif now is None:
        yield Difference("removed", pointer, key, was, None)
    else:
        yield Difference("changed", pointer, key, was, now)


def _fields(place: str, key: str | None, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys((*was, *now)):
        yield from _one(f"{place}/{name}", key, was.get(name), now.get(name))


def _lists(place: str, was: Sequence[Any], now: Sequence[Any], of: Callable[[Any], object]) -> Iterator[Difference]:
    there = {of(entry): entry for entry in was}
    kept = {of(entry) for entry in now}
    for at, entry in enumerate(was):
        if of(entry) not in kept:
            yield Difference("removed", f"{place}/{at}", _key(entry), entry, None)
    for at, entry in enumerate(now):
        if of(entry) not in there:
            yield Difference("added", f"{place}/{at}", _key(entry), None, entry)
        elif isinstance(entry, Mapping):
            yield from _fields(f"{place}/{at}", _key(entry), there[of(entry)], entry)


def _key(entry: Any) -> str | None:
    return entry.get("key") if isinstance(entry, Mapping) else None


def is_substantive(found: Sequence[Difference]) -> bool:
    """Whether what changed is more than wording.

    Wording is a describing text of which four fifths of the words stay, in any case and punctuation; a point of SWOT
    that takes the place of such a one; who may see a part; and a part that holds nothing.
    """
    points = [one for one in found if _POINT.fullmatch(one.pointer)]
    rest = [one for one in found if not _POINT.fullmatch(one.pointer) and not one.pointer.endswith("/visibility")]
    return _new_points(points) or any(not _is_wording(one) for one in rest)


def _new_points(points: Sequence[Difference]) -> bool:
    gone = [(_list_of(one), one.before) for one in points if one.operation == "removed"]
    for one in points:
        if one.operation != "added":
            continue
        alike = next((was for was in gone if was[0] == _list_of(one) and _same_words(was[1], one.after)), None)
        if alike is None:
            return True
        gone.remove(alike)
    return bool(gone)


def _list_of(point: Difference) -> str:
    return point.pointer.rpartition("/")[0]


def _is_wording(one: Difference) -> bool:
    if _PART.fullmatch(one.pointer):
        return not says_something(one.before or one.after)
    if one.operation != "changed" or one.pointer.rpartition("/")[2] not in _WORDS:
        return False
    return _same_words(one.before, one.after)


def _same_words(before: str, after: str) -> bool:
    first, second = (_WORD.findall(text.casefold()) for text in (before, after))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= WORDING_FROM


def said(document: Document, starts_on: str, ends_on: str) -> dict[str, Any]:
    """A version as `differences` reads it."""
    return {"starts_on": starts_on, "ends_on": ends_on, **{part: document.get(part) for part in PARTS}}
