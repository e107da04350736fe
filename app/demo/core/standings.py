"""Who was selected for the program, by whom, and where every account stood from day to day."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from app.demo.core.fates import FATES, Step
from app.demo.core.people import Cast
from app.demo.core.supplier import Supplier
from app.demo.core.support import Supported, colleague
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.world import Body, identity

CHOSEN_IN: Final = ((25, "candidate"), (18, "shortlisted"), (8, "calibrated"), (0, "selected"))  # days before
LOOKED_AT: Final = ("executive", "finance", "product")
REVIEW_EVERY: Final = 365
IN_PROGRAM: Final = frozenset({"selected", "under_review", "retiered", "reset"})
# How far those came that are not key yet; the first managed customers outside the program.
ON_THE_WAY: Final = ("calibrated", "shortlisted", "shortlisted", "candidate", "candidate", "candidate")
BEFORE_REVIEWS: Final = "They were chosen before there were reviews"


class _Stand(NamedTuple):
    """Where an account stood from a day on."""

    day: int
    state: str
    reason: str
    tier: str | None


def standings(
    timeline: Timeline, casts: Sequence[Cast], program: Sequence[Supported], team: Supplier
) -> dict[str, list[Body]]:
    """Reviews with what was decided in them, and how every account moved, by the tables that hold it."""
    decided: dict[tuple[str, int], Body] = {}
    tables: dict[str, list[Body]] = {
        name: [] for name in ("selection_reviews", "review_participants", "review_candidates", "review_votes")
    }
    for account, day in sorted(_chosen(program), key=lambda one: (one[1], one[0].place)):
        _decide(timeline, tables, decided, team, account, day)
    moves, stands = [], []
    for ref, kam, course in [*_courses(program), *_others(casts, program)]:
        found = [*_moves(timeline, ref, kam, course, decided)]
        moves += found
        stands.append(_standing(timeline, ref, course))
    return {**tables, "decision_records": [*decided.values()], "account_standings": stands, "lifecycle_moves": moves}


def _chosen(program: Sequence[Supported]) -> Iterator[tuple[Supported, int]]:
    """Every selection into the program, with its day."""
    for account in program:
        yield account, account.since
        again = FATES[account.fate].again if account.fate is not None else None
        if again is not None:
            yield account, LAST_DAY - again


def _decide(  # where it is kept, whom by, on whom, when
    timeline: Timeline,
    tables: dict[str, list[Body]],
    decided: dict[tuple[str, int], Body],
    team: Supplier,
    account: Supported,
    day: int,
) -> None:
    """One review a day, in which executives decide on all accounts of that day with finance and product."""
    review = identity(f"review-{day}")
    people = {function: colleague(team, function) for function in LOOKED_AT}
    at = {"created_at": timeline.at(day - 1)}
    if review not in [one["id"] for one in tables["selection_reviews"]]:
        tables["selection_reviews"].append(_review(timeline, review, people["executive"], day))
        tables["review_participants"] += [
            {"review_id": review, "user_id": person, "function": function, **at} for function, person in people.items()
        ]
    tables["review_candidates"].append({"review_id": review, "account_id": account.ref, **at})
    votes = [
        {"user_id": people[name], "function": name, "vote": "support", "reason": "They grow where we are good"}
        for name in ("finance", "product")
    ]
    tables["review_votes"] += [{"review_id": review, "account_id": account.ref, **vote, **at} for vote in votes]
    before = [one for (ref, _), one in decided.items() if ref == account.ref["external_id"]]
    decided[account.ref["external_id"], day] = {
        "id": identity(f"decision-{account.ref['external_id']}-{day}"), "review_id": review, "account_id": account.ref,
        "decision": "select", "tier": next(tier for begun, tier in account.held if begun == day),
        "rationale": "They want to grow with us, and can", "supersedes_id": before[-1]["id"] if before else None,
        "user_id": people["executive"], **at, "grounds": _grounds(people, votes),
    }  # fmt: skip


def _review(timeline: Timeline, review: Body, person: Body, day: int) -> Body:
    return {
        "id": review, "name": f"Key accounts of {timeline.on(day)}", "state": "closed",
        "metrics": ["goal_fit", "willingness_to_partner"], "created_at": timeline.at(day - 20),
        "revealed_at": timeline.at(day - 3), "revealed_by_user_id": person, "closed_at": timeline.at(day - 1),
        "closed_by_user_id": person,
    }  # fmt: skip


def _grounds(people: dict[str, Body], votes: Sequence[Body]) -> Body:
    """What it rested on: two votes, and nothing that was agreed on or reckoned."""
    return {
        "score": None, "metrics": [], "axes": [], "agreed": {}, "ratings": [],
        "votes": [{**vote, "conditions": None} for vote in votes], "dissent": [], "objections": [],
        "participants": [{"user_id": person, "function": function} for function, person in people.items()],
        "calibration": None, "lacking": ["no rating was agreed on in the joint session"],
        "override_reason": BEFORE_REVIEWS,
    }  # fmt: skip


def _courses(program: Sequence[Supported]) -> Iterator[tuple[Body, Body | None, list[_Stand]]]:
    for account in program:
        steps = FATES[account.fate].steps if account.fate is not None else ()
        first = account.held[0][1]
        chosen = [
            _Stand(account.since - before, to, "It is among the best", first if to == "selected" else None)
            for before, to in CHOSEN_IN
        ]
        yield account.ref, account.kam, [*chosen, *(_stand(account, step) for step in steps)]


def _stand(account: Supported, step: Step) -> _Stand:
    day = LAST_DAY - step.ago
    held = [tier for begun, tier in account.held if begun <= day]
    return _Stand(day, step.to, step.reason, held[-1] if step.to in IN_PROGRAM else None)


def _others(casts: Sequence[Cast], program: Sequence[Supported]) -> Iterator[tuple[Body, Body | None, list[_Stand]]]:
    inside = {account.ref["external_id"] for account in program}
    outside = [one.customer for one in casts if one.customer.managed and one.customer.external_id not in inside]
    early = [one for one in outside if one.known_from < LAST_DAY - 100]
    for place, (customer, reached) in enumerate(zip(early, ON_THE_WAY, strict=False)):
        steps = [to for _, to in CHOSEN_IN]
        until = steps[: steps.index(reached) + 1]
        days = range(LAST_DAY - 80 + 5 * place, LAST_DAY, 15)
        yield (
            customer.ref,
            None,
            [_Stand(day, to, "It is among the best", None) for day, to in zip(days, until, strict=False)],
        )


def _moves(  # whose, by whom, where to, and what was decided
    timeline: Timeline,
    ref: Body,
    kam: Body | None,
    course: Sequence[_Stand],
    decided: dict[tuple[str, int], Body],
) -> Iterator[Body]:
    before = "prospect"
    for stand in course:
        record = decided.get((ref["external_id"], stand.day)) if stand.state == "selected" else None
        yield {
            "account_id": ref, "from_state": before, "to_state": stand.state, "track": "standard", "tier": stand.tier,
            "reason": stand.reason, "decision_id": None if record is None else record["id"], "user_id": kam,
            "moved_on": timeline.on(stand.day), "created_at": timeline.at(stand.day),
        }  # fmt: skip
        before = stand.state


def _standing(timeline: Timeline, ref: Body, course: Sequence[_Stand]) -> Body:
    last = course[-1]
    begun = [one.day for one in course if one.state in {"selected", "retiered"}]
    due = timeline.on(begun[-1] + REVIEW_EVERY) if begun and last.state in IN_PROGRAM else None
    return {
        "account_id": ref, "state": last.state, "track": "standard", "tier": last.tier,
        "since": timeline.at(last.day), "review_due_on": due, "version": len(course),
    }  # fmt: skip
