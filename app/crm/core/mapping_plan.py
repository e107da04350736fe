"""Settles once, for all records of a page, how each of their fields is read and formed."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from app.crm.core import values
from app.crm.core.connection import Connection, FieldMapping
from app.crm.core.paths import read_found
from app.crm.core.spec import Field, Json, ObjectName, ObjectRules
from app.crm.core.values import FORMS, Form

_MOST_KEPT = 4_096
_NOWHERE = object()  # is no name of any record's
# Values of these types that are equal are alike; of others (1, 1.0 and true) they are not.
_ALIKE = frozenset({str, date, Decimal})


class Once(dict[Hashable, Any]):
    """What a rule makes of a value; one that comes again is not worked on again. What the rule raises, it raises."""

    __slots__ = ("rule",)

    def __init__(self, rule: Callable[[Any], Any]) -> None:
        super().__init__()
        self.rule = rule

    def __missing__(self, value: Hashable) -> Any:
        made = self.rule(value)
        if len(self) < _MOST_KEPT:
            self[value] = made
        return made


class FieldPlan(NamedTuple):
    """How a field is read. name: ours. key: under which a plain record holds its value. plain: as text it stands."""

    name: str
    key: object
    plain: bool
    texts: Once
    numbers: Once
    field: Field


class FormPlan(NamedTuple):
    """Which form a field takes; formed: what the form makes of values that stand by themselves, None for others."""

    name: str
    form: Form
    longest: int
    formed: Once | None

    def kept(self, value: Json) -> Once | None:
        """Where to find what the form makes of the value, if it may be had from there."""
        return self.formed if type(value) in _ALIKE else None


@dataclass(frozen=True, slots=True)
class Plan:
    """How the records of one kind are read by a connection. partial: what a record leaves out was not spoken of."""

    connection: Connection
    object: ObjectName
    rules: ObjectRules
    own: FieldMapping
    partial: bool
    fields: Sequence[FieldPlan]
    forms: Sequence[FormPlan]


def planned(connection: Connection, name: ObjectName, rules: ObjectRules) -> Plan:
    """The plan for a kind of record that the connector knows."""
    own = connection.settings.mapping.get(name, FieldMapping())
    return Plan(
        connection=connection,
        object=name,
        rules=rules,
        own=own,
        # Only what its sender brings is less than the whole record.
        partial=bool(connection.spec.events.data),
        fields=tuple(_field(*one) for one in {**rules.fields, **own.fields}.items()),
        forms=tuple(_form(*one) for one in FORMS[name].items() if _is_read(connection, name, one[1])),
    )


def _field(name: str, field: Field) -> FieldPlan:
    key = field.path if field.constant is None else _NOWHERE
    rule = partial(read_found, field)
    return FieldPlan(name, key, field.transform == "text", Once(rule), Once(rule), field)


def _form(name: str, form: Form) -> FormPlan:
    alone = form.kind not in {"money", "reference"}
    return FormPlan(name, form, form.longest, Once(partial(values.fitting, form)) if alone else None)


def _is_read(connection: Connection, object_name: ObjectName, form: Form) -> bool:
    """Whether what a reference leads to can be known."""
    above = form.refers_to == "account" and object_name != "account"
    return form.refers_to is None or above or form.refers_to in connection.objects
