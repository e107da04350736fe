"""The operations of the application as its routes declare them, for tests that go over all of them."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    name: str
    route: APIRoute

    @property
    def needs(self) -> list[str]:
        """The scopes that it names; empty if any key will do, or none."""
        scopes: list[str] = [] if self.keyless or self.invited else self._security[0]["api_key"]
        return scopes

    @property
    def invited(self) -> bool:
        """Whether it is called by people of a customer, who show an invitation in place of a key."""
        return any("invitation" in scheme for scheme in self._security)

    @property
    def keyless(self) -> bool:
        """Whether it is called without a key: by CRMs, which show in their own ways who they are."""
        return self._security == []

    @property
    def _security(self) -> list[dict[str, list[str]]]:
        extra: dict[str, Any] = self.route.openapi_extra or {}
        security: list[dict[str, list[str]]] = extra["security"]
        return security

    @property
    def parameters(self) -> list[str]:
        """What has to be filled in the path."""
        return [part.partition("}")[0] for part in self.path.split("{")[1:]]


def operations(app: FastAPI, *, under: str = "/v1") -> list[Operation]:
    """Every operation below a path."""
    return [
        Operation(method, path, route.operation_id or route.name, route)
        for context in iter_route_contexts(app.routes)
        if isinstance(route := context.original_route, APIRoute) and (path := context.path or "").startswith(under)
        for method in sorted(context.methods or ())
    ]
