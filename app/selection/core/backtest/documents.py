"""A backtest's result as it is kept and answered: plain, rounded to 4 decimals (p to 6), None for the unknown."""

import math
from collections.abc import Mapping
from typing import Any

from app.selection.core.backtest.association import TopQuartile
from app.selection.core.backtest.judging import Ablated, Baseline, Judged, Verdicts
from app.selection.core.model import Criterion, SelectionModel
from app.selection.core.rounding import rounded_or_none

P_DECIMALS = 6
Document = dict[str, Any]


def verdicts_document(model: SelectionModel, found: Verdicts) -> Document:
    """What came of the figures: status, composite, criteria, ablation, baselines."""
    without = zip(model.criteria, found.ablation, strict=True)
    return {
        "status": "ok" if found.enough else "insufficient_data",
        "composite": {**figure(found.composite), "mean_coverage": rounded_or_none(found.mean_coverage)},
        "criteria": [
            {**identity(criterion), **figure(judged)}
            for criterion, judged in zip(model.criteria, found.criteria, strict=True)
        ],
        "ablation": [{"criterion": criterion.key, **ablated(one)} for criterion, one in without],
        "baselines": [{"key": key, **baseline(one)} for key, one in found.baselines.items()],
    }


def identity(criterion: Criterion) -> Document:
    """Which criterion a figure belongs to."""
    return {"criterion": criterion.key, "metric": criterion.metric, "dimension": criterion.dimension}


def figure(judged: Judged) -> Document:
    """One figure against growth."""
    found, said = judged.found, judged.judgement
    return {
        "n": found.n,
        "spearman": {
            "rho": rounded_or_none(found.rho),
            "interval": None if judged.interval is None else [rounded_or_none(end) for end in judged.interval],
            "p": _p(found.p),
            "p_holm": _p(judged.p_holm),
            "p_family": _p(judged.p_family),
        },
        "kendall": {"tau_b": rounded_or_none(found.tau_b), "p": _p(found.tau_p)},
        "top_quartile": None if found.top is None else _top(found.top),
        "verdict": said.verdict,
        "because": said.because,
        "interval_alone": said.interval_alone,
    }


def _top(top: TopQuartile) -> Mapping[str, float | None]:
    figures = {"growth": top.growth, "rest_growth": top.rest_growth, "difference": top.difference, "lift": top.lift}
    return {"accounts": top.accounts, **{name: rounded_or_none(value) for name, value in figures.items()}}


def ablated(one: Ablated) -> Document:
    """What the composite is without a criterion."""
    return {
        "n": one.n,
        "rho": rounded_or_none(one.rho),
        "rho_without": rounded_or_none(one.rho_without),
        "difference": rounded_or_none(one.rho - one.rho_without),
    }


def baseline(one: Baseline) -> Document:
    """A plain figure beside the composite."""
    return {**figure(one.judged), "composite_ahead": rounded_or_none(one.ahead)}


def _p(value: float) -> float | None:
    return None if math.isnan(value) else round(value, P_DECIMALS)
