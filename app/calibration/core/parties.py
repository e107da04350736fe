"""The two sides of a calibration."""

from typing import Literal

from app.kernel.errors import Forbidden

Party = Literal["supplier", "customer"]
PARTIES: tuple[Party, ...] = ("supplier", "customer")


def other(party: Party) -> Party:
    """The side across the table."""
    return "customer" if party == "supplier" else "supplier"


class SpeaksForCustomer(Forbidden):
    """A key speaks for the supplier; people of the customer speak for themselves, by invitation."""


def check_a_keys(party: Party) -> None:
    """Raises SpeaksForCustomer unless the party is the one that keys speak for."""
    if party != "supplier":
        raise SpeaksForCustomer("the customer's part is played below /v1/participant")
