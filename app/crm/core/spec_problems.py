"""Decides what cannot be right in a connector: all that would be noticed only when a delivery or record came."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, get_args
from urllib.parse import urlsplit

from app.crm.core.call_problems import RESERVED, TEST, call_problems, escaped, object_call_problems, template_problems
from app.crm.core.connection import FieldMapping
from app.crm.core.path_problems import field_problems, path_problems
from app.crm.core.patterns import pattern_problem
from app.crm.core.signature_problems import signature_problems
from app.crm.core.spec import OBJECTS, ChangeKind, ConnectorSpec, EventRules, Field, ObjectName, ObjectRules
from app.crm.core.values import BESIDE, FORMS
from app.kernel.errors import FieldProblem

_CREDENTIALS: Final = frozenset(
    {"base_url", "token_url", "client_id", "client_secret", "refresh_token", "scope", "subject", "audience"}
)
_ANSWERED = frozenset({"client_credentials", "refresh_token", "jwt_bearer"})  # by a place that gives tokens
_CHANGES: Final = get_args(ChangeKind)
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,40}")
_NEEDED: Mapping[ObjectName, tuple[str, ...]] = {
    "user": ("name", "function"),
    "account": ("name",),
    "contact": ("name", "account"),
    "opportunity": (),
}


def spec_problems(spec: ConnectorSpec) -> list[FieldProblem]:
    """Every fault of a connector whose parts have the right types, by JSON pointers into its document; none if well."""
    return list(_spec_problems(spec))


def _spec_problems(spec: ConnectorSpec) -> Iterator[FieldProblem]:
    yield from _address_problems(spec.base_url)
    yield from _authentication_problems(spec)
    if not spec.signatures:
        yield FieldProblem("/signatures", "missing", "is needed: nobody could show that a delivery is theirs")
    for name, signature in spec.signatures.items():
        yield from signature_problems(f"/signatures/{escaped(name)}", signature)
    yield from _event_problems(spec.events)
    if not spec.objects:
        yield FieldProblem("/objects", "missing", "is needed: there is nothing to read")
    variables = tuple(spec.variables)
    for object_name, rules in spec.objects.items():
        yield from _object_problems(f"/objects/{object_name}", object_name, rules)
        yield from object_call_problems(f"/objects/{object_name}", rules, variables)
    if spec.test is not None:
        yield from call_problems("/test", spec.test, TEST, variables)
    yield from _limit_problems(spec)
    yield from path_problems("/sender", spec.sender)
    yield from _variable_problems(spec.variables)


def _address_problems(base_url: str) -> Iterator[FieldProblem]:
    if base_url.startswith("^"):
        problem = pattern_problem(base_url)
        if problem is not None:
            yield FieldProblem("/base_url", "bad_pattern", problem)
        return
    try:
        parts = urlsplit(base_url)
        well = not base_url or (parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc)
        well = well and not (parts.query or parts.fragment) and base_url.isprintable()
    except ValueError:
        well = False
    if not well:
        yield FieldProblem(
            "/base_url", "address", "must be like https://api.example.com, a pattern ^https://…$, or empty"
        )


def _authentication_problems(spec: ConnectorSpec) -> Iterator[FieldProblem]:
    rules, at = spec.authentication, "/authentication"
    knows = _CREDENTIALS | frozenset(spec.variables)
    if not rules.kinds:
        yield FieldProblem(f"{at}/kinds", "missing", "must name one kind or more")
    if rules.token_url:
        yield from template_problems(f"{at}/token_url", rules.token_url, knows)
        if not rules.token_url.startswith(("https://", "{base_url}/", "{token_url}")):
            yield FieldProblem(f"{at}/token_url", "address", "must begin with https:// or {base_url}/")
    elif _ANSWERED & set(rules.kinds):
        yield FieldProblem(f"{at}/token_url", "missing", "is needed by the kinds that are given tokens")
    yield from template_problems(f"{at}/token_parameters", rules.token_parameters, knows)
    shown = frozenset({"token", *spec.variables})
    for name in ("token_header", "fixed_token_header"):
        yield from template_problems(f"{at}/{name}", getattr(rules, name), shown)
        if getattr(rules, name) and "{token}" not in getattr(rules, name):
            yield FieldProblem(f"{at}/{name}", "missing_variable", "must hold {token}")
    yield from path_problems(f"{at}/base_url_field", rules.base_url_field)


def _event_problems(events: EventRules) -> Iterator[FieldProblem]:
    at = "/events"
    for name in ("external_id", "object", "id", "change", "occurred_at", "merged_into"):
        yield from field_problems(f"{at}/{name}", getattr(events, name))
    for name in ("items", "explode", "changed_fields", "property_name", "property_value"):
        yield from path_problems(f"{at}/{name}", getattr(events, name))
    yield from _word_problems(f"{at}/object", events.object, OBJECTS)
    yield from _word_problems(f"{at}/change", events.change, _CHANGES)
    for place, path in enumerate(events.volatile):
        yield from path_problems(f"{at}/volatile/{place}", path)
    if events.data:
        yield FieldProblem(f"{at}/data", "unexpected", "records are always pulled; only `push` brings its own")


def _word_problems(at: str, field: Field, words: Iterable[str]) -> Iterator[FieldProblem]:
    """A field that must come to one of our words."""
    known = frozenset(words)
    if field.constant is not None:
        if field.constant not in known:
            yield FieldProblem(f"{at}/constant", "unknown_word", f"must be one of: {', '.join(sorted(known))}")
    elif field.transform != "map":
        yield FieldProblem(f"{at}/transform", "does_not_fit", "must be map, or the field a constant")
    for word, ours in field.values.items():
        if ours is not None and ours not in known:
            where = f"{at}/values/{escaped(word)}"
            yield FieldProblem(where, "unknown_word", f"must be one of: {', '.join(sorted(known))}")


def _object_problems(at: str, object_name: ObjectName, rules: ObjectRules) -> Iterator[FieldProblem]:
    for name in ("id", "modified", "gone", "merged_into", "absorbed"):
        yield from field_problems(f"{at}/{name}", getattr(rules, name))
    yield from mapping_problems(f"{at}/fields", object_name, rules.fields)
    for name in _NEEDED[object_name]:
        if name not in rules.fields:
            yield FieldProblem(f"{at}/fields/{name}", "missing", "is needed; a constant will do where the CRM has none")
    if rules.write is not None and object_name != "account":
        yield FieldProblem(f"{at}/write", "unexpected", "only accounts are written to")
    yield from path_problems(f"{at}/asked_under", rules.asked_under)


def mapping_problems(at: str, object_name: ObjectName, fields: Mapping[str, Field]) -> Iterator[FieldProblem]:
    """Every fault of a mapping from our fields to where they stand, a connector's or a connection's own."""
    known = FORMS[object_name].keys() | BESIDE[object_name]
    for name, field in fields.items():
        where = f"{at}/{escaped(name)}"
        if name not in known:
            yield FieldProblem(where, "unknown_field", f"is none of: {', '.join(sorted(known))}")
            continue
        yield from field_problems(where, field)
        form = FORMS[object_name].get(name)
        if form is not None and form.kind == "choice" and (field.transform == "map" or field.constant is not None):
            yield from _word_problems(where, field, form.choices)


def own_mapping_problems(at: str, object_name: ObjectName, mapping: FieldMapping) -> Iterator[FieldProblem]:
    """Every fault of what a connection says of one object's fields, by its pointer below `at`."""
    yield from mapping_problems(f"{at}/fields", object_name, mapping.fields)
    for place, attribute in enumerate(mapping.attributes):
        yield from field_problems(f"{at}/attributes/{place}/field", attribute.field)
        if any(each.key == attribute.key for each in mapping.attributes[:place]):
            yield FieldProblem(f"{at}/attributes/{place}/key", "repeated", "is there already")
    for key, field in mapping.metrics.items():
        yield from field_problems(f"{at}/metrics/{escaped(key)}", field)


def _limit_problems(spec: ConnectorSpec) -> Iterator[FieldProblem]:
    limits, at = spec.limits, "/limits"
    if not limits.daily_pattern:
        return
    problem = pattern_problem(limits.daily_pattern, groups=frozenset({"used", "left", "limit"}))
    if problem is not None:
        yield FieldProblem(f"{at}/daily_pattern", "bad_pattern", problem)
    elif "(?P<left>" not in limits.daily_pattern and not all(
        f"(?P<{name}>" in limits.daily_pattern for name in ("used", "limit")
    ):
        yield FieldProblem(
            f"{at}/daily_pattern", "bad_pattern", "must have the group left, or the groups used and limit"
        )
    if not limits.daily_header:
        yield FieldProblem(f"{at}/daily_header", "missing", "is needed: what the pattern is looked for in")


def _variable_problems(variables: Mapping[str, str]) -> Iterator[FieldProblem]:
    for name in variables:
        if not _VARIABLE.fullmatch(name):
            yield FieldProblem(f"/variables/{escaped(name)}", "name_form", "must be like api_version")
        elif name in RESERVED or name in _CREDENTIALS or name == "token":
            yield FieldProblem(f"/variables/{name}", "reserved", "means something of its own")
