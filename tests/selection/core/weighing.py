"""Models of which only the weights matter, for the tests of shares, verdicts and warnings."""

from hypothesis import strategies as st

from app.metrics.service import SHIPPED
from app.scoring.core.value_functions import Linear
from app.selection.core.model import Criterion, SelectionModel
from app.selection.core.weight_shares import weight_shares

# One metric of each sort that the test tells apart.
METRICS = (
    "revenue_ltm", "share_of_wallet", "tenure_years", "future_spend", "cross_sell_potential", "goal_fit",
    "willingness_to_partner", "revenue_trend", "no_longer_measured",
)  # fmt: skip


def weighing(*criteria, opportunity_share=0.5):
    """A model of criteria as (metric, dimension, weight) or (metric, dimension, weight, group), keyed by metric."""
    made = [
        Criterion(metric, metric, dimension, weight, Linear(0, 1), *group)
        for metric, dimension, weight, *group in criteria
    ]
    return SelectionModel(tuple(made), opportunity_share=opportunity_share)


def weighed(*criteria, opportunity_share=0.5):
    return weight_shares(weighing(*criteria, opportunity_share=opportunity_share), SHIPPED)


def shares(*criteria, opportunity_share=0.5):
    return [one.share for one in weighed(*criteria, opportunity_share=opportunity_share)]


weights = st.one_of(st.just(0.0), st.floats(1e-6, 1e6))


@st.composite
def any_criteria(draw):
    """Criteria on distinct metrics, at least one of them with weight."""
    metrics = draw(st.lists(st.sampled_from(METRICS), min_size=1, unique=True))
    made = [(metric, draw(st.sampled_from(["opportunity", "alignment"])), draw(weights)) for metric in metrics]
    return made if any(weight for *_, weight in made) else [(*made[0][:2], 1.0), *made[1:]]


opportunity_shares = st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0])
