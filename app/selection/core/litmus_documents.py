"""The JSON form of a litmus test, as it is shown and as it is kept when a version is published."""

from typing import Any

from app.selection.core.litmus import Figure, Litmus, Verdict
from app.selection.core.rounding import rounded_or_none


def litmus_document(litmus: Litmus) -> dict[str, Any]:
    """The four verdicts by their names, and whether all of them passed."""
    return {"passed": litmus.passed, **{verdict.part: _verdict(verdict) for verdict in litmus.verdicts}}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "passed": verdict.passed,
        "figures": [_figure(figure) for figure in verdict.figures],
        "reasons": verdict.reasons,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "value": None if figure.value is None else rounded_or_none(figure.value),
        "at_least": figure.at_least,
        "at_most": figure.at_most,
        "above": figure.above,
        "alternative": figure.alternative,
        "holds": figure.holds,
    }
