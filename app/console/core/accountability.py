"""The pictures of accountability: what became of promises, group by group, and how far resources are used."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.console.core.figures import UNKNOWN, number, percent, words
from app.console.core.pictures.picture import Picture
from app.console.core.pictures.shares import Bar, Part, share_bars

NOBODY: Final = {"function": "No function", "leader": "No leader", "account": "No account", "resource": "No resource"}
SEVERITIES: Final = ("critical", "high", "medium", "low")
_PROMISED: Final = (
    Part("kept", "Kept", "var(--good)"),
    Part("late", "Late", "var(--tier-4)"),
    Part("missed", "Missed", "var(--bad)"),
    Part("waiting", "Not delivered yet", "var(--tier-standard)"),
)
_USED: Final = (
    Part("full", "Full", "var(--good)"),
    Part("partial", "Half or more", "var(--tier-2)"),
    Part("low", "Less", "var(--tier-4)"),
    Part("unused", "Not at all", "var(--tier-standard)"),
)


def promised(report: Mapping[str, Any]) -> Picture | None:
    """What became of the promises that fell due, by the report's groups, worst kept first; None where none did."""
    groups, total = report["groups"], report["total"]
    return share_bars(
        "promises",
        f"Promises that fell due, by {report['group_by']}",
        (
            f"Of {total['fell_due']} promises that fell due {total['kept']} were kept, {total['late']} came late and"
            f" {total['missed']} were missed. {len(groups)} groups, the worst first."
        ),
        _PROMISED,
        [_promised(group, report["group_by"]) for group in groups],
    )


def _promised(group: Mapping[str, Any], by: str) -> Bar:
    done = group["kept"] + group["late"] + group["missed"]
    return Bar(
        label=group_name(group, by),
        counts={name: group[name] for name in ("kept", "late", "missed")}
        | {"waiting": max(0, group["fell_due"] - done)},
        href=f"/console/accounts/{group['key']}" if by == "account" and group["key"] else None,
        more=(
            ("Overdue now", number(group["overdue_now"], 0)),
            ("Requested", number(group["requested"], 0)),
            ("Accepted of the answered", percent(group["accepted_share"])),
            ("Days to an answer", number(group["median_response_days"], 0)),
            ("Roadblocks open", number(group["roadblocks_open"], 0)),
        ),
    )


def group_name(group: Mapping[str, Any], by: str) -> str:
    """What a group is called."""
    if group["name"]:
        return str(group["name"])
    return words(group["key"]) if by == "function" and group["key"] else NOBODY.get(by, UNKNOWN)


def used(report: Mapping[str, Any]) -> Picture | None:
    """How far accounts use what they are entitled to, by function, the most wasteful first; None where nothing is."""
    return share_bars(
        "utilization",
        "How far what accounts may have is used",
        (
            f"{report['total']['lines']} times an account was entitled to a resource in a quarter:"
            f" {report['total']['bands']['full']} were used in full, {report['total']['bands']['unused']} not at all."
        ),
        _USED,
        [
            Bar(
                label=words(group["key"]) if group["key"] else UNKNOWN,
                counts=group["bands"],
                more=(("Mean use", percent(group["utilization"])), ("Wasted", percent(group["wasted_share"]))),
            )
            for group in report["groups"]
        ],
    )


def gravest_first(roadblocks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Roadblocks, the gravest first, of equal ones the oldest."""
    return sorted(roadblocks, key=lambda one: (SEVERITIES.index(one["severity"]), -one["age_days"], one["title"]))


def by_severity(roadblocks: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, int]]:
    """Per severity, the gravest first: how many there are, and how many of them beyond their day."""
    found = [(name, [one for one in roadblocks if one["severity"] == name]) for name in SEVERITIES]
    return [(name, len(those), sum(one["breached"] for one in those)) for name, those in found]
