"""Revenue of accounts, each in windows of its own."""

from app.kernel.periods import Window
from app.metrics import service
from tests.metrics.ground import AS_OF, ago, founded


async def test_each_window_counts_the_deals_of_its_own_account_alone(database):
    world = await founded(database)
    one, other = world.account(), world.account()
    world.rate("EUR", "1.25", ago(800))
    for account, days, amount, currency in (
        (one, 0, "10", "USD"), (one, 50, "20", "EUR"), (one, 100, "80", "USD"), (other, 50, "1000", "USD"),
        (other, 400, "7", "CHF"),
    ):  # fmt: skip
        world.won(account, amount, ago(days), currency=currency)
    await world.save()
    recent, year_before = Window(ago(100), AS_OF), Window(ago(730), ago(365))

    async with database.transaction(world.tenant_id) as connection:
        found = await service.revenue_of_each(
            connection,
            world.tenant_id,
            [(one, recent), (other, recent), (other, year_before), (one, recent), (one, year_before)],
            known_on=AS_OF,
        )

    assert found.value[[0, 1, 3, 4]].tolist() == [35.0, 1000.0, 35.0, 0.0]
    assert found.deals.tolist() == [2, 1, 1, 2, 0]
    assert found.missing_rates["CHF"].tolist() == [0, 0, 1, 0, 0]
