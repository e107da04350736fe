"""Decides which of a CRM's properties are asked for by name: those that are read, and no others."""

from collections.abc import Iterator

from app.crm.core.connection import Connection, FieldMapping
from app.crm.core.spec import ObjectName, ObjectRules


def fields_wanted(connection: Connection, object: ObjectName) -> tuple[str, ...]:  # noqa: A002  # our word
    """The names of the properties that a call asks for ({fields}), each once, in the order of the mapping.

    They are what the connector reads for itself and for our fields, and what the connection's own mapping reads in
    place of those or beside. Names in the connection's variable `without` are left out: properties that this customer's
    CRM does not have. Empty where the connector does not know the object.
    """
    rules = connection.spec.objects.get(object)
    if rules is None:
        return ()
    without = {**connection.spec.variables, **connection.settings.variables}.get("without", "").replace(" ", "")
    lacking = frozenset(without.split(","))
    own = connection.settings.mapping.get(object, FieldMapping())
    names = (name for path in _paths(rules, own) for name in _asked(rules, path))
    return tuple(dict.fromkeys(name for name in names if name not in lacking))


def _paths(rules: ObjectRules, own: FieldMapping) -> Iterator[str]:
    of_itself = (rules.id, rules.modified, rules.gone, rules.merged_into, rules.absorbed)
    custom = (*(each.field for each in own.attributes), *own.metrics.values())
    for field in (*of_itself, *{**rules.fields, **own.fields}.values(), *custom):
        if field is not None and field.constant is None:
            yield field.path
    yield from (association.by for association in rules.with_.values())


def _asked(rules: ObjectRules, path: str) -> Iterator[str]:
    """The properties that a path leads into, without what comes by itself."""
    for part in (part for choice in path.split("|") for part in choice.split(" + ")):
        name = _under(rules.asked_under, part)
        first = name.partition(".")[0]
        if name and "@" not in name and first not in rules.unasked and first not in rules.with_:
            yield name


def _under(prefix: str, path: str) -> str:
    """The property's name: the path below the prefix, up to where it enters a list; empty if it is not below it."""
    if prefix:
        if not path.startswith(f"{prefix}."):
            return ""
        path = path[len(prefix) + 1 :]
    steps: list[str] = []
    for step in path.split("."):
        if step.startswith("[") or step.lstrip("-").isdigit():
            break
        steps.append(step)
    return ".".join(steps)
