"""Rows of retiering, by what they tell of."""

from app.retiering.tables.appraisals import appraisal_actions, appraisals
from app.retiering.tables.decisions import retierings
from app.retiering.tables.reselections import peer_connections, reentry_criteria, reselections
from app.retiering.tables.resets import realignments, relationship_resets, reset_steps

__all__ = [
    "appraisal_actions",
    "appraisals",
    "peer_connections",
    "realignments",
    "reentry_criteria",
    "relationship_resets",
    "reselections",
    "reset_steps",
    "retierings",
]
