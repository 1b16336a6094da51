"""What does the page's API promise? Its calls, described as OpenAPI 3.1; `/api` shows that to people.

The shapes are those of the models that read bodies (`parse`) and write answers (`render`).
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route

from adapters.web.answers import AcceptedJson, ErrorJson

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.ports.messages import Json
Model = type[object]
Mode = Literal["serialization", "validation"]
#: by status: a model, a media type or nothing, and what it is
Answers = dict[str, tuple["Model | str | None", str]]

TEXT: Json = {"type": "string"}
ACCEPTED: Answers = {"202": (AcceptedJson, "it is on disk")}
NOT_FOUND: Answers = {"404": (ErrorJson, "no such thread, turn or image")}
INVALID: Answers = {"422": (ErrorJson, "a sentence that lists the choices")}
FORBIDDEN: Answers = {"403": (ErrorJson, "only an operator may")}
REFUSED: Answers = {
    **NOT_FOUND,
    "409": (ErrorJson, "there is nothing to undo, choose, cancel, retry or resume"),
    **INVALID,
    "503": (ErrorJson, "it could not be saved; nothing was sent or billed"),
}


def ok(gives: Model | str | None, description: str, *refusals: Answers) -> Answers:
    """Return the answers of a call: what it gives, and how it can be refused."""
    found: Answers = {"200": (gives, description)}
    for one in refusals:
        found |= one
    return found


def parameter(name: str, description: str = "", where: str = "query", **schema: object) -> Json:
    """Describe a parameter, a text unless it is said."""
    said = {"description": description} if description else {}
    needed = {"required": True} if where == "path" else {}
    return {"name": name, "in": where, **needed, **said, "schema": schema or TEXT}


VIEWER = parameter(
    "viewer", "whose stars and unread marks; where no token is asked for, their name"
)

PLATFORM = parameter(
    "platform", "for operators: of this platform, such as slack, or * of all; default: the page's"
)

#: text that may be large
COMPRESSED = [Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the API. Its handler's docstring says what it does."""

    method: str
    path: str
    handler: Callable[[Request], Awaitable[Response]]
    answers: Answers
    takes: Model | None = None
    query: tuple[Json, ...] = ()

    def route(self) -> Route:
        """Return the route that serves it."""
        gives, _ = self.answers.get("200", (None, ""))
        compressed = (
            COMPRESSED if isinstance(gives, type) else ()
        )  # images and files are small already
        return Route(self.path, self.handler, methods=[self.method], middleware=compressed)

    def describe(self) -> Json:
        """Return it as OpenAPI's operation."""
        found: Json = {
            "summary": " ".join((inspect.getdoc(self.handler) or "").rstrip(".").split())
        }
        if self.query:
            found["parameters"] = list(self.query)
        if self.takes is not None:
            kinds = ("application/json", "multipart/form-data")
            content = {kind: {"schema": _ref(self.takes)} for kind in kinds}
            found["requestBody"] = {"required": True, "content": content}
        found["responses"] = {
            status: {"description": text, **_content(gives)}
            for status, (gives, text) in self.answers.items()
        }
        return found


def document(calls: Iterable[Call]) -> Json:
    """Return the whole description."""
    paths: Json = {}
    models: dict[Model, Mode] = {}
    for call in calls:
        parts = [parameter(name, where="path") for name in re.findall(r"{(\w+)}", call.path)]
        path = paths.setdefault(call.path, {"parameters": parts} if parts else {})
        path[call.method.lower()] = call.describe()
        gives = [model for model, _ in call.answers.values() if isinstance(model, type)]
        models |= dict.fromkeys(gives, "serialization")
        models |= {call.takes: "validation"} if call.takes else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Easel",
            "version": "1",
            "description": "Every thread is a canvas: the first message draws, each further one edits.",
        },
        "paths": paths,
        "components": {"schemas": _schemas(models)},
    }


class _Schemas(GenerateJsonSchema):
    """Schemas by the models' names without their endings, and without titles."""

    def normalize_name(self, name: str) -> str:
        return super().normalize_name(_short(name))

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's
        return False


def _schemas(models: Mapping[Model, Mode]) -> Json:
    _, found = TypeAdapter.json_schemas(
        [(model.__name__, mode, TypeAdapter(model)) for model, mode in models.items()],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Schemas,
    )
    schemas: Json = found["$defs"]
    for schema in schemas.values():
        schema.pop("title", None)
    return schemas


def _content(gives: Model | str | None) -> Json:
    if gives is None:
        return {}
    if isinstance(gives, str):
        return {"content": {gives: {}}}
    return {"content": {"application/json": {"schema": _ref(gives)}}}


def _ref(model: Model) -> Json:
    return {"$ref": f"#/components/schemas/{_short(model.__name__)}"}


def _short(name: str) -> str:
    return re.sub("(Json|Body)$", "", name)
