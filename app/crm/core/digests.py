"""Decides when two events are one: by a digest of what they say, without what differs from one delivery to the next.

An event that states its time is known by its content and that time: one that is sent again under a fresh id is the
same. Without a time, two equal contents may be two changes: then its own id belongs to it; and where it has no id
either, that of the delivery, so that it is never taken for another one by mistake.
"""

import hashlib
from collections.abc import Callable

import orjson

from app.crm.core.spec import EventRules, Json


def content_digest(rules: EventRules) -> Callable[[Json], bytes]:
    """Makes 32 bytes that stand for all that an event says but its `volatile` parts and its own id.

    They are the same in any order of keys.
    """
    stated = (*rules.volatile, rules.id.path) if rules.id else tuple(rules.volatile)
    choices = [choice for path in stated for choice in path.split("|")]
    names, paths = frozenset(choices), [choice for choice in choices if "." in choice]

    def digest(content: Json) -> bytes:
        if isinstance(content, dict):
            content = {name: value for name, value in content.items() if name not in names}
        for path in paths:
            content = _without(content, path)
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()

    return digest


def event_digest(content: bytes, record: Json, whose: str | None) -> bytes:
    """32 bytes that are the same for two deliveries of one event.

    content: what `content_digest` says of it. record: which of its records, where it names several. whose: the id that
    belongs to it, as told above; None where its time is enough.
    """
    return hashlib.sha256(content + orjson.dumps([record, whose], option=orjson.OPT_SORT_KEYS)).digest()


def _without(content: Json, path: str) -> Json:
    """`content` without the value at a dotted path; itself if there is none."""
    if not isinstance(content, dict):
        return content
    if path in content:
        return {name: value for name, value in content.items() if name != path}
    head, _, rest = path.partition(".")
    return {**content, head: _without(content[head], rest)} if rest and head in content else content
