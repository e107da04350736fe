"""The account that a path of retiering names."""

from typing import Annotated

from fastapi import Depends, Path

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS
from app.infra.wire import Id
from app.kernel.ids import AccountId
from app.tenancy.deps import Connection, CurrentTenant

PathAccountId = Annotated[Id, Path(description="The account's id")]


async def _standing(account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection) -> AccountId:
    return await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))


# The account that is named, or the one that it was merged into.
Account = Annotated[AccountId, Depends(_standing)]
