"""What a side takes for granted: how it is tried, and when it may still be said otherwise."""

from typing import Final, Literal

from app.kernel.errors import Conflict

AssumptionState = Literal["untested", "confirmed", "refuted", "waived"]
TestResult = Literal["confirmed", "refuted"]
UNTESTED: Final[AssumptionState] = "untested"


class AssumptionSettled(Conflict):
    """The assumption was tested or waived already."""


def check_untested(state: AssumptionState) -> None:
    """Raises AssumptionSettled unless nobody has tested or waived it: what was tried cannot be said otherwise."""
    if state != UNTESTED:
        raise AssumptionSettled(f"it is {state}")
