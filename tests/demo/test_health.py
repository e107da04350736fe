"""The demonstration shows every quadrant and every warning that can open, each where its story has the cause."""

from collections import defaultdict
from typing import Any

import pytest
import pytest_asyncio

from app.calibration.core.states import ACTIVE, CLOSED, STEPS
from app.demo import service
from app.resourcing.core.commitments.states import STATES as COMMITMENT_STATES
from app.resourcing.core.roadblocks.ladder import LADDER
from tests.conftest import client_of
from tests.demo.core.seen import a_world, by_account, days
from tests.demo.filled import ACCOUNTS, ENDS_ON, filled
from tests.demo.test_service import everything
from tests.shared_app import ONE_LOOP, app, one_app

__all__ = ["app", "one_app"]
pytestmark = ONE_LOOP
CALIBRATIONS = (*STEPS, ACTIVE, *CLOSED)


@pytest.fixture(scope="module")
def world():
    return a_world(accounts=ACCOUNTS, seed=service.SEED, ends_on=ENDS_ON)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(app):
    """A client of a demonstration that was filled and looked back on."""
    async with client_of(app, await filled(app.state.doorkeeper.database)) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def found(client):
    """Warnings that hold, by code and then by the account's id in the simulation."""
    names = {one["id"]: one["external_id"] for one in await everything(client, "accounts")}
    held: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for one in await everything(client, "warnings"):
        if one["state"] != "resolved":
            held[one["code"]][names[one["account_id"]]] = one
    return held


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def standings(client):
    """Where accounts stand, by their ids in the simulation."""
    return {one["external_id"]: one for one in await everything(client, "health")}


def of(world, **wanted):
    """The accounts whose hidden truth is as wanted."""
    return {
        account
        for account, truth in world.truth.items()
        if all(getattr(truth, name) == value for name, value in wanted.items())
    }


def share(some, among):
    return len(set(some) & set(among)) / len(among)


async def test_every_account_stands_where_its_story_has_it(world, standings):
    stands = defaultdict(set)
    for account, one in standings.items():
        stands[one["quadrant"]].add(account)

    assert set(stands) == {"thriving", "coasting", "building", "at_risk", None}
    assert share(stands["coasting"], of(world, story="coaster")) >= 0.9
    assert share(stands["at_risk"], of(world, story="decliner")) >= 0.9
    assert share(stands["thriving"] | stands["building"], of(world, story="grower")) >= 0.8
    assert share(stands["building"] | stands["at_risk"], of(world, story="rebuilder")) == 1
    assert stands["building"] & of(world, story="rebuilder")
    assert stands["thriving"] & of(world, story="grower")
    # Of those who have bought nothing there are no numbers to be met.
    assert stands[None] == of(world, story="prospect")


async def test_health_has_a_past(client, standings):
    account = next(iter(standings.values()))["account_id"]

    kept = await everything(client, f"accounts/{account}/health/history")

    assert {one["as_of"] for one in kept} <= {(ENDS_ON - days(back)).isoformat() for back in service.JUDGED_DAYS_AGO}
    assert len(kept) == len(service.JUDGED_DAYS_AGO)
    assert sum(one["health"]["trend_90"] is not None for one in standings.values()) > ACCOUNTS / 2


async def test_every_warning_that_can_open_does(client, found):
    rules = {rule["code"] for rule in (await client.get("/v1/warnings/rules")).json()["rules"]}

    assert set(found) == rules


async def test_calibrations_promises_and_roadblocks_are_shown_in_every_state(client):
    """The rungs are those of the simulation's last day: the scheduler of a service that runs takes them on."""
    listed = {path: await everything(client, path) for path in ("calibrations", "commitments", "roadblocks")}
    states = {path: {one["state"] for one in rows} for path, rows in listed.items()}

    assert states["calibrations"] == set(CALIBRATIONS)
    assert states["commitments"] == set(COMMITMENT_STATES)
    assert {one["rung"] for one in listed["roadblocks"]} == set(LADDER)
    assert any(one["disagreement"] for one in listed["calibrations"])
    flags = {flag for one in await everything(client, "sponsorships") for flag in one["flags"]}
    assert flags >= {"undefined_role", "unpaired", "no_recent_meeting", "overloaded"}
    report = (await client.get("/v1/resourcing/accountability", params={"from": "2025-04-01"})).json()["total"]
    assert min(report[name] for name in ("requested", "kept", "late", "missed", "declined")) > 0
    idle = (await client.get("/v1/resourcing/reallocation")).json()["unmet"]
    assert idle


async def test_every_warning_shows_what_it_rests_on(found):
    for held in found.values():
        for one in held.values():
            assert one["figures"], one["code"]
            assert one["ways"], one["code"]
            assert one["plays"], one["code"]


@pytest.mark.parametrize(
    ("code", "cause", "least"),
    [
        ("comfort_zone", {"story": "coaster"}, 0.8),
        ("concentrated", {"story": "coaster"}, 0.9),
        ("thin_relationships", {"story": "coaster"}, 0.9),
        ("concentrated", {"story": "single_product"}, 0.9),
        ("competitor_foothold", {"cause": "competitor_entered"}, 0.8),
        ("all_competitive", {"cause": "competitor_entered"}, 0.5),
        ("plan_stale", {"plan": "drawer"}, 1),
        ("plan_stale", {"plan": "dropped"}, 1),
        ("untapped_whitespace", {"story": "coaster"}, 0.9),
        ("engagement_lapsed", {"story": "coaster"}, 0.3),
        ("flattening", {"story": "decliner"}, 0.15),
        ("detractor", {"story": "decliner"}, 0.5),
    ],
)
async def test_a_warning_is_open_where_its_cause_acts(world, found, code, cause, least):
    assert share(found[code], of(world, **cause)) >= least


@pytest.mark.parametrize(
    ("code", "cause", "most"),
    [
        ("comfort_zone", {"story": "grower"}, 0),
        ("comfort_zone", {"story": "decliner"}, 0.3),
        ("concentrated", {"story": "grower"}, 0.2),
        ("thin_relationships", {"story": "grower"}, 0.4),
        ("plan_stale", {"plan": "living"}, 0),
        ("plan_stale", {"plan": "none"}, 0),
        ("untapped_whitespace", {"plan": "living"}, 0.15),
        ("detractor", {"story": "grower"}, 0.25),
        ("flattening", {"story": "grower"}, 0.25),
    ],
)
async def test_a_warning_is_quiet_where_its_cause_is_absent(world, found, code, cause, most):
    assert share(found[code], of(world, **cause)) <= most


async def test_whoever_left_of_late_is_named(world, found):
    parted = {account for account, truth in world.truth.items() if truth.parted_on is not None}

    assert parted
    assert parted <= set(found["supporter_left"])
    for account in parted:
        records = found["supporter_left"][account]["records"]
        assert world.truth[account].parted_on.isoformat() in {one["dated_on"] for one in records}


async def test_a_trade_that_gets_worse_is_seen_there(world, found):
    trades = {body["external_id"]: body["industry"] for body in world.facts["accounts"] if "industry" in body}
    rated = {
        one
        for one, bodies in by_account(world, "ratings").items()
        if any(b["metric"] == "market_leadership" for b in bodies)
    }
    struck = {account for account, trade in trades.items() if trade == "Paper and packaging"} & rated

    assert share(found["market_worsening"], struck) > 3 * share(found["market_worsening"], rated - struck)


async def test_use_falls_where_things_went_wrong_and_is_full_where_one_product_is_all(world, found):
    assert set(found["usage_falling"]) <= of(world, story="decliner")
    assert set(found["user_base_matured"]) <= of(world, story="single_product")


async def test_plans_are_listed_with_what_they_come_to(client, world):
    listed = await everything(client, "plans")
    names = {one["id"]: one["external_id"] for one in await everything(client, "accounts")}
    by_habit = defaultdict(list)
    for plan in listed:
        by_habit[world.truth[names[plan["account_id"]]].plan].append(plan["figures"])

    assert len(listed) == len(world.program.plans)
    assert {figures["completeness"] for figures in by_habit["living"]} == {1}
    assert max(figures["completeness"] for figures in by_habit["drawer"]) <= 0.5
    assert any(figures["co_created"] for figures in by_habit["living"])
    assert not any(figures["co_created"] for habit in ("drawer", "dropped") for figures in by_habit[habit])
    assert all(figures["customer_outcome_share"] == 0 for figures in by_habit["drawer"])
    assert all(figures["product_push"] for figures in by_habit["drawer"])


async def test_plans_measure_themselves_and_say_who_stands_behind_their_goals(client, world):
    names = {one["external_id"]: one["id"] for one in await everything(client, "accounts")}
    states, coverage = set(), []
    for habit in ("living", "drawer", "dropped"):
        account = names[min(of(world, plan=habit) & set(by_account_of(world.program.plans)))]
        answers = [await client.get(f"/v1/accounts/{account}/{what}") for what in ("plan/progress", "plan/alignment")]
        assert [answer.status_code for answer in answers] == [200, 200]
        progress, alignment = [answer.json() for answer in answers]
        states |= {one["state"] for one in progress["objectives"]}
        coverage.append(alignment["coverage"])

    assert states & {"met", "on_track", "behind"}
    assert coverage[0] > 0
    assert coverage[1:] == [None, None]  # there are no goals of the customer's in them


async def test_an_assessment_shows_where_the_comfortable_manager_stands_alone(client, world):
    names = {one["external_id"]: one["id"] for one in await everything(client, "accounts")}
    assessed = by_account_of(world.program.assessments)
    account = next(one for one in sorted(of(world, story="coaster")) if len(assessed[one]) >= 4)

    answer = await client.get(
        f"/v1/accounts/{names[account]}/assessments/summary", params={"as_of": ENDS_ON.isoformat()}
    )

    summary = answer.json()
    assert answer.status_code == 200
    assert len(summary["elements"]) == 10
    assert sum(one["change"] is not None for one in summary["elements"]) > 0


def by_account_of(bodies):
    """Bodies of the program by the account that they are of."""
    found = defaultdict(list)
    for body in bodies:
        found[body["account"]["external_id"]].append(body)
    return found
