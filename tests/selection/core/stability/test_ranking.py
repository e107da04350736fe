"""Under drawn weights all is as the engine itself says it of a model with these weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection.core.score import weighings
from app.selection.core.stability.draws import drawn_weights
from app.selection.core.stability.ranking import drawn_figures, ranks, verdicts
from app.selection.core.standing import standing
from tests.selection.core.examples import close, criterion, few, models, pair, portfolios, rules
from tests.selection.core.stability.ground import a_field, coarse, scored, with_weights

THREE = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity"), criterion("a", "alignment")))


def drawn_models(model, drawn):
    """For each draw, the model that has its weights."""
    weights = np.empty((len(drawn), len(model.criteria)))
    for part, theirs in zip(weighings(model), (drawn.opportunity, drawn.alignment), strict=True):
        weights[:, part.members] = theirs
    return [with_weights(model, row) for row in weights]


@few
@given(st.data())
def test_scores_ranks_tiers_and_quadrants_are_the_engines(data):
    model = data.draw(models(tier_rules=rules))
    accounts = data.draw(portfolios(model))
    field, drawn = a_field(model, accounts), drawn_weights(model, 4, data.draw(st.sampled_from([1.0, 50.0])), 3)

    figures, found = drawn_figures(field, drawn), verdicts(field, drawn)

    for at, one in enumerate(drawn_models(model, drawn)):
        oracle = scored(one, accounts)
        ranked = standing(oracle.composite).rank
        assert np.flatnonzero(ranked).tolist() == field.accounts.tolist()
        assert close(figures[:, at], oracle.figures[:, 0, field.accounts])
        assert found.rank[at].tolist() == ranked[field.accounts].tolist()
        assert found.tier[at].tolist() == oracle.tier[field.accounts].tolist()
        assert found.quadrant[at].tolist() == oracle.quadrant[field.accounts].tolist()


@few
@given(coarse())
def test_who_ties_by_the_engine_ties_here(ground):
    model, accounts = ground
    field, drawn = a_field(model, accounts), drawn_weights(model, 3, 20.0, 1)

    found = verdicts(field, drawn)

    for at, one in enumerate(drawn_models(model, drawn)):
        assert found.rank[at].tolist() == standing(scored(one, accounts).composite).rank[field.accounts].tolist()


@pytest.mark.parametrize(
    ("composites", "expected"),
    [
        ([3.0, 1.0, 2.0], [1, 3, 2]),
        ([5.0, 7.0, 5.0, 1.0], [2, 1, 2, 4]),
        ([1.0, 1.0 + 1e-12, 1.0], [1, 1, 1]),
        ([2.0], [1]),
        ([], []),
    ],
)
def test_ties_share_the_lower_rank(composites, expected):
    assert ranks(np.array([composites, composites])).tolist() == [expected, expected]


def test_accounts_without_a_composite_are_left_out():
    accounts = [{"o": 1.0}, {"o": 0.5, "a": 1.0}, {}, {"o2": 0.1, "a": 0.0}]

    assert a_field(THREE, accounts).accounts.tolist() == [1, 3]
