"""What stands in the way of customers, on every rung of the ladder, and who of ours sponsors them."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from app.demo.core.chance import day_between
from app.demo.core.people import Person
from app.demo.core.supplier import REPORTING_CURRENCY, Colleague, Supplier
from app.demo.core.support import Supported, colleague
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.world import Body, identity
from app.resourcing.core.roadblocks.ladder import climbs_due, due_by
from app.tenancy.core.organization import USUAL_ROADBLOCK_DAYS


class Obstacle(NamedTuple):
    """Something in the way: opened so many days before the last one; resolved after so many, or not yet."""

    kind: str
    function: str
    severity: str
    title: str
    ago: int
    resolved_after: int | None = None
    mitigating: bool = False


OBSTACLES: Final = (
    Obstacle("capacity", "service", "medium", "No field engineer speaks their language", 5),
    Obstacle("capacity", "service", "high", "Field engineers are booked until the summer", 10),
    Obstacle("pricing", "finance", "high", "Volume terms wait for an approval", 19, mitigating=True),
    Obstacle("capacity", "service", "critical", "A line stands still and nobody is free", 30),
    Obstacle("legal", "legal", "medium", "The data agreement is not signed", 120, 20),
    Obstacle("data", "product", "low", "Their historian exports no tags", 90, 12),
    Obstacle("priority", "product", "medium", "The driver they need is not on the roadmap", 60, mitigating=True),
    Obstacle("skills", "operations", "low", "Nobody of theirs knows the new controllers", 20),
)
CHARTER: Final = {
    "scope": "The relationship with their board, and what is escalated",
    "responsibilities": ["Meet their executive every quarter", "Clear roadblocks between functions"],
    "out_of_scope": "Prices and single deals",
    "time_budget_days_per_quarter": 2.0,
}
SPONSORED: Final = 0.75  # of the program, the first ones
SPONSORING: Final = ("executive", "finance", "operations", "product", "marketing")
HALF_WRITTEN_EVERY: Final = 5
UNPAIRED_EVERY: Final = 7
OVERLOADED: Final = 7  # customers of the first sponsor, of whom one ends
CADENCES: Final = (90, 120, 180)


def roadblocks(timeline: Timeline, program: Sequence[Supported], team: Supplier) -> list[Body]:
    """Each obstacle with one customer, taken up the ladder as far as its days say."""
    return [_roadblock(timeline, program[place % len(program)], team, one) for place, one in enumerate(OBSTACLES)]


def _roadblock(timeline: Timeline, account: Supported, team: Supplier, one: Obstacle) -> Body:
    opened_on = timeline.date(LAST_DAY - one.ago)
    days = USUAL_ROADBLOCK_DAYS[one.severity]
    due_on = due_by(opened_on, one.severity, USUAL_ROADBLOCK_DAYS)
    until = LAST_DAY if one.resolved_after is None else LAST_DAY - one.ago + one.resolved_after
    climbs = climbs_due("owner", due_on, days, timeline.date(until))
    upwards = {
        "function_leader": colleague(team, one.function),
        "executive_sponsor": None,
        "cso": colleague(team, "executive"),
    }
    blank = {"rung": None, "to_user_id": None, "user_id": None, "note": None}
    moves = [{**blank, "kind": "opened", "moved_on": opened_on.isoformat(), "user_id": account.kam}]
    moves += [
        {
            **blank,
            "kind": "escalated",
            "rung": step.rung,
            "moved_on": step.on.isoformat(),
            "to_user_id": upwards[step.rung],
        }
        for step in climbs
    ]
    resolved = one.resolved_after is not None
    if resolved:
        moves.append({**blank, "kind": "resolved", "moved_on": timeline.on(until), "note": "It is cleared"})
    return {
        "account_id": account.ref, "kind": one.kind, "function": one.function, "severity": one.severity,
        "title": one.title, "impact": "What was planned slips", "owner_user_id": colleague(team, one.function, 1),
        "opened_on": opened_on.isoformat(), "due_on": due_on.isoformat(),
        "state": "resolved" if resolved else "mitigating" if one.mitigating else "open",
        "rung": climbs[-1].rung if climbs else "owner",
        "resolved_on": timeline.on(until) if resolved else None,
        "resolution": "It is cleared" if resolved else None, "moves": moves,
    }  # fmt: skip


def sponsorships(
    random: np.random.Generator, timeline: Timeline, program: Sequence[Supported], team: Supplier
) -> list[Body]:
    """An executive of ours for most of the program; some of the roles are half written, some nobody is paired with."""
    people = [*_sponsors(team)]
    number = round(SPONSORED * len(program))
    found = []
    for place, account in enumerate(program[:number]):
        # The first has more accounts than anybody should.
        person = people[0] if place < OVERLOADED else people[1 + place % (len(people) - 1)]
        found.append(_sponsorship(random, timeline, account, person, place))
    return found


def _sponsors(team: Supplier) -> Iterator[Colleague]:
    for function in SPONSORING:
        yield from team.others[function]


def _sponsorship(
    random: np.random.Generator, timeline: Timeline, account: Supported, sponsor: Colleague, place: int
) -> Body:
    partner: Person | None = next((one for one in account.there() if one.executive), None)
    paired = partner is not None and (place + 1) % UNPAIRED_EVERY != 0
    ended = place == 3
    review = {"next_review_on": timeline.on(LAST_DAY + 60 - 20 * (place % 5))}
    half = {"scope": CHARTER["scope"]}
    return {
        "account_id": account.ref,
        "user_id": identity(sponsor.external_id),
        "contact_id": identity(partner.external_id) if paired and partner is not None else None,
        "level": "c_level" if sponsor.function == "executive" else "vp",
        "charter": half if (place + 1) % HALF_WRITTEN_EVERY == 0 else {**CHARTER, **review},
        "cadence_days": CADENCES[place % len(CADENCES)],
        "started_on": timeline.on(LAST_DAY - day_between(random, 130, 400)),
        "ended_on": timeline.on(LAST_DAY - 25) if ended else None,
        "end_reason": "The sponsor has another region" if ended else None,
    }


def guarded(timeline: Timeline, program: Sequence[Supported], team: Supplier) -> dict[str, list[Body]]:
    """How far managers may go by themselves, and what they asked for within and beyond that."""
    approver = colleague(team, "executive")
    rails = [
        {"kind": "discount", "up_to": 0.1, "currency": None, "approver_user_id": approver},
        {"kind": "contract_value", "up_to": 150_000.0, "currency": REPORTING_CURRENCY, "approver_user_id": approver},
    ]
    asked = [
        ("discount", 0.08, "auto_approved", 0), ("discount", 0.14, "approved", 3), ("discount", 0.25, "refused", 6),
        ("contract_value", 210_000.0, "pending", None), ("contract_value", 90_000.0, "auto_approved", 0),
    ]  # fmt: skip
    requests = [
        _guarded_request(timeline, program[place % len(program)], approver, place, one)
        for place, one in enumerate(asked)
    ]
    return {"guardrails": rails, "guarded_requests": requests}


def _guarded_request(
    timeline: Timeline, account: Supported, approver: Body, place: int, asked: tuple[str, float, str, int | None]
) -> Body:
    kind, amount, state, answered_after = asked
    day = LAST_DAY - 12 - 9 * place
    inside = state == "auto_approved"
    return {
        "account_id": account.ref, "kind": kind, "amount": amount,
        "currency": None if kind == "discount" else REPORTING_CURRENCY,
        "up_to": 0.1 if kind == "discount" else 150_000.0, "reason": "Theirs is the better offer so far",
        "state": state, "requested_on": timeline.on(day), "requested_at": timeline.at(day), "user_id": account.kam,
        "approver_user_id": None if inside else approver,
        "answered_at": None if answered_after is None else timeline.at(day + answered_after),
        "answer_note": "As an exception" if state == "approved" else None,
    }  # fmt: skip
