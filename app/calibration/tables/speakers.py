"""Who speaks in a calibration: a user of ours through a key, or somebody of the customer by invitation."""

from sqlalchemy import CheckConstraint, Column, Text, Uuid
from sqlalchemy.schema import SchemaItem

from app.infra.rows import Instant, refers

PARTIES = ("supplier", "customer")


def of_calibration() -> list[SchemaItem]:
    """What each record of a step carries: its calibration, and since when it does not count any more.

    A record stays when the parties go back to an earlier step; it is history from then on.
    """
    return [
        Column("calibration_id", Uuid, nullable=False),
        Column("invalidated_at", Instant),
        refers("calibration_id", "calibrations", ondelete="CASCADE"),
    ]


def said_by(*, party: bool = True) -> list[SchemaItem]:
    """Who said it: for the supplier a user where one is named, for the customer whom the invitation names.

    party: False where only the supplier speaks.
    """
    ours: list[SchemaItem] = [Column("user_id", Uuid), Column("key_id", Uuid), refers("user_id", "users")]
    if not party:
        return ours
    return [
        Column("party", Text, nullable=False),
        Column("invitation_id", Uuid),
        *ours,
        refers("invitation_id", "calibration_invitations"),
        CheckConstraint(f"party IN {PARTIES}", name="party"),
        CheckConstraint("(party = 'customer') = (invitation_id IS NOT NULL)", name="invited"),
    ]
