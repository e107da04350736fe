"""The doors of resourcing."""

from fastapi import APIRouter

from app.resourcing.routes import (
    accountability,
    collaboration,
    commitment_moves,
    commitments,
    entitlements,
    guarded_requests,
    guardrails,
    leaders,
    resources,
    roadblock_reports,
    roadblocks,
    sponsorships,
    usage,
    utilization,
)

ROUTERS: tuple[APIRouter, ...] = (
    resources.router,
    leaders.router,
    entitlements.router,
    usage.router,
    utilization.router,
    sponsorships.router,
    commitments.router,
    commitment_moves.router,
    guardrails.router,
    guarded_requests.router,
    roadblock_reports.router,  # before those of one roadblock: its paths are none of an id
    roadblocks.router,
    accountability.router,
    collaboration.router,
)
