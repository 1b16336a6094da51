"""What is the page to Easel: its switch, its adapter, its routes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic_settings import SettingsConfigDict

from bot.ports.platform import Platform
from bot.ports.settings import SettingsModel, Switch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute

    from adapters.web.adapter import WebAdapter


class WebSettings(SettingsModel):
    """`EASEL_WEB`; how Easel is served (`EASEL_WEB_HOST` …) is the server's."""

    model_config = SettingsConfigDict(env_prefix="EASEL_")

    web: Switch = True


class WebPlatform(Platform[WebSettings, "WebAdapter"]):
    """The page, and the API that scripts use."""

    name = "web"
    title = "page"
    settings = WebSettings
    is_page = True
    demo: ClassVar = {"web": True}

    def is_configured(self, settings: WebSettings) -> bool:
        """Return whether it is switched on."""
        return settings.web

    def build(self, settings: WebSettings) -> WebAdapter:
        """Return the adapter."""
        del settings
        from adapters.web.adapter import WebAdapter  # noqa: PLC0415 - only where there is a page

        return WebAdapter()

    def build_sender(self, settings: WebSettings) -> WebAdapter:
        """Return the adapter: pages read what is drawn from the store."""
        return self.build(settings)

    def routes(self, adapter: WebAdapter) -> Sequence[BaseRoute]:
        """Return the page's routes."""
        return adapter.routes()

    def greeting(self, settings: WebSettings, address: str) -> str:
        """Return where the page is."""
        del settings
        return address
