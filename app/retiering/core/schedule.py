"""When an account is appraised again, and by when an appraisal is to be settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.kernel.ids import AccountId

# Within how many days of its opening an appraisal is to come to a plan or an end. The product's own choice.
SETTLE_DAYS: Final = 30


def scheduled_on(
    tier: str | None, selected_on: date, last_word_on: date | None, days: Mapping[str, int]
) -> date | None:
    """The day of an account's next appraisal by schedule; None where its tier has no schedule.

    selected_on: since when it stands where it does; counts until there is a last word: the day on which the last
    appraisal was closed, or the last decision made. days: by tier.
    """
    if tier is None or tier not in days:
        return None
    return (last_word_on or selected_on) + timedelta(days=days[tier])


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many accounts have a schedule, and how many of them were appraised within it."""

    accounts: int
    in_time: int

    @property
    def share(self) -> float | None:
        """In 0..1; None without any account."""
        return self.in_time / self.accounts if self.accounts else None


def reviewed(
    tiers: Mapping[AccountId, str], appraised_on: Mapping[AccountId, date], days: Mapping[str, int], as_of: date
) -> Reviewed:
    """How regularly accounts are looked at: those whose last appraisal is no older than their tier allows on a day.

    tiers: of the accounts in the program; those whose tier has no schedule do not count. appraised_on: when each was
    appraised last, by the day; who never was is left out. days: by tier.
    """
    due = [account_id for account_id, tier in tiers.items() if tier in days]
    in_time = sum(
        account_id in appraised_on and (as_of - appraised_on[account_id]).days <= days[tiers[account_id]]
        for account_id in due
    )
    return Reviewed(len(due), in_time)


def settle_by(opened_on: date) -> date:
    """By when an appraisal is to be settled, unless people name a day."""
    return opened_on + timedelta(days=SETTLE_DAYS)
