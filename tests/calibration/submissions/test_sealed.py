"""Until both are sealed, nothing that a side can see depends on what the other says: whole transcripts are compared."""

import re
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest

from tests.asking import counted
from tests.calibration.guests import CUSTOMER_SAYS, SUPPLIER_SAYS, THEIRS, a_talk
from tests.conftest import a_tenant, client_of
from tests.operations import operations
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
OTHER = {"supplier": "customer", "customer": "supplier"}
SAYS = {"supplier": SUPPLIER_SAYS, "customer": CUSTOMER_SAYS}
OF_THE_REQUEST = {"x-request-id", "ratelimit", "date"}
UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIMES = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
MADE_UP = re.compile(r'(?<="public_id":")\w+|(?<="organization":")[^"]+|(?<="request_id":")[^"]+')
NEAR = ("calibration", "expectation", "contribution", "/v1/events", "/v1/jobs")


class Reader:
    """A side that looks at all that it can, and keeps what it was answered."""

    def __init__(self, app, talk, party):
        self.talk, self.party = talk, party
        self.client = talk.client if party == "supplier" else talk.guest
        known = {"calibration_id": talk.id, "account_id": talk.account["id"], "invitation_id": talk.invitation["id"]}
        self.paths = [
            each.path.format_map(known)
            for each in operations(app)
            if each.method == "GET"
            and each.invited == (party == "customer")
            and known.keys() >= set(each.parameters)
            and any(word in each.path for word in NEAR)
        ]
        self.submissions = f"{THEIRS if party == 'customer' else talk.url}/submissions"
        self.kept, self.raw = [], []

    async def looks(self):
        """Read whatever there is."""
        for path in self.paths:
            self.keep(await self.client.get(path))

    async def tries(self):
        """Do what must not go well yet."""
        if self.party == "customer":
            self.keep(await self.client.post(f"{THEIRS}/submission/seal", json={}, headers={"If-Match": '"7"'}))
            return
        user, url = {"user_id": self.talk.user}, self.talk.url
        for where in (f"{url}/advance", f"{url}/submissions/customer/seal", f"{url}/activate"):
            self.keep(await self.client.post(where, json=user, headers={"If-Match": '"1"'}))
        body = {"document": SUPPLIER_SAYS, **user}
        self.keep(await self.client.put(f"{url}/submissions/customer", json=body))

    def keep(self, answer):
        assert int(answer.headers["content-length"]) == len(answer.content)
        headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_REQUEST}
        raw = (str(answer.request.url), answer.status_code, headers, MADE_UP.sub("…", answer.text))
        self.raw.append(raw)
        self.kept.append((answer.request.method, answer.status_code, headers, TIMES.sub("<time>", raw[3]), raw[0]))

    def transcript(self):
        """All of it, ids by the order in which they came up."""
        ids: dict[str, str] = {}
        text = repr(self.kept)
        return UUIDS.sub(lambda found: ids.setdefault(found[0], f"<id {len(ids)}>"), text)


@asynccontextmanager
async def a_world(app, database, reader):
    """An organization of its own, in which one side reads; they differ in nothing but what the other side says."""
    tenant = await a_tenant(database)
    async with client_of(app, tenant) as client:
        talk = await a_talk(client)
        await talk.guest.get(THEIRS)
        yield talk, Reader(app, talk, reader)


async def says(talk, party, document):
    await (talk.saves(document) if party == "supplier" else talk.guest_saves(document))


async def seals(talk, party, version):
    await (talk.seals(version) if party == "supplier" else talk.guest_seals(version))


def a_submission(random):
    """Something that a side may say, short or long, in any script."""
    words = ["a", "Ü" * 40, "線は止まらない", "x" * 200, '"]}\\', "0"]
    goals = [
        {
            "key": f"goal-{place}", "title": random.choice(words), "importance": random.randint(1, 5),
            "horizon": random.choice(["short", "medium", "long"]), "description": random.choice([None, "y" * 2000]),
        }
        for place in range(random.choice([1, 2, 30]))
    ]  # fmt: skip
    sought = [{"key": f"s{place}", "title": "s", "importance": 3} for place in range(random.randint(0, 20))]
    offered = [{"key": f"o{place}", "title": "o", "level": 3} for place in range(random.randint(0, 20))]
    return {"goals": goals, "expectations": sought, "commitments": offered}


@pytest.mark.parametrize(("reader", "seed"), [("supplier", 1), ("customer", 2)])
async def test_two_worlds_that_differ_in_what_the_other_side_says_look_the_same(app, database, reader, seed):
    random, worlds = Random(seed), []
    for rewrites in (1, 3):
        async with a_world(app, database, reader) as (talk, witness):
            await says(talk, OTHER[reader], SAYS[OTHER[reader]])
            documents = [a_submission(random) for _ in range(rewrites)]
            with counted(database) as statements:
                await says(talk, reader, SAYS[reader])
                await witness.tries()
            for document in documents:
                await says(talk, OTHER[reader], document)
            await seals(talk, OTHER[reader], 1 + rewrites)
            with counted(database) as later:
                await witness.looks()
                await witness.tries()
            worlds.append((witness.transcript(), [*statements, *later]))
            await seals(talk, reader, 1)
            witness.keep(await witness.client.get(witness.submissions))
            assert documents[-1]["goals"][0]["key"] in witness.transcript()

    (one, its_statements), (other, others_statements) = worlds
    assert one == other
    assert its_statements == others_statements
    assert "goal-0" not in one


@pytest.mark.parametrize("reader", ["supplier", "customer"])
async def test_while_one_side_writes_the_other_sees_no_byte_change(app, database, reader):
    """Not even that it writes: no time, no version, no length of an answer moves."""
    async with a_world(app, database, reader) as (talk, witness):
        await says(talk, reader, SAYS[reader])
        seen = []
        steps: list[list[dict[str, Any]]] = [[], [CUSTOMER_SAYS], [{"goals": []}, SUPPLIER_SAYS]]
        for documents in steps:
            for document in documents:
                await says(talk, OTHER[reader], document)
            witness.raw.clear()
            await witness.looks()
            seen.append(list(witness.raw))

    assert len(seen[0]) >= 3
    assert seen[1:] == seen[:-1]
