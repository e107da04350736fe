"""The words that a field of a fact may be, for what is said and for what is shown."""

from typing import Literal

Function = Literal["sales", "finance", "operations", "product", "service", "marketing", "legal", "executive"]
Seniority = Literal["functional", "manager", "director", "vp", "c_level"]
Stance = Literal["advocate", "coach", "supporter", "neutral", "detractor", "unknown"]
Status = Literal["open", "won", "lost"]
Side = Literal["supplier", "customer"]
EngagementKind = Literal[
    "meeting", "qbr", "executive_review", "steering_committee", "workshop",
    "training", "proposal", "referral", "call", "email",
]  # fmt: skip
