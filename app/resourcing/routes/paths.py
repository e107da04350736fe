"""The account that a path of resourcing names."""

from typing import Annotated

from fastapi import Depends, Path

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS
from app.infra.wire import Id
from app.kernel.ids import AccountId
from app.tenancy.deps import Connection, CurrentTenant

PathAccountId = Annotated[Id, Path(description="The account's id")]


async def standing(account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection) -> AccountId:
    """The account that is named, or the one that it was merged into."""
    return await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))


Account = Annotated[AccountId, Depends(standing)]
