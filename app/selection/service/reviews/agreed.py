"""What a joint session agreed on becomes rating facts, so that the metric says what was agreed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts import service as accounts
from app.accounts.kinds import RATINGS
from app.infra.records.kind import Change
from app.kernel.ids import TenantId
from app.selection.queries import reviews as queries
from app.selection.service.reviews.seats import Candidate

SOURCE: Final = "review"
Voice = tuple[str, str, UUID | None]  # a metric, a function, and the person, or None for the function as a whole


async def save(
    connection: AsyncConnection,
    tenant_id: TenantId,
    found: Candidate,
    newly: Mapping[str, Mapping[str, Any]],
    functions: Sequence[str],
) -> None:
    """Record what was newly agreed, by metric, as each participating function's rating of today.

    A metric takes each person's latest rating of a function; so whoever takes part and had rated the account before,
    outside the review, is recorded with what they agreed to as well. What others rated stands beside it.
    """
    voices: list[Voice] = [(metric, function, None) for metric in newly for function in functions]
    earlier = await queries.earlier_voices(connection, tenant_id, found.review["id"], found.standing_id, list(newly))
    voices += [(row["metric"], row["function"], row["user_id"]) for row in earlier]
    moment = accounts.arriving()
    changes = list(_changes(found, newly, voices, moment.arrived_on))
    for outcome in await accounts.save(connection, tenant_id, RATINGS, changes, moment):
        if outcome.refusal is not None:
            raise outcome.refusal


def _changes(
    found: Candidate, newly: Mapping[str, Mapping[str, Any]], voices: Sequence[Voice], day: date
) -> Iterator[Change]:
    for metric, function, user_id in voices:
        said = newly[metric]
        comment = f"Agreed in the review {found.review['name']}"
        yield Change(
            {
                "account": found.standing_id,
                "metric": metric,
                "value": said["value"],
                "function": function,
                "user": user_id,
                "rated_on": day,
                "comment": comment if said["comment"] is None else f"{comment}: {said['comment']}",
                "source": SOURCE,
                "external_id": _external_id(found, (metric, function, user_id)),
            }
        )


def _external_id(found: Candidate, voice: Voice) -> str:
    """One fact of a voice per agreement: what is agreed anew is a later fact, and the earlier one stays true."""
    metric, function, user_id = voice
    who = function if user_id is None else f"{function}/{user_id}"
    return f"{found.review['id']}/{found.account_id}/{metric}/{who}/{found.row['version']}"
