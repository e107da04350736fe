"""Decides what a delivery tells as a whole: whether it can be read, whose it is, and which events it is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from app.crm.core.delivery import Delivery, Event
from app.crm.core.event_readers import event_reader
from app.crm.core.event_rules import Item, told, unfit
from app.crm.core.paths import at, finder
from app.crm.core.signatures import UntrustedDelivery
from app.crm.core.spec import ConnectorSpec, Json
from app.crm.core.unwrap import parsed
from app.kernel.errors import Malformed

MOST_EVENTS = 10_000


class UnreadableDelivery(Malformed):
    """The delivery cannot be read."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a delivery, in its order."""

    events: list[Event]


def events_of(spec: ConnectorSpec, expected_sender: str, delivery: Delivery, fallback_identity: str) -> Read:
    """The events of a delivery that was found trustworthy: at most MOST_EVENTS, all of which can be stored.

    expected_sender: the organization that it must name where it names one; empty: any. A delivery that names another
    is refused; where only some of its events do, those are ignored. Salesforce's ids are the same with 15 and with 18
    characters, GUIDs in any case. fallback_identity: an id of this delivery alone (see `core.digests`).

    An event that cannot be understood is `quarantined`, with the reason, and is no trouble to the others; one of an
    object or a kind of change that the rules do not name is `ignored`. An event that names several records becomes one
    each; of a merge, the record that is left is told of as `changed` (except by `push`, which brings records itself).
    A `gap` may name no record at all. An empty list is no event. Where `items` is not in the body, the body is the
    event, or the list. A time that cannot be read is no time.
    Raises UnreadableDelivery if the body as a whole is not what the sender sends, or tells of too much;
    UntrustedDelivery if it comes from another organization.
    """
    return reader(spec)(expected_sender, delivery, fallback_identity)


Reader = Callable[[str, Delivery, str], Read]


def reader(spec: ConnectorSpec) -> Reader:
    """`events_of` for one connector, for who asks often: what its rules say is worked out once."""
    of_event = event_reader(spec.events)
    items_at = finder(spec.events.items) if spec.events.items else None
    id_header = spec.events.id_header

    def events_of(expected_sender: str, delivery: Delivery, fallback_identity: str) -> Read:
        body = _unwrapped(spec, delivery)
        items = _items(items_at(body) if items_at else body, body)
        foreign = _foreign(spec.sender, expected_sender, body, items)
        told_id = delivery.header(id_header) if id_header else None
        events: list[Event] = []
        for place, content in enumerate(items):
            item = Item(
                of_event, content, f"{told_id}/{place}" if told_id and len(items) > 1 else told_id, fallback_identity
            )
            if place in foreign:
                events.append(unfit(item, len(events), "ignored", "of another organization"))
            else:
                events += islice(told(item, len(events)), MOST_EVENTS + 1 - len(events))
            if len(events) > MOST_EVENTS:
                raise _too_many()
        return Read(events)

    return events_of


def _unwrapped(spec: ConnectorSpec, delivery: Delivery) -> Json:
    try:
        if spec.unwrap is None:
            return parsed(delivery.body)
        once = {name: values[0] for name, values in delivery.headers.items() if len(values) == 1}
        return spec.unwrap(delivery.body, once)
    except ValueError:
        # Without its cause, which may repeat what was sent.
        raise UnreadableDelivery("the body is not what this CRM sends") from None


def _items(found: Json, body: Json) -> list[Json]:
    if not isinstance(found, (list, dict)):
        found = body
    if not isinstance(found, (list, dict)):
        raise UnreadableDelivery("the body is neither an object nor a list")
    items = found if isinstance(found, list) else [found]
    if len(items) > MOST_EVENTS:
        raise _too_many()
    return items


def _too_many() -> UnreadableDelivery:
    return UnreadableDelivery(f"a delivery may tell of {MOST_EVENTS} events")


def _foreign(sender: str, expected: str, body: Json, items: list[Json]) -> frozenset[int]:
    """The places of the events that name another organization. Raises UntrustedDelivery if all do, or the delivery."""
    if not sender or not expected:
        return frozenset()
    if (whole := at(body, sender)) is not None:
        if not _same_organization(str(whole), expected):
            raise UntrustedDelivery("the delivery is not trusted")
        return frozenset()
    named = {place: at(item, sender) for place, item in enumerate(items)}
    others = frozenset(
        place for place, name in named.items() if name is not None and not _same_organization(str(name), expected)
    )
    if others and len(others) == len(items):
        raise UntrustedDelivery("the delivery is not trusted")
    return others


def _same_organization(named: str, expected: str) -> bool:
    if named == expected:
        return True
    if {len(named), len(expected)} == {15, 18} and (named + expected).isalnum():
        return named[:15] == expected[:15]
    try:
        return UUID(named) == UUID(expected)
    except ValueError:
        return False
