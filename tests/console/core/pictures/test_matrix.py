"""The portfolio matrix says what the accounts' scores say."""

from app.console.core.pictures.matrix import LARGEST, SMALLEST, matrix
from app.console.core.pictures.picture import Cell
from app.console.core.tiers import tier_looks
from app.selection.core.model import QuadrantThresholds
from tests.console.core.test_standing import one

LOOKS = tier_looks(("tier_1", "tier_2", "standard", "emerging"))


def drawn(*standings, revenue=(), explained=()):
    return matrix(
        standings,
        revenue=dict(revenue),
        explained=dict(explained),
        currency="EUR",
        thresholds=QuadrantThresholds(55.0, 65.0),
        looks=LOOKS,
    )


def data_of(picture):
    return {datum["name"]: datum for series in picture.option["series"] for datum in series["data"]}


def test_a_point_lies_at_its_scores_and_leads_to_its_account():
    account = one(1, "Acme", opportunity=70.123, alignment=40.0, composite=55.0, tier="tier_1", quadrant="cultivate")
    datum = data_of(drawn(account))["Acme"]
    assert datum["value"] == [40.0, 70.12]
    assert datum["href"] == f"/console/accounts/{account.account_id}"


def test_areas_are_as_revenues_and_the_unknown_is_the_smallest():
    standings = [one(at, name, opportunity=1.0, alignment=1.0, tier="tier_1") for at, name in enumerate("ABC")]
    revenue = {standings[0].account_id: 400.0, standings[1].account_id: 100.0, standings[2].account_id: None}
    sizes = {name: datum["symbolSize"] for name, datum in data_of(drawn(*standings, revenue=revenue)).items()}
    assert sizes["A"] == LARGEST
    assert sizes["B"] == round((SMALLEST + LARGEST) / 2, 1)
    assert sizes["C"] == SMALLEST


def test_the_tip_tells_the_three_biggest_contributions():
    account = one(1, "Acme", opportunity=70.0, alignment=40.0, tier="tier_1")
    gains = [("goal_fit", 4.0), ("future_spend", 12.25), ("win_rate", None), ("nps", 8.0), ("reach", 1.0)]
    answer = {"contributions": [{"criterion": name, "contribution": gain} for name, gain in gains]}
    tip = data_of(drawn(account, explained={account.account_id: answer}))["Acme"]["tip"]
    assert tip["lines"][tip["rule"] :] == [["Future spend", "+12.2"], ["Nps", "+8.0"], ["Goal fit", "+4.0"]]


def test_tiers_differ_by_shape_as_well_as_by_colour():
    series = drawn(
        one(1, "A", opportunity=1.0, alignment=1.0, tier="tier_1"),
        one(2, "B", opportunity=1.0, alignment=1.0, tier="tier_2"),
        one(3, "C", opportunity=1.0, alignment=1.0, tier="gone"),
    ).option["series"][1:]
    assert [line["name"] for line in series] == ["Tier 1", "Tier 2", "Standard"]
    assert len({line["symbol"] for line in series}) == 3


def test_the_model_s_thresholds_divide_the_map():
    ground = drawn().option["series"][0]
    assert ground["markLine"]["data"] == [{"xAxis": 65.0}, {"yAxis": 55.0}]
    assert {area[0]["name"]: area[0]["coord"] for area in ground["markArea"]["data"]}["Invest"] == [65.0, 100]


def test_the_table_has_every_account_that_is_drawn_best_first():
    standings = [one(at, f"A{at}", opportunity=50.0, alignment=50.0, tier="tier_2") for at in range(30)]
    picture = drawn(*standings)
    names = [row[0].text for row in picture.table.rows if isinstance(row[0], Cell)]
    assert names == [one.name for one in standings]
    assert len(data_of(picture)) == 30
