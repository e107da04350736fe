"""A random world of promises, entitlements, use and roadblocks, written as rows, so that days may be of any past."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.kernel.ids import new_id
from app.resourcing import tables
from tests.asking import a_person, ok
from tests.selection.ground import an_account

TODAY = datetime.now(UTC).date()
BEFORE = TODAY - timedelta(days=500)
KINDS = ("subject_expert", "executive_access", "technical_expert")
FUNCTIONS = ("service", "product", "service")
PRICES = (100.0, 40.0, None)  # the last resource has no price


@dataclass
class World:
    """Rows by table, as they are in the database."""

    accounts: list[UUID]
    people: list[UUID]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def of(self, name: str) -> list[dict[str, Any]]:
        return self.rows.setdefault(name, [])


async def a_world(client, database, tenant, *, seed: int = 11, promises: int = 70) -> World:
    """Four accounts, three resources of two functions whose leader changes, and what became of requests."""
    random = Random(seed)
    people = [UUID(await a_person(client, function, name)) for function, name in (
        ("service", "First"), ("service", "Second"), ("product", "Third"), ("sales", "Kam"),
    )]  # fmt: skip
    kams = [people[3], people[3], None, people[2]]
    accounts = [
        UUID((await an_account(client, f"A{at}", kam_user_id=kam and str(kam)))["id"]) for at, kam in enumerate(kams)
    ]
    world = World(accounts, people)
    _catalogue(world)
    _entitlements(world, random)
    for _ in range(promises):
        _promise(world, random)
    for _ in range(60):
        _use(world, random)
    for _ in range(30):
        _roadblock(world, random)
    await write(database, tenant, world)
    return world


async def write(database, tenant, world: World) -> None:
    """Everything at once; columns that a row does not name are empty."""
    async with database.transaction(tenant.id) as connection:
        for name, rows in world.rows.items():
            columns = sorted({column for row in rows for column in row})
            filled = [{"tenant_id": tenant.id, **{column: row.get(column) for column in columns}} for row in rows]
            await connection.execute(insert(getattr(tables, name)), filled)


def _catalogue(world: World) -> None:
    for at, (kind, function, price) in enumerate(zip(KINDS, FUNCTIONS, PRICES, strict=True)):
        world.of("resources").append(
            {
                "id": new_id(), "code": f"r{at}", "name": f"Resource {at}", "kind": kind, "function": function,
                "unit": "days", "unit_cost": price, "currency": price and "USD",
            }
        )  # fmt: skip
    for function, person, days in (("service", 0, 900), ("service", 1, 120), ("product", 2, 200)):
        since = TODAY - timedelta(days=days)
        world.of("function_leaders").append({"function": function, "from_on": since, "user_id": world.people[person]})


def _entitlements(world: World, random: Random) -> None:
    for account, tier in zip(world.accounts, ("tier_1", "tier_1", "tier_2", None), strict=True):
        for resource in world.of("resources"):
            given = {"account_id": account, "resource_id": resource["id"]}
            if tier is not None:
                more = {"basis": "tier", "basis_name": tier, "from_on": _day(random, 400, 300)}
                world.of("account_entitlements").append(
                    {"id": new_id(), **given, **more, "quantity": random.uniform(2, 9)}
                )
            since = _day(random, 300, 100)
            more = {"basis": random.choice(("agreement", "exception")), "from_on": since}
            until = random.choice((None, since + timedelta(days=random.randrange(0, 90))))
            world.of("account_entitlements").append(
                {"id": new_id(), **given, **more, "until_on": until, "quantity": random.uniform(1, 12)}
            )


def _promise(world: World, random: Random) -> None:
    asked = _day(random, 450, 0)
    due = asked + timedelta(days=random.randrange(1, 120))
    state = random.choice(("requested", "countered", "accepted", "accepted", "declined", "withdrawn", "delivered",
                           "delivered", "delivered", "missed"))  # fmt: skip
    row = {
        "id": new_id(), "account_id": random.choice(world.accounts), "expected_outcome": "It runs",
        "resource_id": random.choice(world.of("resources"))["id"], "quantity": float(random.randrange(1, 9)),
        "due_on": due, "channel": random.choice(("defined_process", "personal_relationship", "own_authority")),
        "state": state, "requested_on": asked, "plan_action_id": None,
    }  # fmt: skip
    answered = min(asked + timedelta(days=random.randrange(0, 20)), TODAY)
    if state != "requested":
        row["answered_on"] = answered
    if state in {"accepted", "delivered", "missed"} or (state == "withdrawn" and random.random() < 0.6):
        row["accepted_on"] = answered
    ended = min(max(answered, due + timedelta(days=random.randrange(-30, 30))), TODAY)
    if state == "delivered":
        row["delivered_on"] = ended
    if state in {"declined", "withdrawn", "missed"}:
        row["closed_on"] = ended
    world.of("commitments").append(row)


def _use(world: World, random: Random) -> None:
    promise = random.choice([None, *(row for row in world.of("commitments") if row["state"] == "delivered")])
    row = {"id": new_id(), "quantity": random.uniform(0.5, 4), "used_on": _day(random, 450, 0)}
    if promise is None or random.random() < 0.5:
        of = {"account_id": random.choice(world.accounts), "resource_id": random.choice(world.of("resources"))["id"]}
        world.of("usage_entries").append({**row, **of})
        return
    of = {name: promise[name] for name in ("account_id", "resource_id")}
    day = min(promise["requested_on"] + timedelta(days=random.randrange(0, 60)), TODAY)
    world.of("usage_entries").append({**row, **of, "commitment_id": promise["id"], "used_on": day})


def _roadblock(world: World, random: Random) -> None:
    opened = _day(random, 450, 0)
    promise = random.choice(world.of("commitments")) if random.random() < 0.4 else None
    account = random.choice([None, *world.accounts]) if promise is None else promise["account_id"]
    resolved = random.choice((None, min(opened + timedelta(days=random.randrange(0, 100)), TODAY)))
    world.of("roadblocks").append(
        {
            "id": new_id(), "account_id": account, "commitment_id": promise and promise["id"], "kind": "capacity",
            "function": random.choice(FUNCTIONS), "severity": "high", "title": "In the way", "opened_on": opened,
            "due_on": opened + timedelta(days=7), "state": "open" if resolved is None else "resolved",
            "resolved_on": resolved,
        }
    )  # fmt: skip


def _day(random: Random, earliest: int, latest: int) -> date:
    return TODAY - timedelta(days=random.randint(latest, earliest))


async def a_whole_story(client) -> dict[str, str]:
    """Every operation of accountability, each carried out once; the ids that their paths name."""
    account = (await an_account(client, "Northwind"))["id"]
    await ok(client.get("/v1/resourcing/accountability"))
    await ok(client.get("/v1/resourcing/support-variability"))
    await ok(client.get(f"/v1/accounts/{account}/collaboration"))
    return {"account_id": account}
