"""The health model that ships with the product: whether the numbers are met, and whether they will last.

Which indicators is settled by domain.md section 6.1. Weights, value functions and ranges are the product's own choice:
more than half of health are the six questions whose answers tell a healthy account from one that merely meets its
numbers; the rest says on how many feet the business stands, what is planned, and what the customer thinks of it.
Ranges are chosen so that what is just good enough is worth 0.6, the threshold from which a side is high.
"""

from app.health.core.model import HealthModel, Indicator, Side
from app.scoring.core.value_functions import Linear, Piecewise, Rating, ValueFunction

# A goal that is met is good, and going beyond it is better still; at half of it nothing is left to praise.
_GOAL = Piecewise(((0.5, 0.0), (1.0, 0.8), (1.2, 1.0)))
_RATING = Rating()
# One new thing in a quarter is the difference between moving and standing still; each further one adds less.
_NEW = Piecewise(((0.0, 0.0), (1.0, 0.6), (3.0, 1.0)))
# From all in one hand to as good as spread; 0.6, where a concentration becomes a warning, is just not good enough.
_SPREAD = Linear(1.0, 0.3)


def _indicator(key: str, dimension: Side, weight: float, function: ValueFunction, *, rationale: str) -> Indicator:
    return Indicator(key, key, dimension, weight, function, rationale)


_HYGIENE = (
    _indicator(
        "revenue_attainment",
        "hygiene",
        30.0,
        _GOAL,
        rationale="Whether the account brings the revenue that was planned is the first thing everybody looks at. The "
        "target met is worth 0.8, a fifth more the whole, half of it nothing.",
    ),
    _indicator(
        "margin_attainment",
        "hygiene",
        20.0,
        _GOAL,
        rationale="Revenue that is bought with margin is no success; it is judged on the same scale as revenue.",
    ),
    _indicator(
        "delivery_quality",
        "hygiene",
        10.0,
        _RATING,
        rationale="Promises of delivery kept, as the customer sees it, from 1 to 5. Half of delivery's weight, so that "
        "who measures one of its two figures is judged by that one.",
    ),
    _indicator(
        "on_time_delivery",
        "hygiene",
        10.0,
        Linear(0.8, 1.0),
        rationale="The share delivered on time. Below four fifths nobody would speak of reliability; 0.92 is just good "
        "enough. Half of delivery's weight.",
    ),
    _indicator(
        "gross_retention",
        "hygiene",
        20.0,
        Linear(0.5, 1.0),
        rationale="Whether those who bought go on buying what they bought. All of it kept is the whole, four fifths "
        "just good enough, half of it lost nothing.",
    ),
    _indicator(
        "csat",
        "hygiene",
        10.0,
        _RATING,
        rationale="How satisfied the customer is with what it gets, from 1 to 5. It weighs little, because satisfied "
        "customers leave too.",
    ),
)
_QUESTIONS = (
    _indicator(
        "offerings_proposed_new",
        "health",
        10.0,
        _NEW,
        rationale="What have we offered that the customer never bought? One new offering in a quarter is good enough, "
        "three are plenty.",
    ),
    _indicator(
        "executives_met_new",
        "health",
        12.0,
        _NEW,
        rationale="Which new executives have we met this quarter? It weighs most: whoever keeps to the people he knows "
        "will be surprised by the others.",
    ),
    _indicator(
        "proposals_new",
        "health",
        8.0,
        Piecewise(((0.0, 0.0), (1.0, 0.5), (4.0, 1.0))),
        rationale="How many proposals did we submit? Proposals are commoner than new doors, so one alone is not yet "
        "enough; four in a quarter are the whole.",
    ),
    _indicator(
        "referrals_new_buying_center",
        "health",
        10.0,
        Piecewise(((0.0, 0.0), (1.0, 0.8), (2.0, 1.0))),
        rationale="Were we passed on to a part of the customer where nobody knew us? That is rare and worth much: one "
        "in a quarter is good, two are the whole.",
    ),
    _indicator(
        "advocacy",
        "health",
        10.0,
        Linear(0.0, 0.6),
        rationale="Which share of those we know would speak for us? Not everybody can: three in five are the whole, "
        "about one in three just good enough.",
    ),
    _indicator(
        "sole_source_share",
        "health",
        8.0,
        Linear(0.0, 0.5),
        rationale="Do we get business without a competition? Half of it uncontested is as much as can be asked for.",
    ),
)
_FOOTING = (
    _indicator(
        "concentration_buying_center",
        "health",
        4.0,
        _SPREAD,
        rationale="Business that hangs on one division goes with that division. A Herfindahl index of 0.3 is as good "
        "as spread, 1 is all in one hand.",
    ),
    _indicator(
        "concentration_decision_maker",
        "health",
        4.0,
        _SPREAD,
        rationale="Business that hangs on one person goes with that person; on the same scale.",
    ),
    _indicator(
        "concentration_offering",
        "health",
        4.0,
        _SPREAD,
        rationale="Business that hangs on one offering goes when the need for it does; on the same scale.",
    ),
    _indicator(
        "pipeline_coverage",
        "health",
        6.0,
        Linear(0.0, 1.0),
        rationale="Whether what can be won is being worked on: next year's target covered by what the pipeline is "
        "expected to yield, in full at 1.",
    ),
    _indicator(
        "revenue_trend",
        "health",
        5.0,
        Linear(-0.1, 0.1),
        rationale="The direction of the last two years, per quarter: a tenth down is nothing, flat is half, a tenth up "
        "the whole. It weighs little, because it looks back.",
    ),
    _indicator(
        "days_since_plan_update",
        "health",
        5.0,
        Piecewise(((30.0, 1.0), (90.0, 0.6), (180.0, 0.0))),
        rationale="A plan that is kept up is one that is used. Within a month it is fresh, after a quarter just fresh "
        "enough, after half a year dead.",
    ),
    _indicator(
        "days_since_qbr",
        "health",
        4.0,
        Piecewise(((90.0, 1.0), (120.0, 0.6), (240.0, 0.0))),
        rationale="A business review each quarter keeps both sides talking of what matters; 120 days are the limit, "
        "and after two missed ones nothing is left.",
    ),
    _indicator(
        "decision_confidence",
        "health",
        4.0,
        _RATING,
        rationale="How sure the customer is of having decided well with us, from 1 to 5: confidence comes "
        "before growth.",
    ),
    _indicator(
        "nps",
        "health",
        3.0,
        Piecewise(((5.0, 0.0), (7.0, 0.5), (9.0, 1.0))),
        rationale="Would the customer recommend us, as the mean of answers from 0 to 10? From 9 on they promote us, "
        "from 7 on they are content, below they may turn against us.",
    ),
    _indicator(
        "adoption",
        "health",
        3.0,
        Linear(0.2, 0.8),
        rationale="What is used will be bought again: the share of use reached, from a fifth (nothing) to four fifths "
        "(the whole).",
    ),
)
DEFAULT_MODEL = HealthModel(name="Hygiene and health", indicators=(*_HYGIENE, *_QUESTIONS, *_FOOTING))
