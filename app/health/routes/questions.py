"""The door of the six questions of an account's health."""

from typing import Annotated, Any

from fastapi import Path, Query

from app.accounts import service as accounts
from app.accounts.kinds import ACCOUNTS, AccountNotFound
from app.health.schemas.questions import HealthQuestions, questions_shown
from app.health.service import questions
from app.infra.problems import problems
from app.infra.wire import Id, IsoDate
from app.kernel.ids import AccountId
from app.kernel.periods import InTheFuture
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["health"])
read = needs("health:read")
PathAccountId = Annotated[Id, Path(description="The account's id")]
AsOf = Annotated[IsoDate | None, Query(description="The day at whose end the facts are read; today when left out")]


@router.get(
    "/accounts/{account_id}/health/questions",
    response_model=HealthQuestions,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_health_questions(
    account_id: PathAccountId, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """Answer the six questions of an account's health, each with the records that prove its figure.

    What is new is new once: an offering by its first deals before it was ever bought, an executive by the first
    engagement, a buying center by the first referral. Sent or imported again, none of them counts a second time.
    """
    standing = await accounts.require_account(connection, tenant_id, ACCOUNTS, AccountId(account_id))
    return questions_shown(await questions.answered(connection, tenant_id, standing, as_of))
