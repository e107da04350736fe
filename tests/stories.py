"""The stories that parts of the service tell of themselves: each of their operations once, and the ids they leave."""

from collections.abc import Awaitable, Callable, Mapping

import httpx

from tests.calibration.calibrations import ground as calibrations
from tests.calibration.compatibility import ground as compatibility
from tests.calibration.expectations import stories as expectations
from tests.calibration.exploration import ground as exploration
from tests.calibration.investments import ground as investments
from tests.calibration.levels import ground as levels
from tests.calibration.submissions import ground as submissions
from tests.cards import ground as cards
from tests.events import ground as webhooks
from tests.health.alignment import ground as alignment
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
from tests.program.audit import ground as audit
from tests.program.benchmarks import ground as benchmark_sets
from tests.program.summary import ground as summary
from tests.resourcing.accountability import ground as accountability
from tests.resourcing.catalogue import ground as catalogue
from tests.resourcing.commitments import ground as commitments
from tests.resourcing.guardrails import ground as guardrails
from tests.resourcing.roadblocks import ground as roadblocks
from tests.resourcing.sponsorships import ground as sponsorships
from tests.retiering.appraisals import ground as appraisals
from tests.retiering.decisions import ground as retierings
from tests.retiering.reselections import ground as reselections
from tests.retiering.resets import ground as resets
from tests.selection.backtest import ground as backtests
from tests.selection.feedback import ground as feedback
from tests.selection.lifecycle import ground as lifecycle
from tests.selection.litmus import ground as litmus
from tests.selection.preview import ground as previews
from tests.selection.reviews import ground as reviews
from tests.selection.stability import ground as stability
from tests.tenancy.audit import ground as audit_log

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
    "/plan/alignment": alignment.a_whole_story,
    "/kpis": alignment.a_whole_story,
    "/calibration": calibrations.a_whole_story,
    "/invitations": submissions.a_whole_story,
    "/submission": submissions.a_whole_story,
    "/themes": exploration.a_whole_story,
    "calibration/opportunities": exploration.a_whole_story,
    "{calibration_id}/opportunities": exploration.a_whole_story,
    "/assumptions": exploration.a_whole_story,
    "/compatibility": compatibility.a_whole_story,
    "/level": levels.a_whole_story,
    "/agreements": levels.a_whole_story,
    "/communications": levels.a_whole_story,
    "/investments": investments.a_whole_story,
    "/acknowledgements": investments.a_whole_story,
    "/expectations": expectations.a_whole_story,
    "/fulfilment": expectations.a_whole_story,
    "/strategic-contributions": expectations.a_whole_story,
    "/resources": catalogue.a_whole_story,
    "/function-leaders": catalogue.a_whole_story,
    "/entitlements": catalogue.a_whole_story,
    "/usage": catalogue.a_whole_story,
    "/resource-ratings": catalogue.a_whole_story,
    "/utilization": catalogue.a_whole_story,
    "/commitments": commitments.a_whole_story,
    "/resource-requests": commitments.a_whole_story,
    "/guard": guardrails.a_whole_story,
    "/approval-latency": guardrails.a_whole_story,
    "/roadblocks": roadblocks.a_whole_story,
    "/resourcing/accountability": accountability.a_whole_story,
    "/collaboration": accountability.a_whole_story,
    "/support-variability": accountability.a_whole_story,
    "/sponsors": sponsorships.a_whole_story,
    "/executive-coverage": sponsorships.a_whole_story,
    "/appraisal": appraisals.a_whole_story,
    "/retiering": retierings.a_whole_story,
    "{retiering_id}/reset": resets.a_whole_story,
    "{retiering_id}/reselection": reselections.a_whole_story,
    "/reselections": reselections.a_whole_story,
    "/program": summary.a_whole_story,
    "/program/audit": audit.a_whole_story,
    "/program/mandate": audit.a_whole_story,
    "/program/rebuilds": audit.a_whole_story,
    "/program/ratings": audit.a_whole_story,
    "/program/actions": audit.a_whole_story,
    "/card": cards.a_whole_story,
    "/benchmark": benchmark_sets.a_whole_story,
    "/webhook-": webhooks.a_whole_story,
    "/audit-log": audit_log.a_whole_story,
}
