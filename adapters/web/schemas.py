"""Which shapes do the calls of the page's API take and give? JSON Schemas, for `openapi`."""

from __future__ import annotations

from typing import Any

from bot.ports import limits
from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.messages import State

Json = dict[str, Any]


def ref(name: str) -> Json:
    """Point at a schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _or_null(kind: str) -> Json:
    return {"type": [kind, "null"]}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _object(description: str = "", /, **properties: Json) -> Json:
    """Describe an object whose every key is always there."""
    said = {"description": description} if description else {}
    return {"type": "object", "required": list(properties), "properties": properties, **said}


_TEXT = {"type": "string"}
_VERSION = {"type": ["string", "null"], "examples": ["v2", "v8a"]}

_MESSAGE: Json = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {**_TEXT, "description": "the prompt, or a control in words: undo, go back to v2"},
        "person": {**_TEXT, "description": "who speaks; the model is told who said what"},
        "source": {**_TEXT, "description": "the version to edit, v2; default: the head"},
        "size": {**_TEXT, "examples": ["1024x1024", "portrait"]},
        "quality": {**_TEXT, "examples": ["low", "medium", "high"]},
        "n": {"type": "integer", "minimum": 1, "maximum": 2},
        "files": {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "image/*"},
            "description": "pictures: files of a multipart form, or data URLs in JSON; "
            f"up to {limits.MAX_ATTACHMENTS}",
        },
        "event": {**_TEXT, "description": "your own word: the same event gives the same turn"},
        "model": {**_TEXT, "description": "an entry of the catalogue; default: the thread's"},
    },
}
SCHEMAS: Json = {
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
                "additionalProperties": {"type": ["string", "integer"]},
                "description": "what a form holds, or a button's `value`. Without them edit, edit_prompt, "
                "settings, go and delete answer with the form, which names its fields and choices",
            },
        },
    },
    "Title": {
        "type": "object",
        "required": ["title"],
        "properties": {"title": {**_TEXT, "description": "“”: that of its first prompt"}},
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
    "Error": {"type": "object", "required": ["error"], "properties": {"error": ref("Problem")}},
    "Turn": _object(
        id=_TEXT,
        state={"enum": [state.value for state in State]},
        person=_TEXT,
        text=_TEXT,
        source={**_VERSION, "description": "the version being edited"},
        reply={**_or_null("string"), "description": "the model's own words"},
        error={"anyOf": [ref("Problem"), {"type": "null"}]},
        cost={**_or_null("number"), "description": "US dollars; null: not known"},
        about={"type": "boolean", "description": "is the cost the catalogue's, not the model's?"},
        place={**_or_null("integer"), "description": "among those who wait, 1 is next"},
        output=_object(size=_TEXT, quality=_TEXT, n={"type": "integer"}),
        versions={**_list(_TEXT), "description": "the images that it made, by number"},
        files={**_list(_object(name=_TEXT, url=_TEXT)), "description": "pictures sent along"},
        kind={
            "enum": ["wish", "control", "talk"],
            "description": "controls and what is said while a thread is paused are no turns",
        },
        gathering={
            **_or_null("string"),
            "description": "the turn whose card shows this one's picture with others",
        },
        hidden={"type": "boolean", "description": "is it shown there only?"},
        order={"type": "integer", "description": "of asking"},
        created={"type": "number", "description": "when it was asked, Unix seconds; 0: not known"},
        revision={"type": "integer", "description": "of the thread, when this last changed"},
        gone={"type": "boolean", "description": "deleted: only events say so"},
        card=ref("Card"),
    ),
    "Card": _object(
        "what people see of a turn",
        title={**_TEXT, "examples": ["v4 ← v2"]},
        text={**_TEXT, "description": "what is happening or happened, what to do next"},
        detail={**_TEXT, "description": "the small line: size, quality, price, whose points"},
        images=_list(ref("Version")),
        captions={**_list(_TEXT), "description": "of the images, as many"},
        buttons=_list(ref("Button")),
    ),
    "Button": _object(
        "a control: send it back as an action, `value` as fields {value}",
        action={"enum": [action.value for action in Action]},
        label=_TEXT,
        version=_VERSION,
        value=_TEXT,
        price={**_or_null("number"), "description": "US dollars; null: nothing, or not known"},
        primary={"type": "boolean"},
        hint={**_TEXT, "description": "what it is about: a direction, a prompt"},
    ),
    "Form": _object(
        "what is asked before a control can be done; it comes back as `fields`",
        action={"enum": [action.value for action in Action]},
        title=_TEXT,
        submit=_TEXT,
        price={**_or_null("number"), "description": "US dollars at the chosen values"},
        prices={
            "type": "object",
            "additionalProperties": {"type": "number"},
            "description": "US dollars an image by “size quality”",
        },
        turn=_or_null("string"),
        version=_VERSION,
        fields=_list(
            _object(
                name=_TEXT,
                label=_TEXT,
                kind={"enum": ["text", "choice"]},
                value=_TEXT,
                choices=_list(_object(value=_TEXT, label=_TEXT)),
            )
        ),
    ),
    "Asked": _object(thread=_TEXT, form=ref("Form")),
    "Version": _object(
        number=_TEXT,
        parent=_VERSION,
        url=_TEXT,
        width={"type": "integer", "description": "pixels"},
        height={"type": "integer", "description": "pixels"},
        alt={**_TEXT, "description": "what the picture shows"},
        turn={**_TEXT, "description": "the turn that made it"},
        type={**_TEXT, "examples": ["image/png"]},
        size={"type": "integer", "description": "bytes"},
        color={
            **_or_null("string"),
            "description": "its mean colour, #8a7f6c, to stand there until it is loaded; null: not known",
        },
    ),
    "Thread": _object(
        id=_TEXT,
        title=_TEXT,
        head={**_VERSION, "description": "what a plain message edits"},
        mode={
            "enum": ["drawing", "talking"],
            "description": "talking: paused, so that messages are only talk until “go”",
        },
        revision={"type": "integer", "description": "to follow the thread's events after"},
        turns=_list(ref("Turn")),
        versions=_list(ref("Version")),
        controls={**_list(ref("Turn")), "description": "what was done and said beside drawing"},
    ),
    "Threads": _object(
        threads=_list(
            _object(
                id=_TEXT,
                title=_TEXT,
                head=_VERSION,
                image={"anyOf": [ref("Version"), {"type": "null"}]},
                turns={"type": "integer"},
                updated={"type": "number", "description": "Unix seconds"},
                revision={"type": "integer", "description": "to follow the thread's events after"},
                people={**_list(_TEXT), "description": "who asked for something"},
            )
        ),
        next={**_or_null("string"), "description": "give it as `before` for the next page"},
    ),
    "Usage": _object(
        month={**_TEXT, "examples": ["2026-11"]},
        total=ref("Spent"),
        people=_list(ref("Spent")),
        channels=_list(ref("Spent")),
        models=_list(ref("Spent")),
        days={**_list(ref("Spent")), "description": "by the day, in UTC: 2026-11-30"},
    ),
    "Spent": _object(
        name=_TEXT,
        images={"type": "integer"},
        settled={"type": "number", "description": "billed for certain"},
        perhaps={"type": "number", "description": "what may have been billed beside it"},
        about={"type": "boolean", "description": "is some of it the catalogue's price?"},
        unpriced={"type": "integer", "description": "drawings whose cost nobody knows"},
    ),
}
