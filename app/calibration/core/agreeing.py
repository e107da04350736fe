"""When a side may agree to a level: both have proposed, one of them this level, and the other agreed to no other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.calibration.core.levels import Level
from app.calibration.core.parties import PARTIES, Party, other
from app.kernel.errors import Conflict


class LevelAgreed(Conflict):
    """Both sides have agreed on the level."""


class NotBothProposed(Conflict):
    """Both sides have to propose a level first."""


class LevelNotProposed(Conflict):
    """Neither side proposes this level."""


class OtherLevelAgreed(Conflict):
    """The other side agreed to another level."""


class NothingAgreed(Conflict):
    """The sides have not agreed on a level yet."""


@dataclass(frozen=True, slots=True)
class Talks:
    """Where the sides stand: the last level that each proposed, that each agreed to, and when any of it was last."""

    proposed: Mapping[str, Level]
    agreed: Mapping[str, Level]
    last_on: date | None = None

    @property
    def both_agreed(self) -> bool:
        return len(self.agreed) == len(PARTIES)


def check_open(talks: Talks) -> None:
    """Raises LevelAgreed once both have agreed: it is then changed by going back."""
    if talks.both_agreed:
        raise LevelAgreed("go back to an earlier step to agree anew")


def check_agrees(talks: Talks, party: Party, level: Level) -> None:
    """Raises the refusal that tells why a side cannot agree to a level as things stand."""
    check_open(talks)
    silent = [each for each in PARTIES if each not in talks.proposed]
    if silent:
        raise NotBothProposed(f"no proposal yet of the {' and the '.join(silent)}")
    if level not in talks.proposed.values():
        stand = ", ".join(f"the {each} proposes {talks.proposed[each]}" for each in PARTIES)
        raise LevelNotProposed(f"{stand}; propose {level} to have it agreed")
    theirs = talks.agreed.get(other(party))
    if theirs is not None and theirs != level:
        raise OtherLevelAgreed(f"the {other(party)} agreed to {theirs}")


def check_told(agreed: Level | None, level: Level) -> None:
    """Raises NothingAgreed, or OtherLevelAgreed, unless what the customer is told is the level that was agreed."""
    if agreed is None:
        raise NothingAgreed("it is told once both sides have agreed")
    if level != agreed:
        raise OtherLevelAgreed(f"the sides agreed to {agreed}")


def not_agreed(proposed: Mapping[Party, Level], agreed: Mapping[Party, Level]) -> str:
    """In words, what is missing until both sides have agreed to one level, and where they stand."""
    silent = [f"the {party}" for party in PARTIES if party not in proposed]
    if silent:
        return f"no level is proposed yet by {' and '.join(silent)}; both sides propose one, then agree to one"
    stand = " and ".join(f"the {party} proposes {proposed[party]}" for party in PARTIES)
    so_far = "".join(f"; the {party} agrees to {level}" for party, level in agreed.items())
    return f"both sides have to agree to one level: {stand}{so_far}"
