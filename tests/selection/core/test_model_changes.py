"""What differs between two models."""

from dataclasses import replace

from app.scoring.core.value_functions import Linear
from app.selection.core.model import Gate
from app.selection.core.model_changes import CriterionChange, criterion_changes, rule_changes
from app.selection.core.model_documents import model_document
from tests.selection.core.examples import criterion, pair

THREE = pair(criteria=(criterion("o", "opportunity"), criterion("o2", "opportunity"), criterion("a", "alignment")))


def changed(before, after):
    documents = model_document(before), model_document(after)
    return criterion_changes(*documents), rule_changes(*documents)


def test_a_model_does_not_differ_from_itself_nor_by_the_scale_of_its_weights():
    tenfold = replace(THREE, criteria=tuple(replace(one, weight=10 * one.weight) for one in THREE.criteria))

    assert changed(THREE, THREE) == ([], [])
    assert changed(THREE, tenfold) == ([], [])


def test_a_heavier_criterion_changes_the_shares_of_its_dimension():
    heavier = replace(THREE, criteria=(replace(THREE.criteria[0], weight=3.0), *THREE.criteria[1:]))

    assert changed(THREE, heavier)[0] == [
        CriterionChange("o", "changed", 0.5, 0.75, ()),
        CriterionChange("o2", "changed", 0.5, 0.25, ()),
    ]


def test_added_dropped_and_redefined_criteria_are_told_apart():
    other = replace(
        THREE,
        criteria=(
            THREE.criteria[0],
            replace(THREE.criteria[2], value_function=Linear(0, 2), metric="b"),
            criterion("new", "opportunity"),
        ),
    )

    assert changed(THREE, other)[0] == [
        CriterionChange("a", "changed", 1.0, 1.0, ("metric", "value_function")),
        CriterionChange("new", "added", None, 0.5, ()),
        CriterionChange("o2", "dropped", 0.5, None, ()),
    ]


def test_other_rules_are_named():
    other = replace(THREE, name="Other", opportunity_share=0.6, gates=(Gate("revenue", "emerging", at_least=1.0),))

    assert changed(THREE, other) == ([], ["gates", "name", "opportunity_share"])


def test_a_dimension_without_weight_has_shares_of_nothing():
    weightless = replace(THREE, criteria=(*THREE.criteria[:2], replace(THREE.criteria[2], weight=0.0)))

    assert changed(THREE, weightless)[0] == [CriterionChange("a", "changed", 1.0, 0.0, ())]
