"""Every type of event that is told, by its name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.events.core import judged_types, later_types, promised_types
from app.events.core.event_type import EventType

__all__ = ["CATALOGUE", "EventType", "UnknownType", "check_known"]


class UnknownType(ValueError):
    """The catalogue has no such type of event: who tells it has to describe it there first."""


CATALOGUE: Final[Mapping[str, EventType]] = MappingProxyType(
    {each.name: each for each in (*judged_types.TYPES, *promised_types.TYPES, *later_types.TYPES)}
)


def check_known(type_: str) -> None:
    """Raises UnknownType unless the catalogue has the type."""
    if type_ not in CATALOGUE:
        raise UnknownType(f"{type_}: describe it in app/events/core, among the types of its kind")
