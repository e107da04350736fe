"""Feedback rounds: functions weigh a draft's criteria, each blind to the others, object and propose."""

from app.selection.service.feedback.closing import ClosedRound, newest_closed

__all__ = ["ClosedRound", "newest_closed"]
