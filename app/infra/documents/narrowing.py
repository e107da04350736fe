"""Whether values of one shape are values of another: what is taken may grow, what is answered may not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.infra.documents.surface import Shape, Surface

_SCALAR = re.compile(
    r"(?P<kind>[\w-]+)(?:\((?P<form>[\w-]+)\))?(?:\[(?P<low>[^.\]]*(?:\.\d+)?)\.\.(?P<high>[^\]]*)\])?"
)
_LIST = re.compile(r"list(?:\[(?P<low>\d*)\.\.(?P<high>\d*)\])? of")


@dataclass
class Comparison:
    """Compares the shapes of two surfaces; a pair that is being compared already is not gone into again."""

    before: Surface
    now: Surface
    _open: set[tuple[str, str, bool]] = field(default_factory=set)
    _same: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self._same = _unchanged(self.before, self.now)

    def sent(self, was: Shape, now: Shape, place: str) -> list[str]:
        """What was taken and is not any more."""
        return self._found(now, was, place, sent=True)

    def answered(self, was: Shape, now: Shape, place: str) -> list[str]:
        """What is answered and was not described."""
        return self._found(was, now, place, sent=False)

    def _found(self, wide: Shape, narrow: Shape, place: str, *, sent: bool) -> list[str]:
        """Why not every value of the narrow shape is one of the wide shape."""
        pair = (str(wide), str(narrow), sent)
        if pair in self._open or (wide == narrow and self._same.issuperset(_names(wide))):
            return []
        self._open.add(pair)
        try:
            return self._alternatives(self._flat(wide, now=sent), self._flat(narrow, now=not sent), place, sent=sent)
        finally:
            self._open.discard(pair)

    def _alternatives(self, wide: list[Shape], narrow: list[Shape], place: str, *, sent: bool) -> list[str]:
        if len(wide) == len(narrow) == 1:
            return self._one(wide[0], narrow[0], place, sent=sent)
        found: list[str] = []
        for each in narrow:
            tried: list[list[str]] = [self._one(one, each, place, sent=sent) for one in wide]
            if all(tried):
                # Of the alternatives the one that is nearest says most.
                nearest: list[str] = min(tried, key=_distance)
                found += nearest
        return found

    def _flat(self, shape: Shape, *, now: bool) -> list[Shape]:
        """The alternatives of a shape, with what its names stand for."""
        if isinstance(shape, list):
            return [one for each in shape for one in self._flat(each, now=now)]
        if isinstance(shape, str) and shape.startswith("#"):
            return self._flat((self.now if now else self.before)["schemas"][shape[1:]], now=now)
        if isinstance(shape, dict) and "all of" in shape:
            return [self._together(shape, now=now)]
        return [shape]

    def _together(self, shape: dict[str, Any], *, now: bool) -> Shape:
        fields: dict[str, Shape] = {}
        for each in shape["all of"]:
            for one in self._flat(each, now=now):
                fields |= one.get("fields", {}) if isinstance(one, dict) else {}
        plain = {name.rstrip("!"): name for name in fields}
        needed = {plain[name] for name in shape["needs"] if name in plain}
        return {"fields": {f"{name.rstrip('!')}!" if name in needed else name: each for name, each in fields.items()}}

    def _one(self, wide: Shape, narrow: Shape, place: str, *, sent: bool) -> list[str]:
        same = wide == narrow and self._same.issuperset(_names(wide))
        return [] if same or wide == "any" else self._inside(wide, narrow, place, sent=sent)

    def _inside(self, wide: Shape, narrow: Shape, place: str, *, sent: bool) -> list[str]:
        if isinstance(wide, str) or isinstance(narrow, str):
            return _scalars(wide, narrow, place, sent=sent)
        if "one of" in wide and "one of" in narrow:
            gone = [each for each in narrow["one of"] if each not in wide["one of"]]
            return [f"{place} is not {', '.join(map(str, gone))} any more"] if gone and sent else []
        for key in ("map of", "media"):
            if key in wide and key in narrow:
                return self._maps(wide[key], narrow[key], place, sent=sent)
        if "fields" in wide and "fields" in narrow:
            return self._fields(wide["fields"], narrow["fields"], place, sent=sent)
        return self._lists(wide, narrow, place, sent=sent)

    def _maps(self, wide: Shape, narrow: Shape, place: str, *, sent: bool) -> list[str]:
        if (
            not isinstance(wide, dict)
            or not isinstance(narrow, dict)
            or not all("/" in kind for kind in (*wide, *narrow))
        ):
            return self._found(wide, narrow, f"{place}{{}}", sent=sent)
        found = [f"{place} has another media type: {kind}" for kind in narrow.keys() - wide.keys()]
        for kind in wide.keys() & narrow.keys():
            found += self._found(wide[kind], narrow[kind], place, sent=sent)
        return found

    def _lists(self, wide: dict[str, Shape], narrow: dict[str, Shape], place: str, *, sent: bool) -> list[str]:
        ((of_wide, one_wide),), ((of_narrow, one_narrow),) = wide.items(), narrow.items()
        first, second = _LIST.fullmatch(of_wide), _LIST.fullmatch(of_narrow)
        if first is None or second is None:
            return [_another(place, wide, narrow, sent=sent)]
        narrower = [f"{place} takes not as many as before"] if sent and not _holds(first, second) else []
        return [*narrower, *self._found(one_wide, one_narrow, f"{place}[]", sent=sent)]

    def _fields(self, wide: dict[str, Shape], narrow: dict[str, Shape], place: str, *, sent: bool) -> list[str]:
        """Sent: all that was taken is, and no more is needed. Answered: all that was there is, and as surely."""
        widely, narrowly = optional_or_not(wide), optional_or_not(narrow)
        found = []
        for name, (needed, shape) in (narrowly if sent else widely).items():
            other = (widely if sent else narrowly).get(name)
            if other is None:
                found.append(f"{place}.{name} is gone")
                continue
            ways = (other[1], shape) if sent else (shape, other[1])
            found += self._found(*ways, f"{place}.{name}", sent=sent)
            if not sent and needed and not other[0]:
                found.append(f"{place}.{name} may be absent")
        if sent:
            found += [
                f"{place}.{name} is needed" for name, (needed, _) in widely.items()
                if needed and not narrowly.get(name, (False,))[0]
            ]  # fmt: skip
        return found


def _names(shape: Shape) -> Iterator[str]:
    """The names that a shape refers to: what they stand for may have changed though the names have not."""
    if isinstance(shape, dict):
        shape = list(shape.values())
    if isinstance(shape, list):
        for each in shape:
            yield from _names(each)
    elif isinstance(shape, str) and shape.startswith("#"):
        yield shape[1:]


def _unchanged(before: Surface, now: Surface) -> set[str]:
    """The names that stand for the same in both surfaces, with all that they refer to."""
    same = {name for name, shape in before["schemas"].items() if now["schemas"].get(name) == shape}
    while gone := {name for name in same if not same.issuperset(_names(before["schemas"][name]))}:
        same -= gone
    return same


def _scalars(wide: Shape, narrow: Shape, place: str, *, sent: bool) -> list[str]:
    if isinstance(wide, dict) or isinstance(narrow, dict):
        # Choices are texts; an open text for choices takes all of them, and choices for an open text say less than it.
        fits = isinstance(wide, str) and wide.startswith("string") and "(" not in wide and "one of" in narrow
        return [] if fits else [_another(place, wide, narrow, sent=sent)]
    first, second = _SCALAR.fullmatch(wide), _SCALAR.fullmatch(narrow)
    if first is None or second is None or not _is_kind_of(first, second):
        return [_another(place, wide, narrow, sent=sent)]
    return [f"{place} takes {wide} and took {narrow}"] if sent and not _holds(first, second) else []


def _is_kind_of(wide: re.Match[str], narrow: re.Match[str]) -> bool:
    same = wide["kind"] == narrow["kind"] or (wide["kind"], narrow["kind"]) == ("number", "integer")
    return same and wide["form"] in {None, narrow["form"]}


def _holds(wide: re.Match[str], narrow: re.Match[str]) -> bool:
    """Whether the bounds of the wide one leave room for all of the narrow one."""
    low, high = (_number(wide["low"]), _number(narrow["low"])), (_number(wide["high"]), _number(narrow["high"]))
    below = low[0] is None or (low[1] is not None and low[0] <= low[1])
    above = high[0] is None or (high[1] is not None and high[0] >= high[1])
    return below and above


def _number(told: str | None) -> float | None:
    return float(told) if told else None


def _another(place: str, wide: Shape, narrow: Shape, *, sent: bool) -> str:
    was, now = (narrow, wide) if sent else (wide, narrow)
    return f"{place} was {_short(was)} and is {_short(now)}"


def _short(shape: Shape) -> str:
    return shape if isinstance(shape, str) else "/".join(shape)


def _distance(told: list[str]) -> tuple[bool, int]:
    """How far an alternative is: one of another kind is farther than any of the same."""
    return len(told) == 1 and " was " in told[0], len(told)


def optional_or_not(told: Mapping[str, Shape]) -> dict[str, tuple[bool, Shape]]:
    return {name.rstrip("!"): (name.endswith("!"), shape) for name, shape in told.items()}
