from dataclasses import replace
from datetime import date
from uuid import uuid4

import numpy as np

from app.health.core.warnings.aligned import aligned
from app.metrics.core.measured import Measured


def measured_of(account_ids, values, exists=None):
    size = len(account_ids)
    return Measured(
        as_of=date(2024, 6, 30),
        currency="USD",
        account_ids=account_ids,
        exists=np.ones(size, dtype=bool) if exists is None else np.array(exists),
        values={"x": np.array(values, dtype=float)},
        facts={},
        latest={},
        notes={},
        missing_rates={},
    )


def test_figures_of_before_stand_beside_their_accounts():
    first, second, third = uuid4(), uuid4(), uuid4()
    now = measured_of([first, second, third], [0, 0, 0])
    before = measured_of([third, first], [3, 1])
    assert aligned(before, now)["x"].tolist()[::2] == [1, 3]
    assert np.isnan(aligned(before, now)["x"][1])


def test_of_an_account_that_was_not_there_nothing_was_known():
    account = uuid4()
    before = measured_of([account], [5], [False])
    assert np.isnan(aligned(before, measured_of([account], [0]))["x"]).all()
    assert aligned(replace(before, exists=np.array([True])), measured_of([account], [0]))["x"].tolist() == [5]


def test_no_accounts_are_no_trouble():
    assert aligned(measured_of([], []), measured_of([], []))["x"].tolist() == []
