"""The accountability report through its door, against plain counting."""

from datetime import timedelta

import pytest
from scipy.stats import variation

from app.kernel.ids import new_id
from tests.asking import counted, days_ago, ok
from tests.planning.test_plans import refused
from tests.resourcing.accountability import plainly
from tests.resourcing.accountability.ground import TODAY, World, a_whole_story, a_world, write
from tests.resourcing.roadblocks.ground import days_on
from tests.shared_app import ONE_LOOP

pytestmark = ONE_LOOP
FIRST, LAST = TODAY - timedelta(days=320), TODAY - timedelta(days=17)
MONEY = ("committed_cost", "entitled_cost", "used_cost", "wasted_cost")
ADD_UP = (
    "requested", "answered", "accepted", "declined", "unanswered", "fell_due", "kept", "late", "late_days", "missed",
    "overdue_now", "roadblocks_opened", "roadblocks_resolved", "roadblocks_open", "roadblocks_breached", "unpriced",
)  # fmt: skip


async def report(client, by, first=FIRST, last=LAST, **params):
    asked = {"group_by": by, "from": first.isoformat(), "to": last.isoformat(), **params}
    return await ok(client.get("/v1/resourcing/accountability", params=asked))


def told(figures, expected):
    """What was told of what is expected, money as a number."""
    return {name: float(figures[name]["amount"]) if name in MONEY else figures[name] for name in expected}


async def test_every_group_is_what_plain_counting_finds_and_all_add_up(client, database, tenant):
    world = await a_world(client, database, tenant)
    totals = []
    for by, count in (("function", 2), ("leader", 4), ("account", 5), ("resource", 4)):
        found = await report(client, by)
        assert found["groups_total"] == len(found["groups"]) == count, by
        whole = plainly.counted(world, FIRST, LAST, by, None, whole=True)
        assert told(found["total"], whole) == pytest.approx(whole, abs=0.006)
        for group in found["groups"]:
            expected = plainly.counted(world, FIRST, LAST, by, group["key"], whole=False)
            assert told(group, expected) == pytest.approx(expected, abs=0.006), (by, group["key"])
            assert group["kept_share"] == (round(group["kept"] / group["fell_due"], 4) if group["fell_due"] else None)
        for name in ADD_UP:
            assert sum(group[name] for group in found["groups"]) == found["total"][name], (by, name)
        totals.append(found["total"])
    assert totals[1:] == totals[:-1]
    assert totals[0]["unpriced"] > 0
    assert {group["name"] for group in (await report(client, "leader"))["groups"]} == {"First", "Second", "Third", None}
    assert (await report(client, "account", limit=1))["groups_total"] == 5
    beside = (await report(client, "resource"))["personal_channel"]
    personal = [row for row in world.of("commitments") if FIRST <= row["requested_on"] <= LAST]
    share = sum(row["channel"] == "personal_relationship" for row in personal) / len(personal)
    assert (beside["share"], beside["benchmark"]["value"]) == (round(share, 4), 76)


@pytest.mark.parametrize("by", ["function", "kam"])
async def test_support_varies_by_as_much_as_the_coefficient_of_variation_says(client, database, tenant, by):
    """`scipy.stats.variation` with one degree of freedom taken off, over accounts of a tier."""
    world = await a_world(client, database, tenant, seed=5, promises=120)
    params = {"from": FIRST.isoformat(), "to": LAST.isoformat(), "group_by": by}
    found = await ok(client.get("/v1/resourcing/support-variability", params=params))
    assert [tier["tier"] for tier in found["tiers"]] == ["tier_1", "tier_2", None]

    accounts = set(world.accounts[:2])
    function = {row["id"]: row["function"] for row in world.of("resources")}

    def of(key):
        """The promises to accounts of the first tier, by one function where there is one; they have the same KAM."""
        every = key is None or by == "kam"
        return lambda row: row["account_id"] in accounts and (every or function[row["resource_id"]] == key)

    first = found["tiers"][0]
    groups = [(None, first), *((group["key"], group) for group in first["groups"])]
    assert len(groups) == (3 if by == "function" else 2)
    for key, group in groups:
        for measure in ("kept_share", "response_days", "help_days"):
            voices = plainly.per_account(world, FIRST, LAST, of(key), measure)
            assert group[measure]["accounts"] == len(voices) == 2
            assert group[measure]["mean"] == pytest.approx(sum(voices) / 2, abs=1e-4)
            expected = pytest.approx(float(variation(voices, ddof=1)), abs=1e-4) if any(voices) else None
            assert group[measure]["variation"] == expected, (key, measure)


async def test_nothing_was_promised_where_nothing_was_and_days_to_come_are_refused(client, other_client):
    ids = await a_whole_story(client)

    found = await ok(client.get("/v1/resourcing/accountability", params={"group_by": "account"}))
    varies = await ok(client.get("/v1/resourcing/support-variability"))

    assert (found["groups"], found["total"]["requested"], found["total"]["kept_share"]) == ([], 0, None)
    assert found["total"]["wasted_cost"] == {"amount": "0.00", "currency": "USD"}
    assert varies["tiers"] == []
    for path in ("accountability", "support-variability"):
        to_come = {"to": days_on(1).isoformat()}
        await refused(client.get(f"/v1/resourcing/{path}", params=to_come), 422, "in_the_future")
        turned = {"from": days_ago(1), "to": days_ago(2)}
        await refused(client.get(f"/v1/resourcing/{path}", params=turned), 422, "no_period")
    here = f"/v1/accounts/{ids['account_id']}/collaboration"
    await refused(other_client.get(here), 404, "account_not_found")


async def test_statements_do_not_grow_with_the_promises(client, database, tenant):
    world = await a_world(client, database, tenant, seed=1, promises=5)
    with counted(database) as few:
        await report(client, "account")
    more = [{**row, "id": new_id()} for row in world.of("commitments") for _ in range(20)]
    await write(database, tenant, World(world.accounts, world.people, {"commitments": more}))

    with counted(database) as many:
        await report(client, "account")

    assert len(many) == len(few) < 12
