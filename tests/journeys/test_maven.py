"""A real CRM export goes in through the command line; every account comes out scored, tiered and explained."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from app.tenancy.service import key_for
from tests.conftest import MAVEN, client_with
from tests.journeys.maven_oracle import AS_OF, Book
from tests.processes import printed

EXAMPLES = Path(__file__).parents[2] / "examples"

pytestmark = pytest.mark.skipif(not MAVEN.is_dir(), reason=f"the Maven export is not at {MAVEN}")


async def imported(database_url: str, organization: str, log: Path) -> str:
    """What `kap import` prints."""
    done = await printed(
        *("import", str(MAVEN), "--mapping", str(EXAMPLES / "maven_crm.toml"), "--organization", organization),
        log=log,
        DATABASE_URL=database_url,
    )
    assert done.code == 0, done.said
    return done.out


async def finished(client, job_url):
    for _ in range(600):
        job = (await client.get(job_url)).json()
        if job["status"] in {"succeeded", "failed"}:
            return job
        await asyncio.sleep(0.05)
    raise AssertionError("the job did not end")


async def test_a_crm_export_is_scored_tiered_and_explained(app, database, database_url, working, tmp_path):
    organization = f"maven {uuid4()}"
    book = Book(MAVEN)

    first = await imported(database_url, organization, tmp_path / "first")
    again = await imported(database_url, organization, tmp_path / "again")

    assert "1,425" in first
    assert "8,800" in again
    async with client_with(app, await key_for(database, organization, ["admin"], "journey")) as client:
        accepted = await client.post("/v1/selection/runs", json={"as_of": AS_OF.isoformat()})
        assert accepted.status_code == 202
        job = await finished(client, accepted.headers["location"])
        assert job["status"] == "succeeded", job
        assert job["result"] == {"run_id": accepted.json()["id"], "accounts": 85, "ranked": 85}

        page = await client.get(f"/v1/selection/runs/{accepted.json()['id']}/results", params={"limit": 500})
        scores = {score["account_name"]: score for score in page.json()["data"]}
        check_ranking(scores, book)
        await check_metrics(client, scores, book)
        await check_explained(client, scores)
        await check_unassigned_and_parents(client)


def check_ranking(scores, book):
    """Composite and rank of all 85 accounts are those that the files alone give."""
    composites = book.composites()
    assert set(scores) == set(book.accounts)
    for name, expected in composites.items():
        assert scores[name]["composite"]["score"] == pytest.approx(expected, abs=6e-5), name
        better = sum(other > expected + 1e-9 for other in composites.values())
        assert scores[name]["rank"] == better + 1, name
    assert [score["rank"] for score in scores.values()] == sorted(score["rank"] for score in scores.values())
    assert {score["provisional"] for score in scores.values()} == {True}
    for name, score in scores.items():
        # 60 of 100 points of opportunity are known, 10 fewer without a trend; 10 of 100 of alignment.
        known = 0.35 if book.revenue_trend(name) is not None else 0.3
        assert score["composite"]["coverage"] == known, name


def shown(figure):
    """The figure as an answer has it, with four decimals."""
    return pytest.approx(figure, abs=5.1e-5, rel=0)


async def check_metrics(client, scores, book):
    for name in ("Cancity", "Isdom", "Hottechi", "Kan-code", "Zumgoity", "Betasoloin", "Konex", "Inity"):
        answer = await client.get(
            f"/v1/accounts/{scores[name]['account_id']}/metrics", params={"as_of": AS_OF.isoformat()}
        )
        metrics = answer.json()["metrics"]
        assert metrics["revenue_ltm"]["value"] == shown(book.revenue_ltm(name)), name
        assert metrics["win_rate"]["value"] == shown(book.win_rate(name)), name
        assert metrics["future_spend"]["value"] == shown(book.future_spend(name)), name
        assert metrics["revenue_trend"]["value"] == shown(book.revenue_trend(name)), name
        assert metrics["willingness_to_partner"]["value"] is None


async def check_explained(client, scores):
    """By the CRM's own id, in one call: the score, whose parts add up, and what would lift it."""
    for name in ("Cancity", "Kan-code"):
        answer = await client.get(f"/v1/accounts/by-external-id/maven/{name}/score")
        score = answer.json()
        assert answer.status_code == 200
        assert score["account_id"] == scores[name]["account_id"]
        added = sum(part["contribution"] for part in score["contributions"])
        assert added == pytest.approx(score["composite"]["score"], abs=1e-3)
        assert score["effective_tier"] == score["tier"]


async def check_unassigned_and_parents(client):
    accounts = (await client.get("/v1/accounts", params={"limit": 500})).json()["data"]
    unassigned = (await client.get("/v1/opportunities", params={"unassigned": "true", "limit": 1})).json()
    by_name = {account["name"]: account for account in accounts}
    assert by_name["Bluth Company"]["parent_id"] == by_name["Acme Corporation"]["id"]
    assert sum(account["parent_id"] is not None for account in accounts) == 15
    assert unassigned["data"][0]["account_id"] is None
