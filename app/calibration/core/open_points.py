"""What is still missing before a calibration may take its next step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that has to be done first: a stable code, and what it is in words."""

    code: str
    message: str
