"""Records of a page that say nothing out of the ordinary, as the columns of their facts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

from app.crm.core.mapping import Mapped
from app.crm.core.spec import ObjectName


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Records of one kind, none of them gone or merged.

    ids, modified_at: of each record, in their order. columns: of their facts, by name, in the same order; every record
    speaks of all of them.
    """

    object: ObjectName
    ids: Sequence[str]
    modified_at: Sequence[datetime | None]
    columns: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return len(self.ids)

    def records(self) -> list[Mapped]:
        """The same one by one."""
        names = tuple(self.columns)
        rows = zip(self.ids, self.modified_at, zip(*self.columns.values(), strict=True), strict=True)
        return [Mapped(self.object, key, at, columns=dict(zip(names, row))) for key, at, row in rows]  # noqa: B905  # often

    def without(self, places: Collection[int]) -> "PlainRows":
        """All but the records at these places."""
        return self._chosen([place not in places for place in range(len(self.ids))]) if places else self

    def only(self, places: Collection[int]) -> "PlainRows":
        """The records at these places."""
        return self._chosen([place in places for place in range(len(self.ids))])

    def split(self, ids: Collection[str]) -> tuple["PlainRows", "PlainRows"]:
        """The records with these ids, and all others."""
        chosen = [one in ids for one in self.ids]
        return self._chosen(chosen), self._chosen([not one for one in chosen])

    def _chosen(self, chosen: Sequence[bool]) -> "PlainRows":
        columns = {name: list(compress(column, chosen)) for name, column in self.columns.items()}
        ids, modified_at = list(compress(self.ids, chosen)), list(compress(self.modified_at, chosen))
        return PlainRows(self.object, ids, modified_at, columns)
