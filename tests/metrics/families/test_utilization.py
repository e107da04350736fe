"""Resource utilization, worked out by hand."""

import pytest

from tests.metrics.ground import ago

KEY = "resource_utilization"


async def test_it_is_the_mean_over_resources_each_one_at_most(world):
    account = world.account()
    experts, consulting, access = world.resource(), world.resource(), world.resource()
    world.entitlement(account, experts, 10, ago(400))
    world.entitlement(account, consulting, 8, ago(44))  # held on 45 of the 90 days: 4 were due
    world.entitlement(account, access, 4, ago(400), until_on=ago(89))  # held on none of them
    world.usage(account, experts, 30, ago(89))
    world.usage(account, experts, 30, ago(90))
    world.usage(account, consulting, 1, ago(0))

    assert await world.value(account, KEY) == pytest.approx((1 + 0.25) / 2)


async def test_an_exception_comes_on_top_of_the_greater_of_tier_and_agreement(world):
    account, resource = world.account(), world.resource()
    world.entitlement(account, resource, 10, ago(400))
    world.entitlement(account, resource, 12, ago(400), basis="agreement")
    world.entitlement(account, resource, 4, ago(400), basis="exception")
    world.usage(account, resource, 4, ago(10))

    assert await world.value(account, KEY) == pytest.approx(4 / 16)


async def test_without_entitlement_or_any_usage_on_record_it_is_unknown(world):
    account, other, resource = world.account(), world.account(), world.resource()
    world.entitlement(account, resource, 10, ago(400))
    assert await world.value(account, KEY) is None

    world.usage(other, resource, 1, ago(200))

    assert await world.value(account, KEY) == 0
    assert await world.value(other, KEY) is None
