"""A figure that was measured, the baseline measured in the same run, and the goal that their ratio has to meet."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `baseline` in one unit; `ratio` is ours by baseline, or ours alone where there is no baseline."""

    figure: str
    unit: str
    ours: float
    baseline: float | None
    ratio: float
    goal: float
    at_least: bool  # whether the goal is a floor (requests/s) or a ceiling (seconds)

    @property
    def ok(self) -> bool:
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "ok": self.ok}


def rate(figure: str, ours: float, baseline: float, goal: float) -> Figure:
    """Requests per second: the more, the better."""
    return Figure(figure, "requests/s", ours, baseline, ours / baseline, goal, at_least=True)


def duration(figure: str, ours: float, baseline: float, goal: float) -> Figure:
    """Seconds: the fewer, the better."""
    return Figure(figure, "s", ours, baseline, ours / baseline, goal, at_least=False)


def at_most(figure: str, unit: str, ours: float, goal: float) -> Figure:
    """Something that is held against its goal alone."""
    return Figure(figure, unit, ours, None, ours, goal, at_least=False)


def at_least(figure: str, unit: str, ours: float, goal: float) -> Figure:
    """The same, where more is better."""
    return Figure(figure, unit, ours, None, ours, goal, at_least=True)


def from_row(row: Mapping[str, Any]) -> Figure:
    """A figure in seconds out of a plain row, as `scoring_core` makes them."""
    return duration(row["figure"], row["ours"], row["baseline"], row["goal"])


def medians(runs: Mapping[str, Callable[[], float]], repetitions: int) -> dict[str, float]:
    """The median of what each run returns; each is warmed up once, then they take turns."""
    for run in runs.values():
        run()
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(repetitions):
        for name, run in runs.items():
            found[name].append(run())
    return {name: statistics.median(values) for name, values in found.items()}


def show(figures: Sequence[Figure]) -> None:
    """The table, on standard output."""
    table = Table("figure", "unit", "ours", "baseline", "ratio", "goal", "ok")
    for column in table.columns[2:6]:
        column.justify = "right"
    for one in figures:
        table.add_row(
            one.figure,
            one.unit,
            _shown(one.ours),
            "" if one.baseline is None else _shown(one.baseline),
            "" if one.baseline is None else f"{one.ratio:.2f}",
            f"{'≥' if one.at_least else '≤'} {one.goal:,g}",
            "ok" if one.ok else "MISSED",
        )
    Console(width=None if Console().is_terminal else 160).print(table)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def write(figures: Sequence[Figure]) -> None:
    """Keep the figures beside the benchmarks; those of benchmarks that were not run this time stay."""
    before = orjson.loads(RESULTS.read_bytes()) if RESULTS.exists() else []
    measured = {_id(one.figure) for one in figures}
    rows = [row for row in before if _id(row["figure"]) not in measured] + [one.as_row() for one in figures]
    rows.sort(key=lambda row: (_place(_id(row["figure"])), row["figure"]))
    RESULTS.write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2))


def _id(figure: str) -> str:
    return figure.partition(" ")[0]


def _place(name: str) -> tuple[int, str]:
    """B2 before B10, and what has no number behind those that have."""
    number = name.removeprefix("B")
    return (int(number) if number.isdigit() else 1_000, name)
