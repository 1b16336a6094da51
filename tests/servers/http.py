"""How does a test serve an app on a real socket, on its own loop?"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.server.http import Server, listen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve `app` on loopback; return its address."""
    listening = listen("127.0.0.1", port)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    task = asyncio.create_task(Server(app, listening).run_until_cancelled())
    try:
        yield address
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
