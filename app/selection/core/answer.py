"""The Score that every plugin renders (api.md, "Score"): results as plain dicts for JSON, numbers rounded only here.

Whole arrays are rounded and turned into lists at once, and dicts are built by comprehensions over them: the cost is
that of making the dicts. Scores, utilities and contributions have 4 decimals; values, weights and `value_needed` are
what they are, since a rounded input would score differently. No number is NaN or -0.0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import repeat

import numpy as np

from app.scoring.core.arrays import Matrix
from app.scoring.core.inputs import Input, Inputs, Remark, decoded, or_none
from app.selection.core.entries import Entries, entry_dicts
from app.selection.core.model import Gate
from app.selection.core.next_tier import NONE, next_tiers
from app.selection.core.rounding import rounded
from app.selection.core.score import Scores
from app.selection.core.standing import Standing
from app.selection.core.table_answer import axes_entries, axis_warnings, next_cell_entries
from app.selection.core.tiering import QUADRANTS, TRIGGERED, UNKNOWN

Answer = dict[str, object]


@dataclass(frozen=True, slots=True)
class Context:
    """What the answers say beyond the computation; each sequence is by account, and empty means null for all.

    sources: criterion key -> {"fact", "as_of"}. previous: {"composite", "tier", "as_of"} or None. axis_sources: as
    sources, by the name of an axis.
    """

    refs: Sequence[str | None] = ()
    account_ids: Sequence[str | None] = ()
    as_of: str | None = None
    model_id: str | None = None
    model_version: int | None = None
    sources: Sequence[Mapping[str, Mapping[str, object]]] = ()
    previous: Sequence[Mapping[str, object] | None] = ()
    axis_sources: Sequence[Mapping[str, Mapping[str, object]]] = ()


def answers(
    scores: Scores, inputs: Inputs, standing: Standing, context: Context, entries: Entries = entry_dicts
) -> list[Answer]:
    """One Score per account, in order.

    scores, inputs, standing: of the same accounts. Where a single account was scored, rank, ranked and percentile are
    null: there is nobody to stand among. To answer for some accounts of many, take `of` each of the three.
    `warnings` are {"code", "message"}: `insufficient_data` (no criterion is known), `missing_criteria` (some are not),
    `unknown_gate`, `unknown_axis`, and the remarks of the inputs. With `entry_texts` the answers are for orjson alone,
    and cheaper.
    """
    accounts = scores.count
    alone = standing.together <= 1
    tiers = np.array(scores.model.tier_names, dtype=object)
    parts = zip(
        context.refs or repeat(None, accounts),
        context.account_ids or repeat(None, accounts),
        *(_figures(figures) for figures in scores.figures),
        np.array([*QUADRANTS, None], dtype=object)[scores.quadrant].tolist(),
        tiers[scores.tier].tolist(),
        scores.provisional.tolist(),
        axes_entries(scores, inputs.matrix, context.axis_sources),
        repeat(None, accounts) if alone else (rank or None for rank in standing.rank.tolist()),
        repeat(None, accounts) if alone else or_none(rounded(standing.percentile)),
        context.previous or repeat(None, accounts),
        _gates(scores),
        entries(scores, inputs.matrix, context.sources),
        _next_tiers(scores, inputs.matrix),
        _warnings(scores, inputs),
        strict=True,
    )
    ranked = None if alone else standing.ranked
    return [
        {
            "ref": ref,
            "account_id": account_id,
            "as_of": context.as_of,
            "model_id": context.model_id,
            "model_version": context.model_version,
            "opportunity": opportunity,
            "alignment": alignment,
            "composite": composite,
            "quadrant": quadrant,
            "tier": tier,
            "provisional": provisional,
            "tier_axes": tier_axes,
            "rank": rank,
            "ranked": ranked,
            "percentile": percentile,
            "previous": previous,
            "gates": gates,
            "contributions": contributions,
            "next_tier": next_tier,
            "warnings": warnings,
        }
        for (
            ref,
            account_id,
            opportunity,
            alignment,
            composite,
            quadrant,
            tier,
            provisional,
            tier_axes,
            rank,
            percentile,
            previous,
            gates,
            contributions,
            next_tier,
            warnings,
        ) in parts
    ]


def _figures(figures: Matrix) -> Iterable[Answer]:
    lists = [or_none(figure) for figure in rounded(figures)]
    return (
        {"score": score, "low": low, "high": high, "coverage": coverage}
        for score, low, high, coverage in zip(*lists, strict=True)
    )


def _gates(scores: Scores) -> Iterable[list[Answer]]:
    columns = [
        [gate_entry(gate, outcome) for outcome in outcomes.tolist()]
        for gate, outcomes in zip(scores.model.gates, scores.gates, strict=True)
    ]
    return map(list, zip(*columns, strict=True)) if columns else ([] for _ in range(scores.count))


def gate_entry(gate: Gate, outcome: int) -> Answer:
    """What came of a gate, on the wire."""
    effect = "unknown" if outcome == UNKNOWN else gate.effect
    return {"metric": gate.metric, "effect": effect, "triggered": outcome == TRIGGERED}


def _next_tiers(scores: Scores, matrix: Matrix) -> Iterable[Answer | None]:
    model = scores.model
    if scores.axes is not None:
        return next_cell_entries(scores, matrix)
    found = next_tiers(scores, matrix)
    values: list[Input] = [None] * scores.count
    for at, criterion in enumerate(model.criteria):
        theirs = np.flatnonzero(found.criterion == at)
        needed = decoded(found.value[theirs] + 0.0, criterion.value_function)
        for account, value in zip(theirs.tolist(), needed, strict=True):
            values[account] = value
    names, keys = model.tier_names, [criterion.key for criterion in model.criteria]
    rows = zip(found.tier.tolist(), found.criterion.tolist(), rounded(found.utility).tolist(), values, strict=True)
    return [
        None
        if tier == NONE
        else {
            "tier": names[tier],
            "criterion": keys[criterion],
            "utility_needed": utility,
            "value_needed": value,
            "axis": None,
            "band": None,
        }
        for tier, criterion, utility, value in rows
    ]


def _warnings(scores: Scores, inputs: Inputs) -> Iterable[list[Answer]]:
    missing = np.isnan(scores.utilities).sum(axis=0).tolist()
    by_missing = [missing_warning(count, len(scores.model.criteria)) for count in range(len(scores.model.criteria) + 1)]
    result = [list(by_missing[count]) for count in missing]
    for gate, outcomes in zip(scores.model.gates, scores.gates, strict=True):
        for account in np.flatnonzero(outcomes == UNKNOWN).tolist():
            result[account].append(unknown_gate_warning(gate))
    for account, warning in axis_warnings(scores):
        result[account].append(warning)
    for account, remarks in inputs.remarks.items():
        result[account].extend(map(asdict, remarks))
    return result


def unknown_gate_warning(gate: Gate) -> Answer:
    """Said of an account whose gate could not be applied."""
    return asdict(Remark("unknown_gate", f"the gate on {gate.metric} is not applied: its value is unknown"))


def missing_warning(count: int, criteria: int) -> list[Answer]:
    """Said of an account of which `count` of the model's `criteria` are unknown; nothing of one that is known."""
    if count == 0:
        return []
    if count == criteria:
        return [asdict(Remark("insufficient_data", "nothing that the model asks is known of this account"))]
    return [asdict(Remark("missing_criteria", f"{count} of {criteria} criteria are unknown"))]
