"""How much of the business stands on the accounts that are selected."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from app.program.core.problem import Vector


@dataclass(frozen=True, slots=True)
class Concentration:
    """Shares 0..1 of all accounts that the supplier has; None where there is nothing to share.

    hhi: the sum of squared shares of revenue within the selection (Herfindahl and Hirschman): 1 is all in one account.
    unknown: how many of all accounts have no known revenue; they count as accounts and not as revenue.
    """

    account_share: float | None
    revenue_share: float | None
    hhi: float | None
    unknown: int


def concentration(account_ids: Sequence[UUID], revenue: Vector, selected: Collection[UUID]) -> Concentration:
    """The concentration of a selection.

    account_ids: all accounts. revenue: (accounts,) of the last twelve months, NaN where unknown. Negative revenue
    (credits) counts as none.
    """
    chosen = np.array([one in selected for one in account_ids], dtype=np.bool_)
    earned = np.maximum(np.nan_to_num(revenue, nan=0.0), 0.0)
    total, own = float(earned.sum()), float(earned[chosen].sum())
    return Concentration(
        account_share=float(chosen.mean()) if len(chosen) else None,
        revenue_share=own / total if total > 0.0 else None,
        hhi=float(((earned[chosen] / own) ** 2).sum()) if own > 0.0 else None,
        unknown=int(np.isnan(revenue).sum()),
    )
