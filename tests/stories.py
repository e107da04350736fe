"""The stories that parts of the service tell of themselves: each of their operations once, and the ids they leave."""

from collections.abc import Awaitable, Callable, Mapping

import httpx

from tests.health.assessments import ground as assessments
from tests.health.backtest import ground as warning_backtests
from tests.health.cadence import ground as cadence
from tests.health.changes import ground as health_changes
from tests.health.motions import ground as motions
from tests.health.progress import ground as progress
from tests.health.questions import ground as questions
from tests.health.scenarios import ground as scenarios
from tests.health.scores import ground as health
from tests.health.warnings import ground as warnings
from tests.health.whitespace import ground as whitespace
from tests.planning import ground as planning
from tests.program import ground as program
from tests.selection.backtest import ground as backtests
from tests.selection.feedback import ground as feedback
from tests.selection.lifecycle import ground as lifecycle
from tests.selection.litmus import ground as litmus
from tests.selection.preview import ground as previews
from tests.selection.reviews import ground as reviews
from tests.selection.stability import ground as stability

Story = Callable[[httpx.AsyncClient], Awaitable[Mapping[str, str]]]
# By what their paths have in common; where a path has several of these words, the last one tells it.
STORIES: Mapping[str, Story] = {
    "/feedback-": feedback.a_whole_story,
    "/evidence": litmus.a_whole_story,
    "/backtests": backtests.a_whole_story,
    "/previews": previews.a_whole_story,
    "/stability": stability.a_whole_story,
    "/reviews": reviews.a_whole_story,
    "/objections": reviews.a_whole_story,
    "/decisions": reviews.a_whole_story,
    "/lifecycle": lifecycle.a_whole_story,
    "/portfolios": program.a_whole_story,
    "/health": health.a_whole_story,
    "/health/changes": health_changes.a_whole_story,
    "/health/questions": questions.a_whole_story,
    "/health/scenarios": scenarios.a_whole_story,
    "/warnings": warnings.a_whole_story,
    "/warning-backtests": warning_backtests.a_whole_story,
    "/assessments": assessments.a_whole_story,
    "/whitespace": whitespace.a_whole_story,
    "/revenue-motions": motions.a_whole_story,
    "/cadence": cadence.a_whole_story,
    "/plan": planning.a_whole_story,
    "/plan/progress": progress.a_whole_story,
}
