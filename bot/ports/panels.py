"""What is one person shown beside canvases: their home, a channel's gallery? A plain value; adapters draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.ports.actions import Action
    from bot.ports.cards import Button, Field, Posted
    from bot.ports.messages import Person, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Starred:
    """A version that somebody gave a star."""

    conversation: str
    version: Version
    #: what was asked for it
    prompt: str
    #: who gave it one
    people: tuple[Person, ...]
    #: where its card stands; None: it has none of its own
    at: Posted | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a panel: a canvas, or one of its pictures."""

    title: str
    #: the small line; "" for none
    detail: str = ""
    #: where its card stands, so that people can open it; None: nowhere that is known
    at: Posted | None = None
    image: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What somebody is shown alone."""

    #: what shows it anew; a choice of `fields` and a page come back with it as "name=value"
    action: Action
    title: str
    #: below the title, paragraph by paragraph
    text: str = ""
    entries: tuple[Entry, ...] = ()
    #: choices that are saved as they are made
    fields: tuple[Field, ...] = ()
    #: what stands above the choices; "" where there are none
    fields_title: str = ""
    buttons: tuple[Button, ...] = ()
