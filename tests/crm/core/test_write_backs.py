"""What is written to CRMs, when again, and which events are only the echo of it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.crm.core.connection import WritableValue
from app.crm.core.write_backs import (
    ECHO_AFTER,
    ECHO_BEFORE,
    Standing,
    Told,
    Write,
    Written,
    due,
    is_echo,
    pause_after,
    same,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
NAMES: dict[WritableValue, str] = {"composite": "KAP_Score__c", "tier": "KAP_Tier__c"}
ACME = UUID(int=1)


def standing(composite=61.25, tier="A", **told):
    return Standing(
        told.get("account_id", ACME), told.get("external_id", "001"), {"composite": composite, "tier": tier}
    )


def before(result="written", *, attempts=1, tried_at=NOW, external_id="001", **fields):
    return {
        ACME: Written(external_id, fields or {"KAP_Score__c": 61.25, "KAP_Tier__c": "A"}, result, attempts, tried_at)
    }


def test_an_account_that_was_never_written_is():
    assert due(NAMES, [standing()], {}, NOW).writes == [Write(ACME, "001", {"KAP_Score__c": 61.25, "KAP_Tier__c": "A"})]


def test_the_same_values_are_not_written_again():
    assert due(NAMES, [standing()], before(), NOW).writes == []


def test_a_value_that_changed_is_written_with_all_others():
    assert due(NAMES, [standing(tier="B")], before(), NOW).writes == [
        Write(ACME, "001", {"KAP_Score__c": 61.25, "KAP_Tier__c": "B"})
    ]


def test_an_account_that_has_another_record_now_is_written_there():
    assert due(NAMES, [standing(external_id="002")], before(), NOW).writes[0].external_id == "002"


def test_nothing_is_written_where_there_is_nothing_to_tell():
    assert due(NAMES, [standing(composite=None, tier=None)], {}, NOW).writes == []


def test_a_value_that_is_no_more_is_cleared_only_where_it_was_written():
    assert due(NAMES, [standing(composite=None)], {}, NOW).writes[0].fields == {"KAP_Tier__c": "A"}
    assert due(NAMES, [standing(composite=None)], before(), NOW).writes[0].fields == {
        "KAP_Score__c": None,
        "KAP_Tier__c": "A",
    }


def test_what_was_refused_waits_for_a_value_to_change():
    year_later = NOW + timedelta(days=365)
    assert due(NAMES, [standing()], before("refused"), year_later).writes == []
    assert len(due(NAMES, [standing(tier="B")], before("refused"), year_later).writes) == 1


def test_what_failed_is_tried_again_when_its_time_has_come():
    failed = before("failed", attempts=3)
    early = due(NAMES, [standing()], failed, NOW + timedelta(seconds=39))
    assert (early.writes, early.next_at) == ([], NOW + timedelta(seconds=40))
    assert due(NAMES, [standing()], failed, NOW + timedelta(seconds=40)).writes[0].attempts == 4


@given(st.integers(1, 10_000))
def test_pauses_grow_and_end_at_an_hour(attempts):
    assert timedelta(seconds=10) <= pause_after(attempts) <= pause_after(attempts + 1) <= timedelta(hours=1)


values = st.one_of(st.none(), st.floats(0, 100).map(lambda value: round(value, 4)), st.sampled_from(["A", "B"]))


@given(st.lists(st.tuples(values, values), max_size=6))
def test_what_was_written_is_due_no_more(pairs):
    standings = [
        Standing(uuid4(), f"r{place}", {"composite": composite, "tier": tier})
        for place, (composite, tier) in enumerate(pairs)
    ]
    first = due(NAMES, standings, {}, NOW).writes
    kept = {write.account_id: Written(write.external_id, write.fields, "written", 1, NOW) for write in first}

    assert {write.external_id for write in first} == {
        f"r{place}" for place, pair in enumerate(pairs) if any(value is not None for value in pair)
    }
    assert due(NAMES, standings, kept, NOW).writes == []


WRITTEN = before()[ACME]


def named(name, value, change="changed"):
    return Told(change, NOW, property_name=name, property_value=value)


def fields(*names, at=NOW, change="changed"):
    return Told(change, at, changed_fields=names)


def test_a_property_with_the_value_that_was_written_is_an_echo():
    assert is_echo(named("KAP_Tier__c", "A"), WRITTEN, frozenset())
    assert is_echo(named("KAP_Score__c", "61.250"), WRITTEN, frozenset({"KAP_Score__c"}))


def test_a_property_with_another_value_or_that_is_not_ours_is_none():
    assert not is_echo(named("KAP_Tier__c", "B"), WRITTEN, frozenset())
    assert not is_echo(named("industry", "A"), WRITTEN, frozenset())


def test_names_alone_are_an_echo_only_of_fields_that_nobody_reads():
    assert is_echo(fields("KAP_Tier__c", "LastModifiedDate"), WRITTEN, frozenset({"Name"}))
    assert not is_echo(fields("KAP_Tier__c"), WRITTEN, frozenset({"KAP_Tier__c"}))
    assert not is_echo(fields("KAP_Tier__c", "Name"), WRITTEN, frozenset({"Name"}))


def test_names_alone_are_an_echo_only_about_the_time_of_writing():
    assert is_echo(fields("KAP_Tier__c", at=NOW - ECHO_BEFORE), WRITTEN, frozenset())
    assert is_echo(fields("KAP_Tier__c", at=NOW + ECHO_AFTER), WRITTEN, frozenset())
    assert not is_echo(fields("KAP_Tier__c", at=NOW + ECHO_AFTER + timedelta(seconds=1)), WRITTEN, frozenset())
    assert not is_echo(fields("KAP_Tier__c", at=None), WRITTEN, frozenset())


def test_an_event_that_names_no_field_is_none():
    assert not is_echo(fields(), WRITTEN, frozenset())
    assert not is_echo(fields("LastModifiedDate"), WRITTEN, frozenset())


def test_only_changes_are_echoes():
    assert not is_echo(fields("KAP_Tier__c", change="deleted"), WRITTEN, frozenset())
    assert not is_echo(named("KAP_Tier__c", "A", change="merged"), WRITTEN, frozenset())


def test_what_the_crm_refused_has_no_echo():
    assert not is_echo(named("KAP_Tier__c", "A"), before("refused")[ACME], frozenset())


def test_numbers_come_back_as_texts_and_nothing_as_an_empty_text():
    assert same("61.25", 61.25)
    assert same("", None)
    assert not same("about 61", 61.25)
    assert not same(None, 61.25)
    assert not same("61.2", 61.25)


@given(st.floats(0, 100).map(lambda value: round(value, 4)), st.floats(0, 100).map(lambda value: round(value, 4)))
def test_numbers_are_the_same_as_numbers_are(told, wrote):
    assert same(repr(told), wrote) == (told == wrote)
