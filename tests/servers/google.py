"""A strict local Google: the image model's own API, as gateways speak it. It draws; `asked` is what came.

An edit must bring the picture that is edited, in the model's own turn, with the signature that it had.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.servers.model import images_in
from tests.servers.pictures import png

if TYPE_CHECKING:
    from starlette.requests import Request

FIELDS = {"contents", "generationConfig", "safetySettings", "systemInstruction", "toolConfig"}


class GoogleServer:
    """The server."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.drawn = 0
        self.refused: list[str] = []
        self.routes = [Route("/google/models/{call}", self._generate, methods=["POST"])]

    async def _generate(self, request: Request) -> Response:
        body = await request.json()
        for name in body:
            if name == "tools":
                return self._refusal("Function calling is not enabled for models/gemini-image")
            if name not in FIELDS:
                return self._refusal(
                    f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.'
                )
        self.asked.append(body)
        self.drawn += 1
        data = base64.b64encode(png(self.drawn)).decode()
        picture = {"inlineData": {"mimeType": "image/png", "data": data}}
        answer = {
            "candidates": [
                {
                    "content": {"role": "model", "parts": [{"text": "Here it is."}, picture]},
                    "finishReason": "STOP",
                    "index": 0,
                }
            ],
            "usageMetadata": {
                "promptTokenCount": 9,
                "candidatesTokenCount": 1290,
                "totalTokenCount": 1299,
            },
        }
        if "stream" in request.path_params["call"]:
            return Response(f"data: {json.dumps(answer)}\n\n", media_type="text/event-stream")
        return JSONResponse(answer)

    def _refusal(self, message: str) -> Response:
        self.refused.append(message)
        error = {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}
        return JSONResponse({"error": error}, 400)

    def models_turns(self, number: int) -> list[bytes]:
        """Return the pictures in the model's own turns of a request."""
        turns = [one for one in self.asked[number]["contents"] if one["role"] == "model"]
        return images_in(turns)
