"""What comes together is kept together, and what goes wrong for one is no trouble to the others."""

import asyncio
from uuid import uuid4

import pytest

from app.crm.service import gathering
from app.crm.service.gathering import DeliveryNotKept, Gathering
from app.kernel.errors import Invalid
from app.kernel.ids import TenantId

MINE, THEIRS = TenantId(uuid4()), TenantId(uuid4())


class Keeper:
    """Keeps groups, once it may; tells of each item that it was kept."""

    def __init__(self):
        self.groups = []
        self.may = asyncio.Event()
        self.may.set()
        self.refusing = {}
        self.hanging = set()

    async def __call__(self, tenant_id, items):
        self.groups.append(list(items))
        if tenant_id in self.hanging:
            await asyncio.Event().wait()
        await self.may.wait()
        for item in items:
            if item in self.refusing:
                raise self.refusing[item]
        return [f"kept {item}" for item in items]


@pytest.fixture
def keeper():
    return Keeper()


@pytest.fixture
def keep(keeper):
    return Gathering(keeper, at_once=2)


def asked(keep, items, *, of=MINE, size=1, seconds=60):
    until = asyncio.get_running_loop().time() + seconds
    return [asyncio.create_task(keep(of, item, size, until=until)) for item in items]


async def steps(number=5):
    for _ in range(number):
        await asyncio.sleep(0)


async def test_what_comes_while_a_group_is_kept_is_the_next_group(keep, keeper):
    keeper.may.clear()
    first = asked(keep, "a")
    await steps()
    rest = asked(keep, "bcd")
    await steps()
    keeper.may.set()

    assert await asyncio.gather(*first, *rest) == ["kept a", "kept b", "kept c", "kept d"]
    assert keeper.groups == [["a"], ["b", "c", "d"]]


async def test_where_there_is_room_the_next_group_is_looked_at_while_one_is_kept(keeper):
    keep = Gathering(keeper, at_once=gathering.AT_ONCE + 1)
    keeper.may.clear()
    tasks = []
    for items in ("a", "bc", "de"):
        tasks += asked(keep, items)
        await steps()
    assert keeper.groups == [["a"], ["b", "c"]]  # and another organization has its turn
    keeper.may.set()

    assert await asyncio.gather(*tasks) == [f"kept {item}" for item in "abcde"]
    assert keeper.groups[2:] == [["d", "e"]]


async def test_of_many_a_group_takes_its_share_so_that_the_next_is_looked_at_meanwhile(keeper):
    keep = Gathering(keeper, at_once=gathering.AT_ONCE + 1)
    keeper.may.clear()
    tasks = asked(keep, range(2 * gathering.FEW))
    await steps()
    assert [len(group) for group in keeper.groups] == [gathering.FEW, gathering.FEW]
    keeper.may.set()
    assert len(await asyncio.gather(*tasks)) == 2 * gathering.FEW


async def test_a_group_is_bounded_by_number_and_size(keep, keeper):
    many = asked(keep, range(gathering.GROUP_ITEMS + 1))
    large = asked(keep, ["x", "y", "z"], of=THEIRS, size=gathering.GROUP_BYTES // 2)
    await asyncio.gather(*many, *large)

    assert sorted(len(group) for group in keeper.groups) == [1, 1, 2, gathering.GROUP_ITEMS]


async def test_one_bad_item_is_refused_alone(keep, keeper):
    keeper.refusing["c"] = Invalid("it cannot be kept")

    outcomes = await asyncio.gather(*asked(keep, "abcdefg"), return_exceptions=True)

    assert [str(outcome) for outcome in outcomes if not isinstance(outcome, Exception)] == [
        f"kept {item}" for item in "abdefg"
    ]
    assert isinstance(outcomes[2], DeliveryNotKept)


async def test_what_fails_for_one_organization_is_no_trouble_to_another(keep, keeper):
    keeper.refusing["bad"] = ConnectionError("the connection is gone")
    mine = asked(keep, ["bad", "also"])
    theirs = asked(keep, ["fine"], of=THEIRS)

    outcomes = await asyncio.gather(*mine, *theirs, return_exceptions=True)

    assert [isinstance(outcome, DeliveryNotKept) for outcome in outcomes] == [True, True, False]
    keeper.refusing.clear()
    assert await asked(keep, ["again"], of=MINE)[0] == "kept again"


async def test_an_organization_whose_transaction_hangs_holds_up_nobody_else(keep, keeper):
    keeper.hanging.add(MINE)
    hanging = asked(keep, "ab")
    await steps()

    assert await asked(keep, ["x"], of=THEIRS)[0] == "kept x"
    assert not any(task.done() for task in hanging)
    for task in hanging:
        task.cancel()


async def test_who_does_not_wait_any_more_is_left_out(keep, keeper):
    keeper.may.clear()
    first, *rest = asked(keep, "ab") + asked(keep, "cd")
    await steps()
    keeper.may.set()
    gone = asked(keep, "e")
    await steps(1)
    gone[0].cancel()
    await asyncio.gather(first, *rest)
    await steps()

    assert sorted(item for group in keeper.groups for item in group) == ["a", "b", "c", "d"]


async def test_when_too_much_waits_more_is_sent_away(keep, keeper):
    keeper.may.clear()
    first = asked(keep, ["first"])
    await steps()
    waiting = asked(keep, ["large"], size=gathering.WAITING_BYTES)
    await steps()

    with pytest.raises(DeliveryNotKept):
        await asked(keep, ["one more"], of=MINE)[0]
    keeper.may.set()
    assert await asyncio.gather(*first, *waiting) == ["kept first", "kept large"]


async def test_a_fault_of_ours_is_told_as_not_kept_and_the_line_goes_on(keep, keeper):
    keeper.refusing["odd"] = KeyError("a mistake")

    with pytest.raises(DeliveryNotKept):
        await asked(keep, ["odd"], of=MINE)[0]
    assert await asked(keep, ["even"], of=MINE)[0] == "kept even"


async def test_who_waits_is_told_when_patience_ends_whatever_happens_to_the_transaction(keep, keeper):
    keeper.hanging.add(MINE)

    with pytest.raises(DeliveryNotKept):
        await asked(keep, "a", seconds=0.01)[0]
