"""Made-up requests to every operation, in all four phases: `make fuzz`, some tags alone: `make fuzz ARGS="crm plans"`.

The suite runs a bounded form of it (`test_fuzzing.py`); this one takes the whole document and about half an hour.
The stream of a job's events is left out: it ends only when the job does.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.infra import migrate
from app.infra.db import connected
from app.infra.embedded import EmbeddedPostgres
from app.infra.settings import Settings
from tests.conftest import a_tenant
from tests.openapi.asking import DOCUMENT, asking
from tests.processes import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE = "all tags, one after another by their links"
_CASES = re.compile(r"(\d+) generated")


@dataclass(frozen=True)
class Outcome:
    """What came of one run. cases: requests that were made up and sent."""

    name: str
    passed: bool
    cases: int
    seconds: float
    said: str


@contextmanager
def migrated() -> "Iterator[str]":
    """The URL of a database that is thrown away afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="kap-fuzz-") as folder,
        EmbeddedPostgres(Path(folder), durable=False) as url,
    ):
        migrate.upgrade(url, role=Settings(demo=False).app_role)
        yield url


def tags() -> list[str]:
    """Those of the document, in its order."""
    operations = [one for item in json.loads(DOCUMENT.read_text())["paths"].values() for one in item.values()]
    return list(dict.fromkeys(one["tags"][0] for one in operations if "operationId" in one))


async def fuzzed(url: str, folder: Path, wanted: Sequence[str], examples: int) -> list[Outcome]:
    """What comes of each tag in three phases, and of the whole document in the fourth unless some tags are wanted."""
    key = await _key(url)
    outcomes = []
    async with serving(url, log=folder / "service.log", KAP_BAD_KEY_LIMIT="1000000/minute") as service:
        at = f"http://127.0.0.1:{service.port}", key
        for tag in wanted or tags():
            more = ["--phases", "examples,coverage,fuzzing", "--include-tag", tag]
            outcomes.append(await _run(tag, at, folder, [*more, "--max-examples", str(examples)]))
        chosen = [word for tag in wanted for word in ("--include-tag", tag)]
        linked = ["--phases", "stateful", "--max-examples", str(examples), "--mode", "positive", *chosen]
        outcomes.append(await _run(WHOLE, at, folder, linked))
    return outcomes


async def _key(url: str) -> str:
    database = await connected(
        url, role=Settings(demo=False).app_role, pool_size=1, pool_timeout_seconds=10, statement_timeout_seconds=30
    )
    try:
        return (await a_tenant(database)).key
    finally:
        await database.close()


async def _run(name: str, at: tuple[str, str], folder: Path, more: Sequence[str]) -> Outcome:
    began = time.monotonic()
    passed, said = await asyncio.to_thread(asking, at, folder, *more)
    cases = sum(int(found) for found in _CASES.findall(said))
    outcome = Outcome(name, passed, cases, time.monotonic() - began, said)
    print(f"{'ok    ' if passed else 'FAILED'} {name}: {cases} cases in {outcome.seconds:.0f} s", flush=True)
    print(said if not passed else "", end="", flush=True)
    return outcome


def main(arguments: Sequence[str]) -> int:
    """Ask for every operation; the exit status is 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("tags", nargs="*", help="which tags; all if none is given")
    parser.add_argument("--max-examples", type=int, default=5, help="made-up requests per operation and kind")
    asked = parser.parse_args(arguments)
    with migrated() as url, tempfile.TemporaryDirectory(prefix="kap-fuzz-") as folder:
        outcomes = asyncio.run(fuzzed(url, Path(folder), asked.tags, asked.max_examples))
    failed = [one.name for one in outcomes if not one.passed]
    print(f"{sum(one.cases for one in outcomes)} cases; failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
