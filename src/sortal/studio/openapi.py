"""The table of routes as an OpenAPI 3.1 document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from sortal.studio.messages import Problem
from sortal.studio.routes import Route

_REFERENCE = "#/components/schemas/{name}"


def openapi(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the document; the same table gives the same document."""
    types: list[Any] = [Problem]
    for route in routes:
        types += [t for t in (route.takes, route.gives) if t not in (None, bytes)]
    unique = list(dict.fromkeys(types))
    schemas, components = msgspec.json.schema_components(unique, ref_template=_REFERENCE)
    schema_of = dict(zip(unique, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operations = paths.setdefault(route.path.replace(":path}", "}"), {})
        operations[route.method.lower()] = _operation(route, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sortal studio", "version": "1"},
        "paths": paths,
        "components": {"schemas": dict(sorted(components.items()))},
    }


def _operation(route: Route, schema_of: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "responses": {
            **_given(route, schema_of),
            "default": {"description": "Why not", "content": _json(schema_of[Problem])},
        },
    }
    names = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)(?::path)?\}", route.path)
    ]
    names += [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": words,
            "schema": {"type": "string"},
        }
        for name, words in route.query.items()
    ]
    if names:
        operation["parameters"] = names
    if route.takes is not None:
        content = _bytes() if route.takes is bytes else _json(schema_of[route.takes])
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _given(route: Route, schema_of: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    if route.gives is None:
        return {"204": {"description": "Done"}}
    content = _bytes() if route.gives is bytes else _json(schema_of[route.gives])
    return {"200": {"description": route.summary, "content": content}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _bytes() -> dict[str, Any]:
    return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
