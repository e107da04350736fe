"""Evaluates the rules of early warning for any number of accounts at once, keeps what changes, and tells of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events import service as events
from app.health.core.warnings.aligned import aligned
from app.health.core.warnings.conditions import Figures, Limits
from app.health.core.warnings.evidence import Compared, held_bits, same_figures
from app.health.core.warnings.hysteresis import Standing, Step, stepped, untouched
from app.health.core.warnings.judging import findings
from app.health.core.warnings.limits import limits_of
from app.health.core.warnings.rules import METRICS, METRICS_BEFORE, RULES
from app.health.queries import warning_records
from app.health.queries import warnings as queries
from app.health.queries.warnings import Moved, Opened
from app.kernel.ids import AccountId, TenantId, new_id
from app.metrics.core.measured import Measured
from app.metrics.service import SHIPPED
from app.selection.service.tiers import tiers
from app.tenancy import service as tenancy

# A rule may name a metric that nothing measures yet: it is known of nobody, and the rule never holds.
KEYS: Final = tuple(key for key in METRICS if key in SHIPPED)
KEYS_BEFORE: Final = tuple(key for key in METRICS_BEFORE if key in SHIPPED)

_PLACES: Final = {rule.code: place for place, rule in enumerate(RULES)}
_NEVER: Final = np.datetime64(date.max, "D")
_RECORD: Final = ("way", "kind", "id", "dated_on", "detail", "value", "share", "count")

Cell = tuple[int, int]  # an account's place, and a rule's


async def evaluate(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, measured: Measured, before: Measured
) -> None:
    """Evaluate all rules of a day; statements do not depend on how many accounts there are.

    measured: the metrics KEYS of that day; before: KEYS_BEFORE of 90 days earlier, of the same accounts or of more or
    fewer. A day before one that an account was judged for already changes nothing about it: warnings go forward.
    """
    limits = await _limits(connection, tenant_id, as_of, measured.account_ids)
    rows = await queries.standing(connection, tenant_id, as_of, measured.account_ids)
    later = await queries.looked_at_later(connection, tenant_id, as_of, measured.account_ids)

    figures = Figures(measured.values, aligned(before, measured), len(measured.account_ids))
    found = findings(RULES, figures, limits)
    live, standing = _standing(measured, rows, later)
    step = stepped(standing, found.opens, found.goes_on, found.unknown, as_of)

    evaluation = _Evaluation(measured, live, step, Compared(measured, figures, limits))
    documents = await _evidence(connection, tenant_id, evaluation)
    await _store(connection, tenant_id, evaluation, documents)


async def _limits(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId]
) -> Limits:
    organization = await tenancy.organization(connection, tenant_id)
    tiered = await tiers(connection, tenant_id, as_of, account_ids)
    own = [tiered[account_id].tier if account_id in tiered else None for account_id in account_ids]
    return limits_of(organization.warning_thresholds, organization.cadences, own)


class _Evaluation:
    """One day's evaluation: of whom, the rows that were live, what became of them, and the figures behind it."""

    def __init__(self, measured: Measured, live: Mapping[Cell, RowMapping], step: Step, compared: Compared) -> None:
        self.measured, self.live, self.step, self.compared = measured, live, step, compared

    @property
    def as_of(self) -> date:
        return self.measured.as_of

    def figures(self, cell: Cell) -> dict[str, Any]:
        """What holds there, in which ways and by which figures."""
        account, rule = cell
        return self.compared.document(RULES[rule], account, int(self.step.standing.held[cell]))

    def rests_on(self, cell: Cell, document: Mapping[str, Any]) -> bool:
        """Whether the warning was live already, by the same figures."""
        row = self.live.get(cell)
        return row is not None and same_figures(document, row["ways"], row["figures"])

    def account_id(self, cell: Cell) -> AccountId:
        return self.measured.account_ids[cell[0]]


def _standing(
    measured: Measured, rows: Sequence[RowMapping], later: set[AccountId]
) -> tuple[dict[Cell, RowMapping], Standing]:
    """The live rows by cell, and how all cells stand; an account that is not there or was judged later is closed."""
    standing = untouched(len(measured.account_ids), len(RULES))
    places = {account_id: place for place, account_id in enumerate(measured.account_ids)}
    live: dict[Cell, RowMapping] = {}
    for row in rows:
        rule = _PLACES.get(row["code"])
        if rule is None:
            continue  # a rule that is no more
        cell = places[AccountId(row["account_id"])], rule
        standing.evaluated_on[cell] = np.fmax(standing.evaluated_on[cell], np.datetime64(row["evaluated_on"], "D"))
        if row["state"] != "resolved":
            live[cell] = row
            standing.live[cell] = True
            standing.held[cell] = held_bits(RULES[rule], row["ways"])
            standing.clean_days[cell] = row["clean_days"]
    closed = ~measured.exists | np.array([account_id in later for account_id in measured.account_ids], dtype=np.bool_)
    standing.evaluated_on[closed] = _NEVER
    return live, standing


async def _evidence(
    connection: AsyncConnection, tenant_id: TenantId, evaluation: _Evaluation
) -> dict[Cell, dict[str, Any]]:
    """The evidence of all that is seen and has other figures than before, with the records behind it."""
    told = {cell: evaluation.figures(cell) for cell in _cells(evaluation.step.seen)}
    changed = {cell: document for cell, document in told.items() if not evaluation.rests_on(cell, document)}
    records = await _records(connection, tenant_id, evaluation, list(changed))
    as_of = evaluation.as_of.isoformat()
    return {
        cell: {
            **document,
            "as_of": as_of,
            "records": [one for one in records[cell] if one["way"] is None or one["way"] in document["ways"]],
        }
        for cell, document in changed.items()
    }


async def _records(
    connection: AsyncConnection, tenant_id: TenantId, evaluation: _Evaluation, cells: Sequence[Cell]
) -> Mapping[Cell, list[dict[str, Any]]]:
    """The records behind some warnings: a statement for each rule that has any."""
    places = {account_id: place for place, account_id in enumerate(evaluation.measured.account_ids)}
    found: dict[Cell, list[dict[str, Any]]] = defaultdict(list)
    for rule in sorted({rule for _, rule in cells}):
        rows = await warning_records.records(
            connection,
            tenant_id,
            RULES[rule].code,
            [evaluation.account_id(cell) for cell in cells if cell[1] == rule],
            as_of=evaluation.as_of,
            currency=evaluation.measured.currency,
        )
        for row in rows:
            cell = places[AccountId(row["account_id"])], rule
            found[cell].append({name: row[name] for name in _RECORD})
    return found


async def _store(
    connection: AsyncConnection, tenant_id: TenantId, evaluation: _Evaluation, evidence: Mapping[Cell, dict[str, Any]]
) -> None:
    opened = [
        Opened(new_id(), evaluation.account_id(cell), RULES[cell[1]].code, RULES[cell[1]].severity, evidence[cell])
        for cell in _cells(evaluation.step.opened)
    ]
    moved = {
        cell: _moved(evaluation, cell, evidence.get(cell))
        for cell in _cells(evaluation.step.evaluated & ~evaluation.step.opened)
        if cell in evidence or _says_more(evaluation, cell)
    }
    if opened:
        begun = await queries.open_all(connection, tenant_id, evaluation.as_of, opened)
        await _tell_opened(connection, tenant_id, evaluation.as_of, [one for one in opened if one.id in begun])
    if moved:
        over = await queries.move_all(connection, tenant_id, evaluation.as_of, list(moved.values()))
        cleared = [cell for cell, one in moved.items() if one.id in over]
        await _tell_cleared(connection, tenant_id, evaluation, cleared)


def _says_more(evaluation: _Evaluation, cell: Cell) -> bool:
    """Whether the row does not say it all: a day's second evaluation mostly finds what the first one found."""
    row = evaluation.live[cell]
    said = row["evaluated_on"], row["clean_days"]
    return said != (evaluation.as_of, int(evaluation.step.standing.clean_days[cell]))


def _moved(evaluation: _Evaluation, cell: Cell, evidence: Mapping[str, Any] | None) -> Moved:
    step = evaluation.step
    return Moved(
        id=evaluation.live[cell]["id"],
        seen=bool(step.seen[cell]),
        cleared=bool(step.cleared[cell]),
        clean_days=int(step.standing.clean_days[cell]),
        evidence=evidence,
    )


async def _tell_opened(connection: AsyncConnection, tenant_id: TenantId, as_of: date, opened: Sequence[Opened]) -> None:
    told: list[tuple[UUID, dict[str, Any]]] = [
        (
            one.account_id,
            {
                **_told(one.id, one.account_id, one.code, as_of),
                "severity": one.severity,
                "ways": one.evidence["ways"],
                "previous": None,
                "current": "open",
            },
        )
        for one in opened
    ]
    await events.record_all(connection, tenant_id, "warning.opened", "account", told)


async def _tell_cleared(
    connection: AsyncConnection, tenant_id: TenantId, evaluation: _Evaluation, cleared: Sequence[Cell]
) -> None:
    told: list[tuple[UUID, dict[str, Any]]] = [
        (
            evaluation.account_id(cell),
            {
                **_told(
                    evaluation.live[cell]["id"], evaluation.account_id(cell), RULES[cell[1]].code, evaluation.as_of
                ),
                "severity": RULES[cell[1]].severity,
                "first_seen_on": evaluation.live[cell]["first_seen_on"].isoformat(),
                "previous": evaluation.live[cell]["state"],
                "current": "resolved",
            },
        )
        for cell in cleared
    ]
    await events.record_all(connection, tenant_id, "warning.cleared", "account", told)


def _told(warning_id: UUID, account_id: AccountId, code: str, as_of: date) -> dict[str, Any]:
    ids = {"account_id": str(account_id), "warning_id": str(warning_id)}
    return {**ids, "code": code, "as_of": as_of.isoformat()}


def _cells(mask: "np.ndarray[Any, np.dtype[np.bool_]]") -> list[Cell]:
    return [(int(account), int(rule)) for account, rule in np.argwhere(mask)]
