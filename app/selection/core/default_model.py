"""The model that ships with the product: potential and partnership first, present size left to a gate.

Grounded in domain.md section 4.4. Current revenue, company size and tenure are deliberately without weight: selecting
on them goes with less growth, selecting on willingness to partner together with future spend goes with more.
"""

from app.scoring.core.value_functions import Linear, Percentile, Rating, ValueFunction
from app.selection.core.model import Criterion, Dimension, Gate, SelectionModel

_RATING = Rating()
_SHARE = Linear(0.0, 1.0)
_UP_TO_FIVE = Linear(0.0, 5.0)


def _criterion(
    key: str, dimension: Dimension, weight: float, function: ValueFunction, group: str, *, rationale: str
) -> Criterion:
    return Criterion(key, key, dimension, weight, function, group, rationale)


_CRITERIA = (
    _criterion(
        "willingness_to_partner",
        "alignment",
        25.0,
        _RATING,
        "relationship",
        rationale="A customer who only wants the next transaction wastes what a partnership costs; one who wants a "
        "partner repays it.",
    ),
    _criterion(
        "goal_fit",
        "alignment",
        20.0,
        _RATING,
        "relationship",
        rationale="Growth lasts where what the customer wants to achieve is what we are good at helping with.",
    ),
    _criterion(
        "relationship_depth",
        "alignment",
        15.0,
        _UP_TO_FIVE,
        "relationship",
        rationale="Access to those who decide for the whole enterprise carries further than access to one function.",
    ),
    _criterion(
        "procurement_disposition",
        "alignment",
        10.0,
        _RATING,
        "relationship",
        rationale="How the customer's buying is organized and how it treats suppliers shows whether a partnership will "
        "be allowed to happen.",
    ),
    _criterion(
        "strategic_importance",
        "alignment",
        10.0,
        _RATING,
        "strategy",
        rationale="An account that fits where we are going is worth more to us than its turnover says.",
    ),
    _criterion(
        "collaboration_breadth",
        "alignment",
        10.0,
        _UP_TO_FIVE,
        "strategy",
        rationale="An account that several of our functions already stand behind will get what it is promised.",
    ),
    _criterion(
        "win_rate",
        "alignment",
        10.0,
        _SHARE,
        "economics",
        rationale="What we have won of what we tried for is the plainest evidence that we can turn potential into "
        "business here.",
    ),
    _criterion(
        "future_spend",
        "opportunity",
        30.0,
        Percentile(),
        "economics",
        rationale="What the customer is expected to spend counts, not what it has spent; it is compared within the "
        "portfolio, since its scale differs from supplier to supplier.",
    ),
    _criterion(
        "cross_sell_potential",
        "opportunity",
        20.0,
        _SHARE,
        "economics",
        rationale="The more of our catalogue the customer has not bought yet, the more room there is to grow.",
    ),
    _criterion(
        "customer_growth_outlook",
        "opportunity",
        20.0,
        _RATING,
        "market",
        rationale="A supplier grows with customers who grow: this asks for the outlook of the customer's own business.",
    ),
    _criterion(
        "market_leadership",
        "opportunity",
        10.0,
        _RATING,
        "market",
        rationale="Customers who will lead their market outlast their rivals, and others notice whom they choose.",
    ),
    _criterion(
        "switching_cost",
        "opportunity",
        10.0,
        _RATING,
        "economics",
        rationale="Where leaving us is costly for the customer, the revenue expected from it is more likely to come.",
    ),
    _criterion(
        "revenue_trend",
        "opportunity",
        10.0,
        Linear(-0.1, 0.1),
        "economics",
        rationale="The direction of recent business, not its size, tells whether the expected growth has begun.",
    ),
)


def default_model(revenue_threshold: float | None) -> SelectionModel:
    """The shipped model for an organization.

    revenue_threshold: the least revenue_ltm, in its reporting currency, for an account to stand among the tiers; below
    it a high scorer is on the emerging track. None: the organization has set none, and the model has no gate.
    """
    gates = () if revenue_threshold is None else (Gate("revenue_ltm", "emerging", at_least=revenue_threshold),)
    return SelectionModel(name="Potential first", criteria=_CRITERIA, gates=gates)
