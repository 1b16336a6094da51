"""The page's adapter keeps the contract too: it posts nothing, pages watch the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.ports.messages import Attachment, Person, Place, Version
from tests.adapters.contract import AdapterContract, Harness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.ports.adapter import Adapter
    from tests.conftest import Start


class WebHarness:
    """The page of a running Easel."""

    posts = False

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter

    def channel(self) -> Place:
        return Place(platform="web", workspace="local", channel="page")

    def gone(self) -> Place:
        return self.channel()

    async def image(self, data: bytes) -> Version:
        return Version(
            number="v1",
            parent=None,
            blob="0" * 64,
            media_type="image/png",
            size=len(data),
            width=64,
            height=64,
            alt="a picture",
            turn="t",
        )

    async def texts(self, _place: Place) -> list[str]:
        return []

    async def said(self, _place: Place, words: str) -> None:
        raise AssertionError(f"no messages here say {words}")

    async def images(self, _place: Place) -> list[bytes]:
        return []

    async def documents(self, _place: Place) -> list[tuple[str, bytes]]:
        return []

    def notified(self) -> list[Any]:
        return []

    async def private(self, _person: Person) -> list[str]:
        return []


class TestWeb(AdapterContract):
    @pytest.fixture
    async def harness(self, start: Start) -> AsyncIterator[Harness]:
        async with start() as one:
            yield WebHarness(one.adapters["web"])

    async def test_a_file_never_has_to_be_read_from_the_page(self, harness: Harness) -> None:
        with pytest.raises(FileNotFoundError):
            harness.adapter.read_attachment(
                Place(platform="web", workspace="local", channel="page"),
                Attachment(id="1", name="x", media_type="image/png"),
            )
