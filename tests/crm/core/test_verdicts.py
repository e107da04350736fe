"""What becomes of records as a CRM tells of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crm.core.mapping import Mapped, Unmappable
from app.crm.core.verdicts import (
    NOT_FOUND,
    Batch,
    Known,
    alive_again,
    clamped,
    halves,
    newest,
    planned,
    same_record,
)

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
ids = st.sampled_from(["a", "b", "c", "d"])
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 9), timezones=st.just(UTC))  # noqa: DTZ001  # zoned by hypothesis
records = st.builds(
    Mapped,
    object=st.just("account"),
    external_id=ids,
    modified_at=st.none() | instants,
    gone=st.booleans(),
    merged_into=st.none() | ids,
    absorbed=st.lists(ids, max_size=2).map(tuple),
    body=st.just({}),
    metrics=st.just({}),
    columns=st.none(),
)
batches = st.builds(
    Batch,
    understood=st.lists(records | st.builds(Unmappable, external_id=st.none() | ids, reason=st.just("bad"))),
    fetched_at=instants,
    gone=st.dictionaries(ids, st.none() | instants),
    forwards=st.dictionaries(ids, ids),
)
knowledge = st.dictionaries(
    ids, st.builds(Known, state=st.sampled_from(["gone", "merged", "unlinked", "quarantined"]), at=st.none() | instants)
)


def at(hours):
    return NOW + timedelta(hours=hours)


def an_account(external_id="a", modified_at=NOW, **more):
    return Mapped("account", external_id, modified_at, **more)


@given(batches, knowledge)
def test_nothing_is_lost_and_nothing_has_two_fates(batch, known):
    plan = planned(batch, known, NOW)
    fates = [set(plan.save), set(plan.bury), set(plan.merge), set(plan.left), set(plan.refused)]
    named = {one.external_id for one in batch.understood if one.external_id} | set(batch.gone)
    assert named <= set().union(*fates)
    assert set(plan.save).isdisjoint(plan.bury)
    assert all(loser != survivor for loser, (survivor, _) in plan.merge.items())
    assert set(plan.merge).isdisjoint(plan.bury)
    assert plan.revive <= set(plan.save)


@given(st.lists(records))
def test_each_record_comes_once_as_it_was_changed_last(found):
    once = newest(found)
    assert len({record.external_id for record in once}) == len(once)
    for record in once:
        same = [one for one in found if one.external_id == record.external_id]
        if all(one.modified_at for one in same):
            assert record.modified_at == max(one.modified_at for one in same)


def test_a_record_that_was_deleted_comes_back_only_by_a_later_change():
    known = {"a": Known("gone", at(0))}
    for hours, fate in ((-1, "left"), (0, "left"), (1, "save")):
        plan = planned(Batch([an_account(modified_at=at(hours))], at(9)), known, at(9))
        assert "a" in getattr(plan, fate)
    restored = Batch([an_account(modified_at=at(-1))], at(9), restored={"a": at(1)})
    assert planned(restored, known, at(9)).revive == {"a"}


def test_a_record_that_was_merely_not_found_comes_back_when_it_is_seen_afterwards():
    known = Known("gone", at(0), reason=NOT_FOUND)
    assert alive_again(known, at(-99), at(1), None)
    assert not alive_again(known, at(-99), at(-1), None)


def test_a_record_that_was_merged_stays_so():
    known = {"a": Known("merged", at(0), "b")}
    plan = planned(Batch([an_account(modified_at=at(5))], at(6), gone={"a": at(6)}), known, at(6))
    assert (set(plan.left), plan.save, plan.bury) == ({"a"}, {}, {})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("001d000000AbCdE", "001d000000AbCdEAAX", True),
        ("001d000000AbCdEAAX", "001d000000AbCdE", True),
        ("001d000000abcde", "001d000000AbCdEAAX", False),
        ("12", "123", False),
        ("x", "x", True),
    ],
)
def test_salesforce_writes_one_id_in_two_ways(one, other, same):
    assert same_record(one, other) is same


@given(instants)
def test_no_clock_is_believed_more_than_five_minutes_ahead(moment):
    believed = clamped(moment, NOW)
    assert believed == min(moment, NOW + timedelta(minutes=5))


@given(batches)
def test_halves_hold_all_that_the_whole_held(batch):
    parts = halves(batch)
    if parts is None:
        assert len(batch) <= 1
        return
    first, second = parts
    assert [*first.understood, *second.understood] == list(batch.understood)
    assert {**first.gone, **second.gone} == dict(batch.gone)
    assert {**first.forwards, **second.forwards} == dict(batch.forwards)
    assert len(first)
    assert len(second)
