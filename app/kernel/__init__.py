"""Shared and pure: refusals, ids, money, periods."""
