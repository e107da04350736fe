"""The stories that parts of the service tell of themselves: each of their operations once, and the ids they leave."""

from collections.abc import Awaitable, Callable, Mapping

import httpx

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
}
