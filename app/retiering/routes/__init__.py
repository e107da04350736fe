"""The doors of retiering."""

from fastapi import APIRouter

from app.retiering.routes import appraisal_actions, appraisals, reselections, resets, retiering_outcomes, retierings

ROUTERS: tuple[APIRouter, ...] = (
    appraisals.router,
    appraisal_actions.router,
    retiering_outcomes.router,
    retierings.router,
    resets.router,
    reselections.router,
)
