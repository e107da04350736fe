"""Figures of the whole service: totals of all organizations, read seldom, and never a reason not to answer."""

import pytest

from app.crm.queries.figures import FIGURES as CRM
from app.events.queries.figures import FIGURES as EVENTS
from app.infra.figures import QUEUE, Figure, Figures
from app.infra.telemetry import Metrics
from tests.jobs import ground
from tests.jobs.ground import an_organization, opened


@pytest.fixture
def url():
    return ground.fresh_database()


def shown(figures):
    return {
        (sample.name, *sample.labels.values()): sample.value for family in figures.shown() for sample in family.samples
    }


COUNTED = Figure(
    "counted", "Accounts", "SELECT name, '', 2 FROM organizations WHERE tenant_id = this_tenant", ("name",)
)
BOTH = tuple(
    Figure(name, "All", "SELECT '', '', length(name) FROM organizations WHERE tenant_id = this_tenant", total=name)
    for name in ("sum", "max", "min")
)


async def test_each_organization_is_entered_and_only_what_all_come_to_is_shown(url):
    async with opened(url) as database:
        for name in ("a", "bb", "cccc"):
            await an_organization(database, name)
        figures = Figures(database, QUEUE, (*CRM, *EVENTS, COUNTED, *BOTH))
        await figures.refresh()

        told = shown(figures)
        assert (told["counted", "a"], told["counted", "bb"]) == (2, 2)
        assert (told["sum",], told["max",], told["min",]) == (7, 4, 1)
        assert told["figures_readable",] == 1


async def test_what_was_read_just_now_is_not_read_again_and_a_database_that_is_away_is_told(url):
    now = 0.0
    async with opened(url) as database:
        figures = Figures(database, (), BOTH, clock=lambda: now)
        await figures.refresh()
        assert shown(figures) == {("figures_readable",): 1, ("sum",): 0}  # of nobody

        await an_organization(database, "abc")
        await figures.refresh()
        assert shown(figures)["sum",] == 0

        now = 11.0
        await figures.refresh()
        assert shown(figures)["sum",] == 3

        metrics = Metrics()
        metrics.show(figures.shown, figures.refresh)
        now = 22.0
        async with ground.server_away():
            assert b"figures_readable 0.0" in await metrics.scraped()
