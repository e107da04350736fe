"""The shape in which HubSpot takes a card: a list of objects with properties, and actions that open frames.

Source: HubSpot's guide to CRM cards of public apps ("CRM cards", data fetch): at most five results, properties of the
types CURRENCY, DATE, DATETIME, EMAIL, LINK, NUMERIC, STATUS and STRING, STATUS with an option type, actions of the type
IFRAME with a width and a height; `objectId` is a number.
"""

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

EMPTY: Final[Mapping[str, Any]] = {"results": [], "totalCount": 0}
WIDTH, HEIGHT = 890, 748
_OPTIONS = {"thriving": "SUCCESS", "building": "INFO", "coasting": "WARNING", "at_risk": "DANGER"}


def shaped(card: Mapping[str, Any], frame_url: str | None) -> dict[str, Any]:
    """A card as HubSpot shows it. frame_url: of the account's page; no action is offered without one.

    The id of the one object is a number that stands for the account's own: 32 bits of it, enough to tell one from none.
    """
    account = card["account"]
    shown: dict[str, Any] = {
        "objectId": zlib.crc32(str(account["id"]).encode()),
        "title": account["name"],
        "link": None,
        "properties": list(_properties(card)),
    }
    if frame_url is None:
        return {"results": [shown], "totalCount": 1}
    action = {
        "type": "IFRAME", "width": WIDTH, "height": HEIGHT, "uri": frame_url, "label": "Look closer",
        "associatedObjectProperties": [],
    }  # fmt: skip
    return {"results": [shown], "totalCount": 1, "primaryAction": action}


def _properties(card: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    score, health = card["score"], card["health"]
    warnings, commitments, partnership = card["warnings"], card["commitments"], card["partnership"]
    if score is not None:
        yield _text("Tier", f"{score['tier']}{' (provisional)' if score['provisional'] else ''}")
        yield from _score("Composite", score["composite"])
        for lift in score["lifts"][:1]:
            yield _text("Would lift it most", f"{lift['criterion']} (up to {lift['points']:.0f} points)")
    if health is not None and health["quadrant"] is not None:
        yield _status("Health", health["quadrant"].replace("_", " "), _OPTIONS[health["quadrant"]])
    if warnings is not None:
        yield _status("Warnings", str(warnings["open"]), "WARNING" if warnings["open"] else "SUCCESS")
        for warning in warnings["gravest"][:1]:
            yield _text("Gravest warning", warning["title"])
    if commitments is not None:
        late = commitments["overdue"]
        told = f"{commitments['open']} open, {late} overdue"
        yield _status("Commitments to the customer", told, "DANGER" if late else "DEFAULT")
    if partnership is not None:
        yield _text("Agreed partnership", str(partnership["level"]))


def _score(label: str, found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if found["score"] is not None:
        yield {"label": label, "dataType": "NUMERIC", "value": f"{found['score']:.0f}"}
        if found["low"] != found["high"]:
            yield _text(f"{label}, lowest to highest", f"{found['low']:.0f} to {found['high']:.0f}")


def _text(label: str, value: str) -> dict[str, Any]:
    return {"label": label, "dataType": "STRING", "value": value}


def _status(label: str, value: str, option: str) -> dict[str, Any]:
    return {"label": label, "dataType": "STATUS", "value": value, "optionType": option}
