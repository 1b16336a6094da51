"""How is an answer written: as one JSON body, or as a stream of events, in either API's words?"""

import time
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

import orjson

from bot.sketch.reply import Call, Reply
from bot.sketch.request import ChatRequest
from bot.sketch.scene import seed_of

#: About as many tokens as such images cost elsewhere, so that ledgers have something to count.
IMAGE_TOKENS: Final = {"low": 272, "medium": 1056, "high": 4160}
LETTERS_A_TOKEN: Final = 4
DONE: Final = b"data: [DONE]\n\n"
COMMENT: Final = b": drawing\n\n"


def _event(data: dict[str, Any], name: str | None = None) -> bytes:
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + orjson.dumps(data) + b"\n\n"


def _usage(request: ChatRequest, reply: Reply) -> tuple[int, int]:
    asked = sum(len(text) for message in request.messages for text in message.texts)
    images = len(reply.scenes) * IMAGE_TOKENS[reply.quality]
    return asked // LETTERS_A_TOKEN + 8, len(reply.text) // LETTERS_A_TOKEN + images + 1


class ChatForm:
    """An answer of the chat API."""

    must_draw = False  #: Text is an answer too.

    def __init__(self, request: ChatRequest) -> None:
        self._request = request

    def _head(self, kind: str) -> dict[str, Any]:
        request = self._request
        number = seed_of("id", request.prompt, len(request.messages), request.output.size)
        made = {"id": f"chatcmpl-{number:012x}", "object": kind}
        return made | {"created": int(time.time()), "model": request.model}

    def _counted(self, reply: Reply) -> dict[str, Any]:
        asked, made = _usage(self._request, reply)
        counted = {"prompt_tokens": asked, "completion_tokens": made, "cost": 0}
        return {"usage": counted | {"total_tokens": asked + made}}

    def nothing(self) -> dict[str, Any]:
        """Return a body without an answer."""
        return self._head("chat.completion") | {"choices": [], "usage": {"completion_tokens": 0}}

    def body(self, reply: Reply, images: list[bytes]) -> dict[str, Any]:
        """Return the body of an answer that isn't streamed."""
        message: dict[str, Any] = {"role": "assistant", "content": reply.text}
        if reply.calls:
            message |= {"content": None, "tool_calls": [_call(call) for call in reply.calls]}
        elif images:
            message["content"] = [{"type": "text", "text": reply.text}, *map(_block, images)]
        finish = "tool_calls" if reply.calls else "stop"
        choice = {"index": 0, "finish_reason": finish, "message": message}
        return self._head("chat.completion") | {"choices": [choice]} | self._counted(reply)

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return _event(self._head("chat.completion.chunk") | {"choices": [choice]})

    def begin(self, reply: Reply) -> bytes:
        """Return a stream's first event."""
        return self._chunk({"role": "assistant", "content": None if reply.calls else ""})

    def preview(self, index: int, image: bytes) -> bytes:
        """Return the event of a preview."""
        partial = {"partial": True, "partial_image_index": index}
        return self._chunk({"content": [_block(image) | partial]})

    def end(self, reply: Reply, images: list[bytes]) -> Iterator[bytes]:
        """Yield what a stream ends with."""
        calls = [{"index": index} | _call(call) for index, call in enumerate(reply.calls)]
        yield self._chunk({"tool_calls": calls} if calls else {"content": reply.text})
        content = {"content": list(map(_block, images))} if images else {}
        yield self._chunk(content, "tool_calls" if reply.calls else "stop")
        yield _event(self._head("chat.completion.chunk") | {"choices": []} | self._counted(reply))
        yield DONE

    def silence(self) -> bytes:
        """Return a stream without an answer."""
        return _event(self._head("chat.completion.chunk") | {"choices": []}) + DONE


def _block(image: bytes) -> dict[str, Any]:
    url = f"data:image/png;base64,{b64encode(image).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def _call(call: Call) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


class ImageForm:
    """An answer of the Images API."""

    must_draw = True

    def __init__(self, request: ChatRequest) -> None:
        self._request = request

    def _counted(self, reply: Reply) -> dict[str, Any]:
        asked, made = _usage(self._request, reply)
        counted = {"input_tokens": asked, "output_tokens": made, "total_tokens": asked + made}
        return {"usage": counted}

    def nothing(self) -> dict[str, Any]:
        """Return a body without an image."""
        return {"created": int(time.time()), "data": []}

    def body(self, reply: Reply, images: list[bytes]) -> dict[str, Any]:
        """Return the body of an answer that isn't streamed."""
        packed = [b64encode(image).decode() for image in images]
        data = [{"b64_json": image, "revised_prompt": reply.text} for image in packed]
        return self.nothing() | {"data": data} | self._counted(reply)

    def _event(self, name: str, image: bytes, more: dict[str, Any]) -> bytes:
        kind, output = f"{self._request.prefix}.{name}", self._request.output
        data = {
            "type": kind, "b64_json": b64encode(image).decode(), "created_at": int(time.time()), "size": output.size,
            "quality": output.quality, "output_format": "png", "background": "opaque",
        }  # fmt: skip
        return _event(data | more, kind)

    def begin(self, reply: Reply) -> bytes:
        """Return a stream's first bytes: there are none."""
        del reply
        return b""

    def preview(self, index: int, image: bytes) -> bytes:
        """Return the event of a preview."""
        return self._event("partial_image", image, {"partial_image_index": index})

    def end(self, reply: Reply, images: list[bytes]) -> Iterator[bytes]:
        """Yield what a stream ends with."""
        for image in images:
            yield self._event("completed", image, self._counted(reply))

    def silence(self) -> bytes:
        """Return a stream without an image."""
        return COMMENT


Form = ChatForm | ImageForm
