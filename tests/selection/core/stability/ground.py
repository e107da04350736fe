"""Models and portfolios for the tests of stability: with ties, gaps and gates, and any one weight changed."""

from dataclasses import replace

from hypothesis import strategies as st

from app.scoring.core.inputs import read_inputs
from app.selection.core.model import SelectionModel
from app.selection.core.score import score_portfolio
from app.selection.core.stability.draws import drawn_weights
from app.selection.core.stability.ranking import field_of
from app.selection.core.stability.tally import Tally
from app.selection.core.standing import standing
from tests.selection.core.examples import criterion


def scored(model, accounts):
    return score_portfolio(model, read_inputs(accounts, model.columns).matrix)


def a_field(model, accounts):
    found = scored(model, accounts)
    return field_of(found, standing(found.composite).rank)


def fates(model, accounts, *, top=1, draws=200, concentration=50.0, seed=0):
    tally = Tally(a_field(model, accounts), top, draws)
    tally.add(drawn_weights(model, draws, concentration, seed))
    return tally.fates()


def with_weights(model, weights):
    """The model with these weights, in the order of its criteria."""
    criteria = tuple(replace(one, weight=float(weight)) for one, weight in zip(model.criteria, weights, strict=True))
    return replace(model, criteria=criteria)


def with_weight(model, at, weight):
    weights = [one.weight for one in model.criteria]
    weights[at] = weight
    return with_weights(model, weights)


def ranks_at(model, accounts, at, weight):
    """The ranks where the criterion at a position has this weight, 0 = none."""
    return standing(scored(with_weight(model, at, weight), accounts).composite).rank


@st.composite
def coarse(draw, least=2, most=5):
    """A model and a portfolio of few different values and weights, so that ties and equal accounts are common."""
    sizes = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    criteria = tuple(
        criterion(f"{dimension[0]}{at}", dimension, float(draw(st.integers(1, 4))))
        for dimension, count in zip(("opportunity", "alignment"), sizes, strict=True)
        for at in range(count)
    )
    model = SelectionModel(
        criteria,
        opportunity_share=draw(st.sampled_from([0.5, 0.25, 1.0])),
        missing_policy=draw(st.sampled_from(["renormalize", "renormalize", "neutral", "pessimistic"])),
    )
    value = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0, None])
    account = st.fixed_dictionaries({one.metric: value for one in criteria})
    return model, draw(st.lists(account, min_size=least, max_size=most))
