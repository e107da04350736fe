"""What the service tells to others, in the document: the messages that come from who knows them, and their examples."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from app.infra.documents.examples import Samples

# The entries of `webhooks`, and the schemas that they refer to by name.
Told = Callable[[], tuple[dict[str, Any], dict[str, Any]]]


def add(document: dict[str, Any], app: FastAPI) -> None:
    """Add what the application says in `app.state.webhooks` that it tells, if it says so."""
    told: Told | None = getattr(app.state, "webhooks", None)
    if told is not None:
        document["webhooks"], shapes = told()
        document["components"]["schemas"].update(shapes)


def add_examples(document: dict[str, Any]) -> None:
    """Give every message its example: what its fields' names and samples say, of its own type."""
    samples = Samples(document["components"]["schemas"])
    for item in document.get("webhooks", {}).values():
        media = item["post"]["requestBody"]["content"]["application/json"]
        fields = media["schema"]["properties"]
        media["example"] = {
            name: each["const"] if "const" in each else samples.of(each, name) for name, each in fields.items()
        }
