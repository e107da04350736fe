"""The doors of selection."""

from fastapi import APIRouter

from app.selection.routes import models, runs, scores

ROUTERS: tuple[APIRouter, ...] = (models.router, runs.router, scores.router)
