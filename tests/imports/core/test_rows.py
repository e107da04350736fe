"""How rows become documents."""

from decimal import Decimal

import pytest

from app.imports.core.mapping import Dialect, FileMapping, Rule
from app.imports.core.rows import ColumnsMissing, UnusableRow, quoted, row_reader


def column(name, form="text", of=None, **options):
    return Rule(name, form, ((of or name, True),), **options)


def reader(*rules, header=("id", "name", "worth", "stage", "first", "last")):
    mapping = FileMapping("accounts", "accounts.csv", column("external_id", of="id"), rules)
    return row_reader(mapping, "sheet", Dialect(), header)


def document(*rules, cells=("7", "Acme", "0", "Lost", "Ada", "")):
    made = reader(*rules)
    return {key: value for key, value in made.document("7", cells).items() if key not in {"source", "external_id"}}


def test_a_row_names_its_record_by_source_and_id():
    made = reader(column("name"))

    assert made.document(made.identity(["7", "Acme", "", "", "", ""]), ["7", "Acme", "", "", "", ""]) == {
        "source": "sheet",
        "external_id": "7",
        "name": "Acme",
    }


def test_a_row_without_an_id_is_refused():
    with pytest.raises(UnusableRow, match="external_id"):
        reader().identity(["", "Acme", "", "", "", ""])


def test_an_id_of_several_columns_needs_them_all():
    identity = Rule("external_id", "text", (("id", True), ("/", False), ("name", True)))
    made = row_reader(FileMapping("accounts", "a.csv", identity, ()), "sheet", Dialect(), ["id", "name"])

    assert made.identity(["7", "Acme"]) == "7/Acme"
    with pytest.raises(UnusableRow):
        made.identity(["7", ""])


def test_values_are_mapped_exactly_and_others_stay():
    assert document(column("stage", values={"Lost": "lost"})) == {"stage": "lost"}
    assert document(column("stage", values={"lost": "x", "Los": "y"})) == {"stage": "Lost"}


def test_an_amount_that_another_column_makes_meaningless_is_null():
    rule = column("amount", "money", of="worth", currency="EUR", null_when={"stage": frozenset({"Lost"})})

    assert document(rule) == {"amount": None}
    assert document(rule, cells=["7", "Acme", "0", "Won", "", ""]) == {"amount": {"amount": "0", "currency": "EUR"}}


def test_all_columns_of_null_when_have_to_agree():
    both = {"stage": frozenset({"Lost"}), "worth": frozenset({"0"})}
    rule = column("amount", "money", of="worth", currency="EUR", null_when=both)

    assert document(rule) == {"amount": None}
    assert document(rule, cells=["7", "Acme", "5", "Lost", "", ""])["amount"]["amount"] == "5"


def test_the_currency_may_stand_in_a_column():
    rule = column("amount", "money", of="worth", currency_column="stage", factor=Decimal(10))

    assert document(rule, cells=["7", "Acme", "5", "USD", "", ""]) == {"amount": {"amount": "50", "currency": "USD"}}


def test_a_template_joins_columns_and_is_null_when_all_are_empty():
    rule = Rule("name", "text", (("first", True), (" ", False), ("last", True)))

    assert document(rule) == {"name": "Ada"}
    assert document(rule, cells=["7", "", "", "", "Ada", "Byron"]) == {"name": "Ada Byron"}
    assert document(rule, cells=["7", "", "", "", "", ""]) == {"name": None}


def test_texts_that_say_nothing_are_null():
    assert document(column("name", empty=frozenset({"", "Acme"}))) == {"name": None}


def test_attributes_are_gathered_and_unknown_ones_left_out():
    made = document(
        column("attributes.name", of="name"),
        column("attributes.last", of="last"),
        Rule("kind", "text", (("x", False),)),
    )

    assert made == {"attributes": {"name": "Acme"}, "kind": "x"}
    assert document(column("attributes.last", of="last")) == {"attributes": {}}


def test_a_period_is_null_when_nothing_of_it_is_known():
    rules = column("period.from", "date", of="first"), column("period.to", "date", of="last")

    assert document(*rules, cells=["7", "", "", "", "2020-01-01", "2020-12-31"]) == {
        "period": {"from": "2020-01-01", "to": "2020-12-31"}
    }
    assert document(*rules, cells=["7", "", "", "", "", ""]) == {"period": None}


def test_every_field_that_cannot_be_made_is_told_with_its_cell():
    made = reader(column("name", required=True), column("employees", "integer", of="worth"))
    cells = ["7", "", "many", "", "", ""]

    with pytest.raises(UnusableRow) as refused:
        made.document("7", cells)

    assert made.reason(refused.value, cells) == (
        'name: is needed, and empty (name = ""); employees: is no number (worth = "many")'
    )


def test_columns_that_are_missing_or_twice_in_the_file_are_told():
    with pytest.raises(ColumnsMissing) as refused:
        reader(column("name"), column("stage", of="phase"), header=["id", "name", "name"])

    assert 'has twice the column "name"' in refused.value.detail
    assert 'has not the column "phase"' in refused.value.detail


def test_columns_that_no_rule_reads_are_known():
    assert reader(column("name"), column("stage")).unused_columns == ("worth", "first", "last")


def test_cells_are_quoted_without_what_a_screen_would_obey():
    assert quoted("\x1b[2Jé") == '"\\u001b[2J\\u00e9"'
    assert quoted("Zoë") == '"Zoë"'
    assert len(quoted("x" * 500)) == 62
