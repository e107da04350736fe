"""The schema can be spread over nodes by organization, as Citus asks for it; read from the catalog of a database.

What is refused: https://docs.citusdata.com/en/stable/develop/reference_workarounds.html and `create_distributed_table`.
"""

import re
from collections import defaultdict
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from app.infra.distribution import BY, LOCAL, REFERENCE, statements

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "scale-out.md").read_text()
# Worked out anew for each row or each call: refused where a distributed table is changed.
VOLATILE = r"clock_timestamp|gen_random_uuid|random\(\)|nextval|timeofday"


@pytest_asyncio.fixture
async def catalog(database_url):
    connection = await asyncpg.connect(database_url)
    try:
        yield connection
    finally:
        await connection.close()


async def with_the_column(catalog):
    rows = await catalog.fetch(
        "SELECT c.relname, a.attnum, a.attnotnull, t.typname, c.oid FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attname = $1",
        BY,
    )
    return {row["relname"]: row for row in rows}


async def distributed(catalog):
    return {name: row for name, row in (await with_the_column(catalog)).items() if name not in REFERENCE}


async def foreign_keys(catalog):
    return await catalog.fetch(
        "SELECT conrelid::regclass::text AS of, confrelid::regclass::text AS to, conname, conkey, confkey,"
        " confdeltype::text AS on_delete, confupdtype::text AS on_update FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    )


async def test_every_table_is_spread_by_organization_or_said_not_to_be(catalog):
    spread = await distributed(catalog)
    rows = await catalog.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'f') AND relnamespace = 'public'::regnamespace"
    )

    assert {row["relname"] for row in rows} - set(spread) == LOCAL | REFERENCE
    assert {row["typname"] for row in spread.values()} == {"uuid"}
    assert all(row["attnotnull"] for row in spread.values())
    assert len(spread) > 100


async def test_every_key_of_a_spread_table_holds_the_organization(catalog):
    spread = await distributed(catalog)
    keys = await catalog.fetch(
        "SELECT indrelid::regclass::text AS of, indexrelid::regclass::text AS name, indkey::int2[] AS columns,"
        " indisprimary FROM pg_index WHERE (indisunique OR indisexclusion)"
        " AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
    )

    assert [
        key["name"] for key in keys if key["of"] in spread and spread[key["of"]]["attnum"] not in key["columns"]
    ] == []
    assert {key["of"] for key in keys if key["indisprimary"]} >= set(spread)


async def test_foreign_keys_stay_within_an_organization(catalog):
    spread, keys = await distributed(catalog), await foreign_keys(catalog)

    def fits(key):
        if key["of"] not in spread or key["to"] in REFERENCE:
            return key["of"] not in REFERENCE | LOCAL or key["to"] not in spread
        pairs = list(zip(key["conkey"], key["confkey"], strict=True))
        return key["to"] in spread and (spread[key["of"]]["attnum"], spread[key["to"]]["attnum"]) in pairs

    assert [key["conname"] for key in keys if not fits(key)] == []
    # SET NULL and SET DEFAULT would change the column by which rows are kept.
    assert [key["conname"] for key in keys if {key["on_delete"], key["on_update"]} & {"n", "d"}] == []


async def test_spread_tables_have_nothing_that_is_refused_there(catalog):
    spread = await distributed(catalog)
    triggers = await catalog.fetch("SELECT tgrelid::regclass::text AS of FROM pg_trigger WHERE NOT tgisinternal")
    counted = await catalog.fetch(
        "SELECT attrelid::regclass::text AS of FROM pg_attribute a LEFT JOIN pg_attrdef d"
        " ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
        " WHERE attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval%'"
    )
    rules = await catalog.fetch("SELECT inhrelid::regclass::text AS of FROM pg_inherits")

    for found in (triggers, counted, rules):
        assert {row["of"] for row in found} & set(spread) == set()


async def test_views_join_by_organization(catalog):
    views = await catalog.fetch("SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'")

    assert views
    assert [view["viewname"] for view in views if BY not in view["definition"]] == []


async def test_what_citus_is_told_names_each_table_once_after_those_that_it_refers_to(catalog):
    spread = await distributed(catalog)
    refers = defaultdict(set)
    for key in await foreign_keys(catalog):
        refers[key["of"]].add(key["to"])

    told = statements([*spread, *REFERENCE, *LOCAL], refers)

    names = [re.findall(r"'(\w+)'", line)[0] for line in told]
    assert sorted(names) == sorted([*spread, *REFERENCE])
    for place, name in enumerate(names):
        assert refers[name] - {name} <= set(names[:place])
    assert sum("colocate_with" in line for line in told) == len(spread) - 1


def test_a_circle_is_not_ordered():
    with pytest.raises(ValueError, match="circle: a, b"):
        statements(["a", "b"], {"a": ["b"], "b": ["a"]})


def test_the_guide_names_the_tables_that_are_not_spread():
    rows = [line for line in GUIDE.splitlines() if line.startswith("| ")]
    (reference,) = (line for line in rows if "a reference table" in line)
    (local,) = (line for line in rows if "local, on" in line)

    assert set(re.findall(r"`([a-z_]+)`", reference.split("|")[1])) == REFERENCE
    assert set(re.findall(r"`([a-z_]+)`", local.split("|")[1])) == LOCAL


def test_nothing_is_changed_by_what_is_worked_out_anew_for_each_row():
    """`UPDATE … SET x = random()` is refused; a value of the statement's own time, such as now(), is taken."""
    found = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        for statement in re.findall(
            r"UPDATE \w+ SET.*?(?:\"\"\"|\n\n|\)$)", path.read_text(), re.DOTALL | re.MULTILINE
        ):
            found += [f"{path.name}: {statement[:60]}" for _ in re.findall(VOLATILE, statement)]
        found += [f"{path.name}: {name}" for name in re.findall(rf"func\.(?:{VOLATILE}|random)", path.read_text())]
    assert found == []
