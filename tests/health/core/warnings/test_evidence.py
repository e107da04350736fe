from dataclasses import replace
from uuid import uuid4

import numpy as np

from app.health.core.warnings.evidence import Compared, held_bits, same_figures, ways_held
from app.health.core.warnings.limits import limits_of
from app.health.core.warnings.rules import BY_CODE, RULES
from app.tenancy.core.organization import WarningThresholds
from tests.health.core.warnings.days import figures
from tests.health.core.warnings.test_aligned import measured_of


def test_ways_are_kept_by_their_codes():
    for rule in RULES:
        for bits in range(1 << len(rule.ways)):
            assert held_bits(rule, ways_held(rule, bits)) == bits


def test_a_way_that_a_rule_no_longer_has_is_forgotten():
    assert held_bits(RULES[0], ["no_longer_there", RULES[0].ways[0].code]) == 1


def test_figures_are_the_same_whatever_stands_beside_them():
    document = {"ways": ["a"], "figures": [{"value": 1.0}], "records": [1], "as_of": "2024-01-01"}
    assert same_figures(document, ["a"], [{"value": 1.0}])
    assert not same_figures(document, ["a"], [{"value": 1.5}])
    assert not same_figures(document, ["a", "b"], [{"value": 1.0}])


def test_evidence_tells_the_figures_of_the_ways_that_hold():
    rule = BY_CODE["concentrated"]
    measured = measured_of([uuid4()], [0])
    now = figures({"deal_count_ltm": 3, "concentration_offering": 0.7, "concentration_buying_center": 0.2})
    compared = Compared(measured, now, limits_of(WarningThresholds(), {}))
    document = compared.document(rule, 0, held_bits(rule, ["by_offering"]))
    assert document["ways"] == ["by_offering"]
    assert [(one["metric"], one["value"], one["threshold"]) for one in document["figures"]] == [
        ("deal_count_ltm", 3, 2),
        ("concentration_offering", 0.7, 0.6),
    ]
    assert {one["fact_on"] for one in document["figures"]} == {None}


def test_a_figure_that_is_not_known_is_told_as_such():
    rule = BY_CODE["detractor"]
    measured = replace(measured_of([uuid4()], [0]), latest={"nps": np.array(["2024-06-01"], dtype="datetime64[D]")})
    compared = Compared(measured, figures({}), limits_of(WarningThresholds(), {}))
    (figure,) = compared.document(rule, 0, held_bits(rule, ["score_low"]))["figures"]
    assert (figure["value"], figure["threshold"], figure["fact_on"]) == (None, 7, "2024-06-01")
