"""What became of accounts that were key: looked at again, kept, raised, lowered, let go, and come back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

FateName = Literal[
    "chosen_late", "on_schedule", "failed", "raised", "taken_back", "let_go", "awaiting", "lowered", "under_way",
    "kept_for_fear", "kept_in_hope", "on_the_way_back", "come_back",
]  # fmt: skip
Tiers = Literal["same", "lower", "higher"]


class Step(NamedTuple):
    """A move through the program, so many days before the last."""

    ago: int
    to: str
    reason: str


class Act(NamedTuple):
    """What one side is to do, by when, how it stands, and since when it is over; days before the last."""

    title: str
    side: Literal["supplier", "customer"]
    due: int
    state: str
    closed: int | None = None


@dataclass(frozen=True, slots=True)
class Appraisal:
    """How an account was looked at; days before the last.

    sign: of what set it off. due: when it is to be over. contacted: when the customer heard. turned: when its plan had
    failed.
    """

    trigger: str
    state: str
    opened: int
    sign: int
    due: int
    contacted: int | None = None
    diagnosis: str | None = None
    acts: tuple[Act, ...] = ()
    turned: int | None = None
    closed: int | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was recommended and decided of it; days before the last."""

    state: str
    recommended: str
    proposed: int
    decision: str | None = None
    grounds: str | None = None
    decided: int | None = None
    approved: int | None = None
    withdrawn: int | None = None
    keeping_reason: str | None = None
    rationale: str | None = None
    conditions: str | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """How the customer was told; done: of the five steps in order, how long ago each was."""

    state: str
    opened: int
    done: tuple[int, ...] = ()
    completed: int | None = None
    feared: float | None = None


@dataclass(frozen=True, slots=True)
class WayBack:
    """How it is to become key again; days before the last."""

    state: str
    opened: int
    eligible: int | None = None
    closed: int | None = None
    introduced: int | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """One account's.

    chosen: days before the last on which it was selected, None with the others. tiers: what became of its tier, and
    tier_ago when; again: when it was selected anew. steps: after it was selected first.
    """

    steps: tuple[Step, ...] = ()
    chosen: int | None = None
    tiers: Tiers = "same"
    tier_ago: int | None = None
    left: int | None = None
    again: int | None = None
    appraisal: Appraisal | None = None
    judged: Judged | None = None
    reset: Reset | None = None
    way_back: WayBack | None = None


_PLAN: Final = (
    Act("Give the data of the first line", "customer", 70, "failed", 60),
    Act("Train whoever runs it", "supplier", 75, "done", 78),
)
_DEADLINE: Final = "The plan of both sides has failed"


def _missed(sign: int, *, closed: int | None = None) -> Appraisal:
    """They did not do what they had promised, and what was planned about it did not help."""
    opened = sign - 5
    acts = tuple(one._replace(due=opened - 25, closed=opened - 22) for one in _PLAN)
    return Appraisal(
        "expectation_missed", "closed" if closed is not None else "reevaluation", opened, sign, opened - 25,
        contacted=opened - 4, diagnosis="unwilling", acts=acts, turned=opened - 24, closed=closed,
        outcome="decided" if closed is not None else None,
    )  # fmt: skip


def _told(first: int, *, feared: float) -> Reset:
    """A reset whose steps were done every few days."""
    done = tuple(first - after for after in (2, 5, 9, 12, 16))
    return Reset("complete", first, done, done[-1] - 1, feared)


def _kept(sign: int, reason: str, rationale: str) -> Fate:
    """An account that stays although less was recommended."""
    decided = sign - 45
    return Fate(
        steps=(Step(sign - 31, "under_review", _DEADLINE), Step(decided, "selected", rationale)),
        appraisal=_missed(sign, closed=decided),
        judged=Judged(
            "decided", "downtier", decided + 8, "retain", decided=decided, keeping_reason=reason, rationale=rationale
        ),
    )


def _leaving(sign: int, *, feared: float, way_back: WayBack, request: bool = False) -> Fate:
    """An account that leaves the program: looked at, decided on by two, told, and shown the way back."""
    decided = sign - 42
    why = "They want one supplier for each plant" if request else "They have not done their part for a year"
    told = _told(decided - 2, feared=feared)
    assert told.completed is not None
    last = {"abandoned": "exited", "readmitted": "selected"}.get(way_back.state)
    closing = () if last is None or way_back.closed is None else (Step(way_back.closed, last, _CLOSING[last]),)
    steps = (
        Step(sign - 31, "under_review", _DEADLINE),
        Step(decided - 1, "reset", why),
        Step(told.completed, "reselection", "The relationship reset is complete"),
    )
    return Fate(
        steps=(*steps, *closing),
        left=told.completed,
        again=way_back.closed if last == "selected" else None,
        appraisal=_missed(sign, closed=decided),
        judged=Judged(
            "decided", "downtier", decided + 6, "exit_program", "customer_request" if request else "performance",
            decided=decided, approved=decided - 1, rationale=why,
        ),
        reset=told,
        way_back=way_back,
    )  # fmt: skip


_CLOSING: Final = {"exited": "They do not want to", "selected": "All that was asked is met"}


FATES: Final[Mapping[FateName, Fate]] = {
    "chosen_late": Fate(
        chosen=185,
        appraisal=Appraisal(
            "expectation_missed",
            "action_plan",
            70,
            72,
            -20,
            contacted=65,
            diagnosis="unable",
            acts=(
                Act("Name who may read the data", "customer", 50, "done", 52),
                Act("Open the data of the second line", "customer", -20, "in_progress"),
                Act("Send an engineer who knows their network", "supplier", -10, "agreed"),
                Act("Pay for half of the gateway", "supplier", -20, "offered"),
            ),
        ),
    ),
    "on_schedule": Fate(appraisal=Appraisal("schedule", "open", 6, 6, -15)),
    "failed": Fate(
        steps=(Step(19, "under_review", _DEADLINE),),
        appraisal=Appraisal(
            "expectation_missed",
            "reevaluation",
            88,
            92,
            20,
            contacted=60,
            diagnosis="unable",
            acts=(Act("Keep parts at their site", "supplier", 20, "failed", 20),),
            turned=19,
        ),
        judged=Judged("proposed", "retain_with_conditions", 10),
    ),
    "raised": Fate(
        steps=(
            Step(158, "under_review", "Both sides have kept their word"),
            Step(140, "retiered", "Two plants have come to them"),
        ),
        tiers="higher",
        tier_ago=140,
        appraisal=Appraisal("schedule", "closed", 160, 160, 150, contacted=158, closed=152, outcome="met"),
        judged=Judged("decided", "uptier", 150, "uptier", decided=140, rationale="Two plants have come to them"),
    ),
    "taken_back": Fate(
        steps=(Step(60, "under_review", "Use fell"), Step(40, "selected", "The figures were wrong")),
        appraisal=Appraisal("utilization_low", "closed", 62, 64, 30, closed=40, outcome="unfounded"),
        judged=Judged("withdrawn", "review", 50, withdrawn=40),
    ),
    "let_go": _leaving(182, feared=0.5, way_back=WayBack("abandoned", 100, closed=60), request=True),
    "awaiting": Fate(
        steps=(Step(25, "under_review", _DEADLINE),),
        appraisal=_missed(57),
        judged=Judged(
            "awaiting_approval",
            "downtier",
            14,
            "downtier",
            "performance",
            decided=5,
            rationale="What was agreed is not met, and what is given is hardly used",
        ),
    ),
    "lowered": Fate(
        steps=(
            Step(216, "under_review", _DEADLINE),
            Step(186, "retiered", "They need less than they were given"),
        ),
        tiers="lower",
        tier_ago=186,
        appraisal=_missed(247, closed=205),
        judged=Judged(
            "decided",
            "downtier",
            211,
            "downtier",
            "performance",
            decided=205,
            approved=204,
            rationale="They need less than they were given",
        ),
        reset=_told(203, feared=0.4),
    ),
    "under_way": Fate(
        steps=(Step(41, "under_review", _DEADLINE),),
        appraisal=_missed(72, closed=20),
        judged=Judged(
            "decided",
            "downtier",
            30,
            "downtier",
            "performance",
            decided=20,
            approved=18,
            rationale="Their board has other plans for the next two years",
        ),
        reset=Reset("under_way", 15, (11,), feared=0.3),
    ),
    "kept_for_fear": _kept(237, "fear_of_losing_the_customer", "They would leave us if we gave less"),
    "kept_in_hope": _kept(232, "expected_turnaround", "Their new head of operations will change it"),
    "on_the_way_back": _leaving(232, feared=0.25, way_back=WayBack("open", 125, introduced=90)),
    "come_back": _leaving(
        237, feared=0.35, way_back=WayBack("readmitted", 140, eligible=45, closed=30, introduced=110)
    ),
}


def _checked(ago: int) -> Fate:
    """Nothing was found when its turn came."""
    return Fate(appraisal=Appraisal("schedule", "closed", ago, ago, ago - 14, closed=ago - 6, outcome="met"))


# Of all the others, in turns.
ORDINARY: Final = (_checked(33), _checked(61))
