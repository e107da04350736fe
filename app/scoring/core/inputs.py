"""Turns what is known of accounts (numbers, truths, labels, nothing) into one coded matrix, or names the bad fields.

Column by column: the common case is settled by the set of types in a column and one array conversion; only a column
that holds something else is walked value by value to name it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.kernel.errors import FieldProblem, Invalid
from app.scoring.core.arrays import Flags, Indices, Matrix, Vector
from app.scoring.core.documents import MAX_LISTED, escaped, number_problem
from app.scoring.core.value_functions import Boolean, Categories, Rating, ValueFunction

Input = float | bool | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column to read: the metric's key, and how its values will be judged (None: a plain number, as gates read)."""

    metric: str
    function: ValueFunction | None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one account's inputs that its reader should know: a stable code, and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Coded values, (accounts, columns), NaN = unknown, columns contiguous; remarks by the account's position."""

    matrix: Matrix
    remarks: Mapping[int, tuple[Remark, ...]] = field(default_factory=dict)

    def of(self, accounts: Indices) -> "Inputs":
        """Those of some of the accounts, by their positions."""
        places = enumerate(accounts.tolist())
        remarks = {place: self.remarks[account] for place, account in places if account in self.remarks}
        return Inputs(self.matrix[accounts], remarks)


def read_inputs(accounts: Sequence[Mapping[str, object]], columns: Sequence[Column]) -> Inputs:
    """The coded matrix of accounts' raw inputs (metric -> number | bool | label | None); absent and None are unknown.

    A bool is not a number. `boolean` takes true and false alone, `categories` a label (one it does not know counts as
    unknown, with a remark), `rating` a number in [1, maximum], every other kind and a gate a finite number.
    Raises Invalid naming up to 20 fields as `/accounts/3/inputs/goal_fit`, in the order of the accounts.
    Metrics that no column reads are left alone, with a remark.
    """
    values = np.empty((len(columns), len(accounts)))
    faults: dict[tuple[int, str], tuple[str, str]] = {}
    remarks: dict[int, tuple[Remark, ...]] = {}
    for row, column in zip(values, columns, strict=True):
        raw = [inputs.get(column.metric) for inputs in accounts]
        coded = _quickly_coded(raw, column.function)
        if coded is None:
            coded = _coded_one_by_one(raw, column, faults)
        row[:] = coded
        if isinstance(column.function, Categories):
            _remark_labels(raw, coded, column.metric, remarks)
    _refuse(faults)
    _remark_unread(accounts, {column.metric for column in columns}, remarks)
    return Inputs(values.T, remarks)


def inputs_from_columns(metrics: Mapping[str, Vector], columns: Sequence[Column], accounts: int) -> Inputs:
    """The coded matrix of computed metrics: each (accounts,), float64, NaN = unknown; a metric not given is unknown.

    Nobody sent these values, so none is refused: one that its value function cannot judge (a rating out of range, a
    number where a truth or a label is wanted, an infinite one) counts as unknown, with a remark for that account.
    """
    values = np.full((len(columns), accounts), np.nan)
    remarks: dict[int, tuple[Remark, ...]] = {}
    for row, column in zip(values, columns, strict=True):
        if column.metric in metrics:
            row[:] = metrics[column.metric]
        unusable = _unusable(row, column.function)
        row[unusable] = np.nan
        for account in np.flatnonzero(unusable).tolist():
            _remark(remarks, account, "unusable_value", f"{column.metric}: its value does not fit the value function")
    return Inputs(values.T, remarks)


def coded(value: Input, function: ValueFunction | None) -> float:
    """One raw input as its code in a matrix, NaN if unknown or unfit for `function`."""
    fit = _rule(function)(value) is None
    return float(_code(value, function)) if fit and value is not None else float("nan")


def decoded(column: Vector, function: ValueFunction | None) -> list[Input]:
    """A coded column as raw inputs: numbers, truths or labels, None where unknown."""
    match function:
        case Boolean():
            return [None if value != value else value > 0.0 for value in column.tolist()]  # noqa: PLR0124 - NaN alone differs from itself
        case Categories(labels):
            return [None if value != value else labels[int(value)] for value in column.tolist()]  # noqa: PLR0124 - as above
        case _:
            return or_none(column)


def or_none(column: Matrix) -> list[Input]:
    """An array as (nested) lists in which NaN has become None."""
    missing = np.isnan(column)
    if not missing.any():
        return list(column.tolist())
    boxed = column.astype(object)
    boxed[missing] = None
    return list(boxed.tolist())


def _quickly_coded(raw: list[object], function: ValueFunction | None) -> Vector | None:
    """The column if all of it is plainly right, else None."""
    types = set(map(type, raw)) - {type(None)}
    match function:
        case Boolean():
            return np.array(raw, dtype=np.float64) if types <= {bool} else None
        case Categories(labels):
            code = {label: float(index) for index, label in enumerate(labels)}
            return np.array([code.get(label, np.nan) for label in raw]) if types <= {str} else None  # type: ignore[call-overload]  # all are str
        case _:
            return _quick_numbers(raw, function) if types <= {int, float} else None


def _quick_numbers(raw: list[object], function: ValueFunction | None) -> Vector | None:
    try:
        column = np.array(raw, dtype=np.float64)
    except OverflowError:
        return None
    unknown = np.count_nonzero(~np.isfinite(column))
    if unknown and unknown != raw.count(None):
        return None
    return None if _unusable(column, function).any() else column


def _unusable(column: Vector, function: ValueFunction | None) -> Flags:
    """Where a known number cannot be judged by `function`."""
    match function:
        case Rating(maximum):
            unusable: Flags = (column < 1.0) | (column > maximum)
            return unusable
        case Boolean():
            return ~np.isnan(column) & ~np.isin(column, (0.0, 1.0))
        case Categories():
            return ~np.isnan(column)
        case _:
            return ~np.isnan(column) & ~np.isfinite(column)


def _coded_one_by_one(raw: list[object], column: Column, faults: dict[tuple[int, str], tuple[str, str]]) -> Vector:
    rule = _rule(column.function)
    values = np.full(len(raw), np.nan)
    for account, value in enumerate(raw):
        fault = rule(value)
        if fault is not None:
            faults.setdefault((account, column.metric), fault)
        elif value is not None:
            values[account] = _code(value, column.function)
    return values


def _rule(function: ValueFunction | None) -> Callable[[object], tuple[str, str] | None]:
    """What is wrong with one raw value (code, message), or None; None itself is always right."""
    match function:
        case Boolean():
            return lambda value: None if isinstance(value, bool | None) else ("wrong_type", "must be true or false")
        case Categories():
            return lambda value: None if isinstance(value, str | None) else ("wrong_type", "must be a label")
        case Rating(maximum):
            return lambda value: None if value is None else _rating_problem(value, maximum)
        case _:
            return lambda value: None if value is None else number_problem(value)


def _rating_problem(value: object, maximum: float) -> tuple[str, str] | None:
    problem = number_problem(value)
    if problem is None and isinstance(value, int | float) and not 1 <= value <= maximum:
        return "out_of_range", f"must be from 1 to {maximum:g}"
    return problem


def _code(value: object, function: ValueFunction | None) -> float:
    if isinstance(function, Categories):
        return float(function.labels.index(str(value))) if value in function.labels else float("nan")
    return float(value) if isinstance(value, int | float) else float("nan")


def _remark(remarks: dict[int, tuple[Remark, ...]], account: int, code: str, message: str) -> None:
    remarks[account] = (*remarks.get(account, ()), Remark(code, message))


def _remark_labels(raw: list[object], column: Vector, metric: str, remarks: dict[int, tuple[Remark, ...]]) -> None:
    for account in np.flatnonzero(np.isnan(column)).tolist():
        if raw[account] is not None:
            _remark(remarks, account, "unknown_label", f"{metric}: a label unknown to the model counts as missing")


def _remark_unread(
    accounts: Sequence[Mapping[str, object]], read: set[str], remarks: dict[int, tuple[Remark, ...]]
) -> None:
    for account, inputs in enumerate(accounts):
        if not inputs.keys() <= read:
            count = len(inputs.keys() - read)
            _remark(remarks, account, "unread_inputs", f"{count} of the inputs belong to no criterion or gate")


def _refuse(faults: Mapping[tuple[int, str], tuple[str, str]]) -> None:
    if not faults:
        return
    first = sorted(faults)[:MAX_LISTED]
    errors = [
        FieldProblem(f"/accounts/{account}/inputs/{escaped(metric)}", *faults[account, metric])
        for account, metric in first
    ]
    raise Invalid(f"{len(faults)} of the inputs cannot be right", errors=errors)
