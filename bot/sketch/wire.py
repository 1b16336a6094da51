"""How is an answer written: as one JSON body, or as a stream of events, in either API's words?"""

import base64
import time
from typing import Any, Final

import orjson

from bot.sketch.dice import seed_of
from bot.sketch.reply import Call, Reply
from bot.sketch.request import ChatRequest, ImageRequest

#: About as many tokens as such images cost elsewhere, so that ledgers have something to count.
IMAGE_TOKENS: Final = {"low": 272, "medium": 1056, "high": 4160}
LETTERS_A_TOKEN: Final = 4
DONE: Final = b"data: [DONE]\n\n"
COMMENT: Final = b": drawing\n\n"


def event(data: dict[str, Any], name: str | None = None) -> bytes:
    """Return one event of a stream."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + orjson.dumps(data) + b"\n\n"


def usage_of(request: ChatRequest, reply: Reply) -> dict[str, Any]:
    """Return the usage; it costs nothing."""
    asked = sum(len(text) for message in request.messages for text in message.texts)
    images = len(reply.scenes) * IMAGE_TOKENS[reply.quality]
    prompt, completion = (
        asked // LETTERS_A_TOKEN + 8,
        len(reply.text) // LETTERS_A_TOKEN + images + 1,
    )
    counted = {"prompt_tokens": prompt, "completion_tokens": completion}
    return counted | {"total_tokens": prompt + completion, "cost": 0}


def head(request: ChatRequest, kind: str) -> dict[str, Any]:
    """Return what every body and every chunk begins with."""
    number = seed_of("id", request.prompt, len(request.messages), request.output.size)
    made = {"id": f"chatcmpl-{number:012x}", "object": kind}
    return made | {"created": int(time.time()), "model": request.model}


def block(image: bytes, partial: int | None = None) -> dict[str, Any]:
    """Return an image block; with a number where it is only a preview."""
    url = f"data:image/png;base64,{base64.b64encode(image).decode()}"
    made: dict[str, Any] = {"type": "image_url", "image_url": {"url": url}}
    return made if partial is None else made | {"partial": True, "partial_image_index": partial}


def call_of(call: Call) -> dict[str, Any]:
    """Return a tool call."""
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def completion(request: ChatRequest, reply: Reply, images: list[bytes]) -> dict[str, Any]:
    """Return the body of an answer that isn't streamed."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.calls:
        message |= {"content": None, "tool_calls": [call_of(call) for call in reply.calls]}
    elif images:
        message["content"] = [{"type": "text", "text": reply.text}, *(block(i) for i in images)]
    finish = "tool_calls" if reply.calls else "stop"
    choice = {"index": 0, "finish_reason": finish, "message": message}
    body = head(request, "chat.completion")
    return body | {"choices": [choice], "usage": usage_of(request, reply)}


def chunk(request: ChatRequest, delta: dict[str, Any], finish: str | None = None) -> bytes:
    """Return one chunk of a streamed answer."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event(head(request, "chat.completion.chunk") | {"choices": [choice]})


def usage_chunk(request: ChatRequest, reply: Reply) -> bytes:
    """Return the chunk that holds the usage."""
    body = head(request, "chat.completion.chunk")
    return event(body | {"choices": [], "usage": usage_of(request, reply)})


def image_usage(request: ImageRequest, reply: Reply) -> dict[str, Any]:
    """Return the usage in the Images API's words."""
    usage = usage_of(request.chat, reply)
    counted = {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]}
    return counted | {"total_tokens": usage["total_tokens"]}


def images(request: ImageRequest, reply: Reply, made: list[bytes]) -> dict[str, Any]:
    """Return the body of the Images API."""
    data = [
        {"b64_json": base64.b64encode(image).decode(), "revised_prompt": reply.text}
        for image in made
    ]
    return {"created": int(time.time()), "data": data, "usage": image_usage(request, reply)}


def image_event(request: ImageRequest, name: str, image: bytes, more: dict[str, Any]) -> bytes:
    """Return one event of the Images API's stream."""
    kind, output = f"{request.prefix}.{name}", request.chat.output
    data = {
        "type": kind, "b64_json": base64.b64encode(image).decode(), "created_at": int(time.time()),
        "size": output.size, "quality": output.quality, "output_format": "png", "background": "opaque",
    }  # fmt: skip
    return event(data | more, kind)
