"""Which route does a request mean, and what is said of each route?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote

from tests.servers.discord.errors import no_such_method, no_such_route

if TYPE_CHECKING:
    from tests.servers.discord.calls import Call
    from tests.servers.discord.world import World

#: most routes: plenty
USUAL = (50, 1.0)


class Handler(Protocol):
    def __call__(self, world: World, call: Call, /) -> Any: ...


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    #: gives the JSON of the answer; None is 204
    handle: Handler
    #: (requests, seconds) of its bucket; None: no bucket
    rate: tuple[int, float] | None = USUAL
    #: whether a bot's token is needed; else the path has its own
    bot: bool = True
    status: int = 200
    #: other routes that share the bucket name it
    bucket: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def key(self) -> str:
        return self.bucket or self.name

    @property
    def counts_globally(self) -> bool:
        """Whether it counts into the 50 a second: answers to interactions don't."""
        return self.bot

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template))

    @staticmethod
    def place(args: dict[str, str]) -> str:
        """The resource that a bucket is kept for, each on its own."""
        keys = ("channel_id", "guild_id", "webhook_id", "webhook_token")
        return "+".join(args[key] for key in keys if key in args)


class Routing:
    def __init__(self, routes: list[Route]) -> None:
        self._routes = routes

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Find a route and its arguments; refuse with 404 or 405."""
        others = False
        for route in self._routes:
            found = route.pattern.fullmatch(path)
            if found is not None and route.method == method:
                return route, {key: unquote(value) for key, value in found.groupdict().items()}
            others = others or found is not None
        raise no_such_method() if others else no_such_route()
