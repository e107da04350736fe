"""What syncs of this process have met and found as it was known: nobody needs to ask for it again."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

MOST: Final = 1_000_000


class Met:
    """Ids that were met, by whatever names a sync and its kind of record.

    It may forget, and another process does not know of it: to ask for what was met does no harm. So it holds no more
    than `most` ids.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._ids: dict[Hashable, set[str]] = {}

    def meet(self, key: Hashable, ids: Iterable[str]) -> None:
        """These were met; an older sync that never came to its end is forgotten if that makes room."""
        known = self._ids.pop(key, set())
        self._ids[key] = known  # now the newest
        known.update(ids)
        while len(self._ids) > 1 and self._held() > self._most:
            self._ids.pop(next(iter(self._ids)))
        if len(known) > self._most:
            self._ids.pop(key)

    def unmet(self, key: Hashable, ids: Sequence[str]) -> list[str]:
        """Those that were not met, in their order."""
        known = self._ids.get(key, set())
        return [one for one in ids if one not in known]

    def forget(self, key: Hashable) -> None:
        self._ids.pop(key, None)

    def _held(self) -> int:
        return sum(map(len, self._ids.values()))
