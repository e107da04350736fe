"""Small organizations made by chance, with everything that can go wrong in a CRM: no amount, no rate, changed twice."""

import random
from datetime import timedelta
from decimal import Decimal

from app.kernel.ids import AccountId
from tests.metrics.ground import AS_OF, World, ago, morning

CURRENCIES = ("USD", "USD", "EUR", "CHF")


def filled(world: World, seed: int, *, accounts: int = 4, deals: int = 60) -> list[AccountId]:
    """Fill a world by chance; returns its accounts."""
    chance = random.Random(seed)
    people = [
        world.account(
            industry=chance.choice(["retail", "energy", None]),
            employees=place or None,
            annual_revenue=Decimal(1000 * place),
            annual_revenue_currency=CURRENCIES[place % len(CURRENCIES)],
            since=ago(900),
        )
        for place in range(accounts)
    ]
    centers = {account: [world.buying_center(account) for _ in range(2)] for account in people}
    contacts = {account: [_a_contact(world, account, chance) for _ in range(3)] for account in people}
    offerings = [_an_offering(world, chance) for _ in range(4)]
    for currency in ("EUR", "CHF"):
        for _ in range(2):
            world.rate(currency, str(chance.randint(50, 150) / 100), ago(chance.randint(0, 700)))
    for _ in range(deals):
        account = chance.choice(people)
        _a_deal(world, account, chance, centers[account], contacts[account], offerings)
    for _ in range(3 * accounts):
        account = chance.choice(people)
        _an_engagement(world, account, chance, centers[account], contacts[account])
        _judgements(world, account, chance)
    _strategies(world, chance, centers, offerings)
    _partnerships(world, chance, people)
    _resources(world, chance, people)
    _promises(world, chance, people)
    return people


def _a_contact(world, account, chance):
    states = [
        (ago(chance.randint(100, 900)), _contact_state(chance)),
        (ago(chance.randint(-50, 90)), _contact_state(chance)),
    ]
    return world.states("contacts", states, account_id=account, name="contact")


def _contact_state(chance):
    return {
        "seniority": chance.choice([None, "manager", "director", "vp", "c_level"]),
        "stance": chance.choice(["advocate", "coach", "supporter", "neutral", "detractor", "unknown"]),
        "active": chance.random() < 0.8,
    }


def _an_offering(world, chance):
    price = str(chance.randint(1, 500)) if chance.random() < 0.7 else None
    return world.offering(
        price,
        chance.choice(CURRENCIES),
        active_from=ago(chance.randint(-20, 800)) if chance.random() < 0.5 else None,
    )


def _a_deal(world, account, chance, centers, contacts, offerings):
    created = ago(chance.randint(-10, 900))
    closed = created + timedelta(days=chance.randint(0, 200))
    status = chance.choice(["open", "won", "won", "lost"])

    def state(**more):
        amount = chance.choice([None, chance.randint(1, 10_000) / 4])
        return {
            "amount": amount,
            "currency": None if amount is None else chance.choice(CURRENCIES),
            "probability": chance.choice([None, 0.25, 0.5]),
            "sole_sourced": chance.choice([None, True, False]),
            "buying_center_id": chance.choice([None, *centers]),
            "offering_id": chance.choice([None, *offerings]),
            "primary_contact_id": chance.choice([None, *contacts]),
            "competitor": chance.choice([None, None, "Rival"]),
            "stage": chance.choice(["Prospecting", "Proposal"]),
            "stage_entered_at": morning(created),
            "account_id": chance.choice([account, account, None]),
            **more,
        }

    decided = {"status": status, "closed_on": None if status == "open" else closed}
    states = [(created, state(status="open", closed_on=None)), (created + timedelta(days=200), state(**decided))]
    if chance.random() < 0.6:
        states = [(created, state(**decided))]
    if chance.random() < 0.2:
        states.append((states[-1][0] + timedelta(days=chance.randint(1, 300)), state(**decided)))
    known_creation = created if chance.random() < 0.9 else None
    world.states("opportunities", states, created_on=known_creation)


def _an_engagement(world, account, chance, centers, contacts):
    world.engagement(
        account,
        ago(chance.randint(-20, 400)),
        *chance.sample(contacts, chance.randint(0, 3)),
        kind=chance.choice(["meeting", "qbr", "referral", "proposal", "executive_review"]),
        buying_center_id=chance.choice([None, *centers]),
    )


def _judgements(world, account, chance):
    world.observation(
        account, chance.choice(["nps", "expected_spend", "margin"]), chance.random(), ago(chance.randint(-20, 500))
    )
    world.rating(
        account, chance.randint(1, 5), ago(chance.randint(-20, 500)), function=chance.choice(["sales", "finance"])
    )
    first = ago(chance.randint(-300, 700))
    world.target(
        account,
        str(chance.randint(1, 999)),
        first,
        first + timedelta(days=chance.randint(0, 400)),
        metric=chance.choice(["revenue", "margin"]),
        currency=chance.choice(CURRENCIES),
        since=ago(chance.randint(-20, 400)),
    )


def _strategies(world, chance, centers, offerings):
    """Words on cells of whitespace, and actions of plans on some."""
    owner = world.user()
    for account, theirs in centers.items():
        plan = world.plan(account)
        for _ in range(4):
            potential = chance.choice([None, Decimal(chance.randint(0, 4000)) / 4])
            world.word(
                account, chance.choice(theirs), chance.choice(offerings), ago(chance.randint(-20, 500)),
                potential=potential,
                currency=chance.choice(CURRENCIES),
                state=chance.choice(["open", "open", "competitor", "no_pursue", "not_applicable"]),
                owner_user_id=chance.choice([None, owner]),
                next_step=chance.choice([None, "call them"]),
                due_on=chance.choice([None, ago(-50)]),
            )  # fmt: skip
        opened = ago(chance.randint(-20, 300))
        world.action(
            plan, account, owner, opened,
            closed_on=chance.choice([None, opened + timedelta(days=30)]),
            buying_center_id=chance.choice([None, *theirs]),
            offering_id=chance.choice([None, *offerings]),
        )  # fmt: skip
        for number in range(1, chance.randint(1, 4)):
            world.plan_version(
                plan, number, ago(chance.randint(-20, 500)),
                substantive=chance.random() < 0.6,
                function=chance.choice([None, "sales", "finance", "legal"]),
            )  # fmt: skip


def _partnerships(world, chance, accounts):
    """Calibrations one after the other, and what became of the expectations of each."""
    for account in accounts:
        begun, renewed = ago(chance.randint(200, 900)), ago(chance.randint(-20, 200))
        for calibration in (
            world.calibration(account, begun, ended_on=renewed), world.calibration(account, renewed),
        ):  # fmt: skip
            for _ in range(3):
                withdrawn = chance.choice([None, None, ago(chance.randint(-20, 300))])
                owed_by = chance.choice(["supplier", "customer"])
                expectation = world.expectation(calibration, account, owed_by=owed_by, withdrawn_on=withdrawn)
                for _ in range(chance.randint(0, 4)):
                    world.assessment(expectation, ago(chance.randint(-20, 800)), met=chance.random() < 0.6)


def _promises(world, chance, accounts):
    """Promises of a resource, delivered, missed, withdrawn or not yet."""
    resource = world.resource()
    for _ in range(5 * len(accounts)):
        accepted = ago(chance.randint(-20, 500))
        due = accepted + timedelta(days=chance.randint(0, 60))
        ended = {chance.choice(["delivered", "missed", "withdrawn"]): accepted + timedelta(days=chance.randint(0, 90))}
        world.commitment(
            chance.choice(accounts), resource, accepted, due,
            function=chance.choice(["service", "product", "executive"]),
            **chance.choice([ended, ended, {}]),
        )  # fmt: skip


def _resources(world, chance, accounts):
    """What accounts were entitled to, one statement after the other and beside the other, and what they used of it."""
    given = [world.resource() for _ in range(3)]
    for account in accounts:
        for resource in chance.sample(given, 2):
            renewed = ago(chance.randint(-20, 150))
            world.entitlement(account, resource, chance.randint(1, 12), ago(800), until_on=renewed)
            world.entitlement(account, resource, chance.randint(1, 12), renewed)
            for basis in chance.sample(["agreement", "level", "exception", "exception"], chance.randint(0, 3)):
                begun = ago(chance.randint(-20, 120))
                until = chance.choice([None, begun, begun + timedelta(days=chance.randint(1, 60))])
                world.entitlement(account, resource, chance.randint(1, 12), begun, basis=basis, until_on=until)
        for _ in range(chance.randint(0, 8)):
            world.usage(account, chance.choice(given), chance.randint(1, 16) / 4, ago(chance.randint(-20, 200)))


DAYS = (AS_OF, ago(37), ago(365), ago(700))
