"""What the simulated supplier's people did: plans, words on whitespace, assessments, each as its story has it."""

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from statistics import fmean

import pytest

from app.accounts.kinds import KINDS
from app.demo.core.partnerships import COURSES, UNMET
from app.health.core.assessments import ELEMENTS
from app.planning.core.consistency import check_document
from app.planning.core.differences import differences, is_substantive, said
from app.planning.core.horizon import check_horizon
from app.planning.core.plays import PLAYS
from app.planning.schemas.documents import PlanDocument
from app.planning.schemas.whitespace import WhitespaceCellBody
from app.resourcing.core.commitments.states import MOVES, STATES
from app.resourcing.core.roadblocks.ladder import LADDER
from tests.demo.core.seen import a_world, by_account, days, on
from tests.demo.core.test_simulation import dates_in

AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
LIE_AHEAD = {"due_on", "ends_on", "growth_targets", "scheduled_on", "next_review_on", "countered_due_on"}


@pytest.fixture(scope="module")
def world():
    return a_world()


def identities_in(value):
    """The external ids of all records that a body names."""
    if isinstance(value, dict):
        if value.keys() == {"source", "external_id"}:
            return [value["external_id"]]
        return [one for part in value.values() for one in identities_in(part)]
    return [one for part in value for one in identities_in(part)] if isinstance(value, list) else []


def with_ids(value):
    """The body as the wire has it, with an id for every identity."""
    if isinstance(value, dict):
        return AN_ID if value.keys() == {"source", "external_id"} else {k: with_ids(v) for k, v in value.items()}
    return [with_ids(one) for one in value] if isinstance(value, list) else value


def past(value):
    """The body without what may lie ahead."""
    if isinstance(value, dict):
        return {name: past(part) for name, part in value.items() if name not in LIE_AHEAD}
    return [past(one) for one in value] if isinstance(value, list) else value


def supporting(world):
    return [body for bodies in world.program.support.values() for body in bodies]


def everything(world):
    program = world.program
    return [*program.plans, *program.statements, *program.assessments, *supporting(world)]


def plans_of(world, habit):
    return [plan for plan in world.program.plans if world.truth[plan["account"]["external_id"]].plan == habit]


def test_only_records_are_named_that_are_there(world):
    known = {body["external_id"] for kind in KINDS for body in world.facts[kind]}
    known |= {one["id"]["external_id"] for plan in world.program.plans for one in plan["actions"]}
    known |= {one["id"]["external_id"] for one in world.program.support["resources"]}

    assert {one for body in everything(world) for one in identities_in(body)} <= known


def test_nothing_was_done_after_the_last_day(world):
    found = [day for body in everything(world) for day in dates_in(past(body))]

    assert found
    assert max(found) <= world.ends_on


def test_every_plan_could_have_been_saved(world):
    for plan in world.program.plans:
        check_horizon(on(plan, "starts_on"), on(plan, "ends_on"))
        numbers = range(1, len(plan["versions"]) + 1)
        assert all(version["saved_on"] >= plan["starts_on"] for version in plan["versions"])
        assert all(approval["number"] in numbers for approval in plan["approvals"])
        assert all(reader["read_number"] in numbers for reader in plan["readers"])
        keys = {one["key"] for one in plan["versions"][-1]["document"]["customer_objectives"]["items"]}
        assert {action["goal"] for action in plan["actions"] if "goal" in action} <= keys
        assert {action["play"] for action in plan["actions"] if "play" in action} <= set(PLAYS)
        for version in plan["versions"]:
            wire = PlanDocument.model_validate(with_ids(version["document"]))
            check_document(wire.model_dump(mode="json"))


def test_what_counts_as_new_in_a_plan_is_new_and_a_rewording_is_none(world):
    seen: Counter[bool] = Counter()
    for plan in world.program.plans:
        versions = [
            (version, said(with_ids(version["document"]), plan["starts_on"], plan["ends_on"]))
            for version in plan["versions"]
        ]
        for (_, before), (version, after) in pairwise(versions):
            assert is_substantive(differences(before, after)) == version["substantive"]
            seen[version["substantive"]] += 1

    assert seen[True] > 100
    assert seen[False] >= 5


def test_where_doors_are_open_the_plan_lives_and_where_all_is_comfortable_it_lies_in_a_drawer(world):
    kept: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for truth in world.truth.values():
        kept[truth.story][truth.plan] += 1

    assert set(kept["grower"]) <= {"living", "none"}
    assert set(kept["coaster"]) <= {"drawer", "none"}
    assert set(kept["decliner"]) <= {"dropped", "none"}
    assert set(kept["prospect"]) == {"none"}
    newest = {
        habit: [max(on(v, "saved_on") for v in plan["versions"] if v["substantive"]) for plan in plans_of(world, habit)]
        for habit in ("living", "drawer", "dropped")
    }
    assert min(newest["living"]) > world.ends_on - days(90)
    assert max(newest["drawer"] + newest["dropped"]) < world.ends_on - days(90)


def test_only_living_plans_are_made_with_the_customer(world):
    for plan in world.program.plans:
        living = world.truth[plan["account"]["external_id"]].plan == "living"
        outcomes = {one["outcome"] for one in plan["versions"][-1]["document"]["customer_objectives"]["items"]}
        assert ("customer" in outcomes) == living
        assert all(("goal" in action) == living for action in plan["actions"])
        assert living or not plan["approvals"]
    assert any(plan["approvals"] for plan in plans_of(world, "living"))


def test_words_on_cells_are_valid_and_each_cell_has_one(world):
    cells = [
        (one["buying_center_id"]["external_id"], one["offering_id"]["external_id"]) for one in world.program.statements
    ]
    centers = {body["external_id"]: body["account"]["external_id"] for body in world.facts["buying_centers"]}

    assert len(set(cells)) == len(cells)
    for one in world.program.statements:
        assert centers[one["buying_center_id"]["external_id"]] == one["account"]["external_id"]
        fields = {
            name: value for name, value in one.items() if name not in {"account", "buying_center_id", "offering_id"}
        }
        WhitespaceCellBody.model_validate(with_ids(fields))
    pursued = [one for one in world.program.statements if "next_step" in one]
    assert {world.truth[one["account"]["external_id"]].plan for one in pursued} == {"living"}
    besieged = {one["account"]["external_id"] for one in world.program.statements if one["state"] == "competitor"}
    assert {world.truth[account].cause for account in besieged} == {"competitor_entered"}


def test_assessments_speak_of_all_ten_elements_with_evidence(world):
    for one in world.program.assessments:
        assert set(one["elements"]) == set(ELEMENTS)
        assert all(1 <= found["value"] <= 5 and found["evidence"] for found in one["elements"].values())


def test_their_own_managers_find_coasting_accounts_better_than_others_do(world):
    means = defaultdict(list)
    for one in world.program.assessments:
        story = world.truth[one["account"]["external_id"]].story
        mean = fmean(found["value"] for found in one["elements"].values())
        means[story == "coaster", one["function"] == "sales"].append(mean)

    assert fmean(means[True, True]) > fmean(means[True, False]) + 0.6
    assert abs(fmean(means[False, True]) - fmean(means[False, False])) < 0.2


def test_supporters_who_left_of_late_stood_by_us_and_are_met_no_more(world):
    parted = {account: truth.parted_on for account, truth in world.truth.items() if truth.parted_on is not None}
    engagements = by_account(world, "engagements")
    stances: dict[str, str] = {}
    for body in world.facts["contacts"]:
        if "stance" in body:
            stances[body["external_id"]] = body["stance"]

    assert parted
    for account, day in parted.items():
        assert world.ends_on - days(90) < day < world.ends_on
        (who,) = [
            body["external_id"]
            for body in world.facts["contacts"]
            if body.get("active") is False
            and body["external_id"].startswith(f"{account}-")
            and on(body, "effective_on") == day
        ]
        assert stances[who] in {"advocate", "coach", "supporter"}
        later = [one for one in engagements[account] if on(one, "held_on") >= day]
        assert who not in {person["external_id"] for one in later for person in one["contacts"]}


def test_one_trade_is_seen_to_get_worse_in_the_last_round(world):
    trades = {body["external_id"]: body["industry"] for body in world.facts["accounts"] if "industry" in body}
    rated = defaultdict(list)
    for one in world.facts["ratings"]:
        if one["metric"] == "customer_growth_outlook":
            last = on(one, "rated_on") > world.ends_on - days(120)
            struck = trades[one["account"]["external_id"]] == "Paper and packaging"
            rated[struck, last].append(one["value"])

    assert fmean(rated[True, True]) < fmean(rated[True, False]) - 0.8
    assert abs(fmean(rated[False, True]) - fmean(rated[False, False])) < 0.3


def test_small_worlds_have_every_kind_of_plan():
    world = a_world(accounts=60, ends_on=date(2028, 2, 29))

    assert {truth.plan for truth in world.truth.values()} == {"living", "drawer", "dropped", "none"}
    assert any(truth.parted_on for truth in world.truth.values())


def test_every_promise_went_a_way_that_it_may_go_day_by_day(world):
    promises = world.program.support["commitments"]

    assert {one["state"] for one in promises} == set(STATES)
    for one in promises:
        moves = one["moves"]
        assert [move["from_state"] for move in moves] == [None, *(move["to_state"] for move in moves[:-1])]
        assert moves[-1]["to_state"] == one["state"]
        assert all(move["to_state"] in MOVES[move["from_state"]].values() for move in moves[1:])
        assert [move["moved_on"] for move in moves] == sorted(move["moved_on"] for move in moves)
        terms = [move["terms"] for move in moves if move["to_state"] in {"requested", "accepted"}][-1]
        assert (terms["quantity"], terms["due_on"]) == (one["quantity"], one["due_on"])
    kept = [one["delivered_on"] <= one["due_on"] for one in promises if one["delivered_on"]]
    assert any(kept)
    assert not all(kept)
    assert any(one["state"] == "accepted" and one["due_on"] < world.ends_on.isoformat() for one in promises)


def test_what_customers_use_goes_with_what_becomes_of_them(world):
    support = world.program.support
    due: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for one in support["account_entitlements"]:
        due[world.truth[one["account_id"]["external_id"]].story] += 4 * one["quantity"]
    for one in support["usage_entries"]:
        used[world.truth[one["account_id"]["external_id"]].story] += one["quantity"]

    share = {story: used[story] / due[story] for story in due}

    assert share["grower"] > share["steady"] > share["coaster"] > share["single_product"]


def test_roadblocks_stand_on_every_rung_with_the_days_of_each(world):
    found = world.program.support["roadblocks"]

    assert {one["rung"] for one in found} == set(LADDER)
    assert {one["state"] for one in found} == {"open", "mitigating", "resolved"}
    for one in found:
        climbed = [move["rung"] for move in one["moves"] if move["kind"] == "escalated"]
        assert climbed == list(LADDER[1 : LADDER.index(one["rung"]) + 1])
    same = Counter((one["kind"], one["function"]) for one in found)
    assert same["capacity", "service"] >= 3  # which recurs


@pytest.mark.parametrize("accounts", [24, 240])
def test_calibrations_come_to_every_place_however_few_the_accounts(accounts):
    played = a_world(accounts=accounts).program.partnerships

    assert {one.course.reached for one in played} >= {"drafted", "half_sealed", "revealed", "at_odds", "active"}
    assert sum(one.course.again is not None for one in played) == 2
    assert len({one.account["external_id"] for one in played}) == len(played) == len((*COURSES, *UNMET))
