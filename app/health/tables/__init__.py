"""Rows of health, by what they tell of."""

from app.health.tables.assessments import assessments
from app.health.tables.models import health_model_versions, health_models
from app.health.tables.scores import account_health, health_scores
from app.health.tables.warnings import account_warnings, warning_backtests

__all__ = [
    "account_health",
    "account_warnings",
    "assessments",
    "health_model_versions",
    "health_models",
    "health_scores",
    "warning_backtests",
]
