"""What a model would change in the place of another: by hand, against the engine, and by laws."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.core.inputs import read_inputs
from app.scoring.core.value_functions import Percentile
from app.selection.core.preview import EXPLAINED, comparison, default_top, entries, whole
from tests.selection.core.examples import RISING, criterion, few, models, pair, portfolios, scores

THREE = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity"), criterion("a", "alignment")))
O_ALONE = replace(THREE, criteria=(THREE.criteria[0], replace(THREE.criteria[1], weight=0.0), THREE.criteria[2]))


def compared(before, after, accounts):
    """Both models over accounts that are given by metric."""
    keys = dict.fromkeys((*before.metrics, *after.metrics))
    metrics = {
        key: np.array([math.nan if one.get(key) is None else float(one[key]) for one in accounts]) for key in keys
    }
    return comparison(before, after, metrics, len(accounts))


# Under THREE their composites are 70, 60, 50, 40; with o alone 50, 75, 40, 60.
BOOK = [
    {"o": 0.5, "o2": 0.9, "a": 0.7},
    {"o": 0.9, "o2": 0.3, "a": 0.6},
    {"o": 0.3, "o2": 0.7, "a": 0.5},
    {"o": 0.8, "o2": 0.0, "a": 0.4},
]


def test_a_model_against_itself_changes_nothing():
    same = compared(THREE, THREE, [*BOOK, {}])
    told = whole(same, 2, range(5))

    assert {key: told["ranks"][key] for key in ("moved", "risen", "fallen", "gained", "lost")} == dict.fromkeys(
        ("moved", "risen", "fallen", "gained", "lost"), 0
    )
    assert (told["ranks"]["spearman_rho"], told["ranks"]["kendall_tau_b"]) == (1.0, 1.0)
    assert all(one["from"] == one["to"] for one in told["tiers"] + told["quadrants"])
    assert told["entering"] == told["leaving"] == {"accounts": 0, "account_ids": []}
    assert all(
        figures["before"] == figures["after"] and figures["parts"] is None and not figures["rank_change"]
        for _, figures in entries(same)
    )


def test_ranks_move_by_hand():
    found = compared(THREE, O_ALONE, BOOK)
    told, ids = whole(found, 2, "abcd"), "abcd"

    # Ranks before: 1, 2, 3, 4. With o alone composites are 60, 75, 40, 60: ranks 2, 1, 4, 2.
    by_id = {ids[at]: figures for at, figures in entries(found)}
    assert {key: one["rank_change"] for key, one in by_id.items()} == {"a": -1, "b": 1, "c": -1, "d": 2}
    assert {key: one["composite_change"] for key, one in by_id.items()} == {"a": -10, "b": 15, "c": -10, "d": 20}
    assert (told["ranks"]["moved"], told["ranks"]["risen"], told["ranks"]["fallen"]) == (4, 2, 2)
    assert told["entering"] == {"accounts": 1, "account_ids": ["d"]}
    assert told["leaving"] == {"accounts": 0, "account_ids": []}
    # tau-b of (1, 2, 3, 4) and (2, 1, 4, 2): of 6 pairs 3 agree, 2 disagree, 1 ties in the second:
    # (3 - 2) / sqrt(6 * 5). rho: ranks (1, 2, 3, 4) and (2.5, 1, 4, 2.5): covariance 1.5 / sqrt(5 * 4.5).
    assert told["ranks"]["kendall_tau_b"] == pytest.approx(1 / 30**0.5, abs=1e-4)
    assert told["ranks"]["spearman_rho"] == pytest.approx(1.5 / (5 * 4.5) ** 0.5, abs=1e-4)


def test_tiers_and_quadrants_are_counted_from_where_to_where():
    # Tiers before: opportunity 70, 60, 50, 40 with alignment 70, 60, 50, 40; after: opportunity 50, 90, 30, 80.
    told = whole(compared(THREE, O_ALONE, BOOK), 2, range(4))

    assert {(one["from"], one["to"]): one["accounts"] for one in told["tiers"]} == {
        ("tier_2", "tier_3"): 1,
        ("tier_2", "tier_2"): 1,
        ("tier_3", "standard"): 1,
        ("standard", "standard"): 1,
    }
    assert {(one["from"], one["to"]): one["accounts"] for one in told["quadrants"]} == {
        ("invest", "sustain"): 1,
        ("invest", "invest"): 1,
        ("serve", "serve"): 1,
        ("serve", "cultivate"): 1,
    }


def test_who_changes_tier_comes_first_and_then_who_moves_most():
    order = [at for at, _ in entries(compared(THREE, O_ALONE, BOOK))]

    # The first and the third change tier, by one place and 10 points each; the first would stand better.
    assert order == [0, 2, 3, 1]


def test_an_account_with_a_rank_on_one_side_only_comes_before_those_that_move():
    dropped = replace(THREE, criteria=THREE.criteria[::2])
    accounts = [*BOOK, {"o2": 0.1, "a": 0.1}]

    found = compared(THREE, dropped, accounts)

    told = [(at, figures) for at, figures in entries(found) if not figures["tier_changed"]]
    assert told[0][0] == 4
    assert (told[0][1]["rank_change"], told[0][1]["composite_change"], told[0][1]["parts"]) == (None, None, [])
    figures = whole(found, 2, range(5))
    assert (figures["ranks"]["lost"], figures["ranks"]["gained"]) == (1, 0)
    assert figures["ranked"] == {"before": 5, "after": 4}


def test_a_change_is_explained_by_the_weights():
    told = dict(entries(compared(THREE, O_ALONE, BOOK)))

    # Shares from 0.5, 0.5 to 1, 0. First o rises: opportunity (0.5 * 50 + 0.5 * 90) to (50 + 45) / 1.5 = 63.33, then
    # o2 falls: 50. Halves of both.
    assert [(one["kind"], one["criterion"]) for one in told[0]["parts"]] == [("weight", "o"), ("weight", "o2")]
    assert [one["delta"] for one in told[0]["parts"]] == pytest.approx([-10 / 3, -20 / 3], abs=1e-3)


def test_only_those_that_change_most_are_explained():
    values = np.random.default_rng(0).random((EXPLAINED + 15, 3))
    accounts = [dict(zip(("o", "o2", "a"), map(float, row), strict=True)) for row in values]

    told = [figures["parts"] for _, figures in entries(compared(THREE, O_ALONE, accounts))]

    assert all(told[:EXPLAINED])
    assert told[EXPLAINED:] == [None] * 15


def test_coverage_is_told_on_both_sides():
    accounts = [{"o": 0.5, "a": 0.5}, {"o": 0.5, "o2": 0.5, "a": 0.5}]

    # Half of opportunity is unknown of the first, a quarter of the composite; nothing is with o alone.
    assert whole(compared(THREE, O_ALONE, accounts), 1, range(2))["coverage"] == {"before": 0.875, "after": 1.0}


@pytest.mark.parametrize("accounts", [[], [{}], [{"o": 0.5, "o2": 0.5, "a": 0.5}] * 3])
def test_without_an_order_there_is_no_correlation(accounts):
    told = whole(compared(THREE, O_ALONE, accounts), 1, range(3))

    assert (told["ranks"]["spearman_rho"], told["ranks"]["kendall_tau_b"]) == (None, None)
    assert told["accounts"] == len(accounts)


def test_two_accounts_that_change_places_agree_not_at_all():
    told = whole(compared(THREE, O_ALONE, [BOOK[0], BOOK[1]]), 1, "ab")

    assert (told["ranks"]["spearman_rho"], told["ranks"]["kendall_tau_b"]) == (-1.0, -1.0)
    assert (told["entering"]["account_ids"], told["leaving"]["account_ids"]) == (["b"], ["a"])


@pytest.mark.parametrize(("count", "top"), [(0, 1), (1, 1), (10, 1), (11, 2)])
def test_the_top_is_a_tenth_rounded_up_unless_asked(count, top):
    assert default_top(compared(THREE, O_ALONE, [BOOK[0]] * count)) == top


@few
@given(st.data())
def test_each_side_is_what_the_engine_says(data):
    numbers = (*RISING, Percentile())  # what metrics come as
    before, after = data.draw(models(numbers)), data.draw(models(numbers))
    accounts = data.draw(portfolios(before))
    inputs = read_inputs(accounts, before.columns).matrix
    metrics = {column.metric: inputs[:, at] for at, column in enumerate(before.columns)}
    found = comparison(before, after, metrics, len(accounts))

    told = dict(entries(found))

    assert sorted(told) == list(range(len(accounts)))
    engine = scores(before, *accounts)
    for at, figures in told.items():
        assert figures["before"]["tier"] == before.tier_names[engine.tier[at]]
        composite = float(engine.composite[at])
        assert figures["before"]["composite"] == (None if math.isnan(composite) else pytest.approx(composite, abs=1e-4))
    result = whole(found, 2, range(len(accounts)))
    assert sum(one["accounts"] for one in result["tiers"]) == len(accounts)
    assert sum(one["accounts"] for one in result["quadrants"]) == len(accounts)


@few
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_accounts_changes_no_figure_of_the_whole(data, random):
    accounts = data.draw(portfolios(THREE, least=2, most=6))
    order = random.sample(range(len(accounts)), len(accounts))

    straight = whole(compared(THREE, O_ALONE, accounts), 2, range(len(accounts)))
    shuffled = whole(compared(THREE, O_ALONE, [accounts[at] for at in order]), 2, order)

    for told in (straight, shuffled):
        for side in ("entering", "leaving"):
            told[side]["account_ids"].sort()
    assert shuffled == straight
