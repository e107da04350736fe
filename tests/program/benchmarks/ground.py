"""What tests of published figures stand on."""

from tests.asking import ok

A_FIGURE = {
    "code": "resources_fully_used", "says": "Managers whose customers use all they get", "value": 21.0,
    "unit": "percent", "kind": "share", "population": "Members of the association", "n": 410,
    "evidence_grade": "survey", "caveat": "Members of one association only",
}  # fmt: skip


async def brings_in(client, *figures, status=201, **fields):
    body = {
        "name": "Association", "source": "Yearly survey", "published_on": "2025-03-01",
        "benchmarks": list(figures or (A_FIGURE,)), **fields,
    }  # fmt: skip
    return await ok(client.post("/v1/benchmark-sets", json=body), status)


async def a_whole_story(client) -> dict[str, str]:
    """Each operation of published figures once; needs no worker."""
    made = await brings_in(client)
    for path in ("/v1/benchmarks", "/v1/benchmark-sets", f"/v1/benchmark-sets/{made['id']}"):
        await ok(client.get(path))
    return {"set_id": made["id"]}
