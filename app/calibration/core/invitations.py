"""Whether an invitation still lets its person in, and why not."""

from datetime import datetime
from typing import Final, Literal

InvitationState = Literal["open", "left", "revoked", "expired"]
OPEN: Final[InvitationState] = "open"


def state_of(*, revoked_at: datetime | None, expires_at: datetime, left: bool, now: datetime) -> InvitationState:
    """What became of an invitation: revoked for good, expired at its end, or its contact has left the customer.

    left: whether the contact whom it is for is none of the customer's any more; one who comes back is let in again.
    """
    if revoked_at is not None:
        return "revoked"
    if expires_at <= now:
        return "expired"
    return "left" if left else OPEN
