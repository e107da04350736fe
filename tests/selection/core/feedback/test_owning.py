"""Who shares in the criteria."""

import pytest

from app.selection.core.feedback.owning import Item, open_blocking, others, ownership, ownership_index, undisposed


def objection(function, disposition=None, *, blocking=True):
    return Item(function, "objection", blocking, disposition)


def test_a_function_is_consulted_influences_and_endorses_each_by_itself():
    items = [Item("product", "proposal", blocking=False, disposition="accepted"), objection("legal", "deferred")]

    found = ownership(["sales", "product", "legal", "finance"], ["product", "legal", "sales"], items)

    assert [(one.function, one.consulted, one.influenced, one.endorsed) for one in found] == [
        ("finance", False, False, False),
        ("legal", True, False, False),
        ("product", True, True, True),
        ("sales", True, False, True),
    ]
    assert ownership_index(found) == pytest.approx((0 + 1 + 3 + 2) / 12)


def test_nobody_asked_is_no_index():
    assert ownership_index(ownership([], [], [])) is None


@pytest.mark.parametrize(
    ("disposition", "left", "blocks"),
    [(None, 1, 1), ("deferred", 0, 1), ("accepted", 0, 0), ("rejected", 0, 0), ("withdrawn", 0, 0)],
)
def test_a_deferred_blocking_objection_stays_open(disposition, left, blocks):
    items = [objection("legal", disposition)]

    assert (undisposed(items), open_blocking(items)) == (left, blocks)


def test_objections_that_do_not_block_and_proposals_do_not_stand_in_the_way():
    assert (
        open_blocking([objection("legal", blocking=False), Item("legal", "proposal", blocking=False, disposition=None)])
        == 0
    )


def test_functions_other_than_sales_are_counted_once_and_what_is_missing_is_told():
    found = others(["sales", "legal", "legal", "finance", "product"], ["sales", "legal", "legal"])

    assert (found.needed, found.asked, found.submitted, found.missing) == (3, 3, 1, 2)
    assert others([], []).missing == 3
    assert others(["a", "b", "c", "d"], ["a", "b", "c", "d"]).missing == 0
