"""Whitespace worked out a second way: cell by cell in plain Python."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any
from uuid import UUID

from tests.metrics.oracle import Oracle


def answers(oracle: Oracle, account: UUID) -> dict[str, float | None]:
    """The metrics of whitespace of an account."""
    cells = vacant_cells(oracle, account)
    if cells is None:
        return {"whitespace": None, "whitespace_covered": None}
    known = {cell: potential for cell, potential in cells.items() if potential is not None}
    total = sum(known.values())
    pursued = sum(potential for cell, potential in known.items() if is_pursued(oracle, account, cell))
    spoken = any(row["said_on"] <= oracle.day for row in oracle.world.known["whitespace_statements"])
    acted = any(row["opened_on"] <= oracle.day for row in oracle.world.known["plan_actions"])
    return {
        "whitespace": float(total) if known or not cells else None,
        "whitespace_covered": float(pursued / total) if total > 0 and (spoken or acted) else None,
    }


def vacant_cells(oracle: Oracle, account: UUID) -> dict[tuple[UUID, UUID], Fraction | None] | None:
    """The potential of each cell that counts as whitespace; None where there are no cells at all."""
    revenue = revenue_by_cell(oracle)
    taken = {
        (deal.get("buying_center_id"), deal.get("offering_id"))
        for deal in (*oracle.of(account, "won"), *oracle.of(account, "open"))
    }
    centers = [row["id"] for row in oracle.world.known["buying_centers"] if row["account_id"] == account]
    every = [(center, offering) for center in centers for offering in oracle.active()]
    if not every:
        return None
    found = {}
    for cell in every:
        word = last_word(oracle, account, cell)
        if cell in taken or word.get("state") in {"no_pursue", "not_applicable"}:
            continue
        if word.get("potential") is not None:
            found[cell] = oracle.converted(word["potential"], word["currency"], oracle.day)
        else:
            found[cell] = estimate(revenue, cell[1], oracle.industries.get(account))
    return found


def revenue_by_cell(oracle: Oracle) -> dict[tuple[Any, Any, Any], Fraction]:
    revenue: dict[tuple[Any, Any, Any], Fraction] = defaultdict(Fraction)
    for deal in oracle.of(None, "won", oracle.since(365)):
        worth, center, offering = oracle.worth(deal), deal.get("buying_center_id"), deal.get("offering_id")
        if worth is not None and center and offering:
            revenue[oracle.industries.get(deal["account_id"]), offering, center] += worth
    return revenue


def estimate(revenue: Mapping[tuple[Any, Any, Any], Fraction], offering: UUID, industry: str | None) -> Fraction | None:
    all_of = [(key[0], worth) for key, worth in revenue.items() if key[1] == offering and worth > 0]
    peers = [worth for theirs, worth in all_of if theirs == industry and industry is not None]
    among = peers or [worth for _, worth in all_of]
    return median(among) if among else None


def last_word(oracle: Oracle, account: UUID, cell: tuple[UUID, UUID]) -> Mapping[str, Any]:
    words = [
        row
        for row in oracle.world.known["whitespace_statements"]
        if row["account_id"] == account
        and (row["buying_center_id"], row["offering_id"]) == cell
        and row["said_on"] <= oracle.day
    ]
    return max(words, key=lambda row: (row["said_on"], row["id"])) if words else {}


def is_pursued(oracle: Oracle, account: UUID, cell: tuple[UUID, UUID]) -> bool:
    word = last_word(oracle, account, cell)
    if all(word.get(part) is not None for part in ("owner_user_id", "next_step", "due_on")):
        return True
    return any(
        (row["buying_center_id"], row["offering_id"]) == cell
        and row["opened_on"] <= oracle.day < (row.get("closed_on") or date.max)
        for row in oracle.world.known["plan_actions"]
    )
