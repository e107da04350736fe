"""The types of events of appraising accounts anew, and of the systems that are connected."""

from typing import Final

from app.events.core.event_type import EventType

TYPES: Final = (
    # Appraisals and retiering
    EventType(
        "appraisal.opened", "An account is looked at for signs that its tier is too high", "appraisal",
        "When a sign is seen or somebody asks for it; an account has one at a time.",
    ),
    EventType(
        "appraisal.contacted", "The customer heard of an appraisal", "appraisal", "When that is recorded, once.",
    ),
    EventType(
        "appraisal.reevaluation", "What was agreed in an appraisal came to nothing", "appraisal",
        "When an action of its plan fails, or its day has passed without success.",
    ),
    EventType(
        "appraisal.closed", "An appraisal ended", "appraisal",
        "When somebody closes it, or a retiering has decided on it.",
    ),
    EventType("appraisal_action.offered", "An action was offered", "appraisal_action", "When it is added."),
    EventType("appraisal_action.agreed", "An action is agreed", "appraisal_action", "When it comes into that state."),
    EventType(
        "appraisal_action.in_progress", "An action is being carried out", "appraisal_action",
        "When it comes into that state.",
    ),
    EventType("appraisal_action.done", "An action is done", "appraisal_action", "When it comes into that state."),
    EventType("appraisal_action.failed", "An action has failed", "appraisal_action", "When it comes into that state."),
    EventType(
        "retiering.proposed", "An account's tier was put up for decision", "retiering", "When a retiering begins.",
    ),
    EventType(
        "retiering.approval_needed", "That an account gets less was decided by a first person", "retiering",
        "When a decision for less waits for a second person.",
    ),
    EventType(
        "retiering.decided", "An account's tier was decided anew", "retiering",
        "When a decision stands: at once, or for less with its approval.",
    ),
    EventType(
        "retiering.withdrawn", "A proposal for another tier was taken back", "retiering", "When it is withdrawn.",
    ),
    EventType(
        "reset.planned", "It is planned how a customer is told of less", "reset", "When a reset is planned.",
    ),
    EventType(
        "reset.conversation_recorded", "The customer was told of less", "reset",
        "With the first talk, from which on what is decided may be taken.",
    ),
    EventType("reset.completed", "A reset is complete: the account has what is decided", "reset", "When it is."),
    EventType("reset.cancelled", "A reset was given up", "reset", "When it is cancelled."),
    EventType(
        "reselection.opened", "An account that has less can show that it deserves more", "reselection",
        "When its way back is opened.",
    ),
    EventType(
        "reselection.eligible", "An account on its way back meets all of its criteria", "reselection",
        "When it does for the first time.",
    ),
    EventType(
        "reselection.peer_introduced", "An account on its way back met a key account", "reselection",
        "With every introduction.",
    ),
    EventType("reselection.readmitted", "An account is a key account again", "reselection", "When it is readmitted."),
    EventType("reselection.abandoned", "A way back was given up", "reselection", "When it is abandoned."),
    # Connections and endpoints
    EventType("connection.created", "A CRM was connected", "crm_connection", "When a connection is made."),
    EventType("connection.changed", "A connection was changed", "crm_connection", "When anything about it changes."),
    EventType(
        "connection.credentials_replaced", "A connection has new credentials", "crm_connection",
        "When they are replaced; none of them is part of it.",
    ),
    EventType(
        "connection.secret_rotated", "The secret of a connection's deliveries is another one", "crm_connection",
        "When it is rotated; it is no part of it.",
    ),
    EventType("connection.paused", "The CRM is called no more", "crm_connection", "When a connection is paused."),
    EventType("connection.resumed", "The CRM is called again", "crm_connection", "When a connection is resumed."),
    EventType(
        "connection.needs_reauth", "The CRM takes the credentials no longer", "crm_connection",
        "When an active connection stops for want of credentials.",
    ),
    EventType("connection.removed", "A CRM was disconnected", "crm_connection", "When a connection is removed."),
    EventType(
        "webhook_endpoint.tested", "Somebody tries whether an endpoint hears us", "webhook_endpoint",
        "When a test of an endpoint is asked for; it goes to that endpoint alone.",
    ),
    EventType(
        "webhook_endpoint.disabled", "An endpoint is told of nothing any more", "webhook_endpoint",
        "When an endpoint is disabled by hand, since it answered 410, or since it failed for days.",
    ),
)  # fmt: skip
