"""The doors of health."""

from fastapi import APIRouter

from app.health.routes import (
    alignment,
    assessments,
    cadence,
    changes,
    models,
    motions,
    progress,
    questions,
    scenarios,
    scores,
    warning_backtests,
    warnings,
    whitespace,
)

ROUTERS: tuple[APIRouter, ...] = (
    models.router,
    scores.router,
    assessments.router,
    scenarios.router,
    cadence.router,
    changes.router,
    progress.router,
    questions.router,
    warning_backtests.router,
    warnings.router,
    motions.router,
    whitespace.router,
    alignment.router,
)
