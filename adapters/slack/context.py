"""Who is who in a workspace: the bot, people, other bots? Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.slack.text import clean
from bot.ports.language import _
from bot.ports.messages import Person, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.messages import Json

#: who speaks for Slack itself
_SLACK = {"USLACK", "USLACKBOT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What Slack says of somebody."""

    name: str = ""
    is_bot: bool = False
    #: of the workspace, or somebody of another company (Slack Connect)
    is_guest: bool = False
    is_admin: bool = False
    #: "de-DE"; "": not said
    locale: str = ""


def parse_profile(info: Json, team: str, organization: str | None) -> Profile:
    """Read what `users.info` says of somebody, as seen by a workspace (of an organization)."""
    profile = info.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or info.get("name") or ""
    theirs = (info.get("enterprise_user") or {}).get("enterprise_id")
    is_inside = info.get("team_id") in {team, None} or (
        theirs is not None and theirs == organization
    )
    return Profile(
        name=clean(name, 80).replace("\n", " "),
        is_bot=bool(info.get("is_bot")),
        is_guest=bool(info.get("is_restricted") or info.get("is_stranger")) or not is_inside,
        is_admin=is_inside and bool(info.get("is_admin") or info.get("is_owner")),
        locale=str(info.get("locale") or "")[:35],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BotContext:
    """Who the bot is, and what is known of people."""

    team: str
    #: the bot's user id
    bot: str
    #: by user id
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """Return people's names by id, as far as they are known."""
        return {id_: one.name for id_, one in self.profiles.items()}

    def person(self, user: str, fallback: str | None = "") -> Person:
        """Return a person by id; `fallback` where the name is not known."""
        known = self.profiles.get(user) or Profile()
        return Person(
            id=user,
            name=known.name or fallback or _("Somebody"),
            is_guest=known.is_guest,
            manages=known.is_admin,
            locale=known.locale,
        )

    def place(self, channel: str, thread: str | None = None) -> Place:
        """Return a place in the bot's workspace."""
        return Place(platform="slack", workspace=self.team, channel=channel, thread=thread)

    def is_person(self, message: Json) -> bool:
        """Return whether a person wrote a message, also through an app: then it names a bot beside them."""
        user = message.get("user")
        if not user or user == self.bot or user in _SLACK:
            return False
        known = self.profiles.get(user)
        return not message.get("bot_id") or (known is not None and not known.is_bot)

    def is_bot(self, event: Json) -> bool:
        """Return whether a bot wrote it, this one above all: each update of a card is an event too."""
        message = message_of(event)
        user = message.get("user")
        return user == self.bot or user in _SLACK or (bool(message.get("bot_id")) and not user)


def message_of(event: Json) -> Json:
    """Return the message that an event is about."""
    message: Json = event.get("message") or event.get("previous_message") or event
    return message
