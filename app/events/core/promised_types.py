"""The types of events of what is agreed with customers, and what is promised to them."""

from typing import Final

from app.events.core.event_type import EventType

TYPES: Final = (
    # Calibration with the customer
    EventType("calibration.started", "A calibration with a customer began", "calibration", "When it is started."),
    EventType(
        "calibration.revealed", "Both sides see what the other one said", "calibration",
        "When the second of the two sides has sealed its submission.",
    ),
    EventType(
        "calibration.advanced", "A calibration went on to its next step", "calibration",
        "When a calibration advances; that it comes into force is told as calibration.activated.",
    ),
    EventType(
        "calibration.went_back", "A calibration was taken back to an earlier step", "calibration",
        "When it goes back: what came after that step counts no longer.",
    ),
    EventType(
        "calibration.agreed", "Both sides agreed to a partnership level", "calibration",
        "When the second side agrees to the level that the first agreed to.",
    ),
    EventType("calibration.activated", "A calibration came into force", "calibration", "When it becomes active."),
    EventType(
        "calibration.superseded", "A later calibration took the place of one in force", "calibration",
        "When another calibration of the account is activated.",
    ),
    EventType("calibration.ended", "A calibration ended", "calibration", "When somebody ends it."),
    EventType(
        "submission.sealed", "A side sealed what it says", "calibration",
        "When a side seals its submission; what it says is no part of it.",
    ),
    EventType("level.proposed", "A side proposed a partnership level", "calibration", "With every proposal."),
    EventType(
        "level.agreed", "The partnership level of a calibration is settled", "calibration",
        "When both sides have agreed to it.",
    ),
    EventType(
        "level.communicated", "The customer was told of the agreed level", "calibration",
        "When it is recorded that somebody of the customer was told.",
    ),
    EventType(
        "investments.delineated", "What functions invest in an account was laid down anew", "calibration",
        "When investments change; the functions whose part changed have to acknowledge it.",
    ),
    EventType(
        "investment.acknowledged", "A function knows what it gives", "calibration",
        "When somebody of the function acknowledges its part.",
    ),
    EventType("invitation.issued", "Somebody of a customer was invited", "calibration", "When a token is issued."),
    EventType(
        "invitation.revoked", "An invitation is worth nothing any more", "calibration",
        "When an invitation is revoked; not when it lapses.",
    ),
    EventType("expectation.added", "A side put on record what it expects", "expectation", "When it is added."),
    EventType(
        "expectation.met", "An expectation is met", "expectation",
        "When it is assessed as met and was not, or was never assessed before.",
    ),
    EventType(
        "expectation.missed", "An expectation is missed", "expectation",
        "When it is assessed as missed and was not, or was never assessed before.",
    ),
    EventType(
        "expectation.withdrawn", "An expectation no longer holds", "expectation", "When a side withdraws it.",
    ),
    EventType(
        "strategic_contribution.added", "A contribution to a customer's planning was put on record", "account",
        "When it is recorded.",
    ),
    # Resources
    EventType("commitment.requested", "A function was asked for a resource", "commitment", "When it is asked."),
    EventType(
        "commitment.accepted", "A resource is promised", "commitment",
        "When the function promises it, or its other terms are taken up.",
    ),
    EventType("commitment.declined", "A resource was refused", "commitment", "When the function says no."),
    EventType("commitment.countered", "Other terms were offered", "commitment", "When the function offers them."),
    EventType("commitment.withdrawn", "A request was taken back", "commitment", "When it is, promised or not."),
    EventType("commitment.scheduled", "A delivery is planned for a day", "commitment", "With every such plan."),
    EventType("commitment.delivered", "What was promised was delivered", "commitment", "When it is, late or not."),
    EventType("commitment.confirmed", "A delivery has arrived", "commitment", "When the account's side says so."),
    EventType(
        "commitment.missed", "What was promised will not come any more", "commitment", "When somebody says so.",
    ),
    EventType(
        "commitment.due_soon", "A promise falls due within a week", "commitment",
        "Once for each promise, by the clock; not where it is overdue already.",
    ),
    EventType(
        "commitment.overdue", "A promise was not kept by its day", "commitment", "Once for each promise, by the clock.",
    ),
    EventType("entitlement.excepted", "An account gets more of a resource than its tier brings", "account",
              "When an exception is granted."),
    EventType(
        "sponsorship.started", "An executive sponsors an account", "sponsorship", "When a sponsorship begins.",
    ),
    EventType("sponsorship.ended", "A sponsorship ended", "sponsorship", "When it is ended."),
    EventType(
        "guarded_request.auto_approved", "What was asked for lies within its guardrail", "guarded_request",
        "When it is asked for.",
    ),
    EventType(
        "guarded_request.pending", "What was asked for waits for its approver", "guarded_request",
        "When it is asked for.",
    ),
    EventType("guarded_request.approved", "What was asked for is approved", "guarded_request", "When it is."),
    EventType("guarded_request.refused", "What was asked for is refused", "guarded_request", "When it is."),
    EventType("guarded_request.withdrawn", "What was asked for was taken back", "guarded_request", "When it is."),
    EventType("roadblock.opened", "Something stands in the way", "roadblock", "When a roadblock is opened."),
    EventType("roadblock.mitigating", "Somebody works on a roadblock", "roadblock", "When it comes into that state."),
    EventType(
        "roadblock.reopened", "Nobody works on a roadblock any more", "roadblock", "When it is open once more.",
    ),
    EventType(
        "roadblock.escalated", "A roadblock that nobody cleared in time is told further up", "roadblock",
        "Once for each rung of the ladder, by the clock.",
    ),
    EventType("roadblock.resolved", "A roadblock is out of the way", "roadblock", "When it is resolved."),
)  # fmt: skip
