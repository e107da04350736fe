"""The figures of a quarter before, account by account beside those of the day."""

from collections.abc import Mapping

import numpy as np

from app.metrics.core.measured import Measured, Vector


def aligned(before: Measured, measured: Measured) -> Mapping[str, Vector]:
    """The values of `before` in the order of `measured`'s accounts; NaN of an account that was not there then."""
    places = {account_id: row for row, account_id in enumerate(before.account_ids)}
    rows = np.array([places.get(account_id, -1) for account_id in measured.account_ids], dtype=np.intp)
    there = rows >= 0
    there[there] = before.exists[rows[there]]

    def placed(values: Vector) -> Vector:
        found: Vector = np.full(len(rows), np.nan)
        found[there] = values[rows[there]]
        return found

    return {key: placed(values) for key, values in before.values.items()}
