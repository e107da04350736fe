"""The doors of how the supplier's functions support accounts: together for one, how unevenly for those of a tier."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import Query

from app.accounts.kinds import AccountNotFound
from app.infra.problems import problems
from app.infra.wire import IsoDate
from app.kernel.benchmarks import BENCHMARKS
from app.kernel.periods import InTheFuture
from app.resourcing.routes.accountability import From, To
from app.resourcing.routes.paths import Account
from app.resourcing.schemas.accountability import SupportVariability, VariabilityGrouping
from app.resourcing.schemas.collaboration import CollaborationIndex
from app.resourcing.schemas.utilization import rounded
from app.resourcing.service import collaboration
from app.resourcing.service.utilization import NoPeriod
from app.tenancy.deps import Connection, CurrentTenant, doors, needs

router = doors(tags=["resourcing"])
read = needs("resourcing:read")
AsOf = Annotated[IsoDate | None, Query(description="As of which day; today when not given")]
By = Annotated[VariabilityGrouping, Query(description="What the groups of each tier are of")]
BESIDE: Final = "high_collaboration"
_MEASURES: Final = ("kept_share", "response_days", "help_days")


@router.get(
    "/accounts/{account_id}/collaboration",
    response_model=CollaborationIndex,
    responses=problems(AccountNotFound, InTheFuture),
    openapi_extra=read,
)
async def get_collaboration_index(
    account: Account, tenant_id: CurrentTenant, connection: Connection, as_of: AsOf = None
) -> Any:
    """Tell how well the supplier's functions work together for an account.

    Three signs: how soon specialists help, how often colleagues give input unasked, and how far success is held to be
    shared. What is not known counts neither for nor against.
    """
    found = await collaboration.index(connection, tenant_id, account, as_of)
    given = asdict(found.signs)
    return {
        "account_id": account,
        "as_of": found.as_of,
        "index": rounded(found.index.index),
        "collaboration_class": found.index.kind,
        "components": {name: rounded(value) for name, value in found.index.components.items()},
        "known": found.index.known,
        "specialist_requests": found.row["requests"],
        "specialist_access_days": rounded(given["help_days"]),
        "proactive_inputs": given["proactive_inputs"],
        "proactive_functions": None if given["proactive_inputs"] is None else found.row["functions"],
        "shared_success": rounded(given["shared_success"]),
        "benchmark": BENCHMARKS[BESIDE],
    }


@router.get(
    "/resourcing/support-variability",
    response_model=SupportVariability,
    responses=problems(NoPeriod, InTheFuture),
    openapi_extra=read,
)
async def get_support_variability(
    tenant_id: CurrentTenant,
    connection: Connection,
    from_: From = None,
    to: To = None,
    group_by: By = "function",
) -> Any:
    """Tell how much support varies among accounts of the same tier: whether promises are kept, how soon help comes.

    Each account has one voice. Of each figure: its mean over the accounts, and how far they lie apart in units of that
    mean.
    """
    found = await collaboration.support_variability(connection, tenant_id, group_by, from_, to)
    tiers = [
        {
            "tier": tier.name or None,
            **_spreads(tier.whole),
            "groups": [
                {"key": row["part"] or None, "name": found.names.get(row["part"]), **_spreads(row)}
                for row in tier.groups
            ],
        }
        for tier in found.tiers
    ]
    return {"from_on": found.from_on, "to_on": found.to_on, "group_by": group_by, "tiers": tiers}


def _spreads(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: _spread(row, name) for name in _MEASURES}


def _spread(row: Mapping[Any, Any], name: str) -> dict[str, Any]:
    mean, deviation = row[f"{name}_mean"], row[f"{name}_deviation"]
    varies = mean and deviation is not None
    return {
        "accounts": row[f"{name}_accounts"],
        "mean": rounded(mean),
        "deviation": rounded(deviation),
        "variation": rounded(deviation / mean) if varies else None,
    }
