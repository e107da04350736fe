"""The six questions of an account's health, answered as of a day with the records that prove the answers."""

from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.questions import METRICS, QUESTIONS, AccountQuestions, Answered, tally
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import QUARTER_DAYS, day_asked, trailing
from app.metrics import service as metrics


async def answered(
    connection: AsyncConnection, tenant_id: TenantId, account_id: AccountId, as_of: date | None
) -> AccountQuestions:
    """The six questions as of a day, today when none is asked for; figures and records are read by one set of rules."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    found = await metrics.measured(connection, tenant_id, as_of=day, keys=METRICS, account_ids=(account_id,))
    proofs = await metrics.proofs(connection, tenant_id, as_of=day, keys=METRICS, account_id=account_id)
    answers = {
        question.code: Answered(
            question=question,
            metric=metrics.SHIPPED.of(question.metric),
            value=found.value(question.metric, 0),
            tally=tally(question, proofs[question.metric]),
            records=proofs[question.metric],
        )
        for question in QUESTIONS
    }
    return AccountQuestions(account_id, day, trailing(day, QUARTER_DAYS), found.currency, answers)
