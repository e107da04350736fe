"""What key accounts have, and what share of them that is."""

import numpy as np
import pytest

from app.program.core.audit.checks import CHECKS
from app.program.core.audit.evidence import KEYS, Limits, account_facts, figures
from app.program.core.audit.judging import Figure

ROW = dict.fromkeys(
    ("scored", "decided", "sponsored", "signed", "tailored", "appraised", "looked_at", "health_kept"), False
)
NOTHING = dict.fromkeys(KEYS, np.array([np.nan] * 3))


def facts(values=NOTHING, *, rows=(ROW, ROW, ROW), owed=((), (), ()), limits=Limits(90, 120)):  # noqa: B008  # a value
    return account_facts(rows, values, limits, managed=[False] * 3, calibrated=[False] * 3, owed=owed)


def test_every_check_of_accounts_is_answered():
    assert set(facts()) == {code for code, check in CHECKS.items() if check.accounts}


def test_what_is_not_known_is_not_there_and_days_count_up_to_what_the_organization_allows():
    days = np.array([60.0, 61.0, np.nan])
    found = facts({**NOTHING, "days_since_plan_update": days, "days_since_qbr": days}, limits=Limits(60, 61))
    assert found["planned"] == [True, True, False]
    assert found["plans_fresh"] == [True, False, False]
    assert found["reviewed_regularly"] == [True, True, False]
    assert found["several_functions"] == [False, False, False]


def test_only_accounts_that_fall_short_can_be_appraised_for_it():
    rows = ({**ROW, "appraised": True}, ROW, {**ROW, "appraised": True})
    found = facts(rows=rows, owed=(("met", "missed"), ("overdue",), ("met", "open")))
    assert found["shortfalls_appraised"] == [True, False, None]
    assert found["requirements_on_file"] == [True, True, True]
    assert found["reviewed_in_time"] == [True, False, True]

    shares = figures(found, {"commitments_kept": Figure(0.25, 1, 4)})
    assert (shares["shortfalls_appraised"].count, shares["shortfalls_appraised"].of) == (1, 2)
    assert shares["reviewed_in_time"].value == pytest.approx(2 / 3)
    assert shares["commitments_kept"].of == 4


def test_without_accounts_no_share_is_known():
    assert figures({"planned": []}, {})["planned"] == Figure(None, 0, 0)
