"""What does the page's API promise? Its description, as OpenAPI 3.1; `/api` shows it to people."""

from __future__ import annotations

from functools import cache
from typing import Any

from adapters.web.schemas import SCHEMAS, ref

Json = dict[str, Any]


def _body(schema: Json, description: str) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _takes(schema: Json) -> Json:
    kinds = ("application/json", "multipart/form-data")
    return {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}


_THREAD: list[Json] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
_WRONG: Json = {
    "404": _body(ref("Error"), "no such thread, turn or image"),
    "409": _body(ref("Error"), "there is nothing to undo, choose, cancel, retry or resume"),
    "422": _body(ref("Error"), "a sentence that lists the choices"),
    "503": _body(ref("Error"), "it could not be saved; nothing was sent or billed"),
}
_SENT: Json = {"202": _body(ref("Accepted"), "it is on disk"), **_WRONG}


@cache
def document() -> Json:
    """Give the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Easel",
            "version": "1",
            "description": "Every thread is a canvas: the first message draws, each further one edits.",
        },
        "paths": {
            "/api/threads": {
                "get": {
                    "summary": "List the threads, newest first",
                    "parameters": [
                        {"name": "before", "in": "query", "schema": {"type": "string"}},
                        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                        {
                            "name": "q",
                            "in": "query",
                            "description": "words that the title or the prompts hold",
                            "schema": {"type": "string"},
                        },
                        {
                            "name": "person",
                            "in": "query",
                            "description": "the name of somebody who asked there",
                            "schema": {"type": "string"},
                        },
                        {
                            "name": "id",
                            "in": "query",
                            "description": "these threads only; may be said many times",
                            "schema": {"type": "array", "items": {"type": "string"}},
                        },
                    ],
                    "responses": {"200": _body(ref("Threads"), "a page of threads")},
                },
                "post": {
                    "summary": "Begin a thread with its first prompt",
                    "requestBody": _takes(ref("Message")),
                    "responses": _SENT,
                },
            },
            "/api/threads/{id}": {
                "parameters": _THREAD,
                "get": {
                    "summary": "Show a thread: its turns and versions, in order of creation",
                    "responses": {"200": _body(ref("Thread"), "the thread"), "404": _WRONG["404"]},
                },
                "patch": {
                    "summary": "Rename a thread",
                    "requestBody": _takes(ref("Title")),
                    "responses": {
                        "200": _body(ref("Title"), "its name now"),
                        "404": _WRONG["404"],
                        "422": _WRONG["422"],
                    },
                },
            },
            "/api/form": {
                "get": {
                    "summary": "What a first message can ask for, and what it costs",
                    "responses": {"200": _body(ref("Form"), "its fields, choices and prices")},
                },
            },
            "/api/threads/{id}/form": {
                "parameters": _THREAD,
                "get": {
                    "summary": "What a message can ask for in a thread, with what holds there",
                    "responses": {"200": _body(ref("Form"), "its fields, choices and prices")},
                },
            },
            "/api/threads/{id}/messages": {
                "parameters": _THREAD,
                "post": {
                    "summary": "Say something in a thread: an edit, or a control in words",
                    "requestBody": _takes(ref("Message")),
                    "responses": _SENT,
                },
            },
            "/api/threads/{id}/actions": {
                "parameters": _THREAD,
                "post": {
                    "summary": "Use a control",
                    "requestBody": _takes(ref("Action")),
                    "responses": {"200": _body(ref("Asked"), "a form to fill"), **_SENT},
                },
            },
            "/api/threads/{id}/events": {
                "parameters": _THREAD,
                "get": {
                    "summary": "Follow a thread: server-sent events `card` and `preview`; goes on "
                    "after Last-Event-ID (or ?after=), without it begins with all cards",
                    "responses": {
                        "200": {"description": "a stream", "content": {"text/event-stream": {}}}
                    },
                },
            },
            "/api/events": {
                "get": {
                    "summary": "Follow several threads at once, ?follow=THREAD:REVISION for each: events "
                    "`card` and `preview` as {thread, revision, data}, and `gone` as {thread}",
                    "responses": {
                        "200": {"description": "a stream", "content": {"text/event-stream": {}}},
                        "422": _WRONG["422"],
                    },
                },
            },
            "/api/threads/{id}/export": {
                "parameters": _THREAD,
                "get": {
                    "summary": "Everything of a thread as a ZIP file: images, log.md, tree.json, a "
                    "contact sheet, a strip and a film of the edits",
                    "responses": {
                        "200": {"description": "the file", "content": {"application/zip": {}}},
                        "404": _WRONG["404"],
                    },
                },
            },
            "/api/threads/{id}/turns/{turn}/preview": {
                "parameters": [*_THREAD, {**_THREAD[0], "name": "turn"}],
                "get": {
                    "summary": "The newest unfinished image of a turn that is being drawn",
                    "responses": {"200": {"description": "the image"}, "404": _WRONG["404"]},
                },
            },
            "/api/usage": {
                "get": {
                    "summary": "What was spent in a month, by person, channel and model",
                    "parameters": [
                        {"name": "month", "in": "query", "schema": {"type": "string"}},
                    ],
                    "responses": {
                        "200": _body(ref("Usage"), "US dollars"),
                        "422": _WRONG["422"],
                    },
                },
            },
            "/images/{sha256}": {
                "parameters": [
                    {**_THREAD[0], "name": "sha256"},
                    {
                        "name": "width",
                        "in": "query",
                        "description": "a small WebP copy, its longer side of so many pixels",
                        "schema": {"type": "integer", "enum": [160, 640]},
                    },
                ],
                "get": {
                    "summary": "An image, byte for byte as the model sent it",
                    "responses": {"200": {"description": "the image"}, "404": _WRONG["404"]},
                },
            },
        },
        "components": {"schemas": SCHEMAS},
    }
