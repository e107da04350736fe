"""Many ask, one question is put for all, and nobody gets an answer to a question that was put before they asked."""

import asyncio

import pytest

from app.infra.sharing import Shared, Together


class Ledger:
    """Something whose answers change, and that counts how often it was asked; each answer takes until it is let go."""

    def __init__(self):
        self.version = 0
        self.asked = 0
        self.gate = asyncio.Event()

    async def ask(self, key):
        self.asked += 1
        answer = f"{key}{self.version}"
        await self.gate.wait()
        return answer


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_asks_together_is_answered_together():
    ledger = Ledger()
    shared = Shared(ledger.ask)
    waiting = [asyncio.create_task(shared("a")) for _ in range(20)]
    await settled()
    ledger.gate.set()
    assert await asyncio.gather(*waiting) == ["a0"] * 20
    assert ledger.asked == 1


async def test_who_comes_later_is_not_given_an_older_answer():
    ledger = Ledger()
    shared = Shared(ledger.ask)
    first = asyncio.create_task(shared("a"))
    await settled()
    ledger.version = 1
    later = [asyncio.create_task(shared("a")) for _ in range(3)]
    await settled()
    ledger.gate.set()
    assert await first == "a0"
    assert await asyncio.gather(*later) == ["a1"] * 3
    assert ledger.asked == 2


async def test_different_questions_do_not_wait_for_one_another():
    ledger = Ledger()
    shared = Shared(ledger.ask)
    waiting = [asyncio.create_task(shared(key)) for key in "ab"]
    await settled()
    assert ledger.asked == 2
    ledger.gate.set()
    assert await asyncio.gather(*waiting) == ["a0", "b0"]


async def test_a_failure_is_told_to_all_who_waited_and_the_next_may_ask_again():
    async def fail(key):
        raise OSError(key)

    shared = Shared(fail)
    told = await asyncio.gather(*(shared("a") for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in told] == [OSError] * 3
    with pytest.raises(OSError, match="a"):
        await shared("a")


async def test_one_who_gives_up_does_not_take_the_answer_from_the_others():
    ledger = Ledger()
    shared = Shared(ledger.ask)
    impatient, patient = (asyncio.create_task(shared("a")) for _ in range(2))
    await settled()
    impatient.cancel()
    await settled()
    ledger.gate.set()
    assert await patient == "a0"
    assert impatient.cancelled()


class Shelf:
    """Finds things by their names, and notes what it was asked for; each answer takes until it is let go."""

    def __init__(self):
        self.asked = []
        self.gate = asyncio.Event()

    async def find(self, room, names):
        self.asked.append((room, sorted(names)))
        await self.gate.wait()
        if "bad" in names:
            raise OSError(room)
        return {name: f"{room} {name}" for name in names if name != "nowhere"}


async def test_many_things_are_asked_for_in_one_question_for_each_group():
    shelf = Shelf()
    together = Together(shelf.find)
    waiting = [asyncio.create_task(together(room, name)) for room in ("x", "y") for name in ("a", "b", "b", "nowhere")]
    await settled()
    shelf.gate.set()
    assert await asyncio.gather(*waiting) == ["x a", "x b", "x b", None, "y a", "y b", "y b", None]
    assert shelf.asked == [("x", ["a", "b", "nowhere"]), ("y", ["a", "b", "nowhere"])]


async def test_who_asks_for_a_thing_while_it_is_looked_for_has_it_looked_for_again():
    shelf = Shelf()
    together = Together(shelf.find)
    first = asyncio.create_task(together("x", "a"))
    await settled()
    later = [asyncio.create_task(together("x", name)) for name in ("a", "c")]
    await settled()
    assert shelf.asked == [("x", ["a"])]
    shelf.gate.set()
    assert await asyncio.gather(first, *later) == ["x a", "x a", "x c"]
    assert shelf.asked == [("x", ["a"]), ("x", ["a", "c"])]


async def test_a_question_that_fails_does_not_fail_the_next():
    shelf = Shelf()
    shelf.gate.set()
    together = Together(shelf.find)
    told = await asyncio.gather(together("x", "a"), together("x", "bad"), together("y", "a"), return_exceptions=True)
    assert [type(one) for one in told] == [OSError, OSError, str]
    assert await together("x", "a") == "x a"
