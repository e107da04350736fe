"""The doors of the program."""

from fastapi import APIRouter

from app.program.routes import (
    audit,
    benchmarks,
    impact,
    incentives,
    kam_hours,
    kam_load,
    overinvested,
    portfolios,
    reallocation,
    roadmap,
    stated,
    summary,
)

# `/sponsorships/impact` has to be found before the sponsorships by id.
ROUTERS: tuple[APIRouter, ...] = (
    impact.router,
    portfolios.router,
    reallocation.router,
    summary.router,
    kam_load.router,
    overinvested.router,
    kam_hours.router,
    incentives.router,
    audit.router,
    benchmarks.router,
    roadmap.router,
    stated.router,
)
