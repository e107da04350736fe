"""Which accounts a request names: all of them there, or a refusal that says which are not."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.queries import standing as queries
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, TenantId


class UnknownAccounts(Invalid):
    """Some of the accounts named are not there."""


async def standing_for(
    connection: AsyncConnection, tenant_id: TenantId, ids: Sequence[AccountId], *, pointers: Sequence[str]
) -> list[AccountId]:
    """The accounts of these ids in their order, of merged ones those that stand for them now.

    Raises UnknownAccounts with the pointer (one per id) of each that is not there.
    """
    found = await queries.standing_for(connection, tenant_id, ids)
    problems = [
        FieldProblem(pointer, "unknown_account", "names no account")
        for account_id, pointer in zip(ids, pointers, strict=True)
        if account_id not in found
    ]
    if problems:
        raise UnknownAccounts("see GET /v1/accounts", errors=problems)
    return [found[account_id] for account_id in ids]
