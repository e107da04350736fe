"""Rows of resourcing, by what they tell of."""

from app.resourcing.tables.catalogue import (
    account_entitlements,
    entitlement_rules,
    function_leaders,
    resource_capacities,
    resources,
)
from app.resourcing.tables.commitments import commitment_moves, commitments
from app.resourcing.tables.guardrails import guarded_requests, guardrails
from app.resourcing.tables.holds import withdrawal_holds
from app.resourcing.tables.roadblocks import roadblock_moves, roadblocks
from app.resourcing.tables.sponsorships import sponsorships
from app.resourcing.tables.usage import resource_ratings, usage_entries

__all__ = [
    "account_entitlements",
    "commitment_moves",
    "commitments",
    "entitlement_rules",
    "function_leaders",
    "guarded_requests",
    "guardrails",
    "resource_capacities",
    "resource_ratings",
    "resources",
    "roadblock_moves",
    "roadblocks",
    "sponsorships",
    "usage_entries",
    "withdrawal_holds",
]
