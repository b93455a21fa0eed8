"""OpenAPI 3.1 from the code: each operation is described where it is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic.json_schema import models_json_schema

from eventsapp import __version__, settings
from eventsapp.kernel import spelling

LONGEST_IDEMPOTENCY_KEY = 200
NDJSON = "application/x-ndjson"

P = ParamSpec("P")
R = TypeVar("R")


class Strict(BaseModel):
    """Bodies are taken literally: no unknown field, no ``"1"`` for a number."""

    model_config = ConfigDict(strict=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _spelled(cls, value: Any) -> Any:
        """Text is kept by the one rule, whoever sends it."""
        return spelling.clean(value) if isinstance(value, str) else value


class Problem(BaseModel):
    """RFC 9457 problem details; ``code`` is stable."""

    type: str
    title: str
    status: int
    detail: str
    code: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    request: type[BaseModel] | None
    response: type[BaseModel] | None
    status: int
    scopes: tuple[str, ...]
    refusals: tuple[int, ...]
    query: Mapping[str, dict[str, Any]]
    lines: bool
    idempotent: bool


_operations: dict[tuple[str, str], Operation] = {}


def documented(
    method: str,
    path: str,
    summary: str,
    *,
    request: type[BaseModel] | None = None,
    response: type[BaseModel] | None = None,
    status: int = 200,
    scopes: tuple[str, ...] = (),
    refusals: tuple[int, ...] = (),
    query: Mapping[str, dict[str, Any]] | None = None,
    lines: bool = False,
    idempotent: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Describe a view.

    Args:
        path: in OpenAPI's spelling, below ``/api/v1``.
        query: name -> schema. Everything else in the query is ignored.
        lines: the rows are also given one a line, as NDJSON.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        _operations[method, path] = Operation(
            method,
            path,
            summary,
            request,
            response,
            status,
            scopes,
            refusals,
            query or {},
            lines,
            idempotent,
        )
        return view

    return decorate


def openapi() -> dict[str, Any]:
    """The whole document."""
    kinds = {Problem}
    for one in _operations.values():
        kinds |= {kind for kind in (one.request, one.response) if kind is not None}
    _map, schemas = models_json_schema(
        [(kind, "validation") for kind in sorted(kinds, key=lambda kind: kind.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    paths: dict[str, Any] = {}
    for one in _operations.values():
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "eventsapp", "version": __version__},
        "servers": [{"url": f"{settings.current().base_url}/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": one.summary,
        "operationId": f"{one.method.lower()}{one.path.title().translate(_WORDS)}",
        "parameters": [*_path_parameters(one.path), *_query(one.query)],
        "responses": {str(one.status): _content(one.response, "application/json", "done")},
    }
    if one.lines:
        described["responses"][str(one.status)]["content"][NDJSON] = {"schema": {"type": "string"}}
    refused = set(one.refusals) | ({401, 403} if one.scopes else set())
    # What any request may meet: too large, too often, no database for a moment.
    described["responses"]["default"] = _content(Problem, "application/problem+json", "refused")
    if one.request is not None:
        described["requestBody"] = {"required": True} | _content(one.request, "application/json")
        refused.add(422)
    for status in sorted(refused):
        described["responses"][str(status)] = _content(
            Problem, "application/problem+json", "refused"
        )
    if one.scopes:
        described["security"] = [{"key": list(one.scopes)}]
    if one.idempotent:
        described["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": {"type": "string", "maxLength": LONGEST_IDEMPOTENCY_KEY},
            }
        )
    return described


_WORDS = str.maketrans("", "", "/{}-_.")


def _content(
    kind: type[BaseModel] | None, mimetype: str, description: str | None = None
) -> dict[str, Any]:
    found: dict[str, Any] = {"description": description} if description else {}
    if kind is not None:
        schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
        found["content"] = {mimetype: {"schema": schema}}
    return found


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in names
    ]


def _query(asked: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "schema": schema} for name, schema in asked.items()]
