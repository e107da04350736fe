"""Revenue of one account in many windows at once."""

from datetime import timedelta

import numpy as np

from app.kernel.periods import Window
from app.metrics import service
from tests.metrics.ground import AS_OF, ago, founded

WINDOWS = [
    Window(ago(365), AS_OF),
    Window(ago(100), ago(50)),
    Window(ago(100), ago(99)),
    Window(ago(730), ago(365)),
    Window(AS_OF, AS_OF + timedelta(days=90)),
]


async def test_windows_together_say_what_each_says_alone(database):
    world = await founded(database)
    one, other = world.account(), world.account()
    world.rate("EUR", "1.25", ago(800))
    for days, amount, currency in ((0, "10", "USD"), (50, "20", "EUR"), (99, "40", "USD"), (100, "80", "USD")):
        world.won(one, amount, ago(days), currency=currency)
    world.won(one, "7", ago(60), currency="CHF")
    world.won(one, None, ago(61))
    world.won(one, "160", ago(400), currency="EUR")
    world.won(other, "1000", ago(20))
    await world.save()

    async with database.transaction(world.tenant_id) as connection:
        found = await service.revenue_within(connection, world.tenant_id, WINDOWS, known_on=AS_OF, account_id=one)
        alone = [
            await service.revenue_between(
                connection,
                world.tenant_id,
                after=window.after,
                until=window.until,
                known_on=AS_OF,
                account_ids=[one],
            )
            for window in WINDOWS
        ]

    assert found.value.tolist() == [155.0, 65.0, 40.0, 200.0, 0.0]
    assert found.deals.tolist() == [6, 4, 1, 1, 0]
    for at, single in enumerate(alone):
        assert (found.value[at], found.deals[at]) == (single.value[0], single.deals[0])
        assert found.without_amount[at] == single.without_amount[0]
        assert found.missing_rates["CHF"][at] == single.missing_rates.get("CHF", np.zeros(1))[0]
