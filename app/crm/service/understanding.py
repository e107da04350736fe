"""What a CRM's records say, each by itself, and whom they belong to."""

from collections.abc import Iterable, Mapping, Sequence

from app.crm.core.connection import Connection
from app.crm.core.mapping import Mapped, Unmappable, mapper
from app.crm.core.spec import Json, ObjectName

_BELONGS: Mapping[ObjectName, Mapping[str, ObjectName]] = {
    "user": {},
    "account": {"parent": "account", "kam_user_id": "user"},
    "contact": {"account": "account"},
    "opportunity": {"account": "account"},
}


def understood(connection: Connection, name: ObjectName, found: Iterable[Json]) -> list[Mapped | Unmappable]:
    """What the records say, in their order."""
    told = mapper(connection, name)
    return [told(record) for record in found]


def referred(
    connection: Connection, name: ObjectName, found: Sequence[Mapped | Unmappable]
) -> dict[ObjectName, set[str]]:
    """The CRM's own records that these belong to, by object."""
    wanted: dict[ObjectName, set[str]] = {}
    for record in found:
        if isinstance(record, Mapped):
            for field, target in _BELONGS[name].items():
                reference = record.body.get(field)
                if isinstance(reference, Mapping) and reference["source"] == connection.source:
                    wanted.setdefault(target, set()).add(str(reference["external_id"]))
    return wanted
