"""Made-up requests to every operation, in all four phases: `make fuzz`, some tags alone: `make fuzz ARGS="crm plans"`.

The suite runs a bounded form of it (`test_fuzzing.py`); this one takes the whole document and seven minutes to half an
hour, one phase of it less (`ARGS="--phases stateful"`: a third of that). It asks a service in which everything was
done once and a worker does what is left to do, so that most requests are about records that are there.

The links are followed tag by tag: each operation of the tag, and those elsewhere that make what these name. Of all
operations at once, thirty thousand links could be inferred, and to choose among them takes longer than to ask.

The stream of a job's events is left out: it ends only when the job does.
"""

import argparse
import asyncio
import json
import math
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.infra import migrate
from app.infra.db import Database, connected, enter
from app.infra.embedded import EmbeddedPostgres
from app.infra.settings import Settings
from app.tenancy import service as tenancy
from tests.conftest import Tenant, a_tenant
from tests.openapi.apart import at_work
from tests.openapi.asking import DOCUMENT, asking
from tests.openapi.known import Known, known, told_of
from tests.openapi.parts import around, part
from tests.openapi.reading import described
from tests.processes import Process

ALONE = ("examples", "coverage", "fuzzing")  # these ask each operation for itself
LINKED = "stateful"
WALKS = 0.1  # along the links of a tag, for each of its operations and each example that is asked for
UNLINKED = "No links for stateful testing"
_UNFORESEEN = re.compile('"error_class"|"level":"error"')
_CASES = re.compile(r"(\d+) generated")
_TESTED = re.compile(r"Tested: (\d+)")


@dataclass(frozen=True)
class Asked:
    """tags: which; phases: of schemathesis; examples: made-up requests per operation and kind; seed: what chance is."""

    tags: Sequence[str]
    phases: Sequence[str]
    examples: int
    seed: int

    def having(self, phases: Sequence[str], examples: int) -> list[str]:
        """What schemathesis is told."""
        return ["--phases", ",".join(phases), "--max-examples", str(examples), "--seed", str(self.seed)]


@dataclass(frozen=True)
class Outcome:
    """What came of one run. cases: requests that were made up and sent."""

    name: str
    passed: bool
    cases: int
    seconds: float
    said: str


@dataclass(frozen=True)
class Ground:
    """A service that runs, the organization in it, what this has, its description, and where notes are left."""

    service: Process
    database: Database
    tenant: Tenant
    there: Known
    described: dict[str, Any]
    folder: Path

    async def asked(self, name: str, document: Path, more: Sequence[str], *, often: float) -> Outcome:
        """One run, with a key of its own, since it may revoke it; often: how often it is about what is there."""
        began = time.monotonic()
        key = await self._key()
        at = f"http://127.0.0.1:{self.service.port}", key
        config = told_of(self.there, self.described, self.folder, often=often)
        passed, said = await asyncio.to_thread(asking, at, self.folder, *more, document=document, config=config)
        passed = passed or UNLINKED in said
        cases = sum(int(found) for found in _CASES.findall(said))
        outcome = Outcome(name, passed, cases, time.monotonic() - began, said)
        told = ", ".join([f"{cases} cases", *(f"{found} operations" for found in _TESTED.findall(said))])
        async with self.service.client(key) as client:
            told += ", its key revoked on the way" * ((await client.get("/v1/users")).status_code == 401)
        print(f"{'ok    ' if passed else 'FAILED'} {name}: {told} in {outcome.seconds:.0f} s", flush=True)
        print("" if passed else f"{said}\n", end="", flush=True)
        return outcome

    async def _key(self) -> str:
        async with self.database.engine.begin() as connection:
            await enter(connection, self.tenant.id)
            _, key = await tenancy.issue_key(connection, self.tenant.id, name="made up", scopes=["admin"])
        return key


@contextmanager
def migrated() -> Iterator[str]:
    """The URL of a database that is thrown away afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="kap-fuzz-") as folder,
        EmbeddedPostgres(Path(folder), durable=False) as url,
    ):
        migrate.upgrade(url, role=Settings(demo=False).app_role)
        yield url


def tags() -> list[str]:
    """Those of the document, in its order."""
    return list(dict.fromkeys(operation.body["tags"][0] for operation in described(_document())))


def _document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return read


async def fuzzed(url: str, folder: Path, asked: Asked) -> list[Outcome]:
    """What comes of each tag, first each operation for itself, then along the links."""
    database = await connected(
        url, role=Settings(demo=False).app_role, pool_size=1, pool_timeout_seconds=10, statement_timeout_seconds=30
    )
    try:
        tenant = await a_tenant(database)
        async with at_work(url, folder) as service:
            async with service.client(tenant.key) as client:
                there = await known(client)
            ground = Ground(service, database, tenant, there, _document(), folder)
            outcomes = [one for tag in asked.tags for one in await of_tag(ground, tag, asked)]
            return [*outcomes, *(of_log(folder / name) for name in ("service.log", "worker.log"))]
    finally:
        await database.close()


def of_log(log: Path) -> Outcome:
    """What a process says of what nobody has foreseen, which is not always seen in an answer."""
    found = [line[:2000] for line in log.read_text().splitlines() if _UNFORESEEN.search(line)]
    print("\n".join(found[:20]), end="\n" if found else "", flush=True)
    return Outcome(log.stem, not found, 0, 0.0, "")


async def of_tag(ground: Ground, tag: str, asked: Asked) -> list[Outcome]:
    """What comes of the operations of one tag."""
    outcomes = []
    if alone := [phase for phase in asked.phases if phase in ALONE]:
        more = [*asked.having(alone, asked.examples), "--include-tag", tag]
        outcomes.append(await ground.asked(tag, DOCUMENT, more, often=0.7))
    if LINKED in asked.phases:
        folder = ground.folder / tag.replace(" ", "-")
        folder.mkdir()
        operations = around(tag, ground.described) - {"stream_job_events"}
        walks = math.ceil(WALKS * len(operations) * asked.examples)
        more = [*asked.having([LINKED], walks), "--mode", "positive"]
        # What is sent again under one key gets the first answer again, which may tell of what is gone by then.
        document = part(operations, folder, untold={"Idempotency-Key"})
        outcomes.append(await ground.asked(f"{tag}, along its links", document, more, often=1.0))
    return outcomes


def main(arguments: Sequence[str]) -> int:
    """Ask for every operation; the exit status is 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("tags", nargs="*", default=tags(), help="which tags; all if none is given")
    parser.add_argument("--phases", nargs="+", choices=[*ALONE, LINKED], default=[*ALONE, LINKED], help="which of them")
    parser.add_argument("--max-examples", type=int, default=5, help="made-up requests per operation and kind")
    parser.add_argument("--seed", type=int, default=1, help="another one makes other requests up")
    given = parser.parse_args(arguments)
    with migrated() as url, tempfile.TemporaryDirectory(prefix="kap-fuzz-") as folder:
        asked = Asked(given.tags, given.phases, given.max_examples, given.seed)
        outcomes = asyncio.run(fuzzed(url, Path(folder), asked))
    failed = [one.name for one in outcomes if not one.passed]
    print(f"{sum(one.cases for one in outcomes)} cases; failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
