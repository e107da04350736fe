"""The second model that ships with the product: tiers by current revenue and growth potential.

It ranks by the criteria of the default model, and gives tiers by the two-axis framework that many companies use: very
high in both, at least high in both, at least medium in both; and a separate track for accounts with very high potential
that spend little yet.
"""

from app.scoring.core.value_functions import Percentile
from app.selection.core.default_model import default_model
from app.selection.core.model import Axis, HighPotential, SelectionModel, TierTable

# The least amount of money that is any at all.
ANY_MONEY = 0.01


def two_axis_model(revenue_threshold: float | None) -> SelectionModel:
    """The second shipped model for an organization; bands are quarters of its own portfolio.

    revenue_threshold: the least revenue_ltm, in its reporting currency, to stand among the tiers; below it revenue is
    low, so that only the high-potential track is open. None: any revenue will do. Accounts without any are not among
    those that the quarters are taken of: in a portfolio of mostly prospects, having spent nothing is still low.
    """
    least = ANY_MONEY if revenue_threshold is None else max(revenue_threshold, ANY_MONEY)
    return SelectionModel(
        name="Revenue and potential",
        criteria=default_model(None).criteria,
        tiers=(),
        tier_table=TierTable(
            revenue=Axis("revenue_ltm", Percentile(), at_least=least),
            potential=Axis("future_spend", Percentile(), at_least=ANY_MONEY),
            high_potential=HighPotential(),
        ),
    )
