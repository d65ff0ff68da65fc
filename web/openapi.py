"""The OpenAPI document, generated from the routes and the models their handlers read."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from meetings.http import answer


def document(application: web.Application) -> dict[str, Any]:
    """OpenAPI 3.1 for every route under /api/."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    for route in application.router.routes():
        resource = route.resource
        if resource is None or not resource.canonical.startswith("/api/") or route.method == "HEAD":
            continue
        paths.setdefault(resource.canonical, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Điểm Cầu", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(route: web.AbstractRoute, schemas: dict[str, Any]) -> dict[str, Any]:
    handler = inspect.unwrap(route.handler)
    resource = route.resource
    operation: dict[str, Any] = {
        "operationId": f"{handler.__module__}.{handler.__name__}",
        "summary": (inspect.getdoc(handler) or "").split("\n")[0],
        "responses": {"default": {"description": "The answer, or `{id, message, details}`"}},
    }
    names = re.findall(r"{(\w+)", resource.canonical if resource else "")
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    model = _body_of(handler)
    if model is not None:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _body_of(handler: Any) -> type[BaseModel] | None:
    """The model that the handler gives to `read_body`."""
    try:
        source = inspect.getsource(handler)
    except (OSError, TypeError):
        return None
    found = re.search(r"read_body\(\s*request,\s*([\w.]+)", source)
    if not found:
        return None
    value: Any = sys.modules[handler.__module__]
    for part in found.group(1).split("."):
        value = getattr(value, part, None)
    return value if isinstance(value, type) and issubclass(value, BaseModel) else None


async def serve(request: web.Request) -> web.Response:
    return answer(document(request.app))
