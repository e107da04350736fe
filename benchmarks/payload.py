"""What a plugin sends to be scored: a model of twelve criteria with every value function, and accounts with values."""

import random
from functools import cache
from typing import Any

import orjson

from app.selection.core.answer import Context
from app.selection.service.scoring import Sent, score_sent, sent_model

FUNCTIONS: tuple[tuple[str, dict[str, Any], Any], ...] = (
    ("goal_fit", {"kind": "rating"}, (1.0, 5.0)),
    ("relationship_depth", {"kind": "linear", "low": 0, "high": 5}, (0.0, 6.0)),
    ("sales_cycle_days", {"kind": "linear", "low": 120, "high": 30}, (0.0, 200.0)),
    ("revenue_ltm", {"kind": "log", "low": 1000, "high": 1000000}, (500.0, 2e6)),
    ("revenue_growth", {"kind": "logistic", "midpoint": 0.05, "steepness": 8}, (-0.5, 0.8)),
    ("future_spend", {"kind": "piecewise", "points": [[0, 0], [1e5, 0.5], [1e6, 1]]}, (0.0, 2e6)),
    ("open_pipeline", {"kind": "percentile"}, (0.0, 1e6)),
    ("sole_sourced", {"kind": "boolean"}, (True, False)),
    ("outlook", {"kind": "categories", "map": {"falling": 0, "level": 0.5, "rising": 1}}, ("falling", "rising")),
    ("willingness_to_partner", {"kind": "rating"}, (1.0, 5.0)),
    ("revenue_trend", {"kind": "logistic", "midpoint": 0, "steepness": 20}, (-0.2, 0.2)),
    ("win_rate", {"kind": "piecewise", "points": [[0, 0.2], [0.3, 0.5], [1, 1]]}, (0.0, 1.0)),
)


@cache
def model() -> dict[str, Any]:
    criteria = [
        {
            "key": metric,
            "metric": metric,
            "dimension": "opportunity" if at % 2 else "alignment",
            "weight": 5 + at,
            "value_function": function,
        }
        for at, (metric, function, _) in enumerate(FUNCTIONS)
    ]
    return {"criteria": criteria, "gates": [{"metric": "revenue_ltm", "at_least": 50000, "effect": "emerging"}]}


@cache
def scoring_request(accounts: int, number: int = 0) -> bytes:
    """The body of POST /v1/selection/score, each number another one; one value in ten is unknown."""
    chance = random.Random(f"{accounts} {number}")

    def value(ends: Any) -> Any:
        low, high = ends
        if chance.random() < 0.1:
            return None
        return round(chance.uniform(low, high), 2) if type(low) is float else chance.choice(ends)

    sent = [
        {"ref": f"0015g00000{at:05}", "inputs": {metric: value(ends) for metric, _, ends in FUNCTIONS}}
        for at in range(accounts)
    ]
    return orjson.dumps({"model": model(), "accounts": sent})


def answer_of(body: bytes) -> bytes:
    """What the service answers to such a body."""
    document = orjson.loads(body)
    sent = [Sent(one["ref"], one["inputs"]) for one in document["accounts"]]
    results = score_sent(sent_model(document["model"]), sent, Context())
    return orjson.dumps({"model_id": None, "model_version": None, "results": results})
