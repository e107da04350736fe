"""The document as Power Platform imports it: Swagger 2.0 for a custom connector, the operations that plugins call.

The connector's designer shows operations by their summary and fields by `x-ms-summary`; it uses one answer with a
schema, and hands refusals on as they are.
"""

import re
from collections.abc import Iterator
from typing import Any

from app.infra.documents.plainer import PREFIX, Plainer, Schema
from app.infra.documents.plugins import LEFT_OUT, Document, called, told_of

FILE = "swagger-2.0.json"
TITLE = "Key Account Program"
# Who imports the document gives the host of their own service; one has to stand here.
HOST = "key-accounts.example.com"
LONGEST_NAME = 80
DESCRIPTION = """\
Which accounts are key and why, who owes them what, and how healthy they are: what is called from inside of a CRM.

{operations}

Put the host of your own service in the place of `{host}`. The connection asks for one value: the word `Bearer`, a space
and the key, `Bearer kap_live_…`. Where a record is asked for, it is named by the id that it has in the CRM (`source`
and `external_id`). {left_out}
"""
_CLAUSE_ENDS = re.compile(r"[,;:(]\s?")
_NOT_AT_THE_END = re.compile(r"(\s(of|for|to|by|with|and|or))*[^A-Za-z0-9]*$")
_ADVANCED = {"Idempotency-Key", "limit", "cursor", "sort"}
_SCALAR = ("type", "format", "enum", "default", "minimum", "maximum", "minLength", "maxLength", "pattern")


def form(document: Document) -> Document:
    """The Swagger 2.0 document, made from the OpenAPI 3.1 one."""
    plainer = Plainer(document["components"]["schemas"])
    operations = list(called(document))
    paths: dict[str, Any] = {}
    told: list[Any] = []
    for path, method, operation in operations:
        paths.setdefault(path, {})[method] = _operation(operation, plainer, told)
    left_out = " ".join(f"`{field}` is left out: {why}." for field, why in LEFT_OUT.items())
    return {
        "swagger": "2.0",
        "info": {
            "title": TITLE,
            "version": document["info"]["version"],
            "description": DESCRIPTION.format(operations=told_of(), host=HOST, left_out=left_out),
            "contact": document["info"]["contact"],
        },
        "host": HOST,
        "basePath": "/",
        "schemes": ["https"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": {
            "key": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "The word `Bearer`, a space and the key",
            }
        },
        "security": [{"key": []}],
        "paths": paths,
        "definitions": {name: _schema(each) for name, each in plainer.reached(told).items()},
    }


def _operation(operation: dict[str, Any], plainer: Plainer, told: list[Any]) -> dict[str, Any]:
    parameters = [_parameter(each, plainer) for each in operation["parameters"]]
    if "requestBody" in operation:
        ((_, media),) = operation["requestBody"]["content"].items()
        schema = plainer.of(media["schema"])
        told.append(schema)
        parameters.append(_body(schema, required=operation["requestBody"].get("required", False)))
    made = {
        "operationId": operation["operationId"].title().replace("_", ""),
        "summary": shortened(operation["summary"]),
        "description": operation["description"],
        "parameters": parameters,
        "responses": dict(_answers(operation["responses"], plainer, told)),
    }
    return made if operation.get("security") else {**made, "security": []}


def _parameter(parameter: dict[str, Any], plainer: Plainer) -> dict[str, Any]:
    name, schema = parameter["name"], plainer.of(parameter["schema"])
    made = {
        "name": name,
        "in": parameter["in"],
        "required": parameter.get("required", False),
        "description": parameter["description"],
        "x-ms-summary": _title(name),
        **{key: schema[key] for key in _SCALAR if key in schema},
    }
    if parameter["in"] == "path":
        made["x-ms-url-encoding"] = "single"
    if made["required"] or name in _ADVANCED:
        made["x-ms-visibility"] = "important" if made["required"] else "advanced"
    return made


def _body(schema: Schema, *, required: bool) -> dict[str, Any]:
    return {"name": "body", "in": "body", "required": required, "x-ms-summary": "Body", "schema": _schema(schema)}


def _answers(answers: dict[str, Any], plainer: Plainer, told: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every answer in words, and the first good one with its schema: the designer uses one."""
    shown = False
    for status, answer in answers.items():
        made = {"description": answer["description"]}
        if status < "300" and "content" in answer and not shown:
            ((_, media),) = answer["content"].items()
            schema = plainer.of(media["schema"])
            told.append(schema)
            made["schema"] = _schema(schema)
            shown = True
        yield status, made


def _schema(schema: Schema, name: str = "") -> Schema:
    """A schema of OpenAPI 3.0 in the words of Swagger 2.0; `name` is that of the field which it describes."""
    schema = schema["allOf"][0] if "allOf" in schema else schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace(PREFIX, "#/definitions/")}
    made = {**schema, **({"x-ms-summary": _title(name)} if name else {})}
    if made.pop("nullable", False):
        made["x-nullable"] = True
    if made.get("description") == made.get("x-ms-summary"):
        made.pop("description", None)
    if "properties" in made:
        made["properties"] = {field: _schema(each, field) for field, each in made["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(made.get(key), dict):
            made[key] = _schema(made[key])
    return made


def _title(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").title()


def shortened(summary: str) -> str:
    """A summary as the designer takes it: as many of its clauses as there is room for, and no mark at its end."""
    told = summary.replace("/", " or ")
    while len(told) > LONGEST_NAME:
        ends = [found.start() for found in _CLAUSE_ENDS.finditer(told)]
        told = told[: ends[-1]] if ends else told[:LONGEST_NAME].rpartition(" ")[0]
    return _NOT_AT_THE_END.sub("", told)
