"""What people at the supplier think of the customers: the truth through each function's eyes, with errors."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from app.demo.core.accounts import Customer
from app.demo.core.chance import day_between, happens, one_of, within
from app.demo.core.supplier import Colleague, Supplier
from app.demo.core.timeline import LAST_DAY, Timeline, month
from app.demo.core.trajectories import Trajectory
from app.demo.core.world import Body, identity

ROUNDS = (330, 680, 1040)  # once a year somebody asks for them, and answers come within the weeks after
ANSWERED_WITHIN = (0, 45)
NOISE, NOISE_OF_MARKETS = 0.65, 0.2  # what a market does is written in the papers
LEAN: Mapping[str, float] = {"sales": 0.3, "finance": -0.25}
RATED_IF_MANAGED, RATED_IF_NOT, ANSWERED = 0.88, 0.4, 0.6
# A market that got worse within the last year: finance and marketing see it in the last round.
STRUCK, STRUCK_FROM, BLOW = "Paper and packaging", 900, 0.4
OF_MARKETS = ("customer_growth_outlook", "market_leadership")

# Each judgement, 0 to 1, as a function of the hidden state; and the functions that are asked for it.
JUDGEMENTS: Mapping[str, tuple[Callable[[Trajectory, int], float], Sequence[str]]] = {
    "willingness_to_partner": (lambda course, now: course.willingness[now], ("sales", "service", "executive")),
    "goal_fit": (lambda course, now: _mixed(course.willingness[now], course.character.fit), ("sales", "product")),
    "customer_growth_outlook": (lambda course, _: course.character.growth_outlook, ("finance", "marketing")),
    "market_leadership": (lambda course, _: course.character.market_leadership, ("marketing", "executive")),
    "switching_cost": (lambda course, _: course.character.switching_cost, ("product", "service")),
    "strategic_importance": (
        lambda course, now: _mixed(course.character.influence, course.willingness[now]),
        ("executive", "finance", "sales"),
    ),
    "procurement_disposition": (
        lambda course, now: _mixed(course.willingness[now], course.character.disposition),
        ("sales", "legal"),
    ),
    "perceived_value": (lambda course, now: course.satisfaction[now], ("service", "operations")),
    "influence": (lambda course, _: course.character.influence, ("marketing",)),
    "compatibility": (lambda course, now: _mixed(course.character.fit, course.delivery[now]), ("operations", "legal")),
}


def _mixed(one: float, other: float) -> float:
    return (one + other) / 2


def ratings(random: np.random.Generator, timeline: Timeline, customer: Customer, team: Supplier) -> Iterator[Body]:
    """The ratings of a customer; some customers nobody has rated, and never does everybody answer."""
    if not happens(random, RATED_IF_MANAGED if customer.managed else RATED_IF_NOT):
        return
    for number, asked_on in enumerate(ROUNDS):
        for metric, (truth, functions) in JUDGEMENTS.items():
            for function in functions:
                day = asked_on + day_between(random, *ANSWERED_WITHIN)
                if day <= LAST_DAY and day > customer.known_from + 20 and happens(random, ANSWERED):
                    seen = truth(customer.trajectory, month(day)) + LEAN.get(function, 0.0) / 4
                    seen -= BLOW if metric in OF_MARKETS and _struck(customer, day) else 0.0
                    yield {
                        **identity(f"{customer.external_id}-{metric.replace('_', '-')}-{function}-{number + 1}"),
                        "account": customer.ref,
                        "metric": metric,
                        "value": _value(random, seen, NOISE_OF_MARKETS if metric in OF_MARKETS else NOISE),
                        "user": identity(_rater(random, customer, team, function, day).external_id),
                        "rated_on": timeline.on(day),
                    }


def _struck(customer: Customer, day: int) -> bool:
    return customer.industry == STRUCK and day >= STRUCK_FROM


def _value(random: np.random.Generator, seen: float, noise: float) -> int:
    return int(within(round(1 + 4 * seen + random.normal(0, noise)), 1, 5))


def _rater(random: np.random.Generator, customer: Customer, team: Supplier, function: str, day: int) -> Colleague:
    if function == "sales":
        return customer.kam(day) or team.kams[0]
    return one_of(random, team.others[function])
