"""The two sides of a calibration."""

from typing import Literal

Party = Literal["supplier", "customer"]
PARTIES: tuple[Party, ...] = ("supplier", "customer")


def other(party: Party) -> Party:
    """The side across the table."""
    return "customer" if party == "supplier" else "supplier"
