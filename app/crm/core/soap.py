"""Reads the SOAP of Salesforce's outbound messages, and nothing that XML can do beyond it."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError  # names only: defusedxml parses

from defusedxml import ElementTree

from app.crm.core.spec import Json

_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_OUT = "{http://soap.sforce.com/2005/09/outbound}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def outbound_message(body: bytes) -> tuple[str | None, list[Json]]:
    """The organization that an outbound message names, and its notifications, in their order.

    A notification is `{"id", "object", "record"}`: its own id, the record's type as Salesforce calls it, and the fields
    that were sent, as text (None where nil or not a plain value). What is missing is None; `record` is then empty.
    Document types, entities and whatever else lies outside the document are refused, not read.
    Raises ValueError if the body is not an outbound message.
    """
    try:
        envelope = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise ValueError("not XML") from error
    message = envelope.find(f"{_SOAP}Body/{_OUT}notifications") if envelope.tag == f"{_SOAP}Envelope" else None
    if message is None:
        raise ValueError("not an outbound message")
    return _text(message, "OrganizationId"), [_notification(part) for part in message.iterfind(f"{_OUT}Notification")]


def _notification(part: Element) -> Json:
    record = part.find(f"{_OUT}sObject")
    told: dict[str, Json] = {"id": _text(part, "Id"), "object": None, "record": {}}
    if record is not None:
        told["object"] = record.get(f"{_XSI}type", "").rpartition(":")[2] or None
        told["record"] = dict(_fields(record))
    return told


def _fields(record: Element) -> Iterator[tuple[str, str | None]]:
    for field in record:
        plain = len(field) == 0 and field.get(f"{_XSI}nil") not in {"true", "1"}
        yield field.tag.rpartition("}")[2], (field.text or "") if plain else None


def _text(element: Element, name: str) -> str | None:
    return (element.findtext(f"{_OUT}{name}") or "").strip() or None
