"""What was said of the cells that a customer does not buy yet: where the plan lives the grid is gone through."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from app.demo.core.care import Care
from app.demo.core.chance import around, day_between, happens, one_of
from app.demo.core.deals import Deal
from app.demo.core.people import Cast
from app.demo.core.plan_documents import Cell
from app.demo.core.supplier import CATALOGUE, REPORTING_CURRENCY, Colleague
from app.demo.core.timeline import LAST_DAY, Timeline
from app.demo.core.world import Body, identity, told

# Of the cells: pursued, not worth pursuing, not to be used there; of the rest nobody has spoken.
PURSUED, NO_PURSUE, NOT_APPLICABLE = 0.62, 0.08, 0.08
PRICED = 0.5
DUE_WITHIN = (20, 240)
NEXT_STEPS = ("Visit with a specialist", "Show the pilot of the other plant", "Ask for their figures", "Offer a trial")
LOST_LINES = 3  # lines of a besieged buying center of which the competitor is known to have them


def vacant(one: Cast, made: Sequence[Deal]) -> list[Cell]:
    """The cells that are neither bought nor asked for by the last day."""
    taken = {(deal.center, deal.offering) for deal in made if deal.outcome != "lost"}
    return [
        (center, line)
        for center in one.centers
        for line in CATALOGUE
        if line.sold_on(LAST_DAY) and (center, line) not in taken
    ]


def statements(
    random: np.random.Generator, timeline: Timeline, one: Cast, care: Care, cells: Sequence[Cell], made: Sequence[Deal]
) -> Iterator[Body]:
    """What is said of a customer's cells, each once."""
    if care.shared and care.renewed:
        said = care.renewed[min(1, len(care.renewed) - 1)]
        kam = one.customer.kam(said)
        for cell in cells:
            body = _gone_through(random, timeline, one, cell, said, kam)
            if body is not None:
                yield body
    yield from _besieged(timeline, one, made)


def _gone_through(  # one cell of one customer, on a day, by somebody
    random: np.random.Generator, timeline: Timeline, one: Cast, cell: Cell, said: int, kam: Colleague | None
) -> Body | None:
    drawn, by = float(random.random()), None if kam is None else identity(kam.external_id)
    # Everything is drawn for every cell, so that what is made of one changes nothing of the others.
    potential, priced = around(random, 0.8 * cell[1].price, 0.4), happens(random, PRICED)
    due = max(said, LAST_DAY) + day_between(random, *DUE_WITHIN)
    step = one_of(random, NEXT_STEPS)
    if drawn < PURSUED:
        more = told(
            potential={"amount": f"{round(potential, -2):.2f}", "currency": REPORTING_CURRENCY} if priced else None,
            how="told by the customer" if priced else None,
            confidence=0.6 if priced else None,
            owner_user_id=by,
            next_step=step,
            due_on=timeline.on(due),
        )
        return _said(timeline, one, cell, said, "open", user_id=by, **more)
    if drawn < PURSUED + NO_PURSUE:
        return _said(timeline, one, cell, said, "no_pursue", user_id=by)
    if drawn < PURSUED + NO_PURSUE + NOT_APPLICABLE:
        return _said(timeline, one, cell, said, "not_applicable", user_id=by)
    return None


def _besieged(timeline: Timeline, one: Cast, made: Sequence[Deal]) -> Iterator[Body]:
    """Where a competitor has got in, it is known what of."""
    course = one.customer.trajectory
    if course.cause != "competitor_entered" or course.turns is None:
        return
    lost = [deal for deal in made if deal.competitor and deal.center == one.centers[0] and deal.outcome == "lost"]
    lost = [deal for deal in lost if course.turned(deal.created)]
    if not lost:
        return
    rival = Counter(deal.competitor for deal in lost).most_common(1)[0][0]
    lines = {deal.offering: deal.way.decides_on for deal in lost}
    for line, day in list(lines.items())[:LOST_LINES]:
        yield _said(timeline, one, (one.centers[0], line), day, "competitor", competitor=rival)


def _said(  # a word on a cell
    timeline: Timeline, one: Cast, cell: Cell, day: int, state: str, **more: object
) -> Body:
    return told(
        account=one.customer.ref,
        buying_center_id=identity(cell[0].external_id),
        offering_id=identity(cell[1].external_id),
        said_on=timeline.on(day),
        state=state,
        **more,
    )
