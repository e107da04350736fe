"""The doors of the program."""

from fastapi import APIRouter

from app.program.routes import impact, portfolios, reallocation

# `/sponsorships/impact` has to be found before the sponsorships by id.
ROUTERS: tuple[APIRouter, ...] = (impact.router, portfolios.router, reallocation.router)
