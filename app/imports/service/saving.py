"""Saves one file of an export: rows become changes, and each change's outcome is reported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.core.parents import OwnAncestor
from app.accounts.kinds import KINDS
from app.imports.core import links
from app.imports.core.mapping import ExportMapping
from app.imports.core.report import FileReport
from app.imports.core.rows import RowReader, UnusableRow, row_reader
from app.imports.core.table import BrokenRow
from app.imports.service.surveying import SurveyedFile, opened
from app.infra.invalid_fields import field_problems
from app.infra.records.kind import Change, Columns, Kind, Moment, Outcome
from app.kernel.errors import Conflict, FieldProblem, Invalid, Refusal
from app.kernel.ids import TenantId

BATCH: Final = 2000
Advanced = Callable[[int], None]


class WrittenMeanwhile(Conflict):
    """Somebody else wrote this record at the same moment."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A row that can be saved."""

    row: int
    identity: str
    cells: list[str]
    given: Columns

    def without(self, name: str) -> "_Item":
        return replace(self, given={key: value for key, value in self.given.items() if key != name})


@dataclass(slots=True)
class FileImport:
    """One file on its way into the database."""

    connection: AsyncConnection
    tenant_id: TenantId
    moment: Moment
    export: ExportMapping
    file: SurveyedFile
    kind: Kind
    report: FileReport
    seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        connection: AsyncConnection,
        tenant_id: TenantId,
        moment: Moment,
        export: ExportMapping,
        file: SurveyedFile,
    ) -> "FileImport":
        mapping = file.mapping
        return cls(
            connection, tenant_id, moment, export, file, KINDS[mapping.kind], FileReport(mapping.kind, mapping.file)
        )

    async def run(self, advanced: Advanced) -> FileReport:
        """Read and save by batches; rows that name another record of the file are saved after it."""
        linked: list[_Item] = []
        with opened(self.file.path, self.export) as (header, rows):
            reader = row_reader(self.file.mapping, self.export.source, self.export.dialect, header)
            self.report.unused_columns = reader.unused_columns
            while batch := list(islice(rows, BATCH)):
                items = [item for row in batch if (item := self._item(reader, *row)) is not None]
                linked += [item for item in items if self._link(item) is not None]
                await self._save(reader, [item for item in items if self._link(item) is None])
                advanced(len(batch))
        for level in self._levels(reader, linked):
            for start in range(0, len(level), BATCH):
                await self._save(reader, level[start : start + BATCH])
        return self.report

    def _item(self, reader: RowReader, number: int, cells: list[str] | BrokenRow) -> _Item | None:
        """What can be saved of the row; otherwise it is reported."""
        if isinstance(cells, BrokenRow):
            self.report.refuse(number, None, cells.reason)
            return None
        identity = None
        try:
            identity = reader.identity(cells)
            if identity in self.seen:
                raise UnusableRow(f"is the same record as row {self.seen[identity]}")
            given = _given(self.kind, reader.document(identity, cells))
        except Refusal as refusal:
            self.report.refuse(number, identity, reader.reason(refusal, cells))
            return None
        self.seen[identity] = number
        return _Item(number, identity, cells, given)

    def _link(self, item: _Item) -> Any:
        """The first record of the same kind that the row names, if it names one."""
        return next((item.given[name] for name in self.file.mapping.links if item.given.get(name) is not None), None)

    def _levels(self, reader: RowReader, linked: Sequence[_Item]) -> list[list[_Item]]:
        """The rows in the order in which what they name comes first; no link is made where the links form a circle."""
        items = {(self.export.source, item.identity): item for item in linked}
        named = {key: (link.source, link.external_id) for key, item in items.items() if (link := self._link(item))}
        ordered, circular = links.levels(named)
        for name in self.file.mapping.links:
            problem = Invalid("circle", errors=[FieldProblem(f"/{name}", "circle", "stands below itself")])
            for key in circular:
                self._note_omission(reader, items[key], problem)
                items[key] = items[key].without(name)
        return [[items[key] for key in level] for level in ([circular, *ordered] if circular else ordered)]

    async def _save(self, reader: RowReader, items: Sequence[_Item]) -> None:
        """Save the rows; those that name an unknown record where that may be are saved again without the name."""
        while items:
            again = []
            outcomes = await self._outcomes([Change(item.given) for item in items])
            for item, outcome in zip(items, outcomes, strict=True):
                name = self._omissible(outcome.refusal)
                if outcome.refusal is None:
                    self._count(item, outcome)
                elif name in item.given:
                    self._note_omission(reader, item, outcome.refusal)
                    again.append(item.without(name))
                else:
                    self.report.refuse(item.row, item.identity, reader.reason(outcome.refusal, item.cells))
            items = again

    async def _outcomes(self, changes: Sequence[Change]) -> list[Outcome]:
        """What came of each change; the one that the whole is refused for is found by halving, and harms no other."""
        try:
            async with self.connection.begin_nested():
                return await accounts.save(self.connection, self.tenant_id, self.kind, changes, self.moment)
        except (IntegrityError, OwnAncestor) as error:
            if len(changes) > 1:
                half = len(changes) // 2
                return [*await self._outcomes(changes[:half]), *await self._outcomes(changes[half:])]
            refusal = error if isinstance(error, Refusal) else WrittenMeanwhile("import again to see what stands there")
            return [Outcome("refused", refusal=refusal)]

    def _omissible(self, refusal: Refusal | None) -> str:
        """The field that a refusal is about, if rows may go without it; else "", which is no field."""
        about = refusal.errors[0].pointer.strip("/") if refusal is not None and refusal.errors else ""
        return next((rule.name for rule in self.file.mapping.rules if rule.name == about and rule.omit_unknown), "")

    def _note_omission(self, reader: RowReader, item: _Item, refusal: Refusal) -> None:
        self.report.note(item.row, item.identity, f"kept without {reader.reason(refusal, item.cells)}")

    def _count(self, item: _Item, outcome: Outcome) -> None:
        self.report.results[outcome.result].add(item.row)
        if self.kind.plural == "opportunities" and item.given.get("account") is None:
            self.report.unassigned.add(item.row)


def _given(kind: Kind, document: dict[str, Any]) -> Columns:
    """The document as columns, by the very rules of the API."""
    try:
        return kind.body.model_validate(document).given()
    except ValidationError as error:
        problems = field_problems(error.errors(include_url=False, include_input=False), document)
        raise UnusableRow("the row cannot be used", errors=problems) from error
