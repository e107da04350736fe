"""The program in pictures: its figures beside published ones, and how much faster its accounts grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.console.core.beside import Beside, beside_number, beside_share

_LOAD_MOST: Final = 15.0
_EDGE: Final = 8.0  # of 100, left free beyond what is shown


def besides(summary: Mapping[str, Any]) -> list[Beside]:
    """What of the program has a published figure beside it; summary: as the API answers it."""
    key, load = summary["key_accounts"], summary["kam_load"]
    revenue, customers = key["benchmarks"]
    mean, band = load["benchmarks"]
    most = None if load["most"] is None else float(load["most"])
    held_by = f"{load['managers']} managers"
    return [
        beside_share("Revenue from key accounts", key["revenue_share"], revenue, "of the last twelve months"),
        beside_share("Customers that are key", key["customer_share"], customers, f"of {key['customers']} customers"),
        _use(summary["utilization"]),
        _missed(summary["quota"]),
        beside_number("Accounts per manager, mean", load["mean"], mean, most=_LOAD_MOST, detail=held_by),
        beside_number("Accounts per manager, most", most, band, most=_LOAD_MOST, detail="beside a rule of thumb"),
    ]


def _use(use: Mapping[str, Any]) -> Beside:
    detail = f"{use['fully_using']} of {use['accounts']} accounts, 90 days"
    return beside_share("Full use of resources", use["share"], use["benchmark"], detail)


def _missed(quota: Mapping[str, Any]) -> Beside:
    missed, of = quota["missed"], quota["accounts_with_target"]
    detail = f"{missed} of {of} accounts; elsewhere: of organizations"
    return beside_share("Miss their target", missed / of if of else None, quota["benchmark"], detail)


@dataclass(frozen=True, slots=True)
class Interval:
    """A difference and its interval on a line; zero, at, low, high: where they lie, 0 to 100; None: not known."""

    zero: float
    at: float
    low: float | None
    high: float | None


def interval(growth: Mapping[str, Any]) -> Interval | None:
    """The growth premium on a line on which nothing has its place too; None where it is not known."""
    value: float | None = growth["premium"]
    low: float | None = growth["low"]
    high: float | None = growth["high"]
    if value is None:
        return None
    known = [0.0, value, *(one for one in (low, high) if one is not None)]
    least, span = min(known), max(max(known) - min(known), 0.01)

    def place(figure: float) -> float:
        return _EDGE + (100 - 2 * _EDGE) * (figure - least) / span

    return Interval(place(0.0), place(value), *(None if one is None else place(one) for one in (low, high)))


def counted(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int, float]]:
    """Names with their numbers, and each as a share (0 to 100) of the largest."""
    most = max((number for _, number in rows), default=0)
    return [(name, number, 100 * number / most if most else 0.0) for name, number in rows]
