"""What arrives: a delivery as it stood on the wire, and the events that it tells of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.crm.core.spec import ChangeKind, ObjectName


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request of a sender. headers: in lower case, the values of repeated ones in their order; query: likewise.

    secret_part: the part of the path after the connection's id, empty if there is none. query_text: the query as it
    stood on the wire, since that is what was signed.
    """

    method: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, Sequence[str]]
    body: bytes
    secret_part: str = ""
    query_text: str = ""

    def header(self, name: str) -> str | None:
        """The value of a header that was sent once; None if it was not, or more than once."""
        values = self.headers.get(name.lower(), ())
        return values[0] if len(values) == 1 else None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a delivery tells.

    digest: 32 bytes, the same for two deliveries of one event. object: None where the record is of no interest to us.
    state: how it begins: `waiting` for its record to be pulled, `ignored`, or `quarantined` with a reason.
    data: the record itself, where the sender is to be believed (push).
    """

    position: int
    digest: bytes
    object: ObjectName | None
    external_id: str | None
    change: ChangeKind
    state: str = "waiting"
    identity: str | None = None
    occurred_at: datetime | None = None
    merged_into: str | None = None
    changed_fields: Sequence[str] = ()
    property_name: str | None = None
    property_value: Any = None
    data: Mapping[str, Any] | None = field(default=None)
    reason: str | None = None

    def detail(self) -> dict[str, Any]:
        """What is kept of it beside its columns."""
        told = {
            "merged_into": self.merged_into,
            "changed_fields": list(self.changed_fields) or None,
            "property_name": self.property_name,
            "property_value": self.property_value,
            "data": self.data,
        }
        return {name: value for name, value in told.items() if value is not None}
