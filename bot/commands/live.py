"""`easel doctor --live`: what does this gateway really answer? Two small pictures, and their shape."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import orjson

from bot.model import probe
from bot.model.client import Request
from bot.values import Output

if TYPE_CHECKING:
    from bot.model.catalog import Model as Entry
    from bot.model.client import Model

_HEADERS = ("content-type", "x-request-id", "retry-after", "openai-processing-ms", "server")


async def probe_model(model: Model, entry: Entry) -> None:
    """Draw one image without and one with a stream, at low quality; print the answers' shape.

    Every value is redacted. Raises a ModelError where the gateway cannot be reached.
    """
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
        for name in _HEADERS:
            if name in headers:
                _say(f"  {name}: {headers[name] if name == 'content-type' else '…'}")
        if "text/event-stream" in headers.get("content-type", ""):
            for name, shape in probe.events(body):
                _say(f"  event {name}: {orjson.dumps(shape).decode()}")
        else:
            _show_json(body)


def _show_json(body: bytes) -> None:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        _say(f"  no JSON, {len(body)} bytes")
        return
    _say(
        "  "
        + orjson.dumps(probe.shape(read), option=orjson.OPT_INDENT_2).decode().replace("\n", "\n  ")
    )
    _say(f"  Fits EASEL_MODEL_PROFILE={probe.profile(read)}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
