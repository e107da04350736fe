"""The accountability report counted row by row and day by day, as domain.md 5 has it: what the SQL is held against."""

from collections.abc import Callable
from datetime import date, timedelta
from statistics import mean, median
from typing import Any

from app.resourcing.core.commitments.keeping import Promise, fell_due_on, kept, overdue
from tests.resourcing.accountability.ground import TODAY, World

Key = Callable[[dict[str, Any], date], str | None]


def promise_of(row) -> Promise:
    return Promise(
        row["due_on"], row.get("accepted_on"), row.get("delivered_on"), row.get("closed_on"), row["state"] == "missed"
    )


def leader(world: World, function: str, day: date) -> str | None:
    led = [row for row in world.of("function_leaders") if row["function"] == function and row["from_on"] <= day]
    return str(max(led, key=lambda row: row["from_on"])["user_id"]) if led else None


def keys(world: World, by: str) -> Key:
    """What a row is put under, by the day on which it counts."""
    owner = {row["id"]: row["function"] for row in world.of("resources")}

    def key(row: dict[str, Any], day: date) -> str | None:
        function = row["function"] if "function" in row else owner[row["resource_id"]]
        of = {"function": function, "account": row["account_id"], "resource": row.get("resource_id")}
        found = leader(world, function, day) if by == "leader" else of[by]
        return None if found is None else str(found)

    return key


def counted(world: World, first: date, last: date, by: str, group: str | None, *, whole: bool) -> dict[str, Any]:
    """The figures of one group, or of all."""
    under = keys(world, by)

    def mine(row: dict[str, Any], day: date) -> bool:
        return whole or under(row, day) == group

    price = {row["id"]: row["unit_cost"] for row in world.of("resources")}
    rows = world.of("commitments")
    asked = [row for row in rows if first <= row["requested_on"] <= last and mine(row, row["requested_on"])]
    due = [
        row
        for row in rows
        if (day := fell_due_on(promise_of(row), TODAY)) and first <= day <= last and mine(row, row["due_on"])
    ]
    to_come = [
        row
        for row in rows
        if row["state"] in {"accepted", "delivered", "missed"} and first <= row["due_on"] <= last
        and mine(row, row["due_on"])
    ]  # fmt: skip
    late = [row for row in due if row.get("delivered_on") and row["delivered_on"] > row["due_on"]]
    return {
        "requested": len(asked),
        "answered": sum(row.get("answered_on") is not None for row in asked),
        "accepted": sum(row.get("accepted_on") is not None for row in asked),
        "declined": sum(row["state"] == "declined" for row in asked),
        "unanswered": sum(row["state"] == "requested" for row in asked),
        "median_response_days": _median([_days(row.get("answered_on"), row) for row in asked]),
        "median_help_days": _median([_days(helped_on(world, row), row) for row in asked]),
        "fell_due": len(due),
        "kept": sum(bool(kept(promise_of(row), TODAY)) for row in due),
        "late": len(late),
        "late_days": sum((row["delivered_on"] - row["due_on"]).days for row in late),
        "missed": sum(row["state"] == "missed" for row in due),
        "overdue_now": sum(overdue(promise_of(row), TODAY) and mine(row, TODAY) for row in rows),
        "committed_cost": sum((price[row["resource_id"]] or 0) * row["quantity"] for row in to_come),
        **_blocks(world, first, last, mine),
        **_costs(world, first, last, mine, price),
    }


def helped_on(world: World, row: dict[str, Any]) -> date | None:
    used = [use["used_on"] for use in world.of("usage_entries") if use.get("commitment_id") == row["id"]]
    return min([*used, *([row["delivered_on"]] if row.get("delivered_on") else [])], default=None)


def _days(day: date | None, row: dict[str, Any]) -> int | None:
    return None if day is None else (day - row["requested_on"]).days


def _median(days: list[int | None]) -> float | None:
    known = [day for day in days if day is not None]
    return median(known) if known else None


def _blocks(world: World, first: date, last: date, mine) -> dict[str, int]:
    resource = {row["id"]: row["resource_id"] for row in world.of("commitments")}
    found = []
    for row in world.of("roadblocks"):
        stood = row["opened_on"] <= last and (row["resolved_on"] is None or row["resolved_on"] >= first)
        named = {**row, "resource_id": resource.get(row["commitment_id"])}
        if stood and mine(named, min(row["resolved_on"] or last, last)):
            found.append(row)
    stand = [row for row in found if row["resolved_on"] is None or row["resolved_on"] > last]
    return {
        "roadblocks_opened": sum(row["opened_on"] >= first for row in found),
        "roadblocks_resolved": len(found) - len(stand),
        "roadblocks_open": len(stand),
        "roadblocks_breached": sum(row["due_on"] < last for row in stand),
    }


def _costs(world: World, first: date, last: date, mine, price) -> dict[str, float]:
    sums = dict.fromkeys(("entitled_cost", "used_cost", "wasted_cost"), 0.0)
    for resource in world.of("resources"):
        for account in world.accounts:
            row = {"account_id": account, "resource_id": resource["id"]}
            for begin, end, share in quarters(first, last):
                if not mine(row, end) or not price[resource["id"]]:
                    continue
                entitled = sum(due_on(world, row, day) for day in days(begin, end)) * share
                used = sum(
                    use["quantity"]
                    for use in world.of("usage_entries")
                    if {**use, **row} == use and begin <= use["used_on"] <= end
                )
                sums["entitled_cost"] += price[resource["id"]] * entitled
                sums["used_cost"] += price[resource["id"]] * used
                sums["wasted_cost"] += price[resource["id"]] * max(entitled - used, 0)
    return sums


def due_on(world: World, row: dict[str, Any], day: date) -> float:
    """What a quarter's worth would be, were every day of it as this one."""
    held = [
        one
        for one in world.of("account_entitlements")
        if {**one, **row} == one and one["from_on"] <= day and (one.get("until_on") is None or day < one["until_on"])
    ]
    usual = [one["quantity"] for one in held if one["basis"] != "exception"]
    on_top: float = sum(one["quantity"] for one in held if one["basis"] == "exception")
    return max(usual, default=0.0) + on_top


def quarters(first: date, last: date) -> list[tuple[date, date, float]]:
    """The first and last days of each calendar quarter within the period, and what share of it a day is."""
    found: dict[date, list[date]] = {}
    for day in days(first, last):
        found.setdefault(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), []).append(day)
    parts = []
    for start, inside in found.items():
        after = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
        parts.append((inside[0], inside[-1], 1 / (after - start).days))
    return parts


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def per_account(world: World, first: date, last: date, chosen: Callable[[dict[str, Any]], bool], measure: str):
    """One figure per account that has it: of its chosen promises."""
    voices = []
    for account in world.accounts:
        rows = [row for row in world.of("commitments") if row["account_id"] == account and chosen(row)]
        if measure == "kept_share":
            due = [
                bool(kept(promise_of(row), TODAY))
                for row in rows
                if (day := fell_due_on(promise_of(row), TODAY)) and first <= day <= last
            ]
            voices += [mean(due)] if due else []
            continue
        asked = [row for row in rows if first <= row["requested_on"] <= last]
        when = {"response_days": lambda row: row.get("answered_on"), "help_days": lambda row: helped_on(world, row)}
        voice = _median([_days(when[measure](row), row) for row in asked])
        voices += [] if voice is None else [voice]
    return voices
