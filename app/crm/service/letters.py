"""Makes letters of deliveries: what is kept of them, as their connection's rules read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.crm.core.asked import signature_of
from app.crm.core.connection import Connection
from app.crm.core.delivery import Delivery
from app.crm.core.hiding import kept_body
from app.crm.core.reading import Reader, reader
from app.crm.core.signatures import Verify, verifier
from app.crm.core.spec import Signature
from app.crm.core.webhook_secrets import Secret
from app.crm.queries.intake import Letter, fresh_id


@dataclass(frozen=True, slots=True)
class Known:
    """A connection as it was when it was looked up; what it verifies counts while its version is the same.

    verify, read: what its connector says of signatures and of events, worked out once. tenant: its organization's id,
    as logs have it.
    """

    connection: Connection
    secrets: Sequence[Secret]
    signature: Signature
    verify: Verify
    read: Reader
    tenant: str

    @property
    def texts(self) -> Sequence[str]:
        """Of all its secrets, where a body may hold one."""
        return [secret.text for secret in self.secrets] if self.signature.place == "body" else ()


def known_as(connection: Connection, secrets: Sequence[Secret]) -> Known:
    """A connection as it is now, made ready for its deliveries."""
    signature = signature_of(connection.spec, connection.settings)
    return Known(
        connection, secrets, signature, verifier(signature), reader(connection.spec), str(connection.tenant_id)
    )


def letter_of(known: Known, delivery: Delivery) -> Letter:
    """What is kept of a delivery that was verified. Raises UnreadableDelivery, UntrustedDelivery."""
    connection, delivery_id = known.connection, fresh_id()
    events = known.read(connection.settings.organization_id, delivery, str(delivery_id)).events
    return Letter(
        id=delivery_id,
        connection_id=connection.id,
        version=connection.version,
        content_type=(delivery.header("content-type") or "")[:200],
        body=kept_body(known.signature, known.texts, delivery.body),
        events=events,
        ids=[fresh_id() for _ in events],
    )
