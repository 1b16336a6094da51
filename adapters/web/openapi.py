"""What does the page's API promise? Its description, as OpenAPI 3.1; `/api` shows it to people."""

from __future__ import annotations

from functools import cache
from typing import Any

from bot.values import Action, Kind, State

Json = dict[str, Any]


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _body(schema: Json, description: str) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _takes(schema: Json) -> Json:
    kinds = ("application/json", "multipart/form-data")
    return {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}


def _or_null(kind: str) -> Json:
    return {"type": [kind, "null"]}


_THREAD: list[Json] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
_TEXT = {"type": "string"}
_VERSION = {"type": ["string", "null"], "examples": ["v2", "v8a"]}

_MESSAGE: Json = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {**_TEXT, "description": "the wish, or a control in words: undo, go back to v2"},
        "person": {**_TEXT, "description": "who speaks; the model is told who said what"},
        "source": {**_TEXT, "description": "the version to edit, v2; default: the head"},
        "size": {**_TEXT, "examples": ["1024x1024", "portrait"]},
        "quality": {**_TEXT, "examples": ["low", "medium", "high"]},
        "n": {"type": "integer", "minimum": 1, "maximum": 2},
        "files": {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "image/*"},
            "description": "pictures: files of a multipart form, or data URLs in JSON; up to 4",
        },
        "event": {**_TEXT, "description": "your own word: the same event gives the same turn"},
        "model": {**_TEXT, "description": "an entry of the catalogue; default: the thread's"},
    },
}
_SCHEMAS: Json = {
    "Message": _MESSAGE,
    "Accepted": {
        "type": "object",
        "required": ["thread", "turn"],
        "properties": {
            "thread": _TEXT,
            "turn": {**_or_null("string"), "description": "null for a control"},
            "says": {**_TEXT, "description": "what a control did"},
            "url": {**_TEXT, "description": "where an export is to be fetched"},
        },
    },
    "Action": {
        "type": "object",
        "required": ["action"],
        "properties": {
            "action": {"enum": [action.value for action in Action]},
            "event": _TEXT,
            "turn": _TEXT,
            "version": _TEXT,
            "person": _TEXT,
            "fields": {
                "type": "object",
                "description": "what a form holds: text, size, quality, n; to delete, what: turn or "
                "canvas. Without them edit, edit_prompt and delete answer with the form",
            },
        },
    },
    "Problem": {
        "type": "object",
        "required": ["kind", "says", "billed"],
        "properties": {
            "kind": {"enum": [kind.value for kind in Kind]},
            "says": {**_TEXT, "description": "a sentence for people"},
            "billed": {**_or_null("boolean"), "description": "null: perhaps"},
        },
    },
    "Error": {"type": "object", "required": ["error"], "properties": {"error": _ref("Problem")}},
    "Turn": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "state": {"enum": [state.value for state in State]},
            "person": _TEXT,
            "text": _TEXT,
            "source": {**_VERSION, "description": "the version being edited"},
            "reply": {**_or_null("string"), "description": "the model's own words"},
            "error": {"anyOf": [_ref("Problem"), {"type": "null"}]},
            "cost": {**_or_null("number"), "description": "US dollars; null: not known"},
            "place": {**_or_null("integer"), "description": "among those who wait, 1 is next"},
            "output": {
                "type": "object",
                "properties": {"size": _TEXT, "quality": _TEXT, "n": {"type": "integer"}},
            },
            "versions": {"type": "array", "items": _TEXT},
            "gone": {"type": "boolean", "description": "deleted: only events say so"},
        },
    },
    "Version": {
        "type": "object",
        "properties": {
            "number": _VERSION,
            "parent": _VERSION,
            "url": _TEXT,
            "width": {"type": "integer", "description": "pixels"},
            "height": {"type": "integer", "description": "pixels"},
            "alt": _TEXT,
            "turn": _TEXT,
        },
    },
    "Thread": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "title": _TEXT,
            "head": {**_VERSION, "description": "what a plain message edits"},
            "mode": {"enum": ["drawing", "talking"]},
            "turns": {"type": "array", "items": _ref("Turn")},
            "versions": {"type": "array", "items": _ref("Version")},
        },
    },
    "Threads": {
        "type": "object",
        "properties": {
            "threads": {"type": "array", "items": {"type": "object"}},
            "next": {**_or_null("string"), "description": "give it as `before` for the next page"},
        },
    },
}
_WRONG: Json = {
    "404": _body(_ref("Error"), "no such thread, turn or image"),
    "409": _body(_ref("Error"), "there is nothing to undo, choose, cancel, retry or resume"),
    "422": _body(_ref("Error"), "a sentence that lists the choices"),
    "503": _body(_ref("Error"), "it could not be saved; nothing was sent or billed"),
}
_SENT: Json = {"202": _body(_ref("Accepted"), "it is on disk"), **_WRONG}


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
                        {"name": "before", "in": "query", "schema": _TEXT},
                        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
                    ],
                    "responses": {"200": _body(_ref("Threads"), "a page of threads")},
                },
                "post": {
                    "summary": "Begin a thread with its first wish",
                    "requestBody": _takes(_ref("Message")),
                    "responses": _SENT,
                },
            },
            "/api/threads/{id}": {
                "parameters": _THREAD,
                "get": {
                    "summary": "Show a thread: its turns and versions, in order of creation",
                    "responses": {"200": _body(_ref("Thread"), "the thread"), "404": _WRONG["404"]},
                },
            },
            "/api/threads/{id}/messages": {
                "parameters": _THREAD,
                "post": {
                    "summary": "Say something in a thread: an edit, or a control in words",
                    "requestBody": _takes(_ref("Message")),
                    "responses": _SENT,
                },
            },
            "/api/threads/{id}/actions": {
                "parameters": _THREAD,
                "post": {
                    "summary": "Use a control",
                    "requestBody": _takes(_ref("Action")),
                    "responses": {"200": _body({"type": "object"}, "a form to fill"), **_SENT},
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
            "/images/{sha256}": {
                "parameters": [{**_THREAD[0], "name": "sha256"}],
                "get": {
                    "summary": "An image, byte for byte as the model sent it",
                    "responses": {"200": {"description": "the image"}, "404": _WRONG["404"]},
                },
            },
        },
        "components": {"schemas": _SCHEMAS},
    }
