"""The six events that [004] asks about: what each changes of an account's facts, and whom or what it strikes.

What an event is taken to mean is the product's own choice, and is said in `MEANINGS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args
from uuid import UUID

import numpy as np

from app.health.core.scenarios.case import Case, losing, unchanged
from app.health.core.scenarios.facts import Facts, Flags, Floats, Person
from app.health.core.scenarios.figures import SUPPORTIVE

Kind = Literal[
    "growth_flat", "supporter_leaves", "buying_center_lost", "market_worsens", "competitor_beachhead",
    "user_base_matures",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MEANINGS: Final[Mapping[Kind, str]] = {
    "growth_flat": (
        "The last 365 days had brought no more than the 365 before, every deal its share less, and revenue rises no"
        " more. At risk is the growth."
    ),
    "supporter_leaves": (
        "The contact is there no more: it counts neither among advocates nor among those who were met, and the open"
        " deals whose primary contact it is are sole-sourced no longer. At risk are those deals, and the revenue of"
        " the last 365 days from its deals."
    ),
    "buying_center_lost": (
        "Nothing of the buying center's revenue of the last 365 days would come again, its open deals are off, and"
        " its contacts are there no more. All of that is at risk."
    ),
    "market_worsens": (
        "Every deal won in the last 365 days and every open one brings less by `decline`, and the judgement of the"
        " customer's growth falls by one. At risk is what would be missing."
    ),
    "competitor_beachhead": (
        "A competitor stands in the buying center: a foothold more, and its open deals are sole-sourced no longer. At"
        " risk are those deals, and the buying center's revenue of the last 365 days."
    ),
    "user_base_matures": (
        "What the buying centers already use (an offering won there before the last 365 days, and in the 365 before)"
        " grows no more: it brings what it brought the year before, and its open deals no more than that. At risk is"
        " the rest."
    ),
}
USUAL_DECLINE: Final = 0.2
Named = Literal["contact", "buying_center"]
Reason = Literal["no_growth", "nobody_supports", "no_buying_center", "a_competitor_in_each", "nothing_at_stake"]


@dataclass(frozen=True, slots=True)
class Event:
    """What is to happen: to whom (None: to the one on whom most hangs), or by how much."""

    kind: Kind
    contact_id: UUID | None = None
    buying_center_id: UUID | None = None
    decline: float = USUAL_DECLINE


@dataclass(frozen=True, slots=True)
class Struck:
    """Whom or what an event strikes, and whether the request named it."""

    kind: Named
    id: UUID
    name: str | None
    asked_for: bool


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the event would change; `reason` says why it cannot happen here, and then nothing changes."""

    case: Case
    struck: Struck | None = None
    reason: Reason | None = None


def consequence(facts: Facts, event: Event) -> Consequence:
    """What the event would change of the account's facts.

    A contact or buying center that it names has to be one of the facts'. Source: [004]; catalogue row HLT-10.
    """
    return _CONSEQUENCES[event.kind](facts, event)


def _cannot(facts: Facts, reason: Reason) -> Consequence:
    return Consequence(unchanged(facts), reason=reason)


def _growth_flat(facts: Facts, _: Event) -> Consequence:
    now, before = (float(np.nansum(facts.worth[among])) for among in (facts.won_ltm, facts.won_prior))
    if not now > before > 0:
        return _cannot(facts, "no_growth")
    kept = np.where(facts.won_ltm, before / now, 1.0)
    return Consequence(replace(losing(facts, kept), level_trend=True))


def _supporter_leaves(facts: Facts, event: Event) -> Consequence:
    named = event.contact_id is not None
    here = [one for one in facts.people if one.own and one.active]
    wanted = [one for one in here if (one.contact_id == event.contact_id if named else one.stance in SUPPORTIVE)]
    if not wanted:
        return _cannot(facts, "nobody_supports")
    person = max(wanted, key=lambda one: _importance(facts, one))
    led = facts.led_by(person.contact_id)
    case = replace(
        unchanged(facts),
        at_risk=_all_of(facts, led),
        competitive=led & facts.open,
        inactive=frozenset({person.contact_id}),
    )
    return Consequence(case, Struck("contact", person.contact_id, person.name, named))


def _importance(facts: Facts, one: Person) -> tuple[float, int, int, int, bytes]:
    """What hangs on a supporter: money first, then seniority, how firmly they stand by us, and when they were met."""
    firmness = -SUPPORTIVE.index(one.stance) if one.stance in SUPPORTIVE else -len(SUPPORTIVE)
    met = one.last_met_on.toordinal() if one.last_met_on else 0
    return facts.stake(facts.led_by(one.contact_id)), one.level or 0, firmness, met, one.contact_id.bytes


def _buying_center_lost(facts: Facts, event: Event) -> Consequence:
    center_id = event.buying_center_id or _largest(facts, frozenset())
    if center_id is None:
        return _cannot(facts, "no_buying_center")
    case = losing(facts, 1 - _all_of(facts, facts.at(center_id)))
    people = frozenset(one.contact_id for one in facts.people if one.buying_center_id == center_id)
    return Consequence(replace(case, inactive=people), _center(facts, event, center_id))


def _market_worsens(facts: Facts, event: Event) -> Consequence:
    touched = facts.open | facts.won_ltm
    if not touched.any():
        return _cannot(facts, "nothing_at_stake")
    kept = np.where(touched, 1 - event.decline, 1.0)
    return Consequence(replace(losing(facts, kept), outlook_falls=1.0))


def _competitor_beachhead(facts: Facts, event: Event) -> Consequence:
    footholds = frozenset(
        one.buying_center_id
        for one, is_open in zip(facts.deals, facts.open, strict=True)
        if one.competitor and is_open and one.buying_center_id
    )
    center_id = event.buying_center_id or _largest(facts, footholds)
    if center_id is None:
        return _cannot(facts, "a_competitor_in_each" if footholds else "no_buying_center")
    there = facts.at(center_id)
    case = replace(unchanged(facts), at_risk=_all_of(facts, there), competitive=there & facts.open, foothold=center_id)
    return Consequence(case, _center(facts, event, center_id))


def _user_base_matures(facts: Facts, _: Event) -> Consequence:
    kept = np.ones(len(facts.deals))
    cells = {(one.buying_center_id, one.offering_id) for one in facts.deals if one.buying_center_id and one.offering_id}
    for center_id, offering_id in cells:
        cell = facts.at(center_id) & np.array([one.offering_id == offering_id for one in facts.deals], dtype=np.bool_)
        usual = float(np.nansum(facts.worth[cell & facts.won_prior]))
        if usual > 0:
            _cap(kept, facts.worth, cell & facts.won_ltm, usual)
            _cap(kept, facts.expected, cell & facts.open, usual)
    if (kept == 1).all():
        return _cannot(facts, "no_growth")
    return Consequence(losing(facts, kept))


def _cap(kept: Floats, amounts: Floats, among: Flags, most: float) -> None:
    """Let some deals together bring no more than `most`, each its share less."""
    total = float(np.nansum(amounts[among]))
    if total > most:
        kept[among] = most / total


def _largest(facts: Facts, besides: frozenset[UUID]) -> UUID | None:
    """The buying center on which most hangs, of those with anything at stake."""
    stakes = {center_id: facts.stake(facts.at(center_id)) for center_id in facts.centers if center_id not in besides}
    found = max(stakes, key=lambda center_id: (stakes[center_id], center_id.bytes), default=None)
    return found if found is not None and stakes[found] > 0 else None


def _center(facts: Facts, event: Event, center_id: UUID) -> Struck:
    return Struck("buying_center", center_id, facts.centers.get(center_id), event.buying_center_id is not None)


def _all_of(facts: Facts, among: Flags) -> Floats:
    """1 for the deals among these that can be lost: open ones, and those won in the last 365 days."""
    return np.where(among & (facts.open | facts.won_ltm), 1.0, 0.0)


_CONSEQUENCES: Final[Mapping[Kind, Callable[[Facts, Event], Consequence]]] = {
    "growth_flat": _growth_flat,
    "supporter_leaves": _supporter_leaves,
    "buying_center_lost": _buying_center_lost,
    "market_worsens": _market_worsens,
    "competitor_beachhead": _competitor_beachhead,
    "user_base_matures": _user_base_matures,
}
