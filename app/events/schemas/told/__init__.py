"""The wire of what events tell: the shape of each type's `data`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.events.schemas.told import judged, later, promised
from app.infra.wire import Answer

DATA: Final[Mapping[str, type[Answer]]] = MappingProxyType(
    {
        "score.changed": judged.ScoreChanged,
        "tier.changed": judged.TierChanged,
        "quadrant.changed": judged.QuadrantChanged,
        "health_state.changed": judged.HealthStateChanged,
        "warning.opened": judged.WarningOpened,
        "warning.acknowledged": judged.WarningAcknowledged,
        "warning.cleared": judged.WarningCleared,
        "health_model.published": judged.HealthModelPublished,
        "selection_model.published": judged.SelectionModelPublished,
        "account.lifecycle_moved": judged.AccountLifecycleMoved,
        "account.merged": judged.AccountMerged,
        **dict.fromkeys(("tier_override.added", "tier_override.withdrawn"), judged.TierOverride),
        **dict.fromkeys(("selection_review.revealed", "selection_review.closed"), judged.SelectionReviewMoved),
        "selection_decision.recorded": judged.SelectionDecisionRecorded,
        **dict.fromkeys(("feedback_round.opened", "feedback_round.abandoned"), judged.FeedbackRoundMoved),
        "feedback_round.closed": judged.FeedbackRoundClosed,
        "portfolio.solved": judged.PortfolioSolved,
        "plan.saved": judged.PlanSaved,
        "plan.approved": judged.PlanApproved,
        "plan.archived": judged.PlanArchived,
        "plan_action.completed": judged.PlanActionCompleted,
        "calibration.started": promised.CalibrationStarted,
        **{
            f"calibration.{what}": promised.CalibrationMoved
            for what in ("revealed", "advanced", "went_back", "agreed", "activated", "superseded", "ended")
        },
        "submission.sealed": promised.SubmissionSealed,
        "level.proposed": promised.LevelProposed,
        **dict.fromkeys(("level.agreed", "level.communicated"), promised.LevelSettled),
        "investments.delineated": promised.InvestmentsDelineated,
        "investment.acknowledged": promised.InvestmentAcknowledged,
        **dict.fromkeys(("invitation.issued", "invitation.revoked"), promised.InvitationMoved),
        "expectation.added": promised.ExpectationAdded,
        **dict.fromkeys(("expectation.met", "expectation.missed"), promised.ExpectationAssessed),
        "expectation.withdrawn": promised.ExpectationWithdrawn,
        "strategic_contribution.added": promised.StrategicContributionAdded,
        **{
            f"commitment.{what}": promised.CommitmentMoved
            for what in (
                "requested", "accepted", "declined", "countered", "withdrawn", "scheduled", "delivered", "confirmed",
                "missed",
            )
        },
        **dict.fromkeys(("commitment.due_soon", "commitment.overdue"), promised.CommitmentDue),
        "entitlement.excepted": promised.EntitlementExcepted,
        **dict.fromkeys(("sponsorship.started", "sponsorship.ended"), promised.SponsorshipMoved),
        **{
            f"guarded_request.{what}": promised.GuardedRequestMoved
            for what in ("auto_approved", "pending", "approved", "refused", "withdrawn")
        },
        **{f"roadblock.{what}": promised.RoadblockMoved for what in ("opened", "mitigating", "reopened")},
        "roadblock.escalated": promised.RoadblockEscalated,
        "roadblock.resolved": promised.RoadblockResolved,
        "appraisal.opened": later.AppraisalOpened,
        "appraisal.contacted": later.AppraisalContacted,
        "appraisal.reevaluation": later.AppraisalReevaluation,
        "appraisal.closed": later.AppraisalClosed,
        **{
            f"appraisal_action.{what}": later.AppraisalActionMoved
            for what in ("offered", "agreed", "in_progress", "done", "failed")
        },
        "retiering.proposed": later.RetieringProposed,
        "retiering.approval_needed": later.RetieringApprovalNeeded,
        "retiering.decided": later.RetieringDecided,
        "retiering.withdrawn": later.RetieringWithdrawn,
        "reset.planned": later.ResetPlanned,
        "reset.conversation_recorded": later.ResetConversationRecorded,
        "reset.completed": later.ResetCompleted,
        "reset.cancelled": later.ResetCancelled,
        "reselection.opened": later.ReselectionOpened,
        "reselection.eligible": later.ReselectionEligible,
        "reselection.peer_introduced": later.ReselectionPeerIntroduced,
        **dict.fromkeys(("reselection.readmitted", "reselection.abandoned"), later.ReselectionClosed),
        **{
            f"connection.{what}": later.ConnectionMoved
            for what in ("created", "changed", "credentials_replaced", "secret_rotated", "removed")
        },
        **dict.fromkeys(("connection.paused", "connection.resumed"), later.ConnectionStateMoved),
        "connection.needs_reauth": later.ConnectionNeedsReauth,
        "webhook_endpoint.tested": later.WebhookEndpointTested,
        "webhook_endpoint.disabled": later.WebhookEndpointDisabled,
    }
)  # fmt: skip
