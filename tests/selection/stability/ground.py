"""What the tests of stability stand on."""

import asyncio

from tests.selection.ground import a_book, a_published_model

AS_OF = "2024-06-30"


async def finished(client, accepted):
    """The job of an analysis, once it has succeeded; returns what it leads to."""
    assert accepted.status_code == 202, accepted.text
    for _ in range(1200):
        job = (await client.get(accepted.headers["location"])).json()
        if job["status"] not in {"queued", "running"}:
            assert job["status"] == "succeeded", job
            return job["result"]
        await asyncio.sleep(0.05)
    raise AssertionError("the job did not end")


async def a_stability(client, model, **body):
    """The id of a finished stability analysis; needs a worker."""
    url = f"/v1/selection/models/{model['id']}/stability"
    accepted = await client.post(url, json={"as_of": AS_OF, "draws": 200, **body})
    return (await finished(client, accepted))["analysis_id"]


async def a_whole_story(client):
    """Every operation once; the job is asked for and not waited for, so no worker is needed."""
    await a_book(client, 3)
    model = await a_published_model(client)
    url = f"/v1/selection/models/{model['id']}/stability"
    accepted = await client.post(url, json={"as_of": AS_OF, "draws": 100})
    assert accepted.status_code == 202, accepted.text
    analysis_id = accepted.json()["id"]
    for path in (url, f"/v1/selection/stability/{analysis_id}", f"/v1/selection/stability/{analysis_id}/accounts"):
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
    return {"model_id": model["id"], "analysis_id": analysis_id}
