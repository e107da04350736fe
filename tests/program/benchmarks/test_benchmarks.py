"""Published figures, shipped and brought in, through their doors."""

from tests.asking import ok
from tests.program.audit.ground import checks_of, the_audit
from tests.program.benchmarks.ground import A_FIGURE, brings_in
from tests.shared_app import *  # noqa: F403  # fixtures
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP


async def listed(client, code="resources_fully_used"):
    found = await ok(client.get("/v1/benchmarks"))
    return [one for one in found["data"] if one["code"] == code]


async def test_a_newer_set_stands_beside_the_shipped_figures_and_keeps_the_older_one(client, other_client):
    first = await brings_in(client)
    second = await brings_in(client, {**A_FIGURE, "value": 24.0, "value_to": 26.0, "year": 2026})
    assert (first["number"], second["number"], second["figures"]) == (1, 2, 1)
    assert "benchmark_set" not in second["benchmarks"][0]

    shipped, brought = await listed(client)
    assert (shipped["value"], shipped["benchmark_set"]) == (16, None)
    assert (brought["value"], brought["value_to"], brought["year"], brought["source"]) == (
        24,
        26,
        2026,
        "Yearly survey",
    )
    assert brought["benchmark_set"] == {"id": second["id"], "name": "Association", "number": 2}
    kept = await ok(client.get(f"/v1/benchmark-sets/{first['id']}"))
    assert (kept["benchmarks"][0]["value"], kept["benchmarks"][0]["year"]) == (21, 2025)
    sets = await ok(client.get("/v1/benchmark-sets"))
    assert [one["number"] for one in sets["data"]] == [2, 1]

    beside = checks_of(await the_audit(client))["resources_fully_used"]["beside"]
    assert [one["benchmark"]["value"] for one in beside] == [16, 24]
    assert [one["gap"] for one in beside] == [None, None]
    assert len(await listed(other_client)) == 1
    assert (await other_client.get(f"/v1/benchmark-sets/{first['id']}")).status_code == 404


async def test_a_set_that_contradicts_itself_is_refused(client):
    twice = await brings_in(client, A_FIGURE, {**A_FIGURE, "value": 3.0}, status=422)
    assert [one["pointer"] for one in twice["errors"]] == ["/benchmarks/1/code"]
    await brings_in(client, {**A_FIGURE, "value_to": 3.0}, status=422)
    await brings_in(client, {**A_FIGURE, "unit": "bananas"}, status=422)
