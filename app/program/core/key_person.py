"""What is lost if a manager leaves: what of their accounts nobody else holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Held:
    """A key account in one manager's hands, as of a day.

    revenue: of the last twelve months, None where unknown. contacts: people of the customer engaged in the last year;
    alone: those of them that nobody else is known to have met; advocates_alone, executives_alone: of these, those who
    speak for us, and those from director up. sponsored: an executive other than the manager sponsors it.
    second_function: another function than the manager's works for it; None where the organization records no such work.
    """

    account_id: UUID
    tier: str
    effort: float
    revenue: float | None
    contacts: int
    alone: int
    advocates_alone: int
    executives_alone: int
    sponsored: bool
    second_function: bool | None

    @property
    def by_one_person(self) -> bool:
        """Whether nobody else stands for it: no sponsor, and no second function that is known of."""
        return not self.sponsored and not self.second_function


@dataclass(frozen=True, slots=True)
class KeyPersonRisk:
    """What hangs on one manager; counts over their key accounts.

    without_second_function is None where the organization records no such work. revenue_by_one_person: of the accounts
    that nobody else stands for, None where it is known of none of them (0 without such accounts); share: of what all
    the manager's accounts spent, None where they spent nothing.
    """

    contacts: int
    contacts_alone: int
    advocates_alone: int
    executives_alone: int
    without_sponsor: int
    without_second_function: int | None
    by_one_person: int
    revenue_by_one_person: float | None
    share: float | None


def key_person_risk(held: Sequence[Held]) -> KeyPersonRisk:
    """The risk that lies in one manager, over the accounts in their hands."""
    alone = [one for one in held if one.by_one_person]
    known = [one.revenue for one in alone if one.revenue is not None]
    total = sum(one.revenue for one in held if one.revenue is not None and one.revenue > 0)
    lost = sum(known) if known or not alone else None
    told = [one for one in held if one.second_function is not None]
    return KeyPersonRisk(
        contacts=sum(one.contacts for one in held),
        contacts_alone=sum(one.alone for one in held),
        advocates_alone=sum(one.advocates_alone for one in held),
        executives_alone=sum(one.executives_alone for one in held),
        without_sponsor=sum(not one.sponsored for one in held),
        without_second_function=sum(not one.second_function for one in told) if told else None,
        by_one_person=len(alone),
        revenue_by_one_person=lost,
        share=max(lost, 0.0) / total if lost is not None and total > 0 else None,
    )
