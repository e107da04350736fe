"""Where accounts stand on a day, for those who decide about all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kernel.ids import AccountId, TenantId, UserId
from app.selection.core.model import STANDARD, Gate
from app.selection.core.tiering import TRIGGERED, gate_outcome
from app.selection.queries import newest_scores as queries
from app.selection.service import models


@dataclass(frozen=True, slots=True)
class NewestScore:
    """What an account's newest score says; scores are None where there is none, or where it leaves them open.

    tier: the manual one while it holds, else the computed one. ineligible: a gate of its model rules it out, and no
    manual tier says otherwise.
    """

    account_id: AccountId
    kam_user_id: UserId | None
    composite: float | None
    opportunity: float | None
    alignment: float | None
    quadrant: str | None
    tier: str
    ineligible: bool


async def newest_scores(
    connection: AsyncConnection, tenant_id: TenantId, as_of: date, account_ids: Sequence[AccountId] | None = None
) -> list[NewestScore]:
    """Each account's newest score of `as_of` or earlier, by id: of these, scored or not, else of all that have one."""
    rows = await queries.newest_scores(connection, tenant_id, as_of, account_ids)
    versions = {(row["model_id"], row["model_version"]) for row in rows if row["model_id"] is not None}
    gates = {
        version: (
            await models.version(connection, tenant_id, *version)
        ).model.gates  # of few versions, however many rows
        for version in sorted(versions)
    }
    return [_score(row, gates.get((row["model_id"], row["model_version"]), ())) for row in rows]


def _score(row: RowMapping, gates: Sequence[Gate]) -> NewestScore:
    manual = row["manual_tier"]
    return NewestScore(
        account_id=AccountId(row["account_id"]),
        kam_user_id=row["kam_user_id"] and UserId(row["kam_user_id"]),
        composite=row["composite"],
        opportunity=row["opportunity"],
        alignment=row["alignment"],
        quadrant=row["quadrant"],
        tier=manual or row["tier"] or STANDARD,
        ineligible=manual is None and _ruled_out(gates, row["gate_inputs"]),
    )


def _ruled_out(gates: Sequence[Gate], inputs: Sequence[float | None] | None) -> bool:
    """Whether a gate with the effect `ineligible` is triggered; of what is not known none is."""
    return any(
        gate.effect == "ineligible" and gate_outcome(gate, _column(value))[0] == TRIGGERED
        for gate, value in zip(gates, inputs or (), strict=False)
    )


def _column(value: float | None) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.array([np.nan if value is None else value])
