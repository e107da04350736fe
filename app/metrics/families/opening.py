"""Opens a reading: what has to be known of an organization before any family can read its facts."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId
from app.metrics.families import FAMILIES, portfolio
from app.metrics.families.family import Asked
from app.metrics.families.reading import Reading, places
from app.tenancy.core.organization import Organization


async def opened(  # whose facts, as of when, and what for
    connection: AsyncConnection,
    organization: Organization,
    as_of: date,
    asked: Asked,
    accounts: Sequence[AccountId],
    *,
    whole: bool,
) -> Reading:
    """How the asked metrics of some accounts are read; `whole`: they are all that existed then."""
    if whole:
        await portfolio.allow_memory(connection)
    converts, recorded = await portfolio.surroundings(
        connection,
        organization.tenant_id,
        as_of=as_of,
        currency=organization.reporting_currency,
        kinds=set(_kinds(asked)),
        proposal_stages=organization.proposal_stages,
    )
    return Reading(
        connection=connection,
        tenant_id=organization.tenant_id,
        as_of=as_of,
        currency=organization.reporting_currency,
        accounts=len(accounts),
        places=places(accounts),
        account_ids=None if whole else accounts,
        converts=converts,
        recorded=recorded,
        stage_probabilities=organization.stage_probabilities,
        proposal_stages=organization.proposal_stages,
    )


def _kinds(asked: Asked) -> Iterator[str]:
    for family in FAMILIES:
        for key, kinds in family.records.items():
            if key in asked:
                yield from kinds
