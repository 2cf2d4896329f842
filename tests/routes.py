"""Every route of the application as data: what it needs, and how to call it. Matrices are generated from this."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_snake

from billhead.access.http import Needs


@dataclass(frozen=True, slots=True)
class RouteCase:
    """One method of one path."""

    method: str
    path: str
    permission: str | None
    has_body: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in the path."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))

    def url(self, ids: dict[str, str]) -> str:
        """The path with its parameters filled in."""
        return re.sub(r"\{(\w+)\}", lambda m: ids[m.group(1)], self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def route_path(wire_path: str) -> str:
    """The path of a route behind one of the OpenAPI document: `{invoiceId}` there is `{invoice_id}` here."""
    return re.sub(r"\{(\w+)\}", lambda found: f"{{{to_snake(found[1])}}}", wire_path)


def api_routes(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    """Every (path, route) of the API, also those of included routers."""
    for context in app.routes:
        yield from _flatten(context)


def _flatten(route: object) -> Iterator[tuple[str, APIRoute]]:
    if isinstance(route, APIRoute):
        yield route.path, route
    for inner in getattr(getattr(route, "original_router", None), "routes", ()):
        yield from _flatten(inner)


def route_cases(app: FastAPI) -> list[RouteCase]:
    """Every route of the API by method and path."""
    cases = []
    for path, route in api_routes(app):
        if not route.include_in_schema:
            continue
        requirement = getattr(route.endpoint, "requirement", None)
        assert isinstance(requirement, Needs), f"{path} names neither needs(…) nor public()"
        for method in sorted(route.methods - {"HEAD"}):
            cases.append(RouteCase(method, path, requirement.permission, route.body_field is not None))
    return sorted(cases, key=str)
