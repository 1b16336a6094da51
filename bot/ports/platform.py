"""What does an adapter package bring along?

It exports one `Platform`. `run`, `doctor`, the command line, permissions and logs iterate over those that are
there and name none; docs/adapters.md says how to write one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from bot.ports.settings import SettingsModel

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from starlette.routing import BaseRoute

    from bot.ports.adapter import Adapter
    from bot.ports.settings import Installation
    from bot.ports.setup import Setup

S = TypeVar("S", bound=SettingsModel)
A = TypeVar("A", bound="Adapter")


@dataclass(frozen=True, slots=True)
class Command(Generic[S]):
    """A command of a platform's own, `easel PLATFORM NAME`."""

    name: str
    help: str
    #: returns what is printed; raises BadSettings
    run: Callable[[S, Installation], Coroutine[Any, Any, str]]


class Platform(ABC, Generic[S, A]):
    """A platform. SDKs are imported in `build`, `check` and commands, so that one which is not used costs nothing."""

    #: the first part of every Place of its adapter, and of its entries in `EASEL_ALLOW`
    name: ClassVar[str]
    title: ClassVar[str]
    settings: type[S]
    #: how some of its people are written in `EASEL_ALLOW`, for error messages
    entries: ClassVar[Sequence[str]] = ()
    #: how one person is written in `EASEL_OPERATOR`; None: nobody can be sent a direct message
    person: ClassVar[str | None] = None
    #: is it a page, whose people come through Easel's own token?
    is_page: ClassVar[bool] = False
    loggers: ClassVar[Sequence[str]] = ()
    #: settings of `easel demo`, whatever is configured
    demo: ClassVar[Mapping[str, object]] = {}
    commands: Sequence[Command[S]] = ()

    @abstractmethod
    def is_configured(self, settings: S) -> bool:
        """Return whether whoever runs Easel wants this platform."""

    @abstractmethod
    def build(self, settings: S) -> A:
        """Return the adapter. Raise BadSettings where a setting is missing."""

    def build_sender(self, settings: S) -> A | None:  # noqa: ARG002
        """Return an adapter that shows cards and receives nothing, for a process that only draws.

        None: whoever draws for this platform has to be connected to it.
        """
        return None

    async def check(self, settings: S, installation: Installation) -> str | None:  # noqa: ARG002
        """Return how it stands, for `easel doctor`; None: there is nothing to check. Raise BadSettings."""
        return None

    def setup(self) -> Setup[S] | None:
        """Return how `easel setup` sets it up; None: there is nothing to ask."""
        return None

    @abstractmethod
    def greeting(self, settings: S, address: str) -> str:
        """Return what the start says of it; `address` is where Easel's server is reached."""

    def routes(self, adapter: A) -> Sequence[BaseRoute]:  # noqa: ARG002
        """Return its routes for people, behind Easel's token."""
        return ()

    def webhooks(self, adapter: A) -> Sequence[BaseRoute]:  # noqa: ARG002
        """Return its routes for the platform's own servers, which sign what they send."""
        return ()

    def receives_requests(self, settings: S) -> bool:  # noqa: ARG002
        """Return whether the platform's servers call Easel, so that others than this machine reach it."""
        return False

    def stores_secrets(self, settings: S) -> bool:  # noqa: ARG002
        """Return whether it stores tokens of workspaces, which `EASEL_SECRET_KEY` encrypts."""
        return False


#: any platform, with settings and an adapter of its own types
AnyPlatform = Platform[Any, Any]
