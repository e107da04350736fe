"""Reads how long the other side of a call asks to be left alone."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST: Final = timedelta(days=1)


def retry_at(header: str | None, now: datetime) -> datetime | None:
    """When `Retry-After` allows the next call: seconds or a date (RFC 9110, 10.2.3); None if it cannot be read.

    Never before `now` (aware), and never more than a day ahead.
    """
    text = (header or "").strip()
    try:
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", text):
            said = now + timedelta(seconds=float(text))
        else:
            said = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return min(max(said, now), now + LONGEST)
