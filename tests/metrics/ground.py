"""Facts of an organization, put into the tables as they are; a state's past is written beside it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert

from app.accounts import tables
from app.infra.db import Database
from app.infra.rows import metadata
from app.kernel.ids import AccountId, TenantId, new_id
from app.metrics import service
from app.metrics.core.measured import Measured
from app.tenancy.tables import organizations

AS_OF = date(2017, 12, 31)
LONG_AGO = date(2010, 1, 1)
WITH_PAST = {
    "accounts": tables.accounts_past,
    "contacts": tables.contacts_past,
    "opportunities": tables.opportunities_past,
    "targets": tables.targets_past,
}
ORDER = (
    "users", "accounts", "buying_centers", "contacts", "offerings", "exchange_rates", "opportunities", "engagements",
    "engagement_contacts", "observations", "ratings", "targets", "whitespace_statements", "account_plans",
    "plan_versions", "plan_actions", "selection_reviews", "review_votes", "resources", "commitments",
    "commitment_moves", "calibrations", "expectations", "expectation_assessments",
    "account_entitlements", "usage_entries",
)  # fmt: skip


def ago(days: int) -> date:
    """So many days before AS_OF."""
    return AS_OF - timedelta(days=days)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


class World:
    """One organization's facts; `save` writes what was added since."""

    def __init__(self, database: Database, tenant_id: TenantId) -> None:
        self.database = database
        self.tenant_id = tenant_id
        self.pending: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.past: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.known: dict[str, list[dict[str, Any]]] = defaultdict(list)  # all that was ever added, past states as well

    def add(self, table: str, **values: Any) -> UUID:
        row = {"tenant_id": self.tenant_id, "id": new_id(), **values}
        self.pending[table].append(row)
        self.known[table].append(row)
        made: UUID = row["id"]
        return made

    def states(self, table: str, states: Sequence[tuple[date, dict[str, Any]]], **common: Any) -> UUID:
        """A record that changed: each state with the day from which it holds, the present one last."""
        record_id = new_id()
        rows = [{**common, **values, "valid_from": morning(since)} for since, values in states]
        for row, later in pairwise(rows):
            state = {"tenant_id": self.tenant_id, "id": record_id, **row, "valid_to": later["valid_from"]}
            self.past[table].append(state)
            self.known[table].append(state)
        self.add(table, **{**rows[-1], "id": record_id})
        return record_id

    def account(self, *, since: date = LONG_AGO, **values: Any) -> AccountId:
        name = values.pop("name", f"account {new_id()}")
        given = {"name": name, "name_key": name.lower(), "attributes": {}, **values}
        return AccountId(self.add("accounts", valid_from=morning(since), **given))

    def offering(self, price: str | None = None, currency: str = "USD", **values: Any) -> UUID:
        code = f"offering {new_id()}"
        money = {"list_price": price and Decimal(price), "list_price_currency": currency if price else None}
        return self.add("offerings", code=code, name=code, **money, **values)

    def buying_center(self, account: UUID, *, made: date = LONG_AGO) -> UUID:
        name = f"center {new_id()}"
        return self.add("buying_centers", account_id=account, name=name, name_key=name, created_at=morning(made))

    def contact(self, account: UUID, seniority: str | None = None, *, since: date = LONG_AGO, **values: Any) -> UUID:
        given = {"stance": "unknown", "active": True, **values}
        return self.add(
            "contacts", account_id=account, name="contact", seniority=seniority, valid_from=morning(since), **given
        )

    def deal(self, account: UUID | None, amount: str | None = None, currency: str = "USD", **values: Any) -> UUID:
        """A deal: won or lost if it has a `closed_on` (won unless `status` says otherwise), else open."""
        closed = values.get("closed_on")
        created = values.pop("created_on", (closed or AS_OF) - timedelta(days=30))
        state = {
            "account_id": account,
            "amount": None if amount is None else Decimal(amount),
            "currency": None if amount is None else currency,
            "status": "won" if closed else "open",
            "created_on": created,
            "stage": "Engaging",
            "stage_entered_at": morning(created or AS_OF),
            **values,
        }
        since = state.pop("since", created or AS_OF)
        return self.add("opportunities", **state, valid_from=morning(since))

    def won(self, account: UUID | None, amount: str | None, closed_on: date, **values: Any) -> UUID:
        return self.deal(account, amount, closed_on=closed_on, **values)

    def lost(self, account: UUID | None, amount: str | None, closed_on: date, **values: Any) -> UUID:
        return self.deal(account, amount, closed_on=closed_on, status="lost", **values)

    def engagement(self, account: UUID, held_on: date, *contacts: UUID, kind: str = "meeting", **values: Any) -> UUID:
        made = self.add("engagements", account_id=account, kind=kind, held_on=held_on, **values)
        rows = [{"tenant_id": self.tenant_id, "engagement_id": made, "contact_id": contact} for contact in contacts]
        self.pending["engagement_contacts"] += rows
        self.known["engagement_contacts"] += rows
        return made

    def observation(self, account: UUID, metric: str, value: float, observed_on: date) -> UUID:
        return self.add("observations", account_id=account, metric=metric, value=value, observed_on=observed_on)

    def user(self, function: str = "sales") -> UUID:
        return self.add("users", name="user", function=function)

    def rating(self, account: UUID, value: int, rated_on: date, *, metric: str = "goal_fit", **values: Any) -> UUID:
        given = {"function": "sales", **values}
        return self.add("ratings", account_id=account, metric=metric, value=value, rated_on=rated_on, **given)

    def target(self, account: UUID, amount: str, first: date, last: date, *, metric: str = "revenue", **values: Any):
        since = values.pop("since", LONG_AGO)
        given = {"currency": "USD", "amount": Decimal(amount), "period_from": first, "period_to": last, **values}
        return self.add("targets", account_id=account, metric=metric, valid_from=morning(since), **given)

    def word(self, account: UUID, center: UUID, offering: UUID, said_on: date, **values: Any) -> UUID:
        """What somebody said of a cell of whitespace: a `potential` in USD unless said otherwise."""
        currency = None if values.get("potential") is None else values.pop("currency", "USD")
        given = {"state": "open", **values, "currency": currency, "key_id": new_id(), "said_on": said_on}
        return self.add(
            "whitespace_statements", account_id=account, buying_center_id=center, offering_id=offering, **given
        )

    def plan(self, account: UUID, starts_on: date = LONG_AGO, **values: Any) -> UUID:
        ends_on = starts_on + timedelta(days=730)
        return self.add("account_plans", account_id=account, starts_on=starts_on, ends_on=ends_on, newest=1, **values)

    def plan_version(self, plan: UUID, number: int, saved_on: date, **values: Any) -> None:
        """A version of a plan that says something new unless said otherwise."""
        horizon = {"starts_on": LONG_AGO, "ends_on": AS_OF}
        given = {"substantive": True, "function": None, "document": {}, **horizon, **values}
        row = {"tenant_id": self.tenant_id, "plan_id": plan, "number": number, "saved_on": saved_on, "key_id": new_id()}
        self.pending["plan_versions"].append({**row, **given})
        self.known["plan_versions"].append({**row, **given})

    def action(self, plan: UUID, account: UUID, owner: UUID, opened_on: date, **values: Any) -> UUID:
        """An open action of a plan, or a done one if it has a `closed_on`."""
        state = "open" if values.get("closed_on") is None else "done"
        given = {"title": "action", "side": "supplier", "due_on": opened_on, "state": state, **values}
        identity = {"plan_id": plan, "account_id": account, "owner_user_id": owner, "key_id": new_id()}
        return self.add("plan_actions", opened_on=opened_on, **identity, **given)

    def calibration(self, account: UUID, activated_on: date | None, **values: Any) -> UUID:
        """An active calibration, or one that held until the day of its `ended_on`; or as the values have it."""
        state = "active" if values.get("ended_on") is None else "superseded"
        given = {"state": state, "started_on": activated_on, "entered_on": activated_on, **values}
        return self.add("calibrations", account_id=account, activated_on=activated_on, **given)

    def expectation(self, calibration: UUID, account: UUID, *, owed_by: str = "supplier", **values: Any) -> UUID:
        of = {"calibration_id": calibration, "account_id": account, "owed_by": owed_by, "party": "supplier"}
        return self.add("expectations", title="expectation", **of, **{"due_on": AS_OF, **values})

    def assessment(self, expectation: UUID, assessed_on: date, *, met: bool) -> UUID:
        given = {"expectation_id": expectation, "assessed_on": assessed_on, "met": met, "party": "supplier"}
        return self.add("expectation_assessments", **given)

    def resource(self, **values: Any) -> UUID:
        code = f"resource {new_id()}"
        given = {"code": code, "name": code, "kind": "consulting", "function": "service", "unit": "days", **values}
        return self.add("resources", **given)

    def commitment(
        self, account: UUID, resource: UUID, accepted_on: date, due_on: date, *, function: str = "service", **days: Any
    ) -> UUID:
        """A promise that somebody of `function` gave; delivered, missed or withdrawn by the day that is named."""
        ends = {"delivered": "delivered_on", "missed": "closed_on", "withdrawn": "closed_on"}
        given = {"state": "accepted", "quantity": 1, "expected_outcome": "more", "channel": "own_authority"}
        ended = {name: value for end, on in days.items() for name, value in (("state", end), (ends[end], on))}
        dates = dict.fromkeys(("requested_on", "answered_on", "accepted_on"), accepted_on)
        whose = {"account_id": account, "resource_id": resource, "due_on": due_on}
        made = self.add("commitments", **whose, **dates, **{**given, **ended})
        answer = {"from_state": "requested", "to_state": "accepted", "moved_on": accepted_on, "function": function}
        self.add("commitment_moves", commitment_id=made, **answer)
        return made

    def vote(self, account: UUID, function: str, voted_on: date) -> None:
        """A vote of somebody of `function` in a review of their own."""
        review, user = self.add("selection_reviews", name="review", metrics=[], key_id=new_id()), self.user(function)
        row: dict[str, Any] = {"review_id": review, "account_id": account, "user_id": user, "function": function}
        row |= {"tenant_id": self.tenant_id, "vote": "support", "reason": "yes", "key_id": new_id()}
        row["created_at"] = morning(voted_on)
        self.pending["review_votes"].append(row)
        self.known["review_votes"].append(row)

    def entitlement(self, account: UUID, resource: UUID, quantity: float, from_on: date, **values: Any) -> UUID:
        """By tier and until further notice unless the values say otherwise."""
        given = {"basis": "tier", "until_on": None, **values}
        whose = {"account_id": account, "resource_id": resource}
        return self.add("account_entitlements", quantity=quantity, from_on=from_on, **whose, **given)

    def usage(self, account: UUID, resource: UUID, quantity: float, used_on: date) -> UUID:
        return self.add("usage_entries", account_id=account, resource_id=resource, quantity=quantity, used_on=used_on)

    def rate(self, currency: str, rate: str, from_on: date, *, into: str = "USD") -> UUID:
        return self.add("exchange_rates", currency=currency, into_currency=into, rate=Decimal(rate), from_on=from_on)

    async def save(self) -> None:
        """Write all that was added."""
        async with self.database.transaction(self.tenant_id) as connection:
            for name in ORDER:
                for rows in _alike(self.pending.pop(name, ())):
                    await connection.execute(insert(metadata.tables[name]), rows)
            for name, rows_of_past in self.past.items():
                for rows in _alike(rows_of_past):
                    await connection.execute(insert(WITH_PAST[name]), rows)
            self.past.clear()

    async def remove(self, table: str, record_id: UUID) -> None:
        found = metadata.tables[table]
        async with self.database.transaction(self.tenant_id) as connection:
            await connection.execute(delete(found).where(found.c.id == record_id))

    async def measured(
        self, *keys: str, as_of: date = AS_OF, accounts: Collection[AccountId] | None = None
    ) -> Measured:
        """The metrics as the service gives them."""
        if self.pending:
            await self.save()
        ids = None if accounts is None else list(accounts)
        async with self.database.transaction(self.tenant_id) as connection:
            return await service.measured(
                connection, self.tenant_id, as_of=as_of, keys=keys or tuple(service.SHIPPED.metrics), account_ids=ids
            )

    async def value(self, account: AccountId, key: str, *, as_of: date = AS_OF) -> float | None:
        """One metric of one account, read for it alone and with the portfolio: both must say the same."""
        alone = await self.measured(key, as_of=as_of, accounts=[account])
        together = await self.measured(key, as_of=as_of)
        value = alone.value(key, 0)
        if account in together.account_ids:
            assert together.value(key, together.row(account)) == value
        return value


async def founded(database: Database, **settings: Any) -> World:
    """A new organization."""
    tenant_id = TenantId(new_id())
    async with database.transaction(tenant_id) as connection:
        await connection.execute(insert(organizations).values(tenant_id=tenant_id, name=str(tenant_id), **settings))
    return World(database, tenant_id)


def _alike(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows in groups with the same columns, as one statement takes them."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(sorted(row))].append(row)
    return list(groups.values())
