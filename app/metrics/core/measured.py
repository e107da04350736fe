"""The array of accounts by metrics, with the facts behind each number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kernel.ids import AccountId

Vector = NDArray[np.float64]
Counts = NDArray[np.int64]
Days = NDArray[np.datetime64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """One metric over the accounts: value (NaN = unknown), number of facts read, the day of the latest (NaT = none)."""

    value: Vector
    facts: Counts
    latest: Days


@dataclass(frozen=True, slots=True)
class Results:
    """Columns as they are gathered: by key, with what has to be said beside them."""

    columns: dict[str, Column] = field(default_factory=dict)
    notes: dict[str, dict[str, Vector]] = field(default_factory=dict)
    missing_rates: dict[str, dict[str, Counts]] = field(default_factory=dict)

    def put(self, key: str, value: Vector, facts: Counts, latest: Days) -> None:
        self.columns[key] = Column(value, facts, latest)


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of accounts at the end of `as_of`; arrays have one entry each, in the order of `account_ids`.

    currency: the organization's reporting currency, in which money is given.
    exists: whether the account was known by then.
    values: float64, NaN where unknown. facts: how many facts were read. latest: the day of the latest, NaT without one.
    notes: by metric and note, how much of a figure is estimated (money) or how many facts could not count.
    missing_rates: by metric and currency, how many amounts were not counted because no exchange rate was in force.
    """

    as_of: date
    currency: str
    account_ids: list[AccountId]
    exists: Mask
    values: Mapping[str, Vector]
    facts: Mapping[str, Counts]
    latest: Mapping[str, Days]
    notes: Mapping[str, Mapping[str, Vector]]
    missing_rates: Mapping[str, Mapping[str, Counts]]

    def of(self, chosen: Mask) -> "Measured":
        """The same of some of the accounts, in their order."""

        def cut(parts: Mapping[str, Mapping[str, NDArray[Any]]]) -> dict[str, dict[str, NDArray[Any]]]:
            return {key: {name: array[chosen] for name, array in part.items()} for key, part in parts.items()}

        return replace(
            self,
            account_ids=[account_id for account_id, there in zip(self.account_ids, chosen, strict=True) if there],
            exists=self.exists[chosen],
            values={key: array[chosen] for key, array in self.values.items()},
            facts={key: array[chosen] for key, array in self.facts.items()},
            latest={key: array[chosen] for key, array in self.latest.items()},
            notes=cut(self.notes),
            missing_rates=cut(self.missing_rates),
        )

    def row(self, account_id: AccountId) -> int:
        """Where the account stands in the arrays; ValueError if it is not among them."""
        return self.account_ids.index(account_id)

    def value(self, key: str, row: int) -> float | None:
        """The value of one account, None when unknown."""
        value = float(self.values[key][row])
        return None if np.isnan(value) else value

    def latest_on(self, key: str, row: int) -> date | None:
        """The day of the latest fact that was read for one account."""
        day = self.latest[key][row]
        return None if np.isnat(day) else day.astype(object)

    def notes_of(self, key: str, row: int) -> dict[str, Any]:
        """What has to be said beside one account's value, zeros left out; empty when nothing has."""
        said: dict[str, Any] = {
            name: float(array[row]) for name, array in self.notes.get(key, {}).items() if array[row] > 0
        }
        rates = {name: int(array[row]) for name, array in self.missing_rates.get(key, {}).items() if array[row] > 0}
        return said | ({"missing_rates": rates} if rates else {})


def measured(
    results: Results, keys: Iterable[str], *, as_of: date, currency: str, account_ids: list[AccountId], exists: Mask
) -> Measured:
    """The answer for `keys`, out of all that was gathered on the way to it."""
    keys = tuple(keys)
    return Measured(
        as_of=as_of,
        currency=currency,
        account_ids=account_ids,
        exists=exists,
        values={key: results.columns[key].value for key in keys},
        facts={key: results.columns[key].facts for key in keys},
        latest={key: results.columns[key].latest for key in keys},
        notes={key: results.notes[key] for key in keys if key in results.notes},
        missing_rates={key: results.missing_rates[key] for key in keys if key in results.missing_rates},
    )
