"""Versions of records on the wire: ETag out, If-Match in."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from app.kernel.errors import Malformed, VersionNeeded

_TAG = re.compile(r'\s*(?:W/)?"?(\d{1,9})"?\s*', re.ASCII)


class UnreadableIfMatch(Malformed):
    """If-Match does not hold the version of a record."""


class IfMatchNeeded(VersionNeeded):
    """If-Match is needed to change a decision record."""


# Not `async`, a dependency would be given to a thread.
async def _if_match(
    if_match: Annotated[
        str | None, Header(max_length=200, description="The `version` that was read, as in its ETag; 412 if it changed")
    ] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match)
    if found is None:
        raise UnreadableIfMatch('send the ETag as it came, such as "3"')
    return int(found[1])


async def _if_match_needed(version: Annotated[int | None, Depends(_if_match)]) -> int:
    if version is None:
        raise IfMatchNeeded("send If-Match with the ETag of what you read")
    return version


IfMatch = Annotated[int | None, Depends(_if_match)]
IfMatchRequired = Annotated[int, Depends(_if_match_needed)]


def tag(response: Response, version: int) -> None:
    """Tell the version in the ETag."""
    response.headers["ETag"] = f'"{version}"'
