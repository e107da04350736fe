"""How a tier looks: a colour, and a letter and a shape for whoever does not see colours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.console.core.figures import words
from app.selection.core.model import EMERGING, STANDARD

SHAPES = ("circle", "diamond", "triangle", "rect")
STAR = "path://M12 1l3.2 7.4 8 .7-6.1 5.3 1.8 7.9L12 18.1l-6.9 4.2 1.8-7.9L.8 9.1l8-.7z"
_LAST = 4


@dataclass(frozen=True, slots=True)
class TierLook:
    """slot: `1` to `4`, `standard` or `emerging`, of which classes and colours are named. shape: a symbol."""

    name: str
    label: str
    slot: str
    letter: str
    shape: str

    @property
    def colour(self) -> str:
        """The variable of its colour."""
        return f"var(--tier-{self.slot})"


def tier_looks(names: Sequence[str]) -> Mapping[str, TierLook]:
    """How the tiers look, by name.

    names: from the highest down. The first four that are neither `standard` nor `emerging` have looks of their own,
    those below share the fourth's but for their letter.
    """
    own = [name for name in dict.fromkeys(names) if name not in {STANDARD, EMERGING}]
    looks = {
        name: TierLook(name, words(name), str(min(place, _LAST)), str(place), SHAPES[min(place, _LAST) - 1])
        for place, name in enumerate(own, 1)
    }
    looks[STANDARD] = TierLook(STANDARD, "Standard", STANDARD, "S", "roundRect")
    looks[EMERGING] = TierLook(EMERGING, "Emerging", EMERGING, "E", STAR)
    return looks
