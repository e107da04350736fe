"""Fills an organization with the simulated supplier."""

from app.demo.service.filling import ACCOUNTS, JUDGED_DAYS_AGO, SEED, fill, look_back

__all__ = ["ACCOUNTS", "JUDGED_DAYS_AGO", "SEED", "fill", "look_back"]
