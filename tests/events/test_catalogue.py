"""The catalogue of events: all that is told is in it, described, with the shape of what is told."""

import ast
import re
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

import app
from app.events import documented, service
from app.events.core.catalogue import CATALOGUE, UnknownType
from app.events.schemas.told import DATA
from tests.demo.filled import filled

APP = Path(app.__file__).parent
# What is told of a member of a family is put together from the family's name and the state that something is in.
FAMILIES = {
    "calibration", "commitment", "connection", "reset", "reselection", "selection_review", "guarded_request",
    "appraisal_action", "expectation",
}  # fmt: skip


def texts():
    """Every text of the source outside of the catalogue and of its shapes, once for each place."""
    for path in APP.rglob("*.py"):
        if path.is_relative_to(APP / "events" / "core") or path.is_relative_to(APP / "events" / "schemas"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_every_type_says_what_it_means_and_when_it_is_told():
    for name, type_ in CATALOGUE.items():
        assert name == type_.name
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", name)
        assert 3 < len(type_.meaning) <= 100
        assert type_.meaning[-1] != "."
        assert type_.when.endswith(".")
    assert DATA.keys() == CATALOGUE.keys()


def test_every_type_is_told_by_somebody():
    said = Counter(texts())
    untold = []
    for name in CATALOGUE:
        family, what = name.split(".")
        alone = said[name] > 0
        if not alone and not (family in FAMILIES and said[what] > 0):
            untold.append(name)
    assert untold == ["webhook_endpoint.tested"]  # a constant of the core beside the catalogue


@pytest.mark.asyncio
async def test_what_is_not_in_the_catalogue_cannot_be_told(database, tenant):
    with pytest.raises(UnknownType, match=r"thing\.done"):
        async with database.transaction(tenant.id) as connection:
            await service.record(connection, tenant.id, "thing.done", "thing", uuid4(), {})


@pytest.mark.asyncio
async def test_what_was_told_has_the_shape_that_is_described(database):
    """All that the demonstration and, where they ran before in this process's database, other tests told."""
    tenant = await filled(database)
    async with database.transaction(tenant.id) as connection:
        rows = (await connection.execute(text("SELECT type, subject, data FROM events"))).all()
    assert {row.type.split(".")[0] for row in rows} > {"warning", "commitment", "calibration", "retiering", "plan"}
    for row in rows:
        assert row.subject == CATALOGUE[row.type].subject, row.type
        DATA[row.type].model_validate(row.data)


def test_the_document_has_a_webhook_for_each_type_with_what_is_sent():
    webhooks, shapes = documented.told()
    assert webhooks.keys() == CATALOGUE.keys()
    for name, item in webhooks.items():
        told = item["post"]
        message = told["requestBody"]["content"]["application/json"]["schema"]
        assert message["required"] == [
            "id", "type", "timestamp", "sequence", "account", "subject", "subject_id", "data",
        ]  # fmt: skip
        assert message["properties"]["type"]["const"] == name
        assert {each["name"] for each in told["parameters"]} == {
            "webhook-id", "webhook-timestamp", "webhook-signature",
        }  # fmt: skip
        data = shapes[message["properties"]["data"]["$ref"].rpartition("/")[2]]
        assert set(data["required"]) == data["properties"].keys()
        assert "once" in told["description"]
