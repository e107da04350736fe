"""Signs what is sent as Standard Webhooks have it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook


def headers(secrets: Sequence[str], message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """What a message's headers say of it: its id, the time of this attempt, and a signature by each secret.

    secrets: those that sign now, `whsec_` and base64, the present one first. message_id: the same on every attempt,
    without a full stop. body: UTF-8. now: aware, in whatever zone. Raises ValueError for a naive time, whose second
    nobody knows, and for an id with a full stop. Source: Standard Webhooks, "Webhook headers" and "Signature scheme".
    """
    if now.tzinfo is None:
        raise ValueError("a time without a zone does not say when a message is sent")
    if "." in message_id:
        raise ValueError("the full stop separates what is signed")
    # The library takes the digits of an aware time for UTC, whatever its zone.
    sent = now.astimezone(UTC).replace(microsecond=0)
    text = body.decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(sent.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, sent, text) for secret in secrets),
    }
