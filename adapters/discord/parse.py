"""What does a message say, and what does its edit, as an `IncomingMessage`, a `MessageChange`? Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from adapters.discord import places, text
from adapters.discord.custom_ids import ControlId
from bot.ports.language import _
from bot.ports.messages import Attachment, IncomingMessage, MessageChange, Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.ports.messages import Place

#: files of a message that are read
_MAX_FILES = 10
_BY_PEOPLE = frozenset({discord.MessageType.default, discord.MessageType.reply})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMessage:
    """A message that somebody wrote."""

    text: str
    #: does it mention the bot?
    mentioned: bool
    #: is it said to somebody else, or to a group?
    to_others: bool
    #: the id of the message that it replies to; None: none
    reply_to: int | None
    #: is that one of the bot's, as far as Discord says?
    replies_to_bot: bool
    #: is that one another person's?
    replies_to_person: bool


def parse_message(message: discord.Message, bot_id: int) -> ParsedMessage | None:
    """Read a message; None: a bot's, a webhook's, one of Discord's own notes."""
    if message.author.bot or message.webhook_id is not None or message.type not in _BY_PEOPLE:
        return None
    own_roles = {
        one.id
        for one in message.role_mentions
        if one.tags is not None and one.tags.bot_id == bot_id
    }
    own_ids = {bot_id, *own_roles}
    mentioned, to_others = text.read_addressees(message.content, own_ids)
    reference = message.reference
    found = reference.resolved if reference and message.type is discord.MessageType.reply else None
    author = found.author if isinstance(found, discord.Message) else None
    forwarded = "\n".join(one.content for one in message.message_snapshots if one.content)
    return ParsedMessage(
        text=text.read_markup(
            message.content or forwarded,
            {user.id: user.display_name for user in message.mentions},
            message.guild,
            roles={role.id: role.name for role in message.role_mentions},
            own_ids=own_ids,
        ),
        mentioned=mentioned or bot_id in message.raw_mentions,
        to_others=to_others,
        reply_to=reference.message_id if reference and not message.message_snapshots else None,
        replies_to_bot=author is not None and author.id == bot_id,
        replies_to_person=author is not None
        and not author.bot
        and author.id not in {bot_id, message.author.id},
    )


def make_message(
    message: discord.Message, parsed: ParsedMessage, place: Place, *, may_start: bool, bot_id: int
) -> IncomingMessage:
    """Return a message as the bot takes it."""
    direct = places.is_direct(place)
    return IncomingMessage(
        event_id=str(message.id),
        place=place,
        person=make_person(message.author),
        text=parsed.text,
        may_start=may_start,
        mentioned=parsed.mentioned or parsed.replies_to_bot or direct,
        to_others=parsed.to_others,
        answers_person=parsed.replies_to_person,
        direct=direct,
        joins_thread=joins_thread(message.channel, bot_id, message.id),
        message_id=str(message.id),
        attachments=list_files(message),
        reply_to=None if parsed.reply_to is None else str(parsed.reply_to),
    )


def joins_thread(channel: object, bot_id: int, message: int | None = None) -> bool:
    """Return whether a channel is a thread that somebody else began, before this message."""
    if not isinstance(channel, discord.Thread):
        return False
    return channel.owner_id != bot_id and channel.id != message


def make_person(user: discord.abc.User, locale: str = "") -> Person:
    """Return somebody, with their roles where it is a member of a guild. `locale`: an interaction's."""
    # `roles` leaves out what the SDK does not know, and needs a guild that it knows
    roles = user._roles if isinstance(user, discord.Member) else ()  # noqa: SLF001 - see above
    return Person(
        id=str(user.id),
        name=user.display_name,
        groups=tuple(map(str, roles)),
        manages=_manages_guild(user),
        locale=locale,
    )


def _manages_guild(user: discord.abc.User) -> bool:
    """Return whether somebody may manage the guild, as far as the SDK knows."""
    if not isinstance(user, discord.Member):
        return False
    if user.resolved_permissions is not None:  # an interaction says it
        return user.resolved_permissions.manage_guild
    if getattr(user.guild, "default_role", None) is None:  # a guild that the SDK does not know
        return False
    return user.guild_permissions.manage_guild


def has_content(message: discord.Message) -> bool:
    """Return whether anything of a message can be read: without the intent little can."""
    return bool(message.content or message.attachments or message.message_snapshots)


def list_files(message: discord.Message) -> tuple[Attachment, ...]:
    """Return the files of a message, those too that it forwards, or that its components show."""
    parts: tuple[discord.Message | discord.MessageSnapshot, ...]
    parts = (message, *message.message_snapshots)
    attached = [
        Attachment(
            id=str(one.id),
            name=one.filename,
            media_type=one.content_type or "",
            size=one.size,
            url=one.url,
        )
        for part in parts
        for one in part.attachments
    ]
    shown = [
        Attachment(
            id=str(item.media.attachment_id or 0),
            name=item.media.url.partition("?")[0].rpartition("/")[2],
            media_type=item.media.content_type or "",
            url=item.media.url,
        )
        for part in parts
        for component in walk(part.components)
        for item in getattr(component, "items", ())
    ]
    return tuple([*attached, *shown][:_MAX_FILES])


def list_images(message: discord.Message) -> tuple[Attachment, ...]:
    """Return a message's files that claim to be images, and the images of its embeds."""
    attached = (one for one in list_files(message) if one.media_type.startswith("image/"))
    embeds = [*message.embeds, *(one for part in message.message_snapshots for one in part.embeds)]
    embedded = [
        Attachment(id=f"embed-{at}", name=_("a picture"), media_type="", url=url)
        for at, embed in enumerate(embeds)
        # from Discord's own servers, which are those that are read from
        if (url := embed.image.proxy_url or embed.image.url or embed.thumbnail.proxy_url)
    ]
    return tuple([*attached, *embedded][:_MAX_FILES])


def list_replied_images(message: discord.Message) -> tuple[Attachment, ...]:
    """Return the images of the message that a message replies to."""
    found = message.reference.resolved if message.reference else None
    return list_images(found) if isinstance(found, discord.Message) else ()


def walk(components: Sequence[Any]) -> Iterator[Any]:
    """Go through a message's components and all inside them."""
    for component in components:
        yield component
        yield from walk(getattr(component, "children", ()))


def list_custom_ids(message: discord.Message | None) -> list[str]:
    """Return the custom ids of a message's controls."""
    components = walk(message.components) if message else ()
    return [id_ for one in components if (id_ := getattr(one, "custom_id", None))]


def find_control(message: discord.Message) -> ControlId | None:
    """Return a control of the card that a message shows, the first that names a version; None: no card."""
    parsed = map(ControlId.parse, list_custom_ids(message))
    found = [one for one in parsed if one is not None and one.turn is not None]
    return next((one for one in found if one.version), found[0] if found else None)


def parse_edit(
    payload: discord.RawMessageUpdateEvent, bot_id: int, place: Place
) -> MessageChange | None:
    """Read an edit; None: not of what somebody wrote (Discord looked at a link, or it is a bot's).

    Whoever takes an image's words away takes back what was asked.
    """
    message = payload.message
    parsed = parse_message(message, bot_id) if message.edited_at else None
    if parsed is None or not (message.content or message.attachments):
        return None
    return MessageChange(
        event_id=f"{message.id}/edited/{payload.data.get('edited_timestamp')}",
        place=place,
        message_id=str(message.id),
        what="edited" if message.content else "deleted",
        text=parsed.text if message.content else "",
    )


def make_deletion(message: int, place: Place) -> MessageChange:
    """Return a deletion as the bot takes it."""
    return MessageChange(
        event_id=f"{message}/deleted", place=place, message_id=str(message), what="deleted"
    )
