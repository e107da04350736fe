"""Texts that a process keeps, since they are asked for again and never change; bounded in bytes, the idlest go."""

from collections import OrderedDict
from collections.abc import Hashable

LIMIT_BYTES = 32 * 1024 * 1024
# What a text takes beside itself: its key, and its place in the order.
OVERHEAD_BYTES = 400


class KeptTexts:
    """Keys have to name the organization, and all that the text depends on."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._texts: OrderedDict[Hashable, bytes] = OrderedDict()
        self.size_bytes = 0

    def get(self, key: Hashable) -> bytes | None:
        """The text, if it is kept."""
        text = self._texts.get(key)
        if text is not None:
            self._texts.move_to_end(key)
        return text

    def keep(self, key: Hashable, text: bytes) -> None:
        """Keep a text, and forget others for it."""
        before = self._texts.pop(key, None)
        if before is not None:
            self.size_bytes -= len(before) + OVERHEAD_BYTES
        self._texts[key] = text
        self.size_bytes += len(text) + OVERHEAD_BYTES
        while self.size_bytes > self._limit_bytes:
            _, forgotten = self._texts.popitem(last=False)
            self.size_bytes -= len(forgotten) + OVERHEAD_BYTES
