"""Reads a mapping file, or says of every key why it cannot be used."""

import codecs
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from app.accounts.kinds import KINDS
from app.imports.core.mapping import Dialect, ExportMapping, FileMapping, Form, Rule
from app.imports.schemas.fitting import form_of, misfits, pieces_of
from app.imports.schemas.shape import FieldSpec, MappingSpec, RecordSpec, spelt_out
from app.infra.invalid_fields import field_problems
from app.kernel.errors import FieldProblem, Invalid


class UnusableMapping(Invalid):
    """The mapping file cannot be used."""


def mapping_of(content: bytes) -> ExportMapping:
    """The mapping that a TOML file holds; raises UnusableMapping, naming every key that cannot be used."""
    try:
        document = spelt_out(tomllib.loads(content.decode(), parse_float=Decimal))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnusableMapping(f"it is no TOML: {error}") from error
    try:
        spec = MappingSpec.model_validate(document)
    except ValidationError as error:
        raise _refused(field_problems(error.errors(include_url=False), document), document) from error
    problems = misfits(spec)
    if problems:
        raise _refused(problems, document)
    return _mapping(spec)


def _refused(problems: list[FieldProblem], document: Mapping[str, Any]) -> UnusableMapping:
    """The refusal, telling the keys as they stand in the file, and the kind where they stand in a record."""
    return UnusableMapping("\n".join(_told(problem, document) for problem in problems), errors=problems)


def _told(problem: FieldProblem, document: Mapping[str, Any]) -> str:
    steps = problem.pointer.strip("/").split("/")
    if len(steps) < 2 or steps[0] != "records":
        return f"{'.'.join(steps)}: {problem.message}"
    record = document["records"][int(steps[1])]
    kind = record.get("kind") if isinstance(record, dict) else None
    return f"records {int(steps[1]) + 1} ({kind}): {'.'.join(steps[2:])}: {problem.message}"


def _mapping(spec: MappingSpec) -> ExportMapping:
    encoding = codecs.lookup(spec.csv.encoding).name
    dialect = Dialect(
        spec.csv.delimiter, "utf-8-sig" if encoding == "utf-8" else encoding, spec.csv.decimal, spec.csv.thousands
    )
    return ExportMapping(spec.source, spec.exported_on, dialect, tuple(_file(spec, record) for record in spec.records))


def _file(spec: MappingSpec, record: RecordSpec) -> FileMapping:
    kind = KINDS[record.kind]
    links = tuple(reference.name for reference in kind.references if reference.table is kind.table)
    rules = []
    for name, rule in record.fields.items():
        form = form_of(kind, name, rule)
        assert form is not None
        rules.append(_rule(spec, name, rule, form, omit=name in links))
    return FileMapping(
        record.kind,
        record.file,
        _rule(spec, "external_id", record.external_id, "text", omit=False),
        tuple(rules),
        links,
    )


def _rule(spec: MappingSpec, name: str, rule: FieldSpec, form: Form, *, omit: bool) -> Rule:
    return Rule(
        name,
        form,
        _pieces(rule),
        values={text: _as_text(value) for text, value in rule.values.items()},
        empty=frozenset({"", *spec.empty, *rule.empty}),
        null_when={
            column: frozenset([texts] if isinstance(texts, str) else texts) for column, texts in rule.null_when.items()
        },
        factor=rule.factor,
        currency=rule.currency,
        currency_column=rule.currency_column,
        format=rule.format,
        separator=rule.separator or ";",
        source=rule.source or spec.source,
        required=rule.required,
        omit_unknown=rule.unknown == "omit" or (omit and rule.unknown is None),
    )


def _pieces(rule: FieldSpec) -> tuple[tuple[str, bool], ...]:
    if rule.column is not None:
        return ((rule.column, True),)
    if rule.template is not None:
        return pieces_of(rule.template) or ()
    return ((_as_text(rule.constant), False),)


def _as_text(value: object) -> str:
    """A plain value as a cell would say it; the decimal mark aside, which only texts need to heed."""
    return str(value).lower() if isinstance(value, bool) else str(value)
