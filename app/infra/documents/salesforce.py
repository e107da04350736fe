"""The document as Salesforce imports it: OpenAPI 3.0, the operations that plugins call, within its limits.

What it does not take is left out: headers of answers (not supported), security (the Named Credential's own), and the
answers that are refusals, whose media type it does not know; it hands any answer that is not told of here to the flow
as text, under the name `default`, so that a problem document can be read there.
"""

from typing import Any

from app.infra.documents.plainer import Plainer
from app.infra.documents.plugins import LEFT_OUT, Document, called, told_of

FILE = "openapi-3.0.json"
DESCRIPTION = """\
What a plugin inside a CRM calls of the Key Account Program API, as Salesforce External Services imports it. The whole
API is told in `openapi.json`; this is the part for plugins:

{operations}

Make a Named Credential with the address of the service and the header `Authorization: Bearer kap_live_…`, then register
this document as an External Service. Where a record is asked for, it is named by the CRM's own id (`source` and
`external_id`). {left_out}

An answer whose status is not told of here is a problem document (RFC 9457); it arrives as text in `default`.
"""


def form(document: Document) -> Document:
    """The OpenAPI 3.0 document, made from the 3.1 one."""
    plainer = Plainer(document["components"]["schemas"])
    paths: dict[str, Any] = {}
    for path, method, operation in called(document):
        paths.setdefault(path, {})[method] = _operation(operation, plainer)
    used = {tag for item in paths.values() for operation in item.values() for tag in operation["tags"]}
    return {
        "openapi": "3.0.3",
        "info": _info(document["info"]),
        "servers": document["servers"],
        "tags": [tag for tag in document["tags"] if tag["name"] in used],
        "security": [{"api_key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"api_key": document["components"]["securitySchemes"]["api_key"]},
            "schemas": plainer.reached(paths),
        },
    }


def _info(info: dict[str, Any]) -> dict[str, Any]:
    left_out = " ".join(f"`{field}` is left out: {why}." for field, why in LEFT_OUT.items())
    return {
        "title": info["title"],
        "version": info["version"],
        "description": DESCRIPTION.format(operations=told_of(), left_out=left_out),
        "contact": info["contact"],
        "license": {"name": info["license"]["name"]},
    }


def _operation(operation: dict[str, Any], plainer: Plainer) -> dict[str, Any]:
    made = {key: operation[key] for key in ("operationId", "summary", "description", "tags")}
    made["parameters"] = [_parameter(each, plainer) for each in operation["parameters"]]
    if "requestBody" in operation:
        body = operation["requestBody"]
        made["requestBody"] = {"required": body.get("required", False), "content": _content(body["content"], plainer)}
    made["responses"] = {
        status: {"description": answer["description"], **_answered(answer, plainer)}
        for status, answer in operation["responses"].items()
        if status < "300"
    }
    if not operation.get("security"):
        made["security"] = []
    return made


def _parameter(parameter: dict[str, Any], plainer: Plainer) -> dict[str, Any]:
    made: dict[str, Any] = {key: parameter[key] for key in ("name", "in", "description", "example") if key in parameter}
    return {**made, "required": parameter.get("required", False), "schema": plainer.of(parameter["schema"])}


def _answered(answer: dict[str, Any], plainer: Plainer) -> dict[str, Any]:
    return {"content": _content(answer["content"], plainer)} if "content" in answer else {}


def _content(content: dict[str, Any], plainer: Plainer) -> dict[str, Any]:
    return {kind: {"schema": plainer.of(media["schema"])} for kind, media in content.items()}
