"""Imports into a real database, of small exports that the tests write."""

import asyncio
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text

from app.accounts import service as facts
from app.accounts.kinds import KINDS
from app.imports import service
from app.imports.core.rows import ColumnsMissing
from app.imports.core.table import UnreadableFile
from app.imports.schemas.reading import mapping_of
from app.imports.service import ExportOfTheFuture, ImportInterrupted, saving, surveying
from app.infra import db
from app.infra.records.kind import Change
from app.tenancy import service as tenancy
from tests.imports.ground import ACCOUNTS, DEALS, HEAD, an_export, counts, imported, reasons

ACCOUNT_ROWS = "id,name,staff,parent\n1,Acme,10,\n2,Beta,20,1\n"
DEAL_ROWS = (
    "id,account,stage,created,closed,worth\nd1,1,Won,2020-01-01,2020-02-01,100.50\nd2,2,New,2020-03-01,,\nd3,,New,,,\n"
)


@pytest.fixture
def export(tmp_path):
    return an_export(tmp_path / "export", accounts=ACCOUNT_ROWS, deals=DEAL_ROWS)


async def listed(client, path):
    answer = await client.get(f"/v1/{path}?limit=500")
    assert answer.status_code == 200, answer.text
    return {record["external_id"]: record for record in answer.json()["data"]}


async def test_rows_become_facts_with_their_references(database, tenant, client, export):
    report = await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS)

    accounts, deals = await listed(client, "accounts"), await listed(client, "opportunities")
    assert accounts["2"]["parent_id"] == accounts["1"]["id"]
    assert accounts["1"]["employees"] == 10
    assert deals["d1"]["account_id"] == accounts["1"]["id"]
    assert Decimal(deals["d1"]["amount"]["amount"]) == Decimal("100.50")
    assert (deals["d1"]["status"], deals["d2"]["status"], deals["d2"]["amount"]) == ("won", "open", None)
    assert counts(report, 0) == {"created": 2}
    assert counts(report, 1) == {"created": 3}


async def test_deals_without_an_account_are_kept_and_reported_as_unassigned(database, tenant, client, export):
    report = await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS)

    assert str(report.files[1].unassigned) == "4"
    listed_unassigned = await client.get("/v1/opportunities?unassigned=true")
    assert [deal["external_id"] for deal in listed_unassigned.json()["data"]] == ["d3"]


async def test_undated_deals_exist_from_the_exports_day(database, tenant, client, export):
    await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS)

    deals = await listed(client, "opportunities")
    assert deals["d3"]["stage_history"][0]["at"].startswith("2020-06-30")
    assert deals["d2"]["stage_history"][0]["at"].startswith("2020-03-01")


async def test_the_day_given_comes_before_that_of_the_mapping(database, tenant, client, export):
    report = await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS, date(2020, 7, 31))

    assert report.as_of == date(2020, 7, 31)
    assert (await listed(client, "accounts"))["1"]["valid_from"].startswith("2020-07-31")


async def test_importing_twice_changes_nothing(database, tenant, client, export):
    await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS)
    before = [await listed(client, path) for path in ("accounts", "opportunities")]

    report = await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS, date(2020, 7, 31))

    assert [await listed(client, path) for path in ("accounts", "opportunities")] == before
    assert [counts(report, place) for place in (0, 1)] == [{"unchanged": 2}, {"unchanged": 3}]


async def test_a_changed_row_changes_its_record_alone_and_keeps_the_history(database, tenant, client, export):
    await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS)
    before = await listed(client, "opportunities")
    an_export(export, deals=DEAL_ROWS.replace("d2,2,New,2020-03-01,,\n", "d2,2,Late,2020-03-01,,70\n"))

    report = await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS, date(2020, 7, 31))

    after = await listed(client, "opportunities")
    assert counts(report, 1) == {"updated": 1, "unchanged": 2}
    assert str(report.files[1].results["updated"]) == "3"
    assert [after["d1"], after["d3"]] == [before["d1"], before["d3"]]
    assert [(state["stage"], state["at"][:10]) for state in after["d2"]["stage_history"]] == [
        ("New", "2020-03-01"),
        ("Late", "2020-07-31"),
    ]


async def test_a_cell_that_was_emptied_makes_the_field_unknown(database, tenant, client, export):
    await imported(database, tenant.name, export, HEAD + ACCOUNTS)
    an_export(export, accounts="id,name,staff,parent\n1,Acme,,\n2,Beta,20,\n")

    await imported(database, tenant.name, export, HEAD + ACCOUNTS, date(2020, 7, 31))

    accounts = await listed(client, "accounts")
    assert (accounts["1"]["employees"], accounts["2"]["parent_id"]) == (None, None)


async def test_broken_rows_are_listed_and_the_good_ones_kept(database, tenant, client, tmp_path):
    rows = (
        "id,name,staff,parent\n"
        "1,Acme,10,\n"
        "2,Beta,many,\n"
        "3,Gamma\n"
        ",Delta,5,\n"
        "5,,5,\n"
        "1,Acme again,5,\n"
        '7,"Eta" Inc,5,\n'
        "8,Theta,-5,\n"
        "9,Iota,9,\n"
    )
    report = await imported(database, tenant.name, an_export(tmp_path, accounts=rows), HEAD + ACCOUNTS)

    assert set(await listed(client, "accounts")) == {"1", "9"}
    assert counts(report) == {"created": 2, "refused": 7}
    assert sorted(reasons(report)) == [
        (3, 'employees: is no number (staff = "many")'),
        (4, "has 2 cells where the header has 4"),
        (5, "external_id: is needed, and a column that it is made from is empty"),
        (6, 'name: is needed (name = "")'),
        (7, "is the same record as row 2"),
        (8, "holds a quotation mark within a quoted cell; there it has to be doubled"),
        (9, 'employees: Input should be greater than or equal to 0 (staff = "-5")'),
    ]


async def test_deals_that_contradict_themselves_or_name_nobody_are_refused(database, tenant, client, tmp_path):
    rows = (
        "id,account,stage,created,closed,worth\n"
        "d1,1,Won,2020-01-01,,5\n"
        "d2,77,New,,,\n"
        "d3,,Maybe,,,\n"
        "d4,,New,2020-02-30,,\n"
        "d5,,New,,,1.23456\n"
        "d6,,New,,,\n"
    )
    folder = an_export(tmp_path, accounts=ACCOUNT_ROWS, deals=rows)
    report = await imported(database, tenant.name, folder, HEAD + ACCOUNTS + DEALS)

    told = dict(reasons(report))
    assert set(await listed(client, "opportunities")) == {"d6"}
    assert told[2] == 'closed_on: is needed when the opportunity is won or lost (closed = "")'
    assert told[3] == 'account: names no record of the organization (account = "77")'
    assert told[4].startswith("status: Input should be 'open', 'won' or 'lost'")
    assert told[5].startswith("created_on: ")
    assert told[6].startswith("amount.amount: ")


async def test_subsidiaries_get_parents_wherever_these_stand_in_the_file(database, tenant, client, tmp_path):
    rows = "id,name,staff,parent\n1,Leaf,,2\n2,Middle,,3\n3,Top,,\n4,Other,,3\n"
    await imported(database, tenant.name, an_export(tmp_path, accounts=rows), HEAD + ACCOUNTS)

    accounts = await listed(client, "accounts")
    parents = {key: account["parent_id"] for key, account in accounts.items()}
    assert parents == {"1": accounts["2"]["id"], "2": accounts["3"]["id"], "3": None, "4": accounts["3"]["id"]}
    assert {account["version"] for account in accounts.values()} == {1}


async def test_a_parent_that_is_no_account_is_noted_and_the_subsidiary_kept(database, tenant, client, tmp_path):
    folder = an_export(tmp_path, accounts="id,name,staff,parent\n1,Acme,,Nobody\n")
    first = await imported(database, tenant.name, folder, HEAD + ACCOUNTS)
    second = await imported(database, tenant.name, folder, HEAD + ACCOUNTS)

    assert (await listed(client, "accounts"))["1"]["parent_id"] is None
    assert [note.reason for note in first.files[0].notes] == [
        'kept without parent: names no record of the organization (parent = "Nobody")'
    ]
    assert first.files[0].notes == second.files[0].notes
    assert counts(second) == {"unchanged": 1}


async def test_parents_that_form_a_circle_are_noted_and_left_out(database, tenant, client, tmp_path):
    rows = "id,name,staff,parent\n1,A,,2\n2,B,,1\n3,C,,1\n4,D,,4\n"
    folder = an_export(tmp_path, accounts=rows)
    first = await imported(database, tenant.name, folder, HEAD + ACCOUNTS)
    second = await imported(database, tenant.name, folder, HEAD + ACCOUNTS)

    accounts = await listed(client, "accounts")
    assert [accounts[key]["parent_id"] for key in "1234"] == [None, None, accounts["1"]["id"], None]
    assert sorted(note.row for note in first.files[0].notes) == [2, 3, 5]
    assert counts(second) == {"unchanged": 4}


async def test_a_parent_that_closes_a_circle_with_what_is_known_is_noted(database, tenant, client, tmp_path):
    await imported(
        database, tenant.name, an_export(tmp_path, accounts="id,name,staff,parent\n1,A,,\n2,B,,1\n"), HEAD + ACCOUNTS
    )
    folder = an_export(tmp_path, accounts="id,name,staff,parent\n1,A,,2\n3,C,,\n")
    report = await imported(database, tenant.name, folder, HEAD + ACCOUNTS)

    accounts = await listed(client, "accounts")
    assert accounts["1"]["parent_id"] is None
    assert counts(report) == {"created": 1, "unchanged": 1}
    assert [note.row for note in report.files[0].notes] == [2]


async def test_a_row_that_clashes_with_a_record_harms_no_other(database, tenant, client, tmp_path):
    offerings = """
    [[records]]
    kind = "offerings"
    file = "offerings.csv"
    external_id = "id"
    fields.code = "code"
    fields.name = "code"
    """
    rows = "id,code\n1,A\n2,B\n3,C\n"
    await imported(database, tenant.name, an_export(tmp_path, offerings=rows), HEAD + offerings)
    report = await imported(
        database, tenant.name, an_export(tmp_path, offerings="id,code\n1,A\n2,C\n4,D\n"), HEAD + offerings
    )

    ((row, reason),) = reasons(report)
    assert (row, reason.partition(":")[0]) == (3, "There is a record of that identity")
    assert {key: record["code"] for key, record in (await listed(client, "offerings")).items()} == {
        "1": "A", "2": "B", "3": "C", "4": "D",
    }  # fmt: skip


async def test_files_of_other_encodings_marks_and_dates_are_read(database, tenant, client, tmp_path):
    mapping = """
    source = "erp"
    csv = { delimiter = ";", encoding = "cp1252", decimal = ",", thousands = "." }
    [[records]]
    kind = "accounts"
    file = "accounts.csv"
    external_id = "Nr"
    fields.name = "Firma"
    fields.annual_revenue = { column = "Umsatz", factor = 1000, currency = "EUR" }
    fields.customer_since = { column = "seit", format = "%d.%m.%Y" }
    """
    rows = 'Nr;Firma;Umsatz;seit\r\n1;"Müller\r\nSöhne";1.234,5;31.12.2019\r\n'.encode("cp1252")
    await imported(database, tenant.name, an_export(tmp_path, accounts=rows), mapping)

    account = (await listed(client, "accounts"))["1"]
    assert account["name"] == "Müller\r\nSöhne"
    assert Decimal(account["annual_revenue"]["amount"]) == 1_234_500
    assert account["customer_since"] == "2019-12-31"


async def test_a_byte_order_mark_is_no_part_of_the_first_column(database, tenant, client, tmp_path):
    folder = an_export(tmp_path, accounts=b"\xef\xbb\xbf" + ACCOUNT_ROWS.encode())
    report = await imported(database, tenant.name, folder, HEAD + ACCOUNTS)

    assert counts(report) == {"created": 2}


@pytest.mark.parametrize(
    ("content", "refusal", "says"),
    [
        (None, UnreadableFile, "No such file"),
        (b"id,name,staff,parent\n1,M\xfcller,1,\n", UnreadableFile, "it is not UTF-8"),
        (b"", UnreadableFile, "it is empty"),
        (b'id,name,staff,parent\n1,"Acme,1,\n', UnreadableFile, "begins in row 2 does not end"),
        (b"id,name,parent\n1,Acme,\n", ColumnsMissing, 'has not the column "staff"'),
    ],
)
def test_an_unreadable_export_is_refused_before_anything_is_saved(tmp_path, content, refusal, says):
    folder = an_export(tmp_path, **({} if content is None else {"accounts": content}))

    with pytest.raises(refusal, match=r"accounts\.csv") as refused:
        surveying.surveyed(folder, mapping_of((HEAD + ACCOUNTS).encode()))
    assert says in refused.value.detail


async def test_a_file_that_breaks_after_the_survey_leaves_the_previous_state(database, tenant, client, export):
    survey = surveying.surveyed(export, mapping_of((HEAD + ACCOUNTS + DEALS).encode()))
    an_export(export, deals=DEAL_ROWS + '"d4,1\n')

    with pytest.raises(UnreadableFile):
        await service.import_export(database, tenant.name, survey)
    assert await listed(client, "accounts") == {}


async def test_a_connection_that_is_lost_midway_leaves_the_previous_state(
    database, database_url, tenant, client, tmp_path
):
    rows = "".join(f"{number},Company {number},,\n" for number in range(3 * saving.BATCH))
    folder = an_export(tmp_path, accounts="id,name,staff,parent\n" + rows)
    survey = surveying.surveyed(folder, mapping_of((HEAD + ACCOUNTS).encode()))
    cut = []

    def cut_off(done):
        cut.append(done)
        if len(cut) == 2:
            thread = threading.Thread(target=lambda: asyncio.run(end_imports(database_url)))
            thread.start()
            thread.join()

    with pytest.raises(ImportInterrupted, match="everything is as it was before"):
        await service.import_export(database, tenant.name, survey, None, cut_off)

    assert cut == [saving.BATCH, saving.BATCH]
    assert await listed(client, "accounts") == {}
    report = await imported(database, tenant.name, folder, HEAD + ACCOUNTS)
    assert counts(report) == {"created": 3 * saving.BATCH}


async def end_imports(url):
    """End the sessions that hold an import's turn."""
    connection = await asyncpg.connect(db.plain_url(url))
    try:
        await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    finally:
        await connection.close()


async def test_two_imports_at_once_take_turns(database, tenant, client, export):
    both = await asyncio.gather(*(imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS) for _ in range(2)))

    assert sorted(report.count("created") for report in both) == [0, 5]
    assert sorted(report.count("unchanged") for report in both) == [0, 5]
    assert len(await listed(client, "opportunities")) == 3


async def test_a_record_that_somebody_else_writes_at_the_same_moment_harms_no_import(database, tenant, client, export):
    body = KINDS["accounts"].body.model_validate({"source": "sheet", "external_id": "1", "name": "Acme"})
    async with database.transaction(tenant.id) as connection:
        await facts.save(connection, tenant.id, KINDS["accounts"], [Change(body.given())], facts.arriving())
        importing = asyncio.create_task(imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS))
        while not await connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert not importing.done()
            await asyncio.sleep(0.01)
    report = await importing

    assert set(await listed(client, "accounts")) == {"1", "2"}
    assert set(await listed(client, "opportunities")) == {"d1", "d2", "d3"}
    assert report.count("created", "updated", "unchanged", "refused") == 5


async def test_a_new_organization_is_made_and_only_when_the_import_succeeds(database, export):
    name, broken = f"new {uuid4()}", f"broken {uuid4()}"
    await imported(database, name, export, HEAD + ACCOUNTS)
    survey = surveying.surveyed(export, mapping_of((HEAD + ACCOUNTS).encode()))
    an_export(export, accounts='id,name,staff,parent\n"')
    with pytest.raises(UnreadableFile):
        await service.import_export(database, broken, survey)

    async with database.engine.begin() as connection:
        assert await tenancy.organization_named(connection, name) is not None
        assert await tenancy.organization_named(connection, broken) is None


async def test_another_organization_sees_nothing_of_it(database, tenant, other_client, export):
    await imported(database, tenant.name, export, HEAD + ACCOUNTS + DEALS)

    assert await listed(other_client, "accounts") == {}
    assert await listed(other_client, "opportunities") == {}


async def test_an_export_of_the_future_is_refused(database, tenant, client, export):
    with pytest.raises(ExportOfTheFuture):
        await imported(database, tenant.name, export, HEAD + ACCOUNTS, datetime.now(UTC).date() + timedelta(days=2))
    assert await listed(client, "accounts") == {}
