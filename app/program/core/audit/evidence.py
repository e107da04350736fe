"""Turns what is known of key accounts into the figures of the checks that look at each account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.program.core.audit.judging import Figure

# Whether each account has what a check looks for; None where the check says nothing of it.
Facts = Mapping[str, Sequence[bool | None]]
KEYS: Final = (
    "days_since_plan_update", "days_since_qbr", "days_since_executive_meeting", "collaboration_breadth",
    "commitments_kept",
)  # fmt: skip
EXECUTIVE_DAYS: Final = 180
FUNCTIONS: Final = 2
# Checks that a row of the account itself answers, by the row's field.
_OF_ROWS: Final = {
    "scored_by_criteria": "scored",
    "decided_on_record": "decided",
    "sponsored": "sponsored",
    "plans_joint": "signed",
    "tailored": "tailored",
    "health_measured": "health_kept",
}
_FALLEN_SHORT: Final = frozenset({"missed", "overdue"})


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many days, as the organization sets it, a plan is stale and a business review lapsed."""

    plan_days: int
    review_days: int


def account_facts(
    rows: Sequence[Mapping[str, Any]],
    values: Mapping[str, NDArray[np.float64]],
    limits: Limits,
    *,
    managed: Sequence[bool],
    calibrated: Sequence[bool],
    owed: Sequence[Sequence[str]],
) -> dict[str, list[bool | None]]:
    """What each account has, by check; everything in the order of the accounts.

    rows: what is on record of each. values: the metrics KEYS, NaN where unknown, which is not there. owed: how each of
    the customer's requirements on file stands. Only accounts that fall short can be appraised for it.
    """
    updated = values["days_since_plan_update"]
    short = [bool(_FALLEN_SHORT.intersection(own)) for own in owed]
    appraised = [bool(row["appraised"]) for row in rows]
    return {
        **{code: [bool(row[field]) for row in rows] for code, field in _OF_ROWS.items()},
        "kam_assigned": list(managed),
        "several_functions": _there(values["collaboration_breadth"] >= FUNCTIONS),
        "planned": _there(~np.isnan(updated)),
        "plans_fresh": _there(updated <= limits.plan_days),
        "reviewed_regularly": _there(values["days_since_qbr"] <= limits.review_days),
        "executives_meet": _there(values["days_since_executive_meeting"] <= EXECUTIVE_DAYS),
        "calibrated": list(calibrated),
        "requirements_on_file": [bool(own) for own in owed],
        "shortfalls_appraised": [done if fell else None for done, fell in zip(appraised, short, strict=True)],
        "reviewed_in_time": [done or bool(row["looked_at"]) for done, row in zip(appraised, rows, strict=True)],
    }


def _there(mask: NDArray[np.bool_]) -> list[bool | None]:
    return [bool(one) for one in mask]


def figures(facts: Facts, whole: Mapping[str, Figure]) -> dict[str, Figure]:
    """The figure of every check: of those that look at accounts the share that has it, beside those of the whole."""
    return {**{code: _share(there) for code, there in facts.items()}, **whole}


def _share(there: Sequence[bool | None]) -> Figure:
    known = [one for one in there if one is not None]
    return Figure(sum(known) / len(known) if known else None, sum(known), len(known))
