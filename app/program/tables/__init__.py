"""Rows of the program as a whole: portfolios, and what is told of it that no account's facts say."""

from app.program.tables.portfolios import portfolio_entries, portfolios
from app.program.tables.stated import (
    benchmark_sets,
    incentive_plans,
    kam_hours,
    program_actions,
    program_mandates,
    program_ratings,
    program_rebuilds,
)

__all__ = [
    "benchmark_sets",
    "incentive_plans",
    "kam_hours",
    "portfolio_entries",
    "portfolios",
    "program_actions",
    "program_mandates",
    "program_ratings",
    "program_rebuilds",
]
