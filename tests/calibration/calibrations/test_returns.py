"""How long it takes until accounts have brought in what was put into them."""

from datetime import date

from tests.asking import a_record, counted, days_ago, ok
from tests.calibration.calibrations.ground import on_record
from tests.resourcing.catalogue.ground import a_resource, used
from tests.selection.ground import an_account
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
WHERE = "/v1/calibrations/time-to-return"


async def won(client, account, amount, days, currency="USD"):
    body = {"account": account, "amount": {"amount": amount, "currency": currency}, "status": "won"}
    await a_record(client, "opportunities", **body, closed_on=days_ago(days))


async def begun(database, tenant, account, days):
    """A calibration that was given up again: it counts all the same."""
    visits = [("exploring", days_ago(days)), ("ended", days_ago(days - 10))]
    visits = [(state, date.fromisoformat(day)) for state, day in visits]
    async with database.transaction(tenant.id) as connection:
        await on_record(connection, tenant.id, account, visits, ended_on=visits[1][1])


async def flow(client, account, resources, said):
    """What was used (`2 expert`) and won (`+50`) so many days ago, in the order in which it is said."""
    for days, what in said:
        if what.startswith("+"):
            amount, _, currency = what[1:].partition(" ")
            await won(client, account, amount, days, currency or "USD")
        else:
            quantity, _, name = what.partition(" ")
            await used(client, account, resources[name], float(quantity), days_ago(days))


async def test_what_was_used_is_held_against_what_was_won_from_the_beginning_on(client, database, tenant):
    none = await ok(client.get(WHERE))
    assert (none["calibrated"]["n"], none["others"]["n"], none["insufficient_data"]) == (0, 0, True)
    cost = {"amount": "100.00", "currency": "USD"}
    resources = {"expert": await a_resource(client, name="Expert", unit_cost=cost), "free": await a_resource(client)}
    sooner, later, never, unused = [(await an_account(client, name))["id"] for name in ("S", "L", "N", "U")]
    await begun(database, tenant, sooner, 100)
    # Nothing counts from before the calibration began; 200 are made up for on day 40, by 150 and 50.
    before = [(120, "50 expert"), (110, "+9000")]
    await flow(client, sooner, resources, [*before, (90, "2 expert"), (80, "+150"), (60, "+50")])
    # From the first use of what costs something on: 300, and 100 more on day 30, are made up for on day 50.
    first = [(95, "9 free"), (80, "3 expert"), (70, "+250")]
    await flow(client, later, resources, [*first, (50, "1 expert"), (50, "+100"), (30, "+50")])
    await flow(client, never, resources, [(20, "1 expert"), (10, "+5000 SEK"), (10, "1 free")])
    await flow(client, unused, resources, [(10, "+5000")])

    with counted(database) as statements:
        told = await ok(client.get(WHERE))

    assert told["calibrated"]["curve"] == [{"days": 40, "at_risk": 1, "ends": 1, "share": 0}]
    assert [(one["days"], one["at_risk"]) for one in told["others"]["curve"]] == [(50, 1)]
    assert (told["others"]["n"], told["others"]["ended"]) == (2, 1)
    assert (told["currency"], told["uses_left_out"], told["deals_left_out"]) == ("USD", 1, 1)
    assert (told["change"], told["insufficient_data"]) == (None, True)
    early = await ok(client.get(WHERE, params={"as_of": days_ago(61)}))
    assert (early["calibrated"]["n"], early["calibrated"]["ended"]) == (1, 0)
    await ok(client.get(WHERE, params={"as_of": days_ago(-1)}), 422)
    assert len(statements) < 12
