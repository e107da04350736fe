"""Hands what was foreseen to stand in an account's way to those who clear it, once the account is selected."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, UserId
from app.resourcing.service import roadblocks
from app.resourcing.service.roadblocks import NewRoadblock
from app.selection.service.keeping import today
from app.selection.service.reviews import objections
from app.selection.service.reviews.objections import OpenObjection
from app.tenancy.core.caller import Caller

# An objection says neither of what kind it is nor how grave: its owner does, once it is a roadblock.
_KIND: Final = "other"
_SEVERITY: Final = "medium"
_TITLE_LENGTH: Final = 200


async def hand_over(connection: AsyncConnection, caller: Caller, account_id: AccountId, user_id: UserId | None) -> None:
    """Make roadblocks of the open objections to an account that is selected; each becomes one, once."""
    found = await objections.open_objections(connection, caller.tenant_id, account_id)
    new = [_roadblock(account_id, one) for one in found]
    await roadblocks.open_all(connection, caller.tenant_id, new, user_id=user_id, key_id=caller.key_id)


def _roadblock(account_id: AccountId, one: OpenObjection) -> NewRoadblock:
    day = today()
    return NewRoadblock(
        kind=_KIND,
        function=one.owner_function,
        severity=_SEVERITY,
        title=_first_line(one.body),
        account_id=account_id,
        impact=one.body,
        owner_user_id=one.owner,
        objection_id=one.id,
        opened_on=day,
        due_on=max(one.due_on, day),
    )


def _first_line(body: str) -> str:
    line = body.strip().splitlines()[0] if body.strip() else "An objection"
    return line if len(line) <= _TITLE_LENGTH else f"{line[: _TITLE_LENGTH - 1]}…"
