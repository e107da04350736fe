"""Which changes of the API break those who call it: the surface as it was against the surface as it is.

Within a version of the API nothing breaks: what was sent yesterday is taken today, and what is answered today is what
was described yesterday. So more may be taken than before (a new operation, a new optional field, another choice), and
more may be answered (a new field). Callers pass over fields and choices in answers that they do not know: both may be
added at any time. Refusals, and bounds of what is answered, are not compared.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.infra.documents.narrowing import Comparison, optional_or_not
from app.infra.documents.surface import Shape, Surface

_PLACE = re.compile(r"{\w+}")


def breaks(before: Surface, now: Surface) -> list[str]:
    """What breaks callers of the surface before, each in a sentence that names the operation; none when all is well."""
    compare = Comparison(before, now)
    found: list[str] = []
    current = {_PLACE.sub("{}", place): each for place, each in now["operations"].items()}
    for place, was in before["operations"].items():
        one = current.get(_PLACE.sub("{}", place))
        found += [f"{place} is gone"] if one is None else _of_operation(place, was, one, compare)
    for name, told in before.get("webhooks", {}).items():
        if name not in now.get("webhooks", {}):
            found.append(f"webhook {name} is gone")
            continue
        found += compare.answered(told, now["webhooks"][name], f"webhook {name}")
    return found


def _of_operation(place: str, was: dict[str, Any], now: dict[str, Any], compare: Comparison) -> Iterator[str]:
    if was["id"] != now["id"]:
        yield f"{place} was {was['id']} and is {now['id']}"
    if more := set(now["scopes"]) - set(was["scopes"]):
        yield f"{place} needs {', '.join(sorted(more))}"
    yield from _of_parameters(place, was.get("takes", {}), now.get("takes", {}), compare)
    yield from _of_body(place, was, now, compare)
    for status in sorted(was["answers"].keys() ^ now["answers"].keys()):
        yield f"{place} answers {status} {'no more' if status in was['answers'] else 'now'}"
    for status in sorted(was["answers"].keys() & now["answers"].keys()):
        yield from compare.answered(was["answers"][status], now["answers"][status], f"{place} {status}")


def _of_parameters(
    place: str, was: Mapping[str, Shape], now: Mapping[str, Shape], compare: Comparison
) -> Iterator[str]:
    before, current = optional_or_not(was), optional_or_not(now)
    for name, (_, shape) in before.items():
        if name not in current:
            yield f"{place} takes no {name} any more"
        else:
            yield from compare.sent(shape, current[name][1], f"{place} {name}")
    for name, (needed, _) in current.items():
        if needed and not before.get(name, (False,))[0]:
            yield f"{place} needs {name}"


def _of_body(place: str, was: dict[str, Any], now: dict[str, Any], compare: Comparison) -> Iterator[str]:
    if "body!" in now and "body!" not in was:
        yield f"{place} needs a body"
    before, current = was.get("body!", was.get("body")), now.get("body!", now.get("body"))
    if before is not None:
        yield from (
            [f"{place} takes no body any more"] if current is None else compare.sent(before, current, f"{place} body")
        )
