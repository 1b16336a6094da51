"""How is an answer written: as one JSON body, or as a stream of events?"""

import base64
import time
from typing import Any, Final

import orjson

from bot.sketch.answer import Answer, Call
from bot.sketch.dice import seed_of
from bot.sketch.request import ChatRequest
from bot.sketch.scene import Quality

#: About as many tokens as such images cost elsewhere, so that ledgers have something to count.
IMAGE_TOKENS: Final[dict[Quality, int]] = {"low": 272, "medium": 1056, "high": 4160}
LETTERS_A_TOKEN: Final = 4
DONE: Final = b"data: [DONE]\n\n"
COMMENT: Final = b": drawing\n\n"


def data_url(image: bytes) -> str:
    """Return a PNG as a data URL."""
    return f"data:image/png;base64,{base64.b64encode(image).decode()}"


def event(data: dict[str, Any], name: str | None = None) -> bytes:
    """Return one event of a stream."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + orjson.dumps(data) + b"\n\n"


def usage_of(request: ChatRequest, answer: Answer) -> dict[str, Any]:
    """Return the usage; it costs nothing."""
    asked = sum(len(text) for message in request.messages for text in message.texts)
    images = len(answer.scenes) * IMAGE_TOKENS[answer.quality]
    prompt, completion = (
        asked // LETTERS_A_TOKEN + 8,
        len(answer.text) // LETTERS_A_TOKEN + images + 1,
    )
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "cost": 0,
    }


def head(request: ChatRequest, kind: str) -> dict[str, Any]:
    """Return what every body and every chunk begins with."""
    number = seed_of("id", request.wish, len(request.messages), request.output.size)
    return {
        "id": f"chatcmpl-{number:012x}",
        "object": kind,
        "created": int(time.time()),
        "model": request.model,
    }


def block(image: bytes, partial: int | None = None) -> dict[str, Any]:
    """Return an image block; with a number where it is only a preview."""
    made: dict[str, Any] = {"type": "image_url", "image_url": {"url": data_url(image)}}
    if partial is not None:
        made |= {"partial": True, "partial_image_index": partial}
    return made


def call_of(call: Call) -> dict[str, Any]:
    """Return a tool call."""
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }


def completion(request: ChatRequest, answer: Answer, images: list[bytes]) -> dict[str, Any]:
    """Return the body of an answer that isn't streamed."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text}
    finish = "stop"
    if answer.calls:
        message |= {"content": None, "tool_calls": [call_of(call) for call in answer.calls]}
        finish = "tool_calls"
    elif images:
        message["content"] = [{"type": "text", "text": answer.text}, *(block(i) for i in images)]
    return head(request, "chat.completion") | {
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": usage_of(request, answer),
    }


def chunk(request: ChatRequest, delta: dict[str, Any], finish: str | None = None) -> bytes:
    """Return one chunk of a streamed answer."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event(head(request, "chat.completion.chunk") | {"choices": [choice]})


def usage_chunk(request: ChatRequest, answer: Answer) -> bytes:
    """Return the chunk that holds the usage."""
    body = head(request, "chat.completion.chunk")
    return event(body | {"choices": [], "usage": usage_of(request, answer)})
