"""Rows of selection, by what they tell of."""

from app.selection.tables.analyses import analyses, analysis_entries
from app.selection.tables.evidence import evidence_notes
from app.selection.tables.feedback import feedback_items, feedback_participants, feedback_rounds
from app.selection.tables.models import STATES, selection_model_versions, selection_models, selection_runs
from app.selection.tables.reviews import (
    decision_records,
    review_candidates,
    review_objections,
    review_participants,
    review_ratings,
    review_votes,
    selection_reviews,
)
from app.selection.tables.scores import scores, tier_overrides
from app.selection.tables.standings import account_standings, lifecycle_moves

__all__ = [
    "STATES",
    "account_standings",
    "analyses",
    "analysis_entries",
    "decision_records",
    "evidence_notes",
    "feedback_items",
    "feedback_participants",
    "feedback_rounds",
    "lifecycle_moves",
    "review_candidates",
    "review_objections",
    "review_participants",
    "review_ratings",
    "review_votes",
    "scores",
    "selection_model_versions",
    "selection_models",
    "selection_reviews",
    "selection_runs",
    "tier_overrides",
]
