"""The doors of selection."""

from fastapi import APIRouter

from app.selection.routes import (
    backtests,
    candidates,
    decisions,
    feedback,
    feedback_voices,
    lifecycle,
    litmus,
    models,
    previews,
    reviews,
    runs,
    scores,
    stability,
)

ROUTERS: tuple[APIRouter, ...] = (
    backtests.router,
    candidates.router,
    decisions.router,
    feedback.router,
    feedback_voices.router,
    lifecycle.router,
    litmus.router,
    models.router,
    previews.router,
    reviews.router,
    runs.router,
    scores.router,
    stability.router,
)
