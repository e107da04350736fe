"""What paths of calibration name: the calibration, and the account."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS
from app.calibration.core.parties import Party
from app.calibration.service import calibrations
from app.infra.wire import Id
from app.kernel.ids import AccountId
from app.tenancy.deps import Connection, CurrentTenant

PathCalibrationId = Annotated[Id, Path(description="The calibration's id")]
PathAccountId = Annotated[Id, Path(description="The account's id")]
PathParty = Annotated[Party, Path(description="The side that speaks")]


async def _standing(account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection) -> AccountId:
    return await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))


async def _calibration(calibration_id: PathCalibrationId, tenant_id: CurrentTenant, connection: Connection) -> UUID:
    await calibrations.require(connection, tenant_id, calibration_id)
    return calibration_id


# The account that is named, or the one that it was merged into.
Account = Annotated[AccountId, Depends(_standing)]
# The calibration is there before anybody is asked who speaks; the use case holds it where it changes it.
Calibration = Annotated[UUID, Depends(_calibration)]
