"""Decides the course of a sync: which objects are read in which order and how, and up to when they are known then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from app.crm.core.spec import ConnectorSpec, Json, ObjectName

# page: all records. changed, deleted: those since a time. verify: whether what is known, and was not met, is there.
Way = Literal["page", "changed", "deleted", "verify"]
Step = tuple[ObjectName, Way]

OVERLAP = timedelta(minutes=10)  # records become visible late, and clocks differ
LATE_CLOCK = timedelta(hours=1)
SELDOM_MINUTES = 10  # of each hour, in which sweeps read what cannot be asked for by time


@dataclass(slots=True)
class Course:
    """Where a sync stands: the steps, the one it is at, and within that step the page to go on with.

    started_at: when the step began. newest: the latest change it has met. failures: in a row, without a page between.
    refused: what the CRM would not tell at all, and why.
    """

    steps: list[Step]
    since: datetime | None = None
    at: int = 0
    resume: Json | None = None
    started_at: datetime | None = None
    newest: datetime | None = None
    failures: int = 0
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def step(self) -> Step | None:
        """The step that is due; None when all are done."""
        return self.steps[self.at] if self.at < len(self.steps) else None

    def next(self) -> None:
        """On to the next step."""
        self.at += 1
        self.resume, self.started_at, self.newest = None, None, None

    def skip(self, name: ObjectName, reason: str) -> None:
        """Leave out what is left of an object."""
        self.refused[name] = reason
        while self.step is not None and self.step[0] == name:
            self.next()

    def read_whole(self, name: ObjectName) -> None:
        """Read all records of the step's object instead, and whatever is not among them."""
        self.steps[self.at : self.at + 1] = [(name, "page"), (name, "verify")]
        self.resume, self.started_at, self.newest = None, None, None

    def meet(self, changed_at: datetime | None) -> None:
        """Take note of when a record was changed."""
        if changed_at is not None and (self.newest is None or changed_at > self.newest):
            self.newest = changed_at

    def as_json(self) -> dict[str, Any]:
        """What is kept of it; `course_from` makes it again."""
        instants = {name: getattr(self, name) for name in ("since", "started_at", "newest")}
        return {
            "steps": [list(step) for step in self.steps],
            "at": self.at,
            "resume": self.resume,
            "failures": self.failures,
            "refused": self.refused,
            **{name: value.isoformat() for name, value in instants.items() if value is not None},
        }


def course_from(kept: Mapping[str, Any]) -> Course:
    """The course that was kept."""
    instants = {
        name: datetime.fromisoformat(kept[name]) for name in ("since", "started_at", "newest") if kept.get(name)
    }
    steps: list[Step] = [(name, way) for name, way in kept["steps"]]
    return Course(
        steps,
        at=kept["at"],
        resume=kept["resume"],
        failures=kept["failures"],
        refused=dict(kept["refused"]),
        **instants,
    )


def steps_of(kind: str, objects: Sequence[ObjectName], spec: ConnectorSpec, now: datetime) -> list[Step]:
    """The steps of a sync.

    kind: `backfill`, `changes` or `sweep`. objects: in the order in which they refer to one another. A sweep asks but
    once an hour for what the CRM cannot tell by time (all users, all archived deals), as that is read whole each time.
    """
    if kind == "backfill":
        return [(name, way) for name in objects for way in ("page", "verify")]
    seldom = kind == "changes" or now.minute < SELDOM_MINUTES
    steps: list[Step] = []
    for name in objects:
        rules = spec.objects[name]
        if seldom or rules.changed is not None or rules.page.paging.delta:
            steps.append((name, "changed"))
        if rules.deleted is not None and (seldom or _by_time(rules.deleted)):
            steps.append((name, "deleted"))
    return steps


def _by_time(call: Any) -> bool:
    return "{since" in repr((call.path, dict(call.query), call.body))


def mark_after(course: Course) -> datetime | None:
    """Up to when an object is known after a step that read it: never later than the step began.

    By the CRM's own clock, as far as its records show it; a CRM without news is taken to be an hour late at most.
    """
    if course.started_at is None:
        return None
    floor = course.started_at - LATE_CLOCK
    return min(max(course.newest or floor, floor), course.started_at)
