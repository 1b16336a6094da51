"""How fast can a model answer that does nothing? It waits as told and sends an answer made before.

`python -m tests.bench.model` prints its port. A line `DELAY_S IMAGE_BYTES` on standard input changes what it does;
0 bytes is an answer in words. No checks here, so that its own work stays small beside what is measured.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import sys

from PIL import Image


def picture(size: int) -> bytes:
    """Make a real PNG of about `size` bytes: noise, which does not compress."""
    side = max(8, int((size / 3) ** 0.5))
    held = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(held, "PNG")
    return held.getvalue()


def answer(size: int) -> bytes:
    """Write the whole HTTP response."""
    content: object = "Which of the two boats do you mean?"
    if size:
        url = f"data:image/png;base64,{base64.b64encode(picture(size)).decode()}"
        content = [
            {"type": "text", "text": "Here it is."},
            {"type": "image_url", "image_url": {"url": url}},
        ]
    message = {"role": "assistant", "content": content}
    body = json.dumps(
        {"id": "c", "choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    ).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class Model:
    """Answers each request with the same bytes."""

    def __init__(self) -> None:
        self._delay = 0.0
        self._response = answer(0)

    async def serve(self) -> None:
        """Answer until standard input ends."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, limit=1 << 22)
        self._say(server.sockets[0].getsockname()[1])
        while line := await asyncio.to_thread(sys.stdin.readline):
            delay, size = line.split()
            self._delay, self._response = float(delay), answer(int(size))
            self._say("changed")

    @staticmethod
    def _say(line: object) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                left = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                while left:
                    left -= len(await reader.read(min(left, 1 << 20)))
                await asyncio.sleep(self._delay)
                writer.write(self._response)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


if __name__ == "__main__":
    asyncio.run(Model().serve())
