"""The doors of planning."""

from fastapi import APIRouter

from app.planning.routes import actions, approvals, plans, whitespace

ROUTERS: tuple[APIRouter, ...] = (actions.router, approvals.router, plans.router, whitespace.router)
