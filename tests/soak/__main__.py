"""`make soak`: half an hour of steady load; memory and open files stay flat, nothing goes wrong and nothing is left."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.infra import migrate
from app.infra.embedded import EmbeddedPostgres
from app.infra.settings import Settings
from tests.soak.running import Pace, from_nothing, soak
from tests.soak.sampling import growth

MEMORY = 1.1


def main(arguments: Sequence[str]) -> int:
    """Put the load on a service of its own; the exit status is 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--per-second", type=float, default=20)
    asked = parser.parse_args(arguments)
    pace = Pace(asked.minutes * 60, asked.per_second, every=asked.minutes * 60 / 120)
    with tempfile.TemporaryDirectory(prefix="kap-soak-") as name:
        folder = Path(name)
        with EmbeddedPostgres(folder / "data") as url:
            migrate.upgrade(url, role=Settings(demo=False).app_role)
            found = asyncio.run(soak(url, from_nothing(url, folder), pace, lambda said: print(said, flush=True)))
    for which in ("api", "worker"):
        grown = growth(found.samples, lambda one, which=which: getattr(one, which).memory)  # type: ignore[misc]  # now
        print(f"{which}: memory at last by memory in the second quarter {grown:.3f} (goal: at most {MEMORY})")
    print(f"{found.told.sent} calls, {found.told.busy} of them busy at first; {found.received} webhooks received")
    wrong = found.complaints(MEMORY)
    print("\n".join(wrong) or "nothing is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
