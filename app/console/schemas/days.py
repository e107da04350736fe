"""Days as addresses of pages name them."""

import re
from datetime import date
from typing import Annotated

from fastapi import Query

from app.kernel.errors import Invalid

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# A form that leaves the day open sends an empty one, hence a text.
AsOfText = Annotated[str, Query(alias="as_of", max_length=40, description="The day that is asked for, as 2026-01-31")]


class UnreadableDay(Invalid):
    """The day cannot be read."""


def day_of(text: str) -> date | None:
    """The day that is named, None where none is."""
    text = text.strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:  # such as the 31st of February
        day = None
    if day is None:
        raise UnreadableDay("write it as 2026-01-31")
    return day
