"""What does `easel setup` ask about a platform, and how does it know that an answer is right?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.ports.settings import SettingsModel

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from bot.ports.settings import Installation

S = TypeVar("S", bound=SettingsModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[S]):
    """A setting that is asked for."""

    #: the setting, EASEL_…
    setting: str
    label: str
    #: where whoever is asked finds it
    where: str
    is_secret: bool = True
    #: returns how it stands with the settings as answered so far; raises BadSettings
    check: Callable[[S, Installation], Coroutine[None, None, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation(Generic[S]):
    """What is done at the platform first: an app is made there."""

    #: a token that makes it, which is stored nowhere; "": there is no such token
    label: str = ""
    where: str = ""
    #: returns what to do at the platform; given that token (else ""), it does what it can itself; raises BadSettings
    run: Callable[[S, Installation, str], Coroutine[None, None, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup(Generic[S]):
    """How a platform is set up, step by step."""

    preparation: Preparation[S]
    questions: Sequence[Question[S]]
    #: returns what is left to do there; raises BadSettings
    finish: Callable[[S, Installation], Coroutine[None, None, str]] | None = None
