"""The catalogue of events: all that is told is in it, described, with the shape of what is told."""

import re
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

import app
from app.events import service
from app.events.core.catalogue import CATALOGUE, UnknownType
from app.events.schemas import documented
from app.events.schemas.told import DATA

APP = Path(app.__file__).parent
# What is told of a member of a family is put together from the family's name and the state that something is in.
FAMILIES = {
    "calibration", "commitment", "connection", "reset", "reselection", "selection_review", "guarded_request",
    "appraisal_action", "expectation",
}  # fmt: skip


def texts():
    """Every text of one word that the source holds, or ends a longer one with, outside of the catalogue itself."""
    for path in APP.rglob("*.py"):
        if not path.is_relative_to(APP / "events" / "core") and not path.is_relative_to(APP / "events" / "schemas"):
            yield from re.findall(r'"([a-z_]+(?:\.[a-z_]+)?)"', path.read_text(encoding="utf-8"))


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
