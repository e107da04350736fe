"""Rows of calibrations, by the step that they belong to."""

from app.calibration.tables.alignment import level_agreements, level_communications, level_proposals
from app.calibration.tables.calibrations import calibration_invitations, calibration_moves, calibrations
from app.calibration.tables.compatibility import compatibility_ratings
from app.calibration.tables.expectations import expectation_assessments, expectations, strategic_contributions
from app.calibration.tables.exploration import (
    calibration_assumptions,
    calibration_submissions,
    calibration_themes,
    joint_opportunities,
)
from app.calibration.tables.investments import calibration_acknowledgements, calibration_investments

__all__ = [
    "calibration_acknowledgements",
    "calibration_assumptions",
    "calibration_investments",
    "calibration_invitations",
    "calibration_moves",
    "calibration_submissions",
    "calibration_themes",
    "calibrations",
    "compatibility_ratings",
    "expectation_assessments",
    "expectations",
    "joint_opportunities",
    "level_agreements",
    "level_communications",
    "level_proposals",
    "strategic_contributions",
]
