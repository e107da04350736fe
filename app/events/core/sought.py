"""What lists of events and of deliveries are narrowed to; None means whichever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Within:
    """Events of an account, from a time on, and before a time."""

    account_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Deliveries to an endpoint, of an event, in a state, of an account; types: all that a pattern means."""

    endpoint_id: UUID | None = None
    event_id: UUID | None = None
    state: str | None = None
    types: Sequence[str] | None = None
    account_id: UUID | None = None
