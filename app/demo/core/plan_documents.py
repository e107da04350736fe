"""What an account plan says on the day of a version: with the customer where doors are open, about volume elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from app.demo.core.care import Care
from app.demo.core.people import Cast, Center, Person
from app.demo.core.supplier import REPORTING_CURRENCY, Offering
from app.demo.core.timeline import Timeline, month
from app.demo.core.world import Body, identity, told

Cell = tuple[Center, Offering]
MONTHS = 24
PUSH = ("Keep the volume of last year", "Hold the volume of last year")  # as first written, and as reworded
WANTED = (
    "Place the software line", "Place care contracts in all plants", "Place gas analyzers", "Be asked first for spares",
    "Place loop controllers", "Renew the price list", "Place operator training", "Place cell automation",
    "Place commissioning", "Place energy consulting", "Place control valves", "Place level sensors",
)  # fmt: skip
KINDS_OF_GOALS = {"on-time": "service", "use": "consumption", "grow": "new_products"}
STRENGTHS = ("Our people know their plants", "Deliveries they can rely on")
WEAKNESSES: Mapping[str, str] = {
    "comfort": "One person decides, and we know nobody beside them",
    "supporter_left": "Who spoke for us has left",
    "competitor_entered": "A competitor is in their largest buying center",
    "delivery_trouble": "They wait for what we promised",
    "willing_partner": "We are slower than they would like",
    "new_sponsor": "Some have not forgotten how we let them down",
}


def horizon(begun_on: date) -> tuple[date, date]:
    """From the first of the month in which it was begun, for two years."""
    starts_on = begun_on.replace(day=1)
    return starts_on, starts_on.replace(year=starts_on.year + MONTHS // 12)


def document(timeline: Timeline, one: Cast, care: Care, day: int, cells: Sequence[Cell]) -> Body:
    """The plan as it was on a day; cells: the whitespace that somebody is to work on. References are identities."""
    until = horizon(timeline.date(care.renewed[0]))[1].isoformat()
    reworded = care.reworded is not None and day >= care.reworded
    day = max(renewed for renewed in care.renewed if renewed <= day)  # a rewording says what was said then
    parts = {
        "customer_objectives": _shared_goals(one, care, day, until)
        if care.shared
        else _own_goals(one, care, day, until, PUSH[reworded]),
        "growth_targets": _targets(timeline, one, care, day),
        "swot": _swot(one),
    }
    if care.shared:
        parts |= {
            "stakeholder_map": _stakeholders(one, day),
            "value_plan": _value(timeline, one, care, day, until),
            "risks": _risks(one, until),
            "whitespace_plays": _plays(one, day, cells, until),
        }
    return parts


def _own_goals(one: Cast, care: Care, day: int, until: str, title: str) -> Body:
    """What we want of the customer: each time something more."""
    now = one.customer.trajectory.run_rate(care.renewed[0])
    wanted = WANTED[: len([renewed for renewed in care.renewed if renewed <= day])]
    goals = [
        _goal("volume", title, "supplier", "revenue_ltm", (now, now), until),
        *(_goal(f"want-{number}", each, "supplier", None, None, until) for number, each in enumerate(wanted, 1)),
    ]
    return {"visibility": "internal", "items": goals}


def _shared_goals(one: Cast, care: Care, day: int, until: str) -> Body:
    """What the customer wants to reach, and beside it what we do.

    Thought over anew, the goal of use is set higher: what is reached is where the next begins.
    """
    course, first = one.customer.trajectory, care.renewed[0]
    grown = course.run_rate(first)
    step = 0.01 * len([renewed for renewed in care.renewed if renewed <= day])
    used = 0.2 + 0.7 * float(course.satisfaction[month(first)])
    sure = 1 + 4 * float(course.willingness[month(first)])
    goals = [
        _goal("on-time", "No line stands still for want of parts", "customer", "on_time_delivery", (0.9, 0.97), until),
        _goal("use", "Operators use what was bought", "customer", "adoption", (used, used + 0.1 + step), until),
        _goal("sure", "Decisions are made once", "customer", "decision_confidence", (sure, min(sure + 0.5, 5)), until),
        _goal("grow", "Grow into more of their plants", "supplier", "revenue_ltm", (grown, 1.3 * grown), until),
    ]
    return {"visibility": "shared", "items": goals}


def _goal(  # what a goal is
    key: str, title: str, outcome: str, metric: str | None, way: tuple[float, float] | None, until: str
) -> Body:
    return told(
        key=key,
        title=title,
        outcome=outcome,
        kind=KINDS_OF_GOALS.get(key, "business"),
        owner_side="customer" if key == "use" else "supplier",
        metric=metric,
        baseline=None if way is None else round(way[0], 2),
        target=None if way is None else round(way[1], 2),
        due_on=until,
    )


def _targets(timeline: Timeline, one: Cast, care: Care, day: int) -> Body:
    """What we mean to earn: the running year, where the plan lives by quarters too."""
    year, wanted = timeline.date(day).year, one.customer.trajectory.run_rate(day) * (1.15 if care.shared else 1.0)
    items = [_target("year", date(year, 1, 1), date(year, 12, 31), wanted)]
    if care.shared:
        begins = [date(year, number, 1) for number in (1, 4, 7, 10)] + [date(year + 1, 1, 1)]
        items += [
            _target("quarter", first, date.fromordinal(following.toordinal() - 1), wanted / 4)
            for first, following in pairwise(begins)
        ]
    return {"visibility": "internal", "items": items}


def _target(period: str, first: date, last: date, amount: float) -> Body:
    return {
        "metric": "revenue",
        "period": period,
        "starts_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "amount": _euros(amount, -3),
    }


def _euros(amount: float, digits: int) -> Body:
    return {"amount": f"{round(amount, digits):.2f}", "currency": REPORTING_CURRENCY}


def _swot(one: Cast) -> Body:
    course = one.customer.trajectory
    return {
        "visibility": "internal",
        "strengths": list(STRENGTHS),
        "weaknesses": [WEAKNESSES.get(course.cause, "We know little of what their board wants")],
        "opportunities": [f"{center.name} buys nothing from us yet" for center in one.centers if center.opens is None],
        "threats": ["Budgets are set anew in the autumn"],
    }


def _stakeholders(one: Cast, day: int) -> Body:
    kam = one.customer.kam(day)
    items = [
        told(
            key=f"person-{number + 1}",
            name=person.name,
            contact_id=identity(person.external_id),
            seniority=person.seniority,
            role=_role(person),
            influence=5 if person.executive else 3 if person.decides else 2,
            stance=[stance for since, stance in person.stances if since <= day][-1],
            owner_user_id=None if kam is None else identity(kam.external_id),
        )
        for number, person in enumerate(one.people)
        if person.there(day)
    ]
    return {"visibility": "internal", "items": items}


def _role(person: Person) -> str:
    return "sponsor" if person.supporter else "decision_maker" if person.decides or person.executive else "user"


def _value(timeline: Timeline, one: Cast, care: Care, day: int, until: str) -> Body:
    """Each time the plan is thought over, the step before is done and the next is named."""
    worth = 0.1 * one.customer.trajectory.run_rate(care.renewed[0])
    reached = [renewed for renewed in care.renewed if renewed <= day]
    items = [
        told(
            key=f"step-{number + 1}",
            title=f"Step {number + 1} of the roll-out is in use",
            objective="use",
            owner_side="customer",
            measure="What the plant saves in a year, by its own figures",
            planned_value=_euros(worth, -2),
            realised_value=None if begun == reached[-1] else _euros(0.9 * worth, -2),
            due_on=until,
            realised_on=None if begun == reached[-1] else timeline.on(reached[number + 1]),
        )
        for number, begun in enumerate(reached)
    ]
    return {"visibility": "shared", "items": items}


def _risks(one: Cast, until: str) -> Body:
    few = len(one.people) < 6
    items = [
        {
            "key": "few-voices",
            "title": "Too few people speak for us",
            "likelihood": 4 if few else 2,
            "impact": 4,
            "mitigation": "Each of our executives keeps in touch with one of theirs",
            "due_on": until,
        },
        {
            "key": "budget",
            "title": "The budget is cut",
            "likelihood": 2,
            "impact": 3,
            "mitigation": "Tell their finance every quarter what it brings",
        },
    ]
    return {"visibility": "internal", "items": items}


def _plays(one: Cast, day: int, cells: Sequence[Cell], until: str) -> Body:
    kam = one.customer.kam(day)
    items = [
        told(
            key=f"cell-{number + 1}",
            approach=f"Show {center.name.lower()} what {offering.name.lower()} did for the others",
            play="bring_specialists" if number % 2 else "embed_on_site",
            buying_center_id=identity(center.external_id),
            offering_id=identity(offering.external_id),
            owner_user_id=None if kam is None else identity(kam.external_id),
            due_on=until,
        )
        for number, (center, offering) in enumerate(cells)
    ]
    return {"visibility": "internal", "items": items}
