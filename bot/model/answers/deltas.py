"""How do the pieces of a streamed message become the message? As it would have come in one piece.

Pieces are gathered and joined once, so that a long stream costs no more than its length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.model.answers import parser

#: keys of a message whose texts come in pieces
_JOINED = frozenset({"reasoning", "reasoning_content", "refusal", "thought_signature"})
#: keys of a block that holds a piece of text and nothing else
_PLAIN = frozenset({"type", "text", "index"})
_MAX_CALLS = 64
_MAX_NAME = 200


@dataclass(slots=True)
class _Call:
    """A tool call: its arguments come in pieces."""

    rest: dict[str, Any] = field(default_factory=lambda: {"id": "", "type": "function"})
    name: str = ""
    arguments: list[str] = field(default_factory=list)

    def add(self, delta: dict[str, Any]) -> None:
        function = delta.get("function")
        self.rest |= {
            key: value
            for key, value in delta.items()
            if key not in {"index", "function"} and value is not None
        }
        if not isinstance(function, dict):
            return
        name, arguments = function.get("name"), function.get("arguments")
        if isinstance(name, str) and name != self.name:  # some gateways repeat it
            self.name = (self.name + name)[:_MAX_NAME]
        if isinstance(arguments, dict):
            arguments = orjson.dumps(arguments).decode()
        if isinstance(arguments, str):
            self.arguments.append(arguments)

    def to_dict(self) -> dict[str, Any]:
        """Return the call as it would have come in one piece."""
        return {**self.rest, "function": {"name": self.name, "arguments": "".join(self.arguments)}}


class Deltas:
    """One message that comes in pieces."""

    def __init__(self) -> None:
        self._content: list[list[str] | dict[str, Any]] = []
        self._images: list[object] = []
        self._calls: list[_Call] = []
        self._texts: dict[str, list[str]] = {}
        self._rest: dict[str, Any] = {}

    def add(self, delta: dict[str, Any]) -> None:
        """Add a piece, from which unfinished images are left out already."""
        for key, value in delta.items():
            if key == "content":
                self._add_content(value)
            elif key == "images" and value is not None:
                self._images += value if isinstance(value, list) else [value]
            elif key == "tool_calls":
                for one in parser.dicts_in(value):
                    self._call(one).add(one)
            elif key in _JOINED and isinstance(value, str):
                pieces = self._texts.setdefault(key, [])
                if pieces != [value]:  # repeated whole, not another piece
                    pieces.append(value)
            elif isinstance(value, list) and isinstance(self._rest.get(key), list):
                self._rest[key] += value
            elif value is not None:
                self._rest[key] = list(value) if isinstance(value, list) else value

    def to_dict(self) -> dict[str, Any]:
        """Return the message as it would have come in one piece."""
        texts = {key: "".join(pieces) for key, pieces in self._texts.items()}
        found = {**self._rest, **texts, "role": "assistant", "content": self._join_content()}
        if self._images:
            found["images"] = self._images
        if self._calls:
            found["tool_calls"] = [call.to_dict() for call in self._calls]
        return found

    def _join_content(self) -> str | list[dict[str, Any]] | None:
        if not any(isinstance(one, dict) for one in self._content):
            return "".join(piece for one in self._content for piece in one) or None
        written = [
            one if isinstance(one, dict) else {"type": "text", "text": "".join(one)}
            for one in self._content
        ]
        return [one for one in written if one.get("text") != ""]

    def _add_content(self, value: object) -> None:
        if isinstance(value, str):
            self._add_text(value)
        for block in value if isinstance(value, list) else [value]:
            if block is None or isinstance(value, str):
                continue
            if not isinstance(block, dict):
                self._add_text(str(block))
            elif isinstance(block.get("text"), str) and block.keys() <= _PLAIN:
                self._add_text(block["text"])
            else:
                self._content.append(block)

    def _add_text(self, text: str) -> None:
        if not self._content or isinstance(self._content[-1], dict):
            self._content.append([])
        last = self._content[-1]
        if isinstance(last, list):
            last.append(text)

    def _call(self, delta: dict[str, Any]) -> _Call:
        """Find the call that a piece belongs to: by its index, else by its id, else the newest."""
        index, id_ = delta.get("index"), delta.get("id")
        if not isinstance(index, int) or not 0 <= index < _MAX_CALLS:
            known = [n for n, call in enumerate(self._calls) if call.rest["id"] == id_]
            new = len(self._calls) if id_ or not self._calls else len(self._calls) - 1
            index = min(known[0] if known and id_ else new, _MAX_CALLS - 1)
        while len(self._calls) <= index:
            self._calls.append(_Call())
        return self._calls[index]
