"""Turns a CRM's record into what our facts are made of, or says why it cannot be."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from app.crm.core import values
from app.crm.core.connection import Attribute, Connection
from app.crm.core.deals import deal_told
from app.crm.core.mapping_plan import FormPlan, Plan, planned
from app.crm.core.paths import Unreadable, at, read, stands_in
from app.crm.core.spec import Field, Json, ObjectName
from app.crm.core.values import Form, Misfit, currency_of
from app.crm.core.wanted import fields_wanted
from app.kernel.errors import FieldProblem

__all__ = ["Mapped", "Unmappable", "fields_wanted", "mapped", "mapper"]

Told = dict[str, Any]
_EMPTY: Mapping[str, Any] = MappingProxyType({})

MOST_ABSORBED = 1_000
MOST_ATTRIBUTE_BYTES = 16 * 1024


class Mapped(NamedTuple):
    """A record as our facts have it.

    modified_at: when its source changed it; None where it does not say. gone: it was deleted. merged_into: the id of
    the record that took its place; absorbed: ids of those whose place it took. body: as JSON, for the fact's own shape;
    empty if the record is gone or merged. columns: in place of the body, what it comes to, where the page was read as
    a whole (`sheets`). metrics: observed values by the metric's key (accounts only).
    """

    object: ObjectName
    external_id: str
    modified_at: datetime | None = None
    gone: bool = False
    merged_into: str | None = None
    absorbed: tuple[str, ...] = ()
    body: Mapping[str, Any] = _EMPTY
    metrics: Mapping[str, float] = _EMPTY
    columns: Mapping[str, Any] | None = None

    @property
    def told(self) -> Mapping[str, Any]:
        """What it says, in either form."""
        return self.body if self.columns is None else self.columns


@dataclass(frozen=True, slots=True)
class Unmappable:
    """A record that cannot become a fact, and every reason why; pointers lead into the fact's body."""

    external_id: str | None
    reason: str
    errors: list[FieldProblem] = field(default_factory=list)


def mapped(connection: Connection, object: ObjectName, record: Json) -> Mapped | Unmappable:  # noqa: A002  # our word
    """What one record says; see `mapper`."""
    return mapper(connection, object)(record)


def mapper(connection: Connection, object: ObjectName) -> Callable[[Json], Mapped | Unmappable]:  # noqa: A002  # our word
    """Tells of each record what it says, as the connector and the connection's own mapping have it.

    What the mapping reads and the record does not hold is null, since records are pulled whole; a record that its
    sender brings (`push`) speaks only of what stands in it. A reference is left out where its kind of record is not
    read by this connection, but for the account. Text is never cut: what is too long, out of range, not of its type or
    in no known currency makes the record Unmappable, with all its faults. One that is gone, or was merged into another,
    needs no more than its id.
    """
    rules = connection.spec.objects.get(object)
    if rules is None:
        return lambda _record: Unmappable(None, f"{connection.spec.title} has no {object}")
    plan = planned(connection, object, rules)
    return lambda record: _Reading(plan, record).all()


class _Reading:
    """A record that is being read, and the faults that were found so far."""

    __slots__ = ("faults", "plan", "record")

    def __init__(self, plan: Plan, record: Json) -> None:
        self.plan = plan
        self.record = record
        self.faults: list[FieldProblem] = []

    def all(self) -> Mapped | Unmappable:
        """What the record says, as a whole."""
        rules = self.plan.rules
        external_id = self.id_at("/external_id", rules.id)
        if external_id is None:
            self.fault("/external_id", "missing", "must say which record it is")
            return self.unmappable(None)
        into = self.id_at("/merged_into", rules.merged_into)
        into = into if into != external_id else None
        gone = rules.gone is not None and bool(self.checked("/gone", self.flag_at, rules.gone))
        modified_at = self.checked("/source_modified_at", self.instant_at, rules.modified) if rules.modified else None
        absorbed = self.absorbed(external_id) if rules.absorbed else ()
        body = {} if gone or into else self.body(external_id, modified_at)
        metrics = self.metrics() if body else {}
        if self.faults:
            return self.unmappable(external_id)
        return Mapped(self.plan.object, external_id, modified_at, gone, into, absorbed, body, metrics)

    def fault(self, pointer: str, code: str, message: str) -> None:
        self.faults.append(FieldProblem(pointer, code, message))

    def unmappable(self, external_id: str | None) -> Unmappable:
        first = self.faults[0]
        return Unmappable(external_id, f"{first.pointer.lstrip('/')} {first.message}", self.faults)

    def checked(self, pointer: str, found: Callable[..., Json], *arguments: Any) -> Json:
        """What is found with these arguments; None, and a fault, where it does not fit."""
        try:
            return found(*arguments)
        except Misfit as misfit:
            self.fault(pointer, misfit.code, misfit.message)
        except Unreadable as unreadable:
            self.fault(pointer, "unreadable", f"cannot be read: {unreadable}")
        return None

    def at(self, field: Field | None) -> Json:
        return None if field is None else read(field, self.record)

    def id_at(self, pointer: str, field: Field | None) -> str | None:
        if field is None:
            return None
        found: str | None = self.checked(pointer, lambda: values.text(self.at(field), values.LONGEST_ID))
        return found

    def flag_at(self, field: Field) -> Json:
        return values.as_transform("boolean", self.at(field))

    def number_at(self, field: Field) -> float | None:
        return values.number(self.at(field))

    def instant_at(self, field: Field) -> datetime | None:
        return values.instant(self.at(field))

    def absorbed(self, external_id: str) -> tuple[str, ...]:
        listed = self.checked("/absorbed", self.at, self.plan.rules.absorbed)
        ids = listed if isinstance(listed, list) else []
        return tuple(str(one) for one in ids if str(one) != external_id)[:MOST_ABSORBED]

    def body(self, external_id: str, modified_at: datetime | None) -> Told:
        """The fact's own fields, each in its form."""
        found = self.told()
        if self.plan.object == "opportunity":
            found = deal_told(found, self.plan.connection.settings.stages, modified_at)
        body: Told = {"source": self.plan.connection.source, "external_id": external_id}
        for plan in self.plan.forms:
            if plan.name in found:
                self.form(body, plan, found)
        if body.get("status") in {"won", "lost"} and body.get("closed_on", "") is None:
            self.fault("/closed_on", "missing", "is needed when the opportunity is won or lost")
        if self.plan.object == "account":
            body |= self.attributes()
        if modified_at is not None and self.plan.object != "user":
            body["source_modified_at"] = modified_at.isoformat().replace("+00:00", "Z")
        return body

    def form(self, body: Told, plan: FormPlan, found: Told) -> None:
        """Puts the value of a field into the body, in its form."""
        name, value = plan.name, found[plan.name]
        if type(value) is str and 0 < len(value) <= plan.longest and value.isascii() and "\x00" not in value:
            body[name] = value  # a text that fits, as `fitting` would have it
        else:
            self.put(body, plan, found)

    def told(self) -> Told:
        """By our names, what the record tells, as its transforms read it; what it does not speak of is not there."""
        if self.plan.partial:
            return {name: self.checked(f"/{name}", self.sent, where) for name, where in self.spoken()}
        found: Told = {}
        record = self.record if isinstance(self.record, dict) else {}
        for name, key, plain, texts, numbers, where in self.plan.fields:
            # Most values stand where their path says, and come again: what a path can say besides takes its time.
            value = record.get(key)
            try:
                if type(value) is str and value:
                    found[name] = (value.strip() or None) if plain else texts[value]
                elif type(value) is float and value:
                    found[name] = numbers[value]
                else:
                    found[name] = read(where, self.record)
            except Unreadable as unreadable:
                found[name] = None
                self.fault(f"/{name}", "unreadable", f"cannot be read: {unreadable}")
        return found

    def spoken(self) -> list[tuple[str, Field]]:
        return [(plan.name, plan.field) for plan in self.plan.fields if self.speaks_of(plan.field)]

    def speaks_of(self, field: Field) -> bool:
        return not self.plan.partial or field.constant is not None or stands_in(self.record, field.path)

    def sent(self, where: Field) -> Json:
        """A value that its sender brings; references may name another system."""
        whole = at(self.record, where.path) if where.constant is None else None
        return whole if isinstance(whole, dict) and "external_id" in whole else self.at(where)

    def put(self, body: Told, plan: FormPlan, found: Told) -> None:
        """Puts the value of a field into the body, in its form, or makes a fault of it."""
        name, form = plan.name, plan.form
        kept = plan.kept(found[name])
        try:
            value = self.formed(body, form, name, found) if kept is None else kept[found[name]]
        except Misfit as misfit:
            self.fault(f"/{name}", misfit.code, misfit.message)
            return
        if value is not None or not form.lasting:
            body[name] = value
        if value is None and form.needed and not any(fault.pointer == f"/{name}" for fault in self.faults):
            self.fault(f"/{name}", "missing", "is needed")

    def formed(self, body: Told, form: Form, name: str, found: Told) -> Json:
        if form.kind == "money":
            usual = self.plan.connection.settings.default_currency
            negative = self.plan.object == "opportunity"
            return values.money(found[name], found.get(currency_of(name)), usual, negative=negative)
        if form.kind == "reference":
            return self.reference(body, form, found[name])
        return values.fitting(form, found[name])

    def reference(self, body: Told, form: Form, value: Json) -> Json:
        source = body["source"]
        if isinstance(value, dict):
            source, value = value.get("source", source), value.get("external_id")
            if not isinstance(source, str):
                raise Misfit("unreadable", "cannot be read as a reference")
        external_id = values.text(value, values.LONGEST_ID)
        of_itself = (body["source"], body["external_id"]) == (source, external_id)
        if external_id is None or (of_itself and form.refers_to == self.plan.object):
            return None
        return {"source": source, "external_id": external_id}

    def attributes(self) -> Told:
        """`attributes`, where any are registered and spoken of; what the record leaves empty is null."""
        spoken = [each for each in self.plan.own.attributes if self.speaks_of(each.field)]
        if not spoken:
            return {}
        found = {each.key: self.checked(f"/attributes/{each.key}", self.attribute, each) for each in spoken}
        if len(json.dumps(found, ensure_ascii=False).encode()) > MOST_ATTRIBUTE_BYTES:
            self.fault("/attributes", "too_large", "may take 16 KiB as JSON")
        return {"attributes": found}

    def attribute(self, registered: Attribute) -> Json:
        value = self.at(registered.field)
        if registered.type == "number":
            return values.number(value)
        if registered.type == "boolean":
            return values.as_transform("boolean", value)
        return values.day(value) if registered.type == "date" else values.text(value, values.LONGEST_ATTRIBUTE)

    def metrics(self) -> dict[str, float]:
        if self.plan.object != "account":
            return {}
        observed = self.plan.own.metrics
        found = {key: self.checked(f"/metrics/{key}", self.number_at, where) for key, where in observed.items()}
        return {key: value for key, value in found.items() if value is not None}
