"""A strict local server of the Images API: generations, edits as a form or as JSON, streams, addresses."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.servers.model import event
from tests.servers.pictures import png

if TYPE_CHECKING:
    from starlette.requests import Request

FIELDS = {"model", "prompt", "size", "quality", "n", "stream", "partial_images"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, as it came."""

    kind: str
    fields: dict[str, Any]
    images: list[bytes]
    key: str | None
    raw: bytes


class ImagesServer:
    """The server; `asked` is what came. Its answers hold bytes, or with `addresses` only where they are."""

    def __init__(
        self,
        *,
        forms: bool = True,
        streams: bool = True,
        addresses: bool = False,
        fails_on_streams: bool = False,
    ) -> None:
        self.asked: list[Asked] = []
        self._forms = forms
        self._streams = streams
        self._addresses = addresses
        #: as LiteLLM does: it draws, and cannot hand on what came
        self._fails_on_streams = fails_on_streams
        self.routes = [
            Route("/v1/images/generations", self._generate, methods=["POST"]),
            Route("/v1/images/edits", self._edit, methods=["POST"]),
            Route("/pictures/{number}", self._picture),
        ]
        self.app = Starlette(routes=self.routes)

    async def _generate(self, request: Request) -> Response:
        return await self._answer(request, "generations", await request.json(), [])

    async def _edit(self, request: Request) -> Response:
        if not request.headers["content-type"].startswith("multipart/form-data"):
            fields = await request.json()
            images = [_decoded(one) for one in fields.pop("images")]
            assert images, "an edit without an image"
            return await self._answer(request, "edits", fields, images)
        if not self._forms:
            return JSONResponse({"error": {"message": "Send application/json"}}, 415)
        await request.body()  # kept, so that it can be looked at as it came
        async with request.form() as form:
            names = {name for name, value in form.multi_items() if not isinstance(value, str)}
            files = [value for value in form.values() if not isinstance(value, str)]
            files = [one for name in names for one in form.getlist(name)]  # type: ignore[misc] # files only
            assert names == ({"image"} if len(files) == 1 else {"image[]"})
            images = [await one.read() for one in files if not isinstance(one, str)]
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
        for name in ("n", "stream", "partial_images"):
            if name in fields:
                fields[name] = json.loads(fields[name])
        return await self._answer(request, "edits", fields, images)

    async def _answer(
        self, request: Request, kind: str, fields: dict[str, Any], images: list[bytes]
    ) -> Response:
        assert set(fields) <= FIELDS
        assert isinstance(fields["prompt"], str)
        assert fields["n"] in {1, 2}
        key = request.headers.get("idempotency-key")
        asked = Asked(kind=kind, fields=fields, images=images, key=key, raw=await request.body())
        self.asked.append(asked)
        number = len(self.asked)
        if fields.get("stream") and self._fails_on_streams:
            said = "litellm.APIConnectionError: 'str' object has no attribute 'model_dump'"
            error = {"message": said, "type": "internal_server_error", "param": None, "code": "500"}
            return JSONResponse({"error": error}, 500)
        encoded = base64.b64encode(png(number)).decode()
        usage = {"input_tokens": 30, "output_tokens": 1056}
        if fields.get("stream") and self._streams:
            name = "image_edit" if images else "image_generation"
            preview = base64.b64encode(png(number + 500)).decode()
            events = (
                {"type": f"{name}.partial_image", "partial_image_index": 0, "b64_json": preview},
                {"type": f"{name}.completed", "b64_json": encoded, "usage": usage},
            )
            return Response(b"".join(map(event, events)), media_type="text/event-stream")
        found = {"b64_json": encoded}
        if self._addresses:
            found = {"url": f"http://{request.url.netloc}/pictures/{number}"}
        return JSONResponse({"created": 1, "data": [found], "usage": usage})

    async def _picture(self, request: Request) -> Response:
        return Response(png(int(request.path_params["number"])), media_type="image/png")


def _decoded(one: dict[str, str]) -> bytes:
    head, _, payload = one["image_url"].partition(",")
    assert head == "data:image/png;base64"
    return base64.b64decode(payload, validate=True)
