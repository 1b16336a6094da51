"""Which browser is there? The system's Chromium, else Playwright's own, else none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright


#: as root in a container, and without connections of the browser's own
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


async def launched(playwright: Playwright) -> Browser | None:
    """Start the browser; None: there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if (path := shutil.which(name))), None)
    path = found or playwright.chromium.executable_path
    if not Path(path).exists():  # noqa: ASYNC240 - once, before anything runs
        return None
    return await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
