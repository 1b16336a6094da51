"""`easel doctor --live`: what does this gateway really answer? Two small pictures, and their shape."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import orjson

from bot.errors import ModelError
from bot.model import probe, transport
from bot.model.client import Request
from bot.values import Output

if TYPE_CHECKING:
    from bot.model.catalog import Model as Entry
    from bot.model.client import Model


async def probe_model(model: Model, entry: Entry) -> int:
    """Draw one image without and one with a stream, at low quality; print the answers' shape.

    Every value is redacted. Gives how many of the two held an image. Raises a ModelError where the
    gateway cannot be reached.
    """
    good = 0
    for stream in (False, True):
        request = Request(
            model=entry.name,
            messages=[{"role": "user", "content": "a small red boat on calm water"}],
            output=Output(size=entry.sizes[0], quality=entry.qualities[0], n=1),
            images={},
            key=f"doctor-{secrets.token_hex(8)}-1",
            protocol=entry.protocol,
        )
        status, headers, body = await model.raw(request, stream=stream)
        _say(f"\n{'Stream' if stream else 'No stream'}: HTTP {status}")
        for line in probe.headers(headers):
            _say(f"  {line}")
        if "text/event-stream" in headers.get("content-type", ""):
            shapes = probe.events(body)
            for name, shape in shapes:
                _say(f"  event {name}: {orjson.dumps(shape).decode()}")
            _say(f"  Fits EASEL_MODEL_PROFILE={probe.profile(shape for _, shape in shapes)}")
        else:
            _show_json(body)
        images, said = await _reading(status, headers, body)
        good += images > 0
        _say(f"  Easel reads {said}")
    return good


async def _reading(status: int, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """Say what Easel makes of an answer: how many images, words or not, a cost or not."""
    try:
        read = await transport.reading(status, headers, body)
    except ModelError as error:
        return 0, f"a fault: {error.kind} ({error.code()})"
    parts = [
        f"{len(read.urls)} image{'' if len(read.urls) == 1 else 's'}",
        "words" if read.text else "no words",
        "a cost" if read.cost is not None else "no cost",
    ]
    return len(read.urls), ", ".join(parts)


def _show_json(body: bytes) -> None:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        _say(f"  no JSON, {len(body)} bytes")
        return
    written = orjson.dumps(probe.shape(read), option=orjson.OPT_INDENT_2).decode()
    _say("  " + written.replace("\n", "\n  "))
    _say(f"  Fits EASEL_MODEL_PROFILE={probe.profile([read])}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
