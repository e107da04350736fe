"""What is said of a type of event."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of thing that happens. All are told in the transaction of what happened, and once.

    name: `thing.past_participle`. meaning: what happened. subject: the kind of thing that it happened to, whose id the
    event names. when: on which occasion it is told, and on which it is not.
    """

    name: str
    meaning: str
    subject: str
    when: str
