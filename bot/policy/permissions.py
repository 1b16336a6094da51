"""Who may do what, and where? Lists of whoever runs Easel, and how much one person may ask for.

An entry is a platform and ids, `slack:T024:C07:S31`; it fits where every id is the workspace, the channel,
the person or one of their roles or user groups. `slack` alone is everybody there. What follows `=` is
what people call it, `slack:S31=the design team`, so that a refusal can say who may.

The operator always may; so may whoever can open the page, unless a list speaks of the page. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from bot.conversation.terms import Admission, Limits, Rate
from bot.conversation.turn import Failure
from bot.ports.actions import ACTIONS, Action, Who
from bot.ports.caller import OPERATOR
from bot.ports.errors import Kind, NotAllowed
from bot.presentation.quotas import (
    FOR_OPERATORS,
    MANAGERS_ONLY,
    NO_GUESTS,
    say_closed,
    say_not_permitted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.ports.messages import ActionEvent, IncomingMessage, Person, Place
    from bot.ports.queries import Query

_RATE = re.compile(r"(?P<count>\d{1,6})\s*/\s*(?P<unit>second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Some people somewhere."""

    platform: str
    ids: tuple[str, ...] = ()
    #: what people call them; "": not said
    label: str = ""

    @classmethod
    def parse(cls, text: str, examples: Mapping[str, Sequence[str]]) -> Self:
        """Read one entry. Raise ValueError. `examples`: how entries are written, by platform."""
        ids, _, label = text.partition("=")
        platform, *rest = (part.strip() for part in ids.split(":"))
        if platform not in examples or not all(rest):
            written = ", ".join(one for those in examples.values() for one in those)
            raise ValueError(
                f"“{text.strip()[:40]}” is none: write {written}, with “=a name” after it so that people can read it"
            )
        return cls(platform=platform, ids=tuple(rest), label=" ".join(label.split()))

    def fits(self, place: Place, person: Person) -> bool:
        """Is this person, here, among them?"""
        here = {place.workspace, place.channel, person.id, *person.groups}
        return self.platform == place.platform and here.issuperset(self.ids)


def parse_entries(text: str, examples: Mapping[str, Sequence[str]]) -> tuple[Entry, ...]:
    """Read a list, by commas. Raise ValueError."""
    return tuple(Entry.parse(one, examples) for one in text.split(",") if one.strip())


def parse_rates(text: str) -> tuple[Rate, ...]:
    """Read “10/minute, 60/hour”. Raise ValueError."""
    found = []
    for one in filter(None, (part.strip().lower() for part in text.split(","))):
        match = _RATE.fullmatch(one)
        if match is None or not int(match["count"]):
            raise ValueError(f"“{one[:20]}” is no rate: write 10/minute, or 10/minute, 60/hour")
        found.append(Rate(count=int(match["count"]), seconds=_SECONDS[match["unit"]]))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What whoever runs Easel allows; nothing said: everything, to everybody."""

    operator: Entry | None = None
    #: None: everybody
    allow: tuple[Entry, ...] | None = None
    deny: tuple[Entry, ...] = ()
    #: who alone may use a control
    only: dict[Action, tuple[Entry, ...]] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    limits: Callable[[], Limits] = Limits
    #: platforms whose people come through Easel's own token
    pages: frozenset[str] = frozenset()

    def is_page(self, place: Place) -> bool:
        """Return whether a place is on a page, where each person sees all that is there."""
        return place.platform in self.pages

    def sees_all(self, query: Query[object]) -> bool:
        """Return whether who asks sees the canvases of all workspaces: an operator on a page."""
        return query.platform in self.pages and OPERATOR in query.groups

    def sees(self, query: Query[object], platform: str, workspace: str) -> bool:
        """Return whether who asks sees the canvases of a workspace; those of another are no business of theirs."""
        return (query.platform, query.workspace) == (platform, workspace) or self.sees_all(query)

    def check_sees_all(self, query: Query[object]) -> None:
        """Refuse what only an operator on a page may see. Raise NotAllowed."""
        if not self.sees_all(query):
            raise NotAllowed(problem=FOR_OPERATORS)

    def operates(self, place: Place, person: Person) -> bool:
        """Is it whoever runs this Easel?"""
        page = self.is_page(place) and OPERATOR in person.groups
        return page or self._named(place, person)

    def sets_for_all(self, place: Place, person: Person) -> bool:
        """May they set what holds in a channel or workspace?"""
        return person.manages or self.operates(place, person)

    def guest_refusal(self, place: Place, person: Person) -> Failure | None:
        """Return why somebody may not ask for a picture where guests may not; None: they are no guest."""
        return _refusal(NO_GUESTS) if person.is_guest and not self._named(place, person) else None

    def _named(self, place: Place, person: Person) -> bool:
        one = self.operator
        return one is not None and one.ids[-1:] == (person.id,) and one.fits(place, person)

    def check(self, incoming: IncomingMessage | ActionEvent, action: Action) -> None:
        """Refuse a control to those who may not use it. Raise NotAllowed."""
        if ACTIONS[action].who is Who.EVERYBODY:
            return
        if closed := self.closed(incoming.place, incoming.person):
            raise NotAllowed(problem=closed)
        who = self.only.get(action)
        if who is not None and not self._among(who, incoming.place, incoming.person):
            raise NotAllowed(problem=say_not_permitted(action, _labels(who)))

    def terms(self, message: IncomingMessage | ActionEvent) -> Admission:
        """Return the terms on which somebody may ask for a picture."""
        named = self._named(message.place, message.person)
        closed = self.closed(message.place, message.person)
        return Admission(
            refusal=_refusal(closed) if closed else None,
            guest_refusal=self.guest_refusal(message.place, message.person),
            manager_refusal=None
            if self.sets_for_all(message.place, message.person)
            else _refusal(MANAGERS_ONLY),
            rates=() if named else self.rates,
            limits=self.limits(),
        )

    def closed(self, place: Place, person: Person) -> str:
        """Return why Easel is closed to somebody here; "": it is open."""
        if self._named(place, person):
            return ""
        if any(entry.fits(place, person) for entry in self.deny):
            return say_closed(())
        if self.allow is not None and not self._among(self.allow, place, person):
            return say_closed(_labels(self.allow))
        return ""

    def _among(self, who: tuple[Entry, ...], place: Place, person: Person) -> bool:
        """Is somebody on a list? The operator always is."""
        named = self._named(place, person) or any(entry.fits(place, person) for entry in who)
        page = self.is_page(place) and all(entry.platform != place.platform for entry in who)
        return named or page


def _refusal(problem: str) -> Failure:
    return Failure(
        kind=Kind.NOT_ALLOWED,
        code="not_allowed",
        billed=False,
        retry=False,
        detail={"problem": problem},
    )


def _labels(who: tuple[Entry, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.label for entry in who if entry.label))
