"""The stories in the facts: causes come before effects, and what is planted can be found by somebody who looks."""

from collections import defaultdict
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from tests.demo.core.seen import a_world, by_account, days, of_cause, of_story, on, revenue, spearman

EXECUTIVES = {"director", "vp", "c_level"}


@pytest.fixture(scope="module", params=[20, 1])
def world(request):
    return a_world(seed=request.param)


def executives(world):
    return {c["external_id"] for c in world.facts["contacts"] if c.get("seniority") in EXECUTIVES}


def first_met(engagements):
    met: dict[str, date] = {}
    for engagement in sorted(engagements, key=lambda e: e["held_on"]):
        for person in engagement["contacts"]:
            met.setdefault(person["external_id"], on(engagement, "held_on"))
    return met


def attainment(world, deals, targets):
    """Won in the last 365 days against the revenue targets of their years, day by day."""
    per_day = {t["period"]["from"][:4]: float(t["amount"]["amount"]) / 365 for t in targets if t["metric"] == "revenue"}
    planned = sum(per_day.get(str((world.ends_on - days(back)).year), np.nan) for back in range(365))
    return revenue(deals, world.ends_on - days(365), world.ends_on) / planned


def attainments(world, story):
    deals, targets = by_account(world, "opportunities"), by_account(world, "targets")
    return [attainment(world, deals[a], targets[a]) for a in of_story(world, story) if targets[a]]


def test_where_a_supporter_left_executives_are_met_less_then_deals_are_lost_then_revenue_falls(world):
    deals, engagements = by_account(world, "opportunities"), by_account(world, "engagements")
    gone = [(c["external_id"], on(c, "effective_on")) for c in world.facts["contacts"] if c.get("active") is False]
    met, won, spent = [], [], []
    for account in of_cause(world, "supporter_left"):
        truth = world.truth[account]
        assert truth.turned_on < truth.felt_on
        assert truth.turned_on in {day for person, day in gone if person.startswith(f"{account}-")}
        met.append([_meetings(engagements[account], truth.turned_on + days(shift)) for shift in (0, 182)])
        won.append([_win_rate(deals[account], truth.felt_on + days(shift)) for shift in (0, 200)])
        spent.append(
            [revenue(deals[account], day - days(182), day) for day in (truth.turned_on, truth.felt_on + days(182))]
        )

    for before, after in (np.sum(met, axis=0), np.nanmean(won, axis=0), np.median(spent, axis=0)):
        assert after < 0.7 * before


def _meetings(engagements, until):
    return sum(e["kind"] == "executive_review" and until - days(182) < on(e, "held_on") <= until for e in engagements)


def _win_rate(deals, until):
    ends = [d["status"] for d in deals if "closed_on" in d and until - days(180) < on(d, "closed_on") <= until]
    return ends.count("won") / len(ends) if ends else np.nan


def test_where_a_competitor_enters_it_is_named_in_one_buying_center_and_deals_are_lost_there(world):
    deals = by_account(world, "opportunities")
    inside: list[bool] = []
    beside: list[bool] = []
    for account in of_cause(world, "competitor_entered"):
        entered = world.truth[account].turned_on
        later = [d for d in deals[account] if on(d, "created_on") > entered]
        named = [d["buying_center"] for d in later if "competitor" in d]
        besieged = max(set(named), key=named.count)
        for deal in (deal for deal in later if deal["status"] != "open"):
            (inside if deal["buying_center"] == besieged else beside).append(deal["status"] == "won")

    assert np.mean(inside) < 0.2 < np.mean(beside)


def test_where_delivery_fails_quality_falls_before_revenue(world):
    observations, deals = by_account(world, "observations"), by_account(world, "opportunities")
    quality, spent = [], []
    for account in of_cause(world, "delivery_trouble"):
        turned = world.truth[account].turned_on
        seen = [o for o in observations[account] if o["metric"] == "delivery_quality"]
        before = [o["value"] for o in seen if on(o, "observed_on") < turned]
        after = [o["value"] for o in seen if on(o, "observed_on") > turned + days(60)]
        quality += [np.mean(after) - np.mean(before)] if before and after else []
        spent.append([revenue(deals[account], day - days(365), day) for day in (turned, world.ends_on)])

    assert np.median(quality) < -0.8
    assert np.median([late / early for early, late in spent if early]) < 0.8


def test_coasters_meet_their_targets(world):
    reached = attainments(world, "coaster")

    assert len(reached) > 20
    assert np.mean(np.array(reached) >= 0.9) >= 0.9


def test_coasters_meet_no_new_executive_and_open_no_new_buying_center_for_two_quarters(world):
    deals, engagements, above = by_account(world, "opportunities"), by_account(world, "engagements"), executives(world)
    lately = world.ends_on - days(180)
    for account in of_story(world, "coaster"):
        met = first_met(engagements[account])
        assert all(day <= lately for person, day in met.items() if person in above)
        assert not any(e["kind"] == "referral" for e in engagements[account])
        first_deals: dict[str, date] = {}
        for deal in sorted(deals[account], key=lambda d: d["created_on"]):
            first_deals.setdefault(deal["buying_center"], on(deal, "created_on"))
        assert all(day <= lately for day in first_deals.values())
        assert len({deal["primary_contact"]["external_id"] for deal in deals[account]}) == 1


def test_growers_meet_new_executives_first_then_open_buying_centers_then_grow(world):
    deals, engagements, above = by_account(world, "opportunities"), by_account(world, "engagements"), executives(world)
    opened, new, grown = [], [], []
    for account in of_story(world, "grower"):
        turned = world.truth[account].turned_on
        new.append(sum(day > turned for person, day in first_met(engagements[account]).items() if person in above))
        opened.append(sum(e["kind"] == "referral" and on(e, "held_on") > turned for e in engagements[account]))
        year = [revenue(deals[account], day - days(365), day) for day in (world.ends_on - days(365), world.ends_on)]
        grown.append(year[1] / max(year[0], 1))

    assert min(new) >= 1
    assert min(opened) >= 1
    assert np.median(grown) > 1.3


def test_prospects_have_bought_nothing_and_have_open_deals(world):
    deals = by_account(world, "opportunities")
    prospects = of_story(world, "prospect")

    assert not any(deal["status"] == "won" for account in prospects for deal in deals[account])
    assert np.mean([any(deal["status"] == "open" for deal in deals[account]) for account in prospects]) > 0.7


def test_heavy_spenders_on_one_product_buy_one_offering_and_more_than_others(world):
    deals = by_account(world, "opportunities")
    last_year = {a: revenue(deals[a], world.ends_on - days(365), world.ends_on) for a in world.truth}

    heavy = of_story(world, "single_product")

    assert all(len({deal["offering"] for deal in deals[account]}) == 1 for account in heavy)
    assert np.median([last_year[account] for account in heavy]) > 3 * np.median(list(last_year.values()))


def test_rebuilders_miss_their_targets_while_the_doors_open_again(world):
    engagements = by_account(world, "engagements")
    lately = world.ends_on - days(180)
    met = [_meetings(engagements[account], world.ends_on) for account in of_story(world, "rebuilder")]
    before = [_meetings(engagements[account], lately - days(180)) for account in of_story(world, "rebuilder")]

    assert np.median(attainments(world, "rebuilder")) < 0.8
    assert np.mean(met) > 2 * np.mean(before)


def test_willingness_goes_with_later_growth_and_current_spend_does_not(world):
    deals, ratings = by_account(world, "opportunities"), by_account(world, "ratings")
    then = world.ends_on - days(365)
    willing, spend, grown = [], [], []
    for account in world.truth:
        rated = [
            rating["value"]
            for rating in ratings[account]
            if rating["metric"] == "willingness_to_partner" and then - days(365) < on(rating, "rated_on") <= then
        ]
        if not rated:
            continue
        before, after = (revenue(deals[account], day - days(365), day) for day in (then, world.ends_on))
        willing.append(np.mean(rated))
        spend.append(before)
        grown.append(np.log((1 + after) / (1 + before)))

    assert len(willing) > 100
    assert spearman(willing, grown) > 0.2
    assert spearman(spend, grown) < 0.15


def test_win_rates_and_sizes_are_those_of_a_real_book(world):
    ends = defaultdict(list)
    sizes = [float(deal["amount"]["amount"]) for deal in world.facts["opportunities"] if "amount" in deal]
    for deal in world.facts["opportunities"]:
        if deal["status"] != "open" and world.truth[deal["account"]["external_id"]].story != "prospect":
            ends[deal["account"]["external_id"]].append(deal["status"] == "won")
    rates = [np.mean(won) for won in ends.values() if len(won) >= 10]

    assert 0.2 < np.quantile(rates, 0.05) < np.quantile(rates, 0.95) < 0.75
    assert abs(np.mean(np.log(sizes)) - np.median(np.log(sizes))) < 0.25
    assert len(world.facts["opportunities"]) < 20_000


def test_some_accounts_are_unrated_and_some_open_deals_lack_amount_or_probability(world):
    rated = set(by_account(world, "ratings"))
    opened = [deal for deal in world.facts["opportunities"] if deal["status"] == "open"]

    assert 0.1 < 1 - len(rated) / len(world.truth) < 0.5
    assert 0 < sum("amount" not in deal for deal in opened) < len(opened) / 3
    assert 0 < sum("probability" not in deal for deal in opened) < len(opened) / 2


def test_exchange_rates_move_by_little_and_agree_with_their_inverse(world):
    rates = {(r["currency"], r["into_currency"], r["from_on"]): float(r["rate"]) for r in world.facts["exchange_rates"]}
    for (one, other, day), rate in rates.items():
        assert rate * rates[other, one, day] == pytest.approx(1, abs=1e-4)
    usd = [rate for (one, other, _), rate in sorted(rates.items()) if (one, other) == ("USD", "EUR")]
    assert all(abs(late / early - 1) < 0.05 for early, late in pairwise(usd))
