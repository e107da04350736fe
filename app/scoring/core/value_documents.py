"""The JSON form of value functions: `{"kind": "linear", "low": 0, "high": 5}` and its like (api.md, "Model")."""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from app.kernel.errors import FieldProblem
from app.scoring.core.documents import Fields, number_problem
from app.scoring.core.value_functions import (
    Boolean,
    Categories,
    Linear,
    Log,
    Logistic,
    Percentile,
    Piecewise,
    Rating,
    ValueFunction,
)

_PARAMETERS = {
    "linear": ("low", "high"),
    "log": ("low", "high"),
    "logistic": ("midpoint", "steepness"),
    "piecewise": ("points",),
    "rating": ("maximum",),
    "boolean": (),
    "categories": ("map",),
    "percentile": (),
}
KINDS = tuple(_PARAMETERS)


def read_value_function(document: object, pointer: str, problems: list[FieldProblem]) -> ValueFunction:
    """The value function that `document` says, its parameters not yet judged; faults of shape go to `problems`."""
    kind = document.get("kind") if isinstance(document, Mapping) else None
    names = _PARAMETERS.get(kind, ()) if isinstance(kind, str) else ()
    if isinstance(document, Mapping) and kind not in KINDS:
        Fields({"kind": kind}, pointer, problems, ("kind",)).choice("kind", KINDS)
        return Boolean()
    fields = Fields(document, pointer, problems, ("kind", *names))
    return _READERS.get(str(kind), _no_parameters)(fields)


def value_document(function: ValueFunction) -> dict[str, object]:
    """The JSON form of `function`, every parameter written out; `read_value_function` reads it back unchanged."""
    match function:
        case Piecewise(points):
            return {"kind": function.kind, "points": [list(point) for point in points]}
        case Categories(labels, utilities):
            return {"kind": function.kind, "map": dict(zip(labels, utilities, strict=True))}
        case _:
            return {"kind": function.kind, **asdict(function)}


def _no_parameters(_: Fields) -> ValueFunction:
    return Boolean()


def _piecewise(fields: Fields) -> Piecewise:
    return Piecewise(tuple(_point(fields, index, point) for index, point in enumerate(fields.items("points"))))


def _point(fields: Fields, index: int, point: object) -> tuple[float, float]:
    if not isinstance(point, list | tuple) or len(point) != 2:
        _fault(fields, f"/points/{index}", ("wrong_type", "must be a pair [x, u]"))
        return 0.0, 0.0
    for place, number in enumerate(point):
        problem = number_problem(number)
        if problem:
            _fault(fields, f"/points/{index}/{place}", problem)
            return 0.0, 0.0
    return float(point[0]), float(point[1])


def _categories(fields: Fields) -> Categories:
    if not fields.given("map"):
        fields.fault("map", "missing", "is needed")
        return Categories((), ())
    document = fields.values["map"]
    labels = tuple(map(str, document)) if isinstance(document, Mapping) else ()
    inner = Fields(document, f"{fields.pointer}/map", fields.problems, labels)
    return Categories(labels, tuple(inner.number(label) for label in labels))


def _fault(fields: Fields, where: str, problem: tuple[str, str]) -> None:
    fields.problems.append(FieldProblem(fields.pointer + where, *problem))


_READERS: dict[str, Callable[[Fields], ValueFunction]] = {
    "linear": lambda fields: Linear(fields.number("low"), fields.number("high")),
    "log": lambda fields: Log(fields.number("low"), fields.number("high")),
    "logistic": lambda fields: Logistic(fields.number("midpoint"), fields.number("steepness")),
    "piecewise": _piecewise,
    "rating": lambda fields: Rating(fields.number("maximum", 5.0)),
    "boolean": _no_parameters,
    "categories": _categories,
    "percentile": lambda _: Percentile(),
}
