"""Utilization, its bands, and what is dear and worth little."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.resourcing.core.utilization import Valued, band, expensive_low_value, utilization, worth_by_resource

amounts = st.floats(0, 1e9)


def rated(number, value, cost, **fields):
    return Valued(UUID(int=number), UUID(int=fields.get("resource", 1)), value, 1, fields.get("share", 0.5), cost)


@given(amounts, amounts)
def test_utilization_is_a_share_and_unknown_only_where_nothing_is_due(used, entitled):
    share = utilization(used, entitled)

    assert (share is None) == (entitled == 0)
    assert share is None or 0 <= share <= 1


@given(amounts, amounts, st.floats(1e-6, 1e9))
def test_using_more_never_lowers_it(used, more, entitled):
    assert (utilization(used + more, entitled) or 0) >= (utilization(used, entitled) or 0)


@pytest.mark.parametrize(
    ("used", "entitled", "expected"),
    [
        (9, 10, "full"), (8.99, 10, "partial"), (5, 10, "partial"), (4.99, 10, "low"), (0.01, 10, "low"),
        (0, 10, "unused"), (30, 10, "full"), (5, 0, None),
    ],
)  # fmt: skip
def test_bands_begin_at_nine_tenths_and_a_half(used, entitled, expected):
    assert band(utilization(used, entitled)) == expected


def test_nine_tenths_in_nine_parts_are_full():
    assert band(utilization(sum([0.1] * 9), 1.0)) == "full"


def test_dear_is_what_costs_the_median_or_more_and_low_is_below_the_middle_of_the_scale():
    cheap, dear, liked, unpriced = (
        rated(1, 1.0, 100.0), rated(2, 2.5, 300.0), rated(3, 3.0, 900.0), rated(4, 1.0, None),
    )  # fmt: skip

    found = expensive_low_value([cheap, dear, liked, unpriced])

    assert (found.dear_from, found.found) == (300.0, [dear])
    assert expensive_low_value([unpriced]).dear_from is None


def test_each_account_has_one_voice_on_what_a_resource_is_worth():
    by_resource = worth_by_resource(
        [rated(1, 2, 10, share=1.0), rated(2, 4, 30, share=None), rated(1, 1, None, resource=2)]
    )

    assert [(one.resource_id.int, one.accounts, one.value, one.utilization, one.cost) for one in by_resource] == [
        (2, 1, 1, 0.5, None),
        (1, 2, 3, 1.0, 40),
    ]
