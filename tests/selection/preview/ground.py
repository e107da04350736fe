"""What the tests of previews stand on."""

import copy

from tests.selection.ground import MODEL, a_book, a_published_model
from tests.selection.stability.ground import AS_OF, finished


def changed(**fields):
    """The model of the ground with other fields."""
    return {**copy.deepcopy(MODEL), **fields}


async def a_draft(client, document):
    made = await client.post("/v1/selection/models", json=document)
    assert made.status_code == 201, made.text
    return made.json()


async def a_preview(client, model, **body):
    """The id of a finished preview; needs a worker."""
    accepted = await client.post(f"/v1/selection/models/{model['id']}/previews", json={"as_of": AS_OF, **body})
    return (await finished(client, accepted))["analysis_id"]


async def a_whole_story(client):
    """Every operation once; the job is asked for and not waited for, so no worker is needed."""
    await a_book(client, 3)
    await a_published_model(client)
    draft = await a_draft(client, changed(opportunity_share=0.9))
    url = f"/v1/selection/models/{draft['id']}/previews"
    accepted = await client.post(url, json={"as_of": AS_OF})
    assert accepted.status_code == 202, accepted.text
    analysis_id = accepted.json()["id"]
    for path in (url, f"/v1/selection/previews/{analysis_id}", f"/v1/selection/previews/{analysis_id}/accounts"):
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
    return {"model_id": draft["id"], "analysis_id": analysis_id}
