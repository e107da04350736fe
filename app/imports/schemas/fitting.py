"""What of a mapping does not fit the kinds of facts, and which form each field of theirs takes."""

import codecs
import difflib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from string import Formatter
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from app.accounts.kinds import KINDS
from app.imports.core.mapping import Form
from app.imports.schemas.shape import CsvSpec, FieldSpec, MappingSpec, RecordSpec
from app.infra.records.kind import Kind
from app.infra.records.wire import ExternalRef, Period
from app.infra.wire import MoneyIn
from app.kernel.errors import FieldProblem

ATTRIBUTE_FORMS: dict[str, Form] = {"text": "text", "integer": "integer", "number": "number", "boolean": "boolean"}
FORMS: tuple[tuple[type, Form], ...] = (
    (MoneyIn, "money"), (ExternalRef, "reference"), (bool, "boolean"), (int, "integer"), (float, "number"),
    (datetime, "instant"), (date, "date"), (str, "text"),
)  # fmt: skip
FITTING: dict[str, tuple[Form, ...]] = {
    "factor": ("money", "number", "integer"),
    "currency": ("money",),
    "currency_column": ("money",),
    "format": ("date", "instant"),
    "separator": ("references",),
    "source": ("reference", "references"),
    "unknown": ("reference", "references", "text"),
}


def misfits(spec: MappingSpec) -> list[FieldProblem]:
    """Everything in a well-formed mapping that cannot be meant, by its key."""
    found = list(_csv_problems(spec.csv))
    for place, record in enumerate(spec.records):
        found += _record_problems(f"/records/{place}", record)
    return found


def _csv_problems(spec: CsvSpec) -> Iterator[FieldProblem]:
    try:
        codecs.lookup(spec.encoding)
    except LookupError:
        yield FieldProblem("/csv/encoding", "unknown_encoding", "There is no such encoding")
    if not spec.decimal or spec.decimal == spec.thousands:
        yield FieldProblem(
            "/csv/decimal", "ambiguous", "The decimal mark is needed, and differs from that of thousands"
        )


def _record_problems(at: str, record: RecordSpec) -> Iterator[FieldProblem]:
    if record.kind not in KINDS:
        yield FieldProblem(f"{at}/kind", "unknown_kind", f"There is no such kind; kinds are {', '.join(KINDS)}")
        return
    yield from _rule_problems(f"{at}/external_id", record.external_id, "text")
    forms = {name: form_of(KINDS[record.kind], name, rule) for name, rule in record.fields.items()}
    for name, rule in record.fields.items():
        form, where = forms[name], f"{at}/fields/{name}"
        if form is None:
            yield FieldProblem(where, "unknown_field", _no_such_field(KINDS[record.kind], name))
        else:
            yield from _rule_problems(where, rule, form)
            if rule.type is not None and not name.startswith("attributes."):
                yield FieldProblem(f"{where}/type", "does_not_fit", "Only attributes are given a type")


def _no_such_field(kind: Kind, name: str) -> str:
    fields = [field for field in kind.body.model_fields if field not in {"source", "external_id", "stage_history"}]
    near = difflib.get_close_matches(name, fields, n=1)
    meant = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(fields)}"
    return f"{kind.plural} have no such field that a row could give{meant}"


def form_of(kind: Kind, name: str, rule: FieldSpec) -> Form | None:
    """The form of the kind's field; None when there is no such field, or one that a row cannot hold."""
    outer, _, inner = name.partition(".")
    field = kind.body.model_fields.get(outer)
    if field is None or outer in {"source", "external_id"}:
        return None
    leaves = set(_leaves(field.annotation))
    if dict in leaves:
        return ATTRIBUTE_FORMS[rule.type or "text"] if inner else None
    if Period in leaves:
        return "date" if inner in {"from", "to"} else None
    if inner:
        return None
    if list in leaves:
        return "references" if ExternalRef in leaves else None
    return next(form for leaf, form in FORMS if leaf in leaves)


def _leaves(annotation: Any) -> Iterator[Any]:
    """The types that an annotation is made of."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        yield str
    elif origin in {list, dict}:
        yield origin
        if origin is list:
            yield from (leaf for each in inner for leaf in _leaves(each))
    elif inner:
        yield from (
            leaf for each in (inner[:1] if hasattr(annotation, "__metadata__") else inner) for leaf in _leaves(each)
        )
    elif annotation is not UUID:
        yield annotation


def _rule_problems(where: str, rule: FieldSpec, form: Form) -> Iterator[FieldProblem]:
    origins = [name for name in ("column", "template", "constant") if getattr(rule, name) is not None]
    if len(origins) != 1:
        yield FieldProblem(where, "ambiguous", "Give one of column, template and constant")
    for name, forms in FITTING.items():
        if getattr(rule, name) is not None and form not in forms:
            yield FieldProblem(
                f"{where}/{name}", "does_not_fit", f"It says nothing about a field that takes {_takes(form)}"
            )
    if form == "money" and (rule.currency is None) == (rule.currency_column is None):
        yield FieldProblem(where, "missing", "Money needs a currency, or a currency_column")
    if rule.template is not None and pieces_of(rule.template) is None:
        yield FieldProblem(f"{where}/template", "unusable_template", 'A template is like "{first} {last}"')
    if rule.format is not None and not _can_be_read(rule.format):
        yield FieldProblem(f"{where}/format", "unusable_format", "A format is like %d.%m.%Y")


def _takes(form: Form) -> str:
    return {"text": "a text", "reference": "a reference", "references": "references", "money": "money"}.get(
        form, f"a {form}"
    )


def _can_be_read(form: str) -> bool:
    try:
        datetime.strptime(datetime(2017, 12, 31, tzinfo=UTC).strftime(form), form).date()  # noqa: DTZ007  # a trial
    except ValueError:
        return False
    return "%" in form


def pieces_of(template: str) -> tuple[tuple[str, bool], ...] | None:
    """Literal texts and, flagged, columns; None when it cannot be read as a template."""
    pieces: list[tuple[str, bool]] = []
    try:
        for literal, column, form, conversion in Formatter().parse(template):
            if literal:
                pieces.append((literal, False))
            if column is not None:
                if not column or form or conversion:
                    return None
                pieces.append((column, True))
    except ValueError:
        return None
    return tuple(pieces)
