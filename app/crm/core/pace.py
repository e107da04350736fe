"""Decides how fast a CRM is asked, how long it is left alone, and when the calls of a day are used up."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.crm.core import patterns
from app.crm.core.spec import Limits

SHORT = timedelta(seconds=60)  # a wait that is sat out; for a longer one the work is given back
UNSAID = timedelta(seconds=30)  # for a CRM that is busy and does not say for how long


def bucket(requests: int, per_seconds: float) -> tuple[float, float]:
    """A leaky bucket (what it holds, seconds in which that leaks out) that keeps to a limit in every window.

    requests: at least 1, in any window of per_seconds (above 0). A bucket of the whole limit would let twice as many
    through: those that it holds, and as many again while it leaks. So a quarter may come at once, and the rest is
    spread over the window. With a limit of 1 they are a window apart.
    """
    if requests <= 1:
        return 1.0, per_seconds
    at_once = max(requests // 4, 1)
    return float(at_once), per_seconds * at_once / (requests - at_once)


def next_day(now: datetime) -> datetime:
    """When the calls of a day are counted anew, as far as one can know: at midnight in UTC."""
    return (now.astimezone(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Quota:
    """The calls of a day: how many are left, of how many."""

    left: int
    limit: int

    def used_up(self, keep_share: float) -> bool:
        """Whether what is left is to be left to others: keep_share (0 to 1) of the limit."""
        return self.left <= max(int(self.limit * keep_share), 0)


def quota(limits: Limits, header: str | None) -> Quota | None:
    """What the CRM's header tells of the calls of a day; None if nothing, or if it cannot be read."""
    found = patterns.found(limits.daily_pattern, header) if header and limits.daily_pattern else None
    if found is None:
        return None
    told = {name: int(value) for name, value in found.groupdict().items() if value and value.isdigit()}
    limit = told.get("limit", 0)
    if "left" in told:
        return Quota(told["left"], max(limit, told["left"]))
    return Quota(max(limit - told["used"], 0), limit) if "used" in told and limit else None


def day_is_over(limits: Limits, body: bytes) -> bool:
    """Whether an error's body says that the calls of the day are used up."""
    text = body[:4096].decode("utf-8", "replace")
    return any(word in text for word in limits.daily_words)
