"""What a test sees of a simulated world: facts by account, worked out without the code under test."""

from collections import defaultdict
from datetime import date, timedelta
from functools import cache

import numpy as np

from app.demo.core.simulation import simulate

ENDS_ON = date(2026, 3, 31)
EUR = {"EUR": 1.0, "USD": 0.92, "GBP": 1.17}


@cache
def a_world(*, seed=20, ends_on=ENDS_ON, accounts=240):
    return simulate(np.random.default_rng(seed), ends_on, accounts)


def by_account(world, kind):
    found = defaultdict(list)
    for body in world.facts[kind]:
        found[body["account"]["external_id"]].append(body)
    return found


def on(body, field):
    return date.fromisoformat(body[field])


def euros(body):
    return float(body["amount"]["amount"]) * EUR[body["amount"]["currency"]]


def revenue(deals, after, until):
    """Won after one day, up to and including another."""
    return sum(euros(deal) for deal in deals if deal["status"] == "won" and after < on(deal, "closed_on") <= until)


def of_story(world, story):
    return [account for account, truth in world.truth.items() if truth.story == story]


def of_cause(world, cause):
    return [account for account, truth in world.truth.items() if truth.cause == cause]


def spearman(one, other):
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values):
    """Average ranks, ties shared."""
    _, places, counts = np.unique(np.asarray(values, dtype=float), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places]


def days(number):
    return timedelta(days=number)
