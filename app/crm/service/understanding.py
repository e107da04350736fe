"""What a CRM's records say, each by itself, and whom they belong to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial

from app.crm.core.connection import Connection
from app.crm.core.mapping import Mapped, Unmappable, mapper
from app.crm.core.mapping_plan import planned
from app.crm.core.plain_rows import PlainRows
from app.crm.core.sheets import Sheet
from app.crm.core.spec import Json, ObjectName
from app.infra.records.wire import ExternalRef

_BELONGS: Mapping[ObjectName, Mapping[str, ObjectName]] = {
    "user": {},
    "account": {"parent": "account", "kam_user_id": "user"},
    "contact": {"account": "account"},
    "opportunity": {"account": "account"},
}


Alone = Mapped | Unmappable


def understood(connection: Connection, name: ObjectName, found: Iterable[Json]) -> list[Alone]:
    """What the records say, in their order."""
    records = list(found)
    plain, alone = reader(connection, name)(records)
    together = iter(plain.records())
    return [alone[place] if place in alone else next(together) for place in range(len(records))]


def reader(
    connection: Connection, name: ObjectName
) -> Callable[[Sequence[Json]], tuple[PlainRows, Mapping[int, Alone]]]:
    """Tells of page after page what its records say: of the plain ones as a whole, of the others by their places."""
    one = mapper(connection, name)
    rules = connection.spec.objects.get(name)
    refer = partial(external_ref, connection.source)
    sheet = None if rules is None else Sheet(planned(connection, name, rules), refer)

    def told(records: Sequence[Json]) -> tuple[PlainRows, Mapping[int, Alone]]:
        if sheet is None:
            return PlainRows(name, (), (), {}), {place: one(record) for place, record in enumerate(records)}
        plain, others = sheet.read(records)
        return plain, {place: one(records[place]) for place in others}

    return told


@lru_cache(maxsize=8192)
def external_ref(source: str, external_id: str) -> ExternalRef:
    """What stands for a record of another system."""
    return ExternalRef.model_construct(source=source, external_id=external_id)


def referred(
    connection: Connection, name: ObjectName, found: Sequence[Mapped | Unmappable]
) -> dict[ObjectName, set[str]]:
    """The CRM's own records that these belong to, by object."""
    wanted: dict[ObjectName, set[str]] = {}
    for record in found:
        if isinstance(record, Mapped):
            for field, target in _BELONGS[name].items():
                if (named := _named(record, field, connection.source)) is not None:
                    wanted.setdefault(target, set()).add(named)
    return wanted


def _named(record: Mapped, field: str, source: str) -> str | None:
    """The id of the source's own record that a record names in a field."""
    reference = record.told.get(field)
    if isinstance(reference, ExternalRef):
        return reference.external_id
    if isinstance(reference, Mapping) and reference["source"] == source:
        return str(reference["external_id"])
    return None
