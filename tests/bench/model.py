"""How fast can a model answer that does nothing? It waits as told and sends one answer made before.

`python -m tests.bench.model DELAY_S IMAGE_BYTES` prints its port. No checks here, so that its own work
stays small beside what is measured.
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


async def serve(delay: float, size: int) -> None:
    """Answer until standard input ends."""
    response = answer(size)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                left = length
                while left:
                    left -= len(await reader.read(min(left, 1 << 20)))
                await asyncio.sleep(delay)
                writer.write(response)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=1 << 22)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), int(sys.argv[2])))
