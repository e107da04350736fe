"""What arrives: a delivery as it stood on the wire, and the events that it tells of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.crm.core.spec import ChangeKind, ObjectName


class SentOnce(Mapping[str, Sequence[str]]):
    """Headers of which none came twice, read as they are asked for: few of them ever are."""

    __slots__ = ("_sent",)

    def __init__(self, sent: Mapping[bytes, bytes]) -> None:
        self._sent = sent

    def __getitem__(self, name: str) -> Sequence[str]:
        return (self._sent[name.encode("utf-8", "replace")].decode("latin-1"),)

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._sent)

    def __len__(self) -> int:
        return len(self._sent)


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
        try:
            values = self.headers[name.lower()]
        except KeyError:
            return None
        return values[0] if len(values) == 1 else None


class Event(NamedTuple):
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
    data: Mapping[str, Any] | None = None
    reason: str | None = None

    def detail(self) -> dict[str, Any]:
        """What is kept of it beside its columns."""
        told: dict[str, Any] = {}
        if self.merged_into is not None:
            told["merged_into"] = self.merged_into
        if self.changed_fields:
            told["changed_fields"] = list(self.changed_fields)
        if self.property_name is not None:
            told["property_name"] = self.property_name
        if self.property_value is not None:
            told["property_value"] = self.property_value
        if self.data is not None:
            told["data"] = self.data
        return told
