"""What managers are paid for: whether the mix is whole, leans on the short term, and rewards landing and expanding."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from math import fsum
from typing import Final

from app.kernel.errors import FieldProblem, Invalid

SHORT_TERM_CAP: Final = 0.5  # the product's own choice
_WHOLE: Final = 1e-6


class MixNotWhole(Invalid):
    """The shares of a mix must add up to 1."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of variable pay, each 0..1, that add up to 1."""

    short_term_revenue: float
    retention: float
    growth: float
    profitability: float
    satisfaction_and_health: float
    new_business: float

    @property
    def above_cap(self) -> bool:
        """Whether more than the cap hangs on this period's revenue."""
        return self.short_term_revenue > SHORT_TERM_CAP

    @property
    def rewards_both(self) -> bool:
        """Whether landing new business and expanding what is there are both paid for."""
        return self.new_business > 0 and self.growth > 0

    @property
    def lasting(self) -> float:
        """The share that hangs on what lasts: retention, growth, satisfaction and health."""
        return self.retention + self.growth + self.satisfaction_and_health


MIX: Final = tuple(each.name for each in fields(Mix))


def check_whole(mix: Mix) -> None:
    """Raises MixNotWhole, with the sum, unless the shares add up to 1."""
    total = fsum(astuple(mix))
    if abs(total - 1) > _WHOLE:
        message = f"the shares add up to {total:.4f}"
        raise MixNotWhole(message, errors=[FieldProblem("/mix", "not_whole", f"must add up to 1; {message}")])


def mean_mix(mixes: Sequence[Mix]) -> Mix | None:
    """The mix of all managers taken together, one voice each; None without any."""
    if not mixes:
        return None
    return Mix(*(fsum(column) / len(mixes) for column in zip(*(astuple(one) for one in mixes), strict=True)))
