"""Mapping files: what they may say, and how what cannot be used is told."""

from datetime import date
from decimal import Decimal

import pytest

from app.accounts.kinds import KINDS
from app.imports.core.mapping import Dialect
from app.imports.schemas.reading import UnusableMapping, mapping_of
from tests.imports.ground import MAVEN_MAPPING

START = 'source = "sheet"\n[[records]]\nkind = "{kind}"\nfile = "f.csv"\nexternal_id = "id"\n'


def mapping(fields, *, kind="accounts", head=""):
    return mapping_of((head + START.format(kind=kind) + fields).encode())


def rule(fields, **options):
    return mapping(fields, **options).files[0].rules[0]


def refusal(content):
    with pytest.raises(UnusableMapping) as refused:
        mapping_of(content if isinstance(content, bytes) else content.encode())
    return refused.value


def told(fields, *, kind="accounts", head=""):
    return refusal(head + START.format(kind=kind) + fields).detail


def test_the_shipped_mapping_can_be_used():
    read = mapping_of(MAVEN_MAPPING.read_bytes())

    assert (read.source, read.exported_on) == ("maven", date(2017, 12, 31))
    assert [file.kind for file in read.files] == ["users", "offerings", "accounts", "opportunities"]


def test_a_text_is_short_for_a_column():
    assert rule('fields.name = "name"') == rule('fields.name = { column = "name" }')


def test_the_form_of_a_field_is_known_by_its_kind():
    fields = """
    fields.employees = "a"
    fields.customer_since = "b"
    fields.parent = "c"
    fields.attributes.size = { column = "d", type = "number" }
    fields.annual_revenue = { column = "e", currency = "EUR", factor = 0.001 }
    """
    rules = mapping(fields).files[0].rules

    assert [found.form for found in rules] == ["integer", "date", "reference", "number", "money"]
    assert rules[4].factor == Decimal("0.001")


def test_a_parent_that_is_unknown_is_omitted_and_any_other_reference_refused_unless_said_otherwise():
    assert rule('fields.parent = "p"').omit_unknown
    assert not rule('fields.parent = { column = "p", unknown = "refuse" }').omit_unknown
    assert not rule('fields.account = "p"', kind="opportunities").omit_unknown
    assert rule('fields.account = { column = "p", unknown = "omit" }', kind="opportunities").omit_unknown


def test_references_are_of_the_mappings_source_unless_they_name_another():
    assert rule('fields.parent = "p"').source == "sheet"
    assert rule('fields.parent = { column = "p", source = "erp" }').source == "erp"


def test_how_the_files_are_written_can_be_told():
    head = 'empty = ["n/a"]\ncsv = { delimiter = "\\t", encoding = "latin1", decimal = ",", thousands = "." }\n'
    read = mapping('fields.name = { column = "n", empty = ["-"] }', head=head)

    assert read.dialect == Dialect("\t", "iso8859-1", ",", ".")
    assert read.files[0].rules[0].empty == {"", "n/a", "-"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_is_offered_when_it_does_not_exist(kind):
    assert "there are" in told("fields.zzzzzz = 'x'", kind=kind)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ('fields.nmae = "x"', "records 1 (accounts): fields.nmae: accounts have no such field"),
        ('fields.nmae = "x"', "did you mean name?"),
        ('fields.source = "x"', "fields.source: accounts have no such field"),
        ('fields.annual_revenue = "x"', "fields.annual_revenue: Money needs a currency"),
        ('fields.annual_revenue = { column = "x", currency = "EURO" }', "fields.annual_revenue.currency: "),
        ('fields.name = { column = "x", factor = 2 }', "fields.name.factor: It says nothing about a field that takes"),
        ('fields.employees = { column = "x", factor = -2 }', "fields.employees.factor: "),
        ('fields.employees = { column = "x", factor = "many" }', "fields.employees.factor: "),
        ('fields.name = { column = "x", constant = "y" }', "fields.name: Give one of column, template and constant"),
        ("fields.name = {}", "fields.name: Give one of column, template and constant"),
        ('fields.name = { template = "{" }', "fields.name.template: A template is like"),
        ('fields.name = { column = "x", colour = "y" }', "fields.name.colour: There is no such field"),
        ('fields.customer_since = { column = "x", format = "%Q" }', "fields.customer_since.format: A format is like"),
        ('fields.name = { column = "x", type = "integer" }', "fields.name.type: Only attributes are given a type"),
        ('fields.attributes = "x"', "fields.attributes: accounts have no such field"),
        ("fields.name = 3", "fields.name: Input should be an object"),
    ],
)
def test_a_key_that_cannot_be_used_is_named(fields, says):
    assert says in told(fields)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("source = ", "it is no TOML: Invalid value (at"),
        (b"\xff", "it is no TOML"),
        ("", "source: This field is required"),
        ('source = "sheet"', "records: This field is required"),
        ('source = "sheet"\nrecords = []', "records: "),
        ('source = "sheet"\nrecords = [3]', "records 1 (None): "),
        ('source = "Not A Source"\nrecords = []', "source: "),
        (START.format(kind="acounts") + "fields = {}", "records 1 (acounts): kind: There is no such kind; kinds are"),
        (
            'exported_on = "31.12.2017"\n' + START.format(kind="users") + "fields = {}",
            "exported_on: Input should be a date",
        ),
        (
            'csv.encoding = "utf-99"\n' + START.format(kind="users") + "fields = {}",
            "csv.encoding: There is no such enc",
        ),
        ('csv.thousands = "."\n' + START.format(kind="users") + "fields = {}", "csv.decimal: "),
        ("fields = 1\n" + START.format(kind="users") + "fields = {}", "fields: There is no such field"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_key(content, says):
    assert says in refusal(content).detail


def test_all_keys_that_cannot_be_used_are_told_at_once():
    problems = refusal(START.format(kind="accounts") + 'fields.nmae = "x"\nfields.annual_revenue = "y"').errors

    assert [problem.pointer for problem in problems] == ["/records/0/fields/nmae", "/records/0/fields/annual_revenue"]
