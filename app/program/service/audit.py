"""Audits the program: what is in place, by what is known of its key accounts as of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import orjson
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.calibration.service import requirements, standing
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.core.measured import Measured
from app.program.core.audit.collection import Collection, collection
from app.program.core.audit.evidence import KEYS, Facts, Limits, account_facts, figures
from app.program.core.audit.judging import Audit, Figure, audit
from app.program.core.audit.maturity import Rated, planning_shares, rated
from app.program.core.audit.maturity import standing as standing_ratings
from app.program.core.rebuilds import Rebuilding, rebuilding
from app.program.queries import audit as queries
from app.program.queries import loads, stated
from app.program.service.key_accounts import key_accounts
from app.program.service.lately import used_lately
from app.program.service.stated import rating_of
from app.selection.core.litmus import litmus
from app.selection.core.weight_shares import weight_shares
from app.selection.service.models import model_of
from app.tenancy import service as tenancy
from app.tenancy.core.organization import Organization


@dataclass(frozen=True, slots=True)
class Said:
    """What people say of the program: how mature, how skilled, how good at planning; raters by function."""

    maturity: Mapping[str, Rated]
    skills: Mapping[str, Rated]
    planning: Mapping[str, float]
    planning_ratings: int
    functions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Told:
    """The audit as of a day; names: of the key accounts, in the order of the facts. open_actions: by requirement."""

    as_of: date
    simulated: bool
    names: Sequence[tuple[AccountId, str]]
    facts: Facts
    found: Audit
    collection: Collection
    said: Said
    rebuilding: Rebuilding
    mandate: RowMapping | None
    open_actions: Mapping[str, int]


async def told(connection: AsyncConnection, tenant_id: TenantId, as_of: date | None) -> Told:
    """The audit; in as many statements for any number of accounts."""
    day = day_asked(as_of, datetime.now(UTC).date(), pointer="/query/as_of")
    organization = await tenancy.organization(connection, tenant_id)
    ids = sorted(await key_accounts(connection, tenant_id, day))
    found = await metrics.measured(connection, tenant_id, as_of=day, keys=KEYS, account_ids=ids)
    measured = found.of(found.exists)
    rows = await queries.accounts(connection, tenant_id, day, measured.account_ids)
    facts = await _facts(connection, organization, rows, measured)
    whole = await _whole(connection, tenant_id, measured) | await _criteria(connection, organization, day)

    links = {code: [bool(one) for one in there] for code, there in facts.items()}
    return Told(
        as_of=day,
        simulated=organization.simulated,
        names=[(AccountId(row["account_id"]), row["name"]) for row in rows],
        facts=facts,
        found=audit(figures(facts, whole)),
        collection=collection(links, len(rows)),
        said=await _said(connection, tenant_id, day),
        rebuilding=rebuilding(await stated.rebuilds(connection, tenant_id, day), day),
        mandate=await stated.mandate(connection, tenant_id, day),
        open_actions=await stated.open_actions(connection, tenant_id, day),
    )


async def _facts(
    connection: AsyncConnection, organization: Organization, rows: Sequence[RowMapping], measured: Measured
) -> Facts:
    """What each account has, by check."""
    tenant_id = organization.tenant_id
    calibrated = await standing.in_force(connection, tenant_id, measured.account_ids, measured.as_of)
    on_file = await requirements.on_file(connection, tenant_id, measured.account_ids, measured.as_of)
    owed = {
        account_id: [one.standing for one in known if one.owed_by == "customer"]
        for account_id, known in on_file.items()
    }
    managers = await loads.managers(connection, tenant_id, measured.as_of, measured.account_ids)
    allowed = organization.warning_thresholds
    return account_facts(
        [dict(row) for row in rows],
        measured.values,
        Limits(allowed.plan_days_above, allowed.qbr_days_above),
        managed=[managers.get(one) is not None for one in measured.account_ids],
        calibrated=[one in calibrated for one in measured.account_ids],
        owed=[owed.get(one, ()) for one in measured.account_ids],
    )


async def _whole(connection: AsyncConnection, tenant_id: TenantId, measured: Measured) -> dict[str, Figure]:
    """The figures of the program as a whole, by check."""
    day = measured.as_of
    row = await queries.program(connection, tenant_id, day)
    used = (await used_lately(connection, tenant_id, day)).total
    kept, due = measured.values["commitments_kept"], measured.facts["commitments_kept"]
    known = ~np.isnan(kept)
    return {
        "resources_fully_used": _share(used["full_accounts"], used["accounts"]) if used else Figure(None),
        "commitments_kept": _share(round(float((kept[known] * due[known]).sum())), int(due[known].sum())),
        "functions_have_leaders": _share(row["led"], row["owning"]),
        "sponsor_role_defined": _share(row["chartered"], row["sponsorships"]),
        "mandate_across_functions": Figure(float(row["mandated"] or 0)),
        "shortfalls_acted_on": _share(row["down_decided"], row["down_recommended"]),
    }


def _share(count: int, of: int) -> Figure:
    return Figure(count / of if of else None, count, of)


async def _criteria(connection: AsyncConnection, organization: Organization, day: date) -> dict[str, Figure]:
    """What is known of the organization's model as it was published on a day; nothing without one."""
    row = await queries.model_in_force(connection, organization.tenant_id, day, organization.selection_model_id)
    if row is None:
        return {}
    weighed = weight_shares(model_of(orjson.dumps(row["document"])), metrics.registry_of(organization))
    found = litmus(weighed, None, None, 0)
    passed = sum(verdict.passed for verdict in (found.forward_looking, found.multidimensional))
    supported = None if row["backtest"] is None else float(row["backtest"] == "supports")
    return {
        "criteria_are_mixed": _share(passed, 2),
        "criteria_go_with_growth": Figure(supported),
        "functions_behind_criteria": Figure(float(row["functions"])),
    }


async def _said(connection: AsyncConnection, tenant_id: TenantId, day: date) -> Said:
    ratings = standing_ratings([rating_of(row) for row in await stated.ratings_until(connection, tenant_id, day)], day)
    functions: set[str] = {one.function for one in ratings}
    return Said(
        maturity=rated(ratings, "maturity"),
        skills=rated(ratings, "skill"),
        planning=planning_shares(ratings),
        planning_ratings=sum(one.subject == "planning" for one in ratings),
        functions=sorted(functions),
    )


def lacking(told_: Told, code: str) -> list[AccountId]:
    """The key accounts that do not have what a check looks for."""
    return [account_id for (account_id, _), there in zip(told_.names, told_.facts[code], strict=True) if there is False]
