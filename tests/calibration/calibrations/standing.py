"""Where a calibration has to stand by what was done in it, as the domain has it and by no code of the service."""

from dataclasses import dataclass, field
from typing import Any

from tests.calibration.guests import Talk

# As the domain has it: the steps in their order, and what each wants done before the next.
STEPS = ["exploring", "assessing", "aligning", "investing"]
PARTIES = ["supplier", "customer"]


@dataclass
class Standing:
    """Where one calibration has to stand."""

    talk: Talk
    state: str = "exploring"
    saved: dict[str, Any] = field(default_factory=dict)  # party -> version
    sealed: set[str] = field(default_factory=set)
    mapped: bool = False
    joint: bool = False
    rated: set[str] = field(default_factory=set)
    proposed: dict[str, Any] = field(default_factory=dict)
    agreed: dict[str, Any] = field(default_factory=dict)
    told: bool = False
    owed: set[str] = field(default_factory=set)

    @property
    def revealed(self):
        return len(self.sealed) == 2

    @property
    def settled(self):
        return len(self.agreed) == 2

    @property
    def done(self):
        """Whether the step that it is in is done."""
        return {
            "exploring": self.revealed and self.mapped and self.joint,
            "assessing": len(self.rated) == 2,
            "aligning": self.settled and self.told,
            "investing": len(self.owed) == 2,
        }.get(self.state, False)

    def goes_back(self, to):
        """What came after the step is forgotten, and what closed it."""
        self.state = to
        self.agreed, self.told, self.owed = {}, False, set()
        if to in STEPS[:2]:
            self.proposed = {}
        if to == "exploring":
            self.saved, self.sealed, self.mapped, self.joint, self.rated = {}, set(), False, False, set()
