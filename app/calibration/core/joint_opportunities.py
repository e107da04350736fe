"""Decides what a joint opportunity has to say: a goal of each side, and its limitations or that none was found."""

from collections.abc import Mapping
from typing import Any

from app.calibration.core.parties import PARTIES
from app.calibration.core.revealed import Revealed
from app.calibration.core.themes import check_named
from app.kernel.errors import FieldProblem, Invalid


class LimitsUnstated(Invalid):
    """A joint opportunity states its limitations, or that none was found."""


def settled(before: Mapping[str, Any], given: Mapping[str, Any], revealed: Revealed) -> dict[str, Any]:
    """The fields that change, whole and in themselves right.

    before: as it is kept; empty for a new one. given: what is said of it now. Limitations that are given say by
    themselves that some were found. Raises UnusableGoals, LimitsUnstated.
    """
    fields = dict(given)
    if given.get("limitations") and "no_limitation_found" not in given:
        fields["no_limitation_found"] = False
    whole = {"limitations": [], "no_limitation_found": False, **before, **fields}
    check_named({party: whole[f"{party}_goals"] for party in PARTIES}, revealed, of_both=True)
    if bool(whole["limitations"]) == whole["no_limitation_found"]:
        message = "states none, and not that none was found" if not whole["limitations"] else "states some"
        problem = FieldProblem("/limitations", "limits_unstated", message)
        raise LimitsUnstated("give limitations, or say no_limitation_found", errors=[problem])
    return fields
