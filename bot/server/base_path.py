"""How is Easel served below a path of another site? Whether its proxy takes the path away or leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class BasePath:
    """An ASGI app before another. `path`: the one of Easel's public address, `/easel`; "": none."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell the app below which path a request came, as ASGI has it."""
        if scope["type"] == "http" and self._path:
            path: str = scope["path"]
            kept = path == self._path or path.startswith(f"{self._path}/")
            full = path if kept else self._path + path
            scope = {**scope, "root_path": self._path, "path": full, "easel.base_path": self._path}
        await self._app(scope, receive, send)
