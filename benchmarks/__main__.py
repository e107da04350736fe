"""Runs the benchmarks (`make bench`, some of them: `make bench ARGS="B2 B4"`), shows the table and keeps it.

Ours and its baseline take turns in one run on one machine; the ratios count, not the times.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from benchmarks import (
    backfill,
    freshness,
    intake,
    lists,
    plans,
    portfolio,
    reading,
    scoring_core,
    starting,
    stateless,
    steadiness,
    waits,
)
from benchmarks.figures import Figure, from_row, show, write
from benchmarks.ground import Ground, ground

Benchmark = Callable[[int, float], list[Figure]]


def on_ground(run: Callable[[Ground, int, float], list[Figure]]) -> Benchmark:
    """A benchmark that gets a database of its own."""

    def measure(repetitions: int, seconds: float) -> list[Figure]:
        with ground() as made:
            return run(made, repetitions, seconds)

    return measure


QUICK_REPETITIONS = 1


BENCHMARKS: Mapping[str, Benchmark] = {
    "B1": lambda times, _: [
        from_row(row)
        for row in scoring_core.figures(
            accounts=scoring_core.ACCOUNTS // (10 if times == QUICK_REPETITIONS else 1), repetitions=times
        )
    ],
    "B2": on_ground(lambda made, times, seconds: stateless.one_account(made, repetitions=times, seconds=seconds)),
    "B3": on_ground(lambda made, times, seconds: stateless.many_accounts(made, repetitions=times, seconds=seconds)),
    "B4": on_ground(lambda made, times, seconds: reading.account_score(made, repetitions=times, seconds=seconds)),
    "B5": on_ground(lambda made, times, seconds: intake.deliveries(made, repetitions=times, seconds=seconds)),
    "B6": on_ground(
        lambda made, times, _: backfill.backfill(made, repetitions=times, quick=times == QUICK_REPETITIONS)
    ),
    "B7": on_ground(
        lambda made, times, _: portfolio.whole_portfolio(made, repetitions=times, quick=times == QUICK_REPETITIONS)
    ),
    "B8": on_ground(
        lambda made, times, _: freshness.event_to_score(made, seconds=10 if times == QUICK_REPETITIONS else 60)
    ),
    "waits": on_ground(lambda made, _, seconds: waits.waits(made, seconds=10 * seconds)),
    "B9": on_ground(
        lambda made, times, seconds: lists.of_a_portfolio(
            made, repetitions=times, seconds=seconds, quick=times == QUICK_REPETITIONS
        )
    ),
    "B10": on_ground(lambda made, times, _: steadiness.memory(made, quick=times == QUICK_REPETITIONS)),
    "plans": on_ground(lambda made, times, _: plans.plans(made, quick=times == QUICK_REPETITIONS)),
    "B11": lambda times, _: starting.cold_start(repetitions=times),
}


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for; the exit status is 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "ids", nargs="*", metavar="id", help=f"which ones: {', '.join(BENCHMARKS)}; all if none is given"
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes, one repetition; not kept")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.ids) - set(BENCHMARKS):
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    figures: list[Figure] = []
    for name, run in BENCHMARKS.items():
        if not asked.ids or name in asked.ids:
            began = time.perf_counter()
            found = run(QUICK_REPETITIONS, 0.5) if asked.quick else run(5, 1.5)
            print(f"{name} took {time.perf_counter() - began:.0f} s", file=sys.stderr)
            if not asked.quick:  # each at once: a run that is ended keeps what it has measured
                write(found)
            figures += found
    show(figures)
    return 0 if all(one.ok for one in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
