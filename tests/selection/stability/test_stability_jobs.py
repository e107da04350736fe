"""The work of stability as a job: its progress, and that carrying it out twice does no harm."""

import pytest

from app.jobs import queries as job_queries
from app.jobs.service import JobCancelled, JobContext
from app.kernel.ids import JobId
from app.selection.service import previews, stability
from tests.selection.ground import a_book, a_published_model
from tests.selection.preview.ground import a_whole_story as a_preview_story
from tests.selection.stability.ground import AS_OF


async def begun(database, tenant, job_id):
    """What the handler of a job is given as it begins."""
    async with database.transaction(tenant.id) as connection:
        job = await job_queries.begin(connection, tenant.id, JobId(job_id))
    assert job is not None
    return JobContext(database, job)


async def asked(client, **body):
    await a_book(client, 2)
    model = await a_published_model(client)
    accepted = await client.post(f"/v1/selection/models/{model['id']}/stability", json={"as_of": AS_OF, **body})
    return accepted.json()["id"]


async def test_progress_counts_draws_and_criteria_to_the_end(client, database, tenant):
    analysis_id = await asked(client, draws=150)
    context = await begun(database, tenant, analysis_id)

    done = await stability.carry_out(context)

    assert (context.reached.done, context.reached.total) == (152, 152)  # two criteria
    assert done == {"analysis_id": analysis_id, "accounts": 2}


async def test_a_job_that_was_cancelled_stops_and_leaves_no_figures(client, database, tenant):
    analysis_id = await asked(client)
    context = await begun(database, tenant, analysis_id)
    cancelled = await client.post(f"/v1/jobs/{analysis_id}/cancel")
    assert cancelled.is_success, cancelled.text

    with pytest.raises(JobCancelled):
        await stability.carry_out(context)

    told = (await client.get(f"/v1/selection/stability/{analysis_id}")).json()
    assert (told["finished"], told["result"]) == (False, None)
    assert (await client.get(f"/v1/selection/stability/{analysis_id}/accounts")).json()["data"] == []


async def test_an_analysis_that_was_carried_out_is_left_as_it_is(client, database, tenant):
    ids = await a_preview_story(client)
    context = await begun(database, tenant, ids["analysis_id"])
    url = f"/v1/selection/previews/{ids['analysis_id']}"
    first = await previews.carry_out(context)
    told, listed = (await client.get(url)).json(), (await client.get(f"{url}/accounts")).json()

    again = await previews.carry_out(context)

    assert again == first
    assert (await client.get(url)).json() == told
    assert (await client.get(f"{url}/accounts")).json() == listed
    assert len(listed["data"]) == 3
