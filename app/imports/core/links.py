"""In which order rows are saved that name one another, such as subsidiaries and their parents in one file."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def levels(links: Mapping[Key, Key]) -> tuple[list[list[Key]], list[Key]]:
    """The keys in levels, each naming only keys of earlier levels or none of `links`; and the keys on circles.

    links: key -> the key that it names. Keys on circles stand in no level; what hangs below a circle does, as if the
    circle's keys were not among the links. Within a level, and among the circles, the order of `links` is kept.
    """
    circular = _circular(links)
    depths: dict[Key, int] = {}
    for key in links:
        _measure(key, links, circular, depths)
    found: list[list[Key]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    for key in links:
        if key in depths:
            found[depths[key]].append(key)
    return found, [key for key in links if key in circular]


def _circular(links: Mapping[Key, Key]) -> set[Key]:
    """Walk up from each key; whoever is met again on the same way stands on a circle."""
    met: set[Key] = set()
    circular: set[Key] = set()
    for start in links:
        way: dict[Key, int] = {}
        key = start
        while key in links and key not in met and key not in way:
            way[key] = len(way)
            key = links[key]
        if key in way:
            circular.update(list(way)[way[key] :])
        met.update(way)
    return circular


def _measure(start: Key, links: Mapping[Key, Key], circular: set[Key], depths: dict[Key, int]) -> None:
    way: list[Key] = []
    key = start
    while key in links and key not in circular and key not in depths:
        way.append(key)
        key = links[key]
    depth = depths.get(key, -1)
    for step, below in enumerate(reversed(way), start=1):
        depths[below] = depth + step
