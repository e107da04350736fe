"""The doors of calibration: the supplier's, and the customer's by invitation."""

from fastapi import APIRouter

from app.calibration.routes import (
    analytics,
    assumptions,
    calibrations,
    compatibility,
    contributions,
    expectations,
    investments,
    invitations,
    levels,
    opportunities,
    participant_compatibility,
    participant_expectations,
    participant_exploration,
    participant_levels,
    participant_submissions,
    submissions,
    summaries,
    themes,
)

ROUTERS: tuple[APIRouter, ...] = (
    analytics.router,
    calibrations.router,
    summaries.router,
    invitations.router,
    submissions.router,
    themes.router,
    opportunities.router,
    assumptions.router,
    compatibility.router,
    levels.router,
    investments.router,
    expectations.router,
    contributions.router,
    participant_submissions.router,
    participant_exploration.router,
    participant_compatibility.router,
    participant_levels.router,
    investments.participant_router,
    participant_expectations.router,
)
