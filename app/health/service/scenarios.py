"""Works out what an account's hygiene and health would be after events that did not happen; keeps nothing of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.health.core.scenarios import outcome
from app.health.core.scenarios.events import Event
from app.health.core.scenarios.facts import Deal, Facts, Person
from app.health.core.scenarios.outcome import Scenarios
from app.health.queries import scenarios as queries
from app.health.service import models
from app.health.service.models import Version
from app.kernel.errors import FieldProblem, Invalid
from app.kernel.ids import AccountId, TenantId
from app.kernel.periods import day_asked
from app.metrics import service as metrics
from app.metrics.families.deals import catalogue_of, organization_win_rate
from app.metrics.families.reading import Reading, places
from app.tenancy import service as tenancy
from app.tenancy.core.organization import Organization


class UnusableScenario(Invalid):
    """The scenario cannot happen to this account."""


@dataclass(frozen=True, slots=True)
class Run:
    """Events run through for an account on a day, under a version of a health model."""

    account_id: AccountId
    as_of: date
    version: Version
    currency: str
    scenarios: Scenarios


def today() -> date:
    """The day it is (UTC)."""
    return datetime.now(UTC).date()


async def run(
    connection: AsyncConnection,
    tenant_id: TenantId,
    account_id: AccountId,
    events: Sequence[Event],
    *,
    as_of: date | None,
) -> Run:
    """What each event alone would lead to, from the facts of a day; today if none is asked for."""
    day = day_asked(as_of, today(), pointer="/as_of")
    version = await models.to_use(connection, tenant_id)
    measured = await metrics.measured(
        connection, tenant_id, as_of=day, keys=version.model.metrics, account_ids=(account_id,)
    )
    organization = await tenancy.organization(connection, tenant_id)
    facts = await facts_of(connection, organization, account_id, day)
    _check(facts, events)

    known = {key: float(values[0]) for key, values in measured.values.items()}
    found = outcome.scenarios(version.model, facts, known, events)

    return Run(account_id, day, version, organization.reporting_currency, found)


async def facts_of(
    connection: AsyncConnection, organization: Organization, account_id: AccountId, as_of: date
) -> Facts:
    """The facts of an account that an event can touch, as they were at the end of a day."""
    reading = _reading(connection, organization, account_id, as_of)
    offered = await catalogue_of(reading)
    listed = zip(offered.ids, offered.price.tolist(), strict=True)
    prices = {offering_id: price for offering_id, price in listed if not math.isnan(price)}
    win_rate = await organization_win_rate(reading)
    chances = _Chances(organization.stage_probabilities, win_rate)
    return Facts(
        as_of=as_of,
        deals=[_deal(row, prices, chances) for row in await queries.deals_of(reading)],
        people=[_person(row) for row in await queries.people_of(reading)],
        centers={row["id"]: row["name"] for row in await queries.centers_of(reading)},
    )


def _reading(connection: AsyncConnection, organization: Organization, account_id: AccountId, as_of: date) -> Reading:
    return Reading(
        connection=connection,
        tenant_id=organization.tenant_id,
        as_of=as_of,
        currency=organization.reporting_currency,
        accounts=1,
        places=places((account_id,)),
        account_ids=(account_id,),
        converts=True,
        recorded=frozenset(),
        stage_probabilities=organization.stage_probabilities,
        proposal_stages=organization.proposal_stages,
    )


@dataclass(frozen=True, slots=True)
class _Chances:
    """How likely open deals are that do not say so: by stage, else by the organization's win rate."""

    by_stage: Mapping[str, float]
    win_rate: float | None

    def of(self, row: RowMapping) -> float | None:
        own: float | None = row["probability"]
        return own if own is not None else self.by_stage.get(row["stage"], self.win_rate)


def _deal(row: RowMapping, prices: Mapping[UUID, float], chances: _Chances) -> Deal:
    is_open = row["status"] == "open"
    price = row["worth"]
    if row["without_amount"]:
        price = prices.get(row["offering_id"])
    chance = chances.of(row)
    return Deal(
        opportunity_id=row["id"],
        name=row["name"],
        status=row["status"],
        worth=row["worth"],
        price=price if is_open else None,
        expected=price * chance if is_open and price is not None and chance is not None else None,
        offering_id=row["offering_id"],
        buying_center_id=row["buying_center_id"],
        contact_id=row["primary_contact_id"],
        created_on=row["created_on"],
        closed_on=None if is_open else row["closed_on"],
        began_on=row["created_on"] or (row["state_on"] if is_open else row["closed_on"]),
        sole_sourced=row["sole_sourced"],
        competitor=row["competitor"],
        plans_revenue=row["plans_revenue"],
        plans_margin=row["plans_margin"],
    )


def _person(row: RowMapping) -> Person:
    return Person(
        contact_id=row["id"],
        name=row["name"],
        own=bool(row["own"]),
        seniority=row["seniority"],
        stance=row["stance"],
        active=row["active"],
        buying_center_id=row["buying_center_id"],
        first_met_on=row["first_on"],
        last_met_on=row["last_on"],
    )


def _check(facts: Facts, events: Sequence[Event]) -> None:
    contacts = {one.contact_id for one in facts.people if one.own and one.active}
    problems = []
    for at, event in enumerate(events):
        if event.contact_id is not None and event.contact_id not in contacts:
            message = "names no contact that is at the account on that day"
            problems.append(FieldProblem(f"/scenarios/{at}/contact_id", "unknown_contact", message))
        if event.buying_center_id is not None and event.buying_center_id not in facts.centers:
            message = "names no buying center of the account"
            problems.append(FieldProblem(f"/scenarios/{at}/buying_center_id", "unknown_buying_center", message))
    if problems:
        raise UnusableScenario(problems[0].message, errors=problems)
