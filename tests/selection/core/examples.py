"""Small selection models and portfolios for the tests of the core."""

import numpy as np
from hypothesis import assume, settings
from hypothesis import strategies as st

from app.scoring.core.inputs import read_inputs
from app.scoring.core.value_functions import (
    Boolean,
    Categories,
    Linear,
    Log,
    Logistic,
    Percentile,
    Piecewise,
    Rating,
)
from app.scoring.core.weighted_score import MISSING_POLICIES
from app.selection.core.model import (
    BANDS,
    Axis,
    BandRule,
    Criterion,
    Gate,
    HighPotential,
    SelectionModel,
    Tier,
    TierTable,
)
from app.selection.core.score import score_portfolio
from app.selection.core.tier_table_problems import rises, tier_table_problems

# Whole models and portfolios take time to draw; on a busy machine an example may take as long as it takes.
few = settings(max_examples=30, deadline=None)

RISING = (
    Linear(0, 5),
    Log(1, 1000),
    Logistic(2, 1.5),
    Piecewise(((0, 0), (2, 0.5), (8, 1))),
    Rating(5),
)
NUMERIC = (*RISING, Linear(4, 1), Percentile())
ANY = (*RISING, Linear(4, 1), Boolean(), Categories(("red", "amber", "green"), (0.0, 0.4, 1.0)), Percentile())


def criterion(key, dimension, weight=1.0, function=None):
    return Criterion(key, key, dimension, weight, function or Linear(0, 1))


def pair(tiers=None, **changed):
    """One linear criterion a dimension, worth 100 times its value."""
    model = {"criteria": (criterion("o", "opportunity"), criterion("a", "alignment")), **changed}
    return SelectionModel(**model) if tiers is None else SelectionModel(tiers=tuple(tiers), **model)


def scores(model, *accounts):
    return score_portfolio(model, read_inputs(accounts, model.columns).matrix)


def tiers(model, *accounts):
    result = scores(model, *accounts)
    return [model.tier_names[code] for code in result.tier]


def raw_value(function):
    match function:
        case Boolean():
            return st.booleans()
        case Categories(labels):
            return st.sampled_from(labels)
        case Rating(maximum):
            return st.floats(1, maximum)
        case _:
            return st.floats(-1, 9)


@st.composite
def models(draw, functions=ANY, tier_rules=None, tables=None):
    size = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    weight = st.floats(0.1, 10)
    criteria = [
        criterion(f"{dimension[0]}{at}", dimension, draw(weight), draw(st.sampled_from(functions)))
        for dimension, count in zip(("opportunity", "alignment"), size, strict=True)
        for at in range(count)
    ]
    gates = draw(
        st.sampled_from(
            [
                (),
                (Gate("revenue", "emerging", at_least=5.0),),
                (Gate("revenue", "emerging", at_least=5.0), Gate("risk", "ineligible", at_most=3.0)),
            ]
        )
    )
    extra = {} if tier_rules is None else {"tiers": draw(tier_rules)}
    if tables is not None:
        extra = {"tiers": (), "tier_table": draw(tables)}
    return SelectionModel(
        tuple(criteria),
        opportunity_share=draw(st.sampled_from([0.5, 0.3, 1.0, 0.0])),
        missing_policy=draw(st.sampled_from(MISSING_POLICIES)),
        gates=gates,
        **extra,
    )


@st.composite
def portfolios(draw, model, least=1, most=5):
    accounts = []
    for _ in range(draw(st.integers(least, most))):
        account = {one.metric: draw(st.one_of(raw_value(one.value_function), st.none())) for one in model.criteria}
        account |= {axis.metric: draw(st.one_of(raw_value(axis.value_function), st.none())) for axis in model.axes}
        gates = [gate.metric for gate in model.gates if gate.metric not in account]
        account |= {metric: draw(st.one_of(st.floats(0, 10), st.none())) for metric in gates}
        accounts.append(account)
    return accounts


minimum = st.sampled_from([0.0, 20.0, 45.0, 60.0, 75.0])
rules = st.lists(st.tuples(minimum, minimum, minimum), min_size=1, max_size=4).map(
    lambda all_minima: tuple(Tier(f"t{at}", *minima) for at, minima in enumerate(all_minima))
)

band = st.sampled_from(BANDS)
cuts = st.lists(st.sampled_from([0.1, 0.25, 0.4, 0.5, 0.75, 0.9, 1.0]), min_size=3, max_size=3, unique=True).map(
    lambda three: tuple(sorted(three))
)


@st.composite
def axes(draw, metric, functions=ANY):
    function = draw(st.sampled_from(functions))
    at_least = draw(st.sampled_from([None, 0.5, 3.0])) if rises(function) else None
    return Axis(metric, function, draw(cuts), at_least)


@st.composite
def tier_tables(draw, functions=ANY):
    """Valid tables; the metric of revenue is at times that of a gate."""
    revenue = draw(
        axes(draw(st.sampled_from(["spend", "spend", "revenue"])), NUMERIC if functions is ANY else functions)
    )
    minima = draw(st.lists(st.tuples(band, band), min_size=1, max_size=4))
    rules = tuple(BandRule(f"t{at}", *both) for at, both in enumerate(minima))
    track = draw(st.one_of(st.none(), st.builds(HighPotential, band, band)))
    table = TierTable(revenue, draw(axes("promise", functions)), rules, track)
    assume(not tier_table_problems(table, "", 20))
    return table


def close(one, other):
    return np.allclose(one, other, atol=1e-9, rtol=0, equal_nan=True)
