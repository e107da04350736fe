"""The types of events of judging, choosing and planning for accounts."""

from typing import Final

from app.events.core.event_type import EventType

_DAILY: Final = (
    "With a new score under the model in use, of these days; not with an account's first score, with one of another"
    " model, or with one of a day of the past."
)
TYPES: Final = (
    # Scores and what follows from them
    EventType(
        "score.changed", "An account's score moved", "account",
        "When the composite, opportunity or alignment moved by 1 point at least since this was last told, or since the"
        " account's first score under the model where it never was, in one step or in many; or became known or"
        f" unknown. {_DAILY}",
    ),
    EventType(
        "tier.changed", "The tier that an account's score gives it is another one", "account",
        f"When the computed tier differs from that of the account's previous score. {_DAILY}",
    ),
    EventType(
        "quadrant.changed", "An account moved to another quadrant of opportunity and alignment", "account",
        f"When the quadrant differs from that of the account's previous score. {_DAILY}",
    ),
    EventType(
        "health_state.changed", "An account moved to another quadrant of hygiene and health", "account",
        "When an account is judged and stands elsewhere than before; not when it is judged for the first time, or as"
        " of a day before the one by which it stands.",
    ),
    EventType(
        "warning.opened", "An early warning sign was seen at an account", "account",
        "When the sign is seen and no warning of its kind was live for the account; not while it goes on.",
    ),
    EventType(
        "warning.acknowledged", "Somebody has seen a warning", "account",
        "When a person acknowledges a warning; not when another does so after that.",
    ),
    EventType(
        "warning.cleared", "An early warning sign is gone", "account",
        "When a live warning is resolved, since its sign was not seen on two days.",
    ),
    EventType(
        "health_model.published", "A version of a health model came into force", "health_model",
        "When the newest version of a health model is published.",
    ),
    EventType(
        "selection_model.published", "A version of a selection model came into force", "selection_model",
        "When the newest version of a selection model is published.",
    ),
    # Choosing key accounts
    EventType(
        "account.lifecycle_moved", "An account moved on in the program", "account",
        "When an account moves from one state of the program to another, or to another track or tier.",
    ),
    EventType(
        "account.merged", "A record of an account was merged into another", "account",
        "When the system that both come from says so: of the account that stands for both from then on. It takes over"
        " what is in force of the other where it has nothing of the kind itself.",
    ),
    EventType(
        "tier_override.added", "Somebody set a manual tier", "tier_override",
        "When a manual tier is set; that its last day has passed is not told, the day is.",
    ),
    EventType(
        "tier_override.withdrawn", "A manual tier was taken back", "tier_override",
        "When a manual tier that was not withdrawn before is withdrawn.",
    ),
    EventType(
        "selection_review.revealed", "The blind ratings of a review were shown to everybody", "selection_review",
        "When a review goes from rating to its joint session.",
    ),
    EventType(
        "selection_review.closed", "A review ended", "selection_review",
        "When a review is closed or abandoned.",
    ),
    EventType(
        "selection_decision.recorded", "It was decided whether an account becomes a key account", "selection_decision",
        "When a decision is recorded; one that takes the place of another names it.",
    ),
    EventType(
        "feedback_round.opened", "People were asked what criteria are worth", "feedback_round",
        "When a round of feedback on a model's draft is opened.",
    ),
    EventType(
        "feedback_round.closed", "A round of feedback ended with a result", "feedback_round",
        "When a round is closed.",
    ),
    EventType(
        "feedback_round.abandoned", "A round of feedback ended without a result", "feedback_round",
        "When a round is abandoned.",
    ),
    EventType(
        "portfolio.solved", "The best portfolio was found, or that there is none", "portfolio",
        "When the search for a portfolio has ended.",
    ),
    # Plans
    EventType(
        "plan.saved", "A version of an account's plan was written", "plan",
        "When a plan is saved with a difference to what it said before.",
    ),
    EventType("plan.approved", "Somebody signed a version of a plan", "plan", "When a person signs, once per version."),
    EventType("plan.archived", "An account's plan was put away", "plan", "When an active plan is archived."),
    EventType(
        "plan_action.completed", "An action of a plan is done", "plan",
        "When an action becomes done; again, where it was opened again in between.",
    ),
)  # fmt: skip
