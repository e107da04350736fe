"""What a stability analysis says: of the whole and account by account."""

import numpy as np
import pytest

from app.selection.core.stability.answer import Found, entries, whole
from app.selection.core.stability.critical import critical_weight, places
from app.selection.core.stability.ranking import field_of
from app.selection.core.stability.tally import Fates
from app.selection.core.standing import standing
from tests.selection.core.examples import criterion, pair
from tests.selection.core.stability.ground import scored

THREE = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity"), criterion("a", "alignment")))
# Composites 70, null, 60, 60, 40; the second is not ranked.
BOOK = [
    {"o": 0.9, "o2": 0.5, "a": 0.7},
    {"o": 0.9},
    {"o": 0.9, "o2": 0.3, "a": 0.6},
    {"o": 0.3, "o2": 0.9, "a": 0.6},
    {"o": 0.4, "o2": 0.4, "a": 0.4},
]


def found(in_top, same_tier, top=2):
    """As if the draws had come to these probabilities of the four ranked accounts."""
    scores = scored(THREE, BOOK)
    field = field_of(scores, standing(scores.composite).rank)
    in_top, same_tier = np.array(in_top), np.array(same_tier)
    stable = ((in_top >= 0.95) | (in_top <= 0.05)) & (same_tier >= 0.8)
    ranks = np.array([1, 2, 2, 4])
    fates = Fates(in_top, same_tier, same_tier, ranks + 0.25, ranks, ranks, stable)
    critical = [critical_weight(field, known, place, top) for known, place in places(field)]
    return Found(scores, field, top, 400, fates, critical)


def test_the_top_counts_who_is_certain_of_it_and_who_might_be_in_it():
    told = whole(found([0.95, 0.9, 0.06, 0.04], [0.8, 1.0, 1.0, 0.79]), "abcde")

    # Two tie for the second place, so three are the top; one of them is certain, and nobody outside contends.
    assert told["top"] == {"accounts": 3, "certain": 1, "certain_share": 0.3333, "contenders": 0}
    assert told["labels"] == {"stable": 1, "fragile": 3}
    assert (told["accounts"], told["ranked"], told["draws"], told["standard_error"]) == (5, 4, 400, 0.025)
    contended = whole(found([1.0, 1.0, 1.0, 0.06], [1.0] * 4), "abcde")
    assert contended["top"] == {"accounts": 3, "certain": 3, "certain_share": 1.0, "contenders": 1}


def test_critical_weights_name_accounts_and_the_criteria_that_matter_most():
    told = whole(found([0.5] * 4, [1.0] * 4), "abcde")

    by_key = {one["criterion"]: one for one in told["critical_weights"]}
    assert list(by_key) == ["o", "o2", "a"]
    # The third and the fourth tie across the edge of the top; any change of o or o2 parts them.
    assert by_key["o"]["top_n"]["change_pct"] == 0.0
    assert (by_key["o"]["top_n"]["falls_account_id"], by_key["o"]["top_n"]["rises_account_id"]) == ("d", "c")
    assert by_key["a"]["top_n"] is None
    # (0.9 w + 0.5) + 0.7 (w + 1) = (0.3 w + 0.9) + 0.6 (w + 1): below 0; only o2 can put the fourth first:
    # (0.9 + 0.5 w) + 0.7 (w + 1) = (0.3 + 0.9 w) + 0.6 (w + 1): w = 0.7 / 0.3.
    assert by_key["o2"]["best"]["weight"] == pytest.approx(7 / 3)
    assert by_key["o"]["best"]["weight"] == pytest.approx(3 / 7)
    assert told["most_critical"]["best"] == {"by_change_pct": "o", "by_change_share": "o"}


def test_accounts_come_best_first_and_the_unranked_last_without_figures():
    told = list(entries(found([1.0, 0.5, 0.5, 0.0], [1.0] * 4)))

    assert [at for at, _ in told] == [0, 2, 3, 4, 1]
    assert [figures["rank"] for _, figures in told] == [1, 2, 2, 4, None]
    assert [figures["in_top_n"] for _, figures in told] == [True, True, True, False, None]
    assert [figures["label"] for _, figures in told] == ["stable", "fragile", "fragile", "stable", None]
    first, last = told[0][1], told[-1][1]
    assert (first["probability_in_top_n"], first["expected_rank"], first["tier"]) == (1.0, 1.25, "tier_2")
    assert first.keys() == last.keys()
    assert (last["probability_in_top_n"], last["composite"], last["quadrant"], last["tier"]) == (None,) * 3 + (
        "standard",
    )
    assert last["quadrant_margins"] == {"opportunity": 30.0, "alignment": None}
    assert first["quadrant_margins"] == {"opportunity": 10.0, "alignment": 10.0}
    # 10 points of alignment are 0.1 of its one criterion; of opportunity o and o2 are a half each.
    assert first["quadrant_flip"] == {"criterion": "a", "to": "cultivate", "utility": 0.7, "utility_needed": 0.6}
