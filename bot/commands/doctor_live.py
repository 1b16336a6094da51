"""`easel doctor --live`: what does this gateway really answer? A picture, an edit of it, a call of a tool."""

from __future__ import annotations

import secrets
import sys
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson

from bot.drawing import tools
from bot.images import inspect
from bot.model.answers import answer_shape
from bot.model.answers.collect import ModelAnswer
from bot.model.answers.stored_messages import make_image_block, restore_image
from bot.model.requests.plan import Request
from bot.ports.errors import EaselError, ModelError, RequestRefused, UnknownModel
from bot.ports.messages import Output, Version
from bot.ports.money import format_money

if TYPE_CHECKING:
    from bot.model.answers.parser import Parsed
    from bot.model.catalog.entry import ModelEntry
    from bot.model.client import ModelClient

_PROMPT, _EDIT = "a small red boat on calm water", "paint the boat blue"
_CALL = "Call set_output with the size {size}. Do not draw anything yet."


async def probe_model(model: ModelClient, entry: ModelEntry) -> str | None:
    """Draw, edit and call a tool, at the least quality; print the answers' shape, values taken out.

    Return what is wrong; None: nothing is. Raise a ModelError where the gateway cannot be reached.
    """
    output = least_output(entry)
    chat = entry.protocol == "chat"
    price = entry.price(replace(output, n=3 if chat else 2))
    costs = format_money(price, estimated=True) or "at a price that is not known"
    _print(f"Up to {'three' if chat else 'two'} small pictures are asked for now: {costs} in all.")
    request = _build_request(entry)
    first = await _ask(model, request, "A picture, without a stream", stream=False)
    if first is None or not first.pictures:
        return "no picture came; above is the shape of the answer. Check EASEL_MODEL and EASEL_MODEL_PROFILE"
    edit = await _ask(model, _build_edit(request, first), "An edit of it, as a stream", stream=True)
    if chat and (entry.profile or model.profile).tools:
        size = entry.sizes[-1]
        words = [{"role": "user", "content": _CALL.format(size=size)}]
        call = replace(request, messages=words, tools=tools.define_tools(entry))
        called = await _ask(model, call, "A call of a tool", stream=False)
        names = [one.name for one in called.calls] if called else []
        _print(f"  It calls {', '.join(names) or 'nothing: sizes said in words have no effect'}")
    if edit is None or not edit.pictures:
        return "a picture came, and no edit of it; above is the shape of the answer"
    return None


async def draws(model: ModelClient, entry: ModelEntry) -> bool:
    """Draw one small picture; return whether one came. Raise what a ModelClient raises."""
    request = replace(_build_request(entry), key=f"setup-{secrets.token_hex(8)}-1")
    async with aclosing(model.draw(request)) as events:
        async for event in events:
            if isinstance(event, ModelAnswer):
                return bool(event.pictures)
    return False


def least_output(entry: ModelEntry) -> Output:
    """Return the picture that costs the least."""
    return replace(entry.default_output, quality=entry.qualities[0] if entry.qualities else None)


def _build_request(entry: ModelEntry) -> Request:
    return Request(
        model=entry.api_name,
        messages=[{"role": "user", "content": _PROMPT}],
        output=least_output(entry),
        images={},
        key="",
        protocol=entry.protocol,
        profile=entry.profile,
    )


def _build_edit(request: Request, drawn: ModelAnswer) -> Request:
    """Ask for an edit of what was drawn, as a thread does."""
    picture = drawn.pictures[0]
    held = {picture.blob: (picture.data, inspect.sniff(picture.data) or picture.media_type)}
    asked: list[dict[str, Any]] = [{"role": "user", "content": _EDIT}]
    if request.protocol == "images":
        content = [make_image_block(picture.blob), {"type": "text", "text": _EDIT}]
        return replace(request, messages=[{"role": "user", "content": content}], images=held)
    source = Version(
        number="v1",
        parent=None,
        blob=picture.blob,
        media_type=picture.media_type,
        size=len(picture.data),
        width=picture.width,
        height=picture.height,
        alt="",
        turn="",
    )
    answer = restore_image(drawn.messages, source)
    return replace(request, messages=[*request.messages, answer, *asked], images=held)


async def _ask(
    model: ModelClient, request: Request, title: str, *, stream: bool
) -> ModelAnswer | None:
    """Ask once, print the shape; give what came. What was refused is asked again, as a thread would."""
    request = replace(request, key=f"doctor-{secrets.token_hex(8)}-1")
    status, headers, body, read = await model.send_once(request, stream=stream)
    _print(f"\n{title}: HTTP {status}")
    for line in answer_shape.describe_headers(headers):
        _print(f"  {line}")
    if "text/event-stream" in headers.get("content-type", ""):
        shapes = await answer_shape.describe_events(body)
        for name, shape in shapes:
            _print(f"  event {name}: {orjson.dumps(shape).decode()}")
        _print(
            f"  Fits EASEL_MODEL_PROFILE={answer_shape.guess_profile(shape for _, shape in shapes)}"
        )
    else:
        _print_json(body)
    if isinstance(read, ModelError):
        _print(f"  Easel reads a fault: {read.kind} ({read.code()}): {read}")
        again = isinstance(read, RequestRefused | UnknownModel) and read.billed is False
        return await _retry_without_refused(model, request) if again else None
    _print(f"  Easel reads {_describe_answer(read)}")
    try:
        return await model.download_images(read)
    except ModelError as error:
        _print(f"  Its picture cannot be used: {error}")
        return None


async def _retry_without_refused(model: ModelClient, request: Request) -> ModelAnswer | None:
    """Ask as a thread does, which leaves out what was refused."""
    try:
        async with aclosing(model.draw(request)) as events:
            async for event in events:
                if isinstance(event, ModelAnswer):
                    _print(f"  Without what was refused: {len(event.pictures)} picture(s) came")
                    return event
    except EaselError as error:
        _print(f"  Without what was refused, too: {error.kind} ({error.code()}): {error}")
    return None


def _describe_answer(read: Parsed) -> str:
    """Say what Easel makes of an answer: how many images, words or not, a cost or not."""
    parts = [
        f"{len(read.urls)} image{'' if len(read.urls) == 1 else 's'}",
        "words" if read.text else "no words",
        "a cost" if read.cost is not None else "no cost",
    ]
    return ", ".join(parts)


def _print_json(body: bytes) -> None:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        _print(f"  no JSON, {len(body)} bytes")
        return
    written = orjson.dumps(answer_shape.describe_value(read), option=orjson.OPT_INDENT_2).decode()
    _print("  " + written.replace("\n", "\n  "))
    _print(f"  Fits EASEL_MODEL_PROFILE={answer_shape.guess_profile([read])}")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
