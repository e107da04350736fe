"""The account plans as they came to be: their versions, who signed and read them, and what is to be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.demo.core.care import Care
from app.demo.core.chance import day_between, happens, one_of, some_of
from app.demo.core.people import Cast, Person
from app.demo.core.plan_documents import Cell, document, horizon
from app.demo.core.supplier import REPORTING_CURRENCY, Supplier
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.world import Body, identity, told

SIGNED_WITHIN = (3, 20)
SIGNED = 0.9  # of the versions that are made together
OWN_READERS = ("finance", "operations", "service")
PURSUED_CELLS = 4
ACTIONS = (
    ("Bring both sides' executives together", "grow", "executive_alignment"),
    ("Train the operators of the second shift", "use", "joint_success_plan"),
    ("Keep spare parts at their site", "on-time", "support_pod"),
    ("Lay the terms of all plants side by side", "sure", "global_contract"),
)
PUSHES = ("Send the price list of the software line", "Call about the next order", "Invite to the product show")
ACTION_DAYS = (30, 100)


@dataclass(frozen=True, slots=True)
class _Told:
    """What all parts of a plan's story go by."""

    timeline: Timeline
    one: Cast
    care: Care

    def on(self, day: int) -> str:
        return self.timeline.on(day)

    def kam(self, day: int) -> Body | None:
        kam = self.one.customer.kam(day)
        return None if kam is None else identity(kam.external_id)

    @property
    def partner(self) -> Person | None:
        """The customer's person who makes the plan with us: the one who stands by us, else who decides."""
        first = self.care.renewed[0]
        there = [person for person in self.one.people if person.there(first) and person.there(LAST_DAY)]
        ranked = sorted(there, key=lambda person: (not person.supporter, not person.decides))
        return ranked[0] if ranked else None

    def owner(self, *, by_customer: bool) -> Body:
        """Who sees to an action: the customer's partner where there is one and it is theirs, else the manager."""
        if by_customer and self.partner is not None:
            return {"side": "customer", "owner_contact_id": identity(self.partner.external_id)}
        return {"side": "supplier", "owner_user_id": self.kam(LAST_DAY)}

    def course(self, opened: int, due: int, closed: int | None) -> Body:
        """When an action is begun and due, and how it ended."""
        until = {"opened_on": self.on(opened), "due_on": self.on(due)}
        if closed is None:
            return {**until, "state": "open"}
        return {**until, "state": "done", "closed_on": self.on(closed), "outcome": "Done as agreed"}


def plan(  # a customer's plan, and what it was made from
    random: np.random.Generator, timeline: Timeline, one: Cast, care: Care, team: Supplier, cells: Sequence[Cell]
) -> Body | None:
    """The plan of a customer with all that belongs to it; None where there is none. References are identities."""
    if not care.renewed:
        return None
    told_of = _Told(timeline, one, care)
    starts_on, ends_on = horizon(timeline.date(care.renewed[0]))
    pursued = some_of(random, cells, PURSUED_CELLS) if care.shared else []
    versions = [*_versions(told_of, pursued)]
    return {
        "account": one.customer.ref,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "versions": versions,
        "approvals": [*_approvals(random, told_of)],
        "actions": [
            {"id": identity(f"{one.customer.external_id}-action-{number}"), **action}
            for number, action in enumerate(_actions(random, told_of, pursued), start=1)
        ],
        "readers": [*_readers(random, told_of, team)],
    }


def _versions(told_of: _Told, pursued: Sequence[Cell]) -> Iterator[Body]:
    care = told_of.care
    days = [*((day, True) for day in care.renewed), *([] if care.reworded is None else [(care.reworded, False)])]
    for day, renewed in days:
        yield told(
            saved_on=told_of.on(day),
            substantive=renewed,
            note="Thought over with the customer" if care.shared else None if renewed else "Wording",
            user_id=told_of.kam(day),
            function="sales",
            document=document(told_of.timeline, told_of.one, care, day, pursued),
        )


def _approvals(random: np.random.Generator, told_of: _Told) -> Iterator[Body]:
    """Both sides sign what they made together; the newest version may still be on its way."""
    if not told_of.care.shared or told_of.partner is None:
        return
    for number, day in enumerate(told_of.care.renewed, start=1):
        signed, at = happens(random, SIGNED), day + day_between(random, *SIGNED_WITHIN)
        following = (*told_of.care.renewed, LAST_DAY + 1)[number]
        if signed and at < following:
            kam = told_of.kam(at)
            if kam is not None:
                yield {"number": number, "side": "supplier", "user_id": kam, "approved_on": told_of.on(day)}
            contact = identity(told_of.partner.external_id)
            yield {"number": number, "side": "customer", "contact_id": contact, "approved_on": told_of.on(at)}


def _actions(random: np.random.Generator, told_of: _Told, pursued: Sequence[Cell]) -> Iterator[Body]:
    if not told_of.care.shared:
        yield from _pushes(random, told_of)
        return
    for number, day in enumerate(told_of.care.renewed):
        title, goal, play = ACTIONS[number % len(ACTIONS)]
        due, done = day + day_between(random, *ACTION_DAYS), happens(random, 0.85)
        closed = due - day_between(random, 0, 20) if done and due <= LAST_DAY else None
        owner = told_of.owner(by_customer=number % len(ACTIONS) == 1)
        yield {"title": title, "goal": goal, "play": play, **owner, **told_of.course(day, due, closed)}
    newest = told_of.care.renewed[-1]
    for center, offering in pursued:
        due = LAST_DAY + day_between(random, *ACTION_DAYS)
        yield {
            "title": f"Show {center.name.lower()} {offering.name.lower()} at work",
            "goal": "grow",
            "play": "embed_on_site",
            "buying_center_id": identity(center.external_id),
            "offering_id": identity(offering.external_id),
            "worth": {"amount": f"{offering.price}.00", "currency": REPORTING_CURRENCY},
            **told_of.owner(by_customer=False),
            **told_of.course(newest, due, None),
        }


def _pushes(random: np.random.Generator, told_of: _Told) -> Iterator[Body]:
    """What serves no goal of the customer's; most of it was forgotten."""
    for day in told_of.care.renewed[:2]:
        due = day + day_between(random, *ACTION_DAYS)
        closed = due if happens(random, 0.3) and due <= LAST_DAY else None
        owner = told_of.owner(by_customer=False)
        yield {"title": one_of(random, PUSHES), **owner, **told_of.course(day, due, closed)}


def _readers(random: np.random.Generator, told_of: _Told, team: Supplier) -> Iterator[Body]:
    """Who is to know the plan; where it lives the newest version is read, elsewhere the first was."""
    care = told_of.care
    number = len(care.renewed) if care.shared else 1
    read_on = told_of.on(min(care.renewed[number - 1] + 7, LAST_DAY))
    for function in OWN_READERS if care.shared else OWN_READERS[:1]:
        yield {
            "user_id": identity(one_of(random, team.others[function]).external_id),
            "read_number": number,
            "read_on": read_on,
        }
    if care.shared and told_of.partner is not None:
        contact = identity(told_of.partner.external_id)
        yield {"contact_id": contact, "read_number": number, "read_on": read_on}
