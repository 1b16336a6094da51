"""What does a message, a command, a press on Discord say? It becomes an `IncomingMessage`, a `ActionEvent`, a `MessageChange`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import discord

from adapters.discord import names, places
from adapters.discord.ids import LABEL, ControlId, MoreId, PictureId, chosen
from bot.ports import addressing
from bot.ports.messages import (
    ActionEvent,
    Attachment,
    IncomingMessage,
    MessageChange,
    Output,
    Person,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence

    from bot.ports.messages import Place

#: files of a message that are looked at
_MOST_FILES = 10
_WRITTEN = frozenset({discord.MessageType.default, discord.MessageType.reply})

#: the commands of the context menu
EDIT_IMAGE, USE_AS_REFERENCE = "Edit this image", "Use as reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message that somebody wrote."""

    text: str
    #: does it name the bot?
    mentioned: bool
    #: is it said to somebody else, or to a group?
    to_others: bool
    #: the id of the message that it answers; None: none
    reply_to: int | None
    #: is that one of the bot's, as far as Discord says?
    answers_us: bool
    #: is that one another person's?
    answers_person: bool


def heard(message: discord.Message, me: int) -> Heard | None:
    """Read a message; None: a bot's, a webhook's, one of Discord's own notes."""
    if message.author.bot or message.webhook_id is not None or message.type not in _WRITTEN:
        return None
    ours = {role.id for role in message.role_mentions if _is_ours(role, me)}
    named, to_others = addressing.parse_mentions(_marked(message, me, ours))
    reference = message.reference
    found = reference.resolved if reference and message.type is discord.MessageType.reply else None
    author = found.author if isinstance(found, discord.Message) else None
    return Heard(
        text=_words(message, me, ours),
        mentioned=named or me in message.raw_mentions,
        to_others=to_others,
        reply_to=reference.message_id if reference and not message.message_snapshots else None,
        answers_us=author is not None and author.id == me,
        answers_person=author is not None
        and not author.bot
        and author.id not in {me, message.author.id},
    )


def _marked(message: discord.Message, me: int, ours: set[int]) -> str:
    """Give a message's words with marks in the place of mentions."""

    def person(match: re.Match[str]) -> str:
        return addressing.ME if int(match[1]) == me else addressing.PERSON

    def role(match: re.Match[str]) -> str:
        return addressing.ME if int(match[1]) in ours else addressing.GROUP

    return names.ROLE.sub(role, names.MENTION.sub(person, message.content))


def joins(channel: object, me: int, message: int | None = None) -> bool:
    """Tell whether a channel is a thread that somebody else began, before this message."""
    if not isinstance(channel, discord.Thread):
        return False
    return channel.owner_id != me and channel.id != message


def _is_ours(role: discord.Role, me: int) -> bool:
    return role.tags is not None and role.tags.bot_id == me


def _words(message: discord.Message, me: int, ours: set[int]) -> str:
    """Give a message's words, or those that it forwards, as people read them; the bot's name is taken out."""
    people = {user.id: user.display_name for user in message.mentions}
    roles = {role.id: role.name for role in message.role_mentions}
    forwarded = "\n".join(one.content for one in message.message_snapshots if one.content)
    text = message.content or forwarded
    return names.readable(text, people, message.guild, roles=roles, ours={me, *ours})


def person(user: discord.abc.User) -> Person:
    """Give somebody, with their roles where it is a member of a guild."""
    # `roles` leaves out what the SDK does not know, and needs a guild that it knows
    roles = user._roles if isinstance(user, discord.Member) else ()  # noqa: SLF001 - see above
    return Person(id=str(user.id), name=user.display_name, groups=tuple(map(str, roles)))


def ask(
    message: discord.Message, said: Heard, place: Place, *, starts: bool, me: int
) -> IncomingMessage:
    """Make an Ask of a message."""
    direct = places.is_direct(place)
    return IncomingMessage(
        event_id=str(message.id),
        place=place,
        person=person(message.author),
        text=said.text,
        may_start=starts,
        mentioned=said.mentioned or said.answers_us or direct,
        to_others=said.to_others,
        answers_person=said.answers_person,
        direct=direct,
        joins_thread=joins(message.channel, me, message.id),
        message_id=str(message.id),
        attachments=files(message),
        reply_to=None if said.reply_to is None else str(said.reply_to),
    )


def has_content(message: discord.Message) -> bool:
    """Tell whether anything of a message can be read: without the intent little can."""
    return bool(message.content or message.attachments or message.message_snapshots)


def files(message: discord.Message) -> tuple[Attachment, ...]:
    """Give the files of a message, those too that it forwards, or that its components show."""
    parts: tuple[discord.Message | discord.MessageSnapshot, ...]
    parts = (message, *message.message_snapshots)
    found = [
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
    shown = [one for part in parts for one in _shown(part.components)]
    return tuple([*found, *shown][:_MOST_FILES])


def _shown(components: Sequence[Any]) -> Iterator[Attachment]:
    for component in walk(components):
        for item in getattr(component, "items", ()):
            media = item.media
            yield Attachment(
                id=str(media.attachment_id or 0),
                name=media.url.partition("?")[0].rpartition("/")[2],
                media_type=media.content_type or "",
                url=media.url,
            )


def pictures(message: discord.Message) -> tuple[Attachment, ...]:
    """Give a message's files that claim to be pictures, and the pictures of its embeds."""
    attached = (one for one in files(message) if one.media_type.startswith("image/"))
    embeds = [*message.embeds, *(one for part in message.message_snapshots for one in part.embeds)]
    shown = [
        Attachment(id=f"embed-{at}", name="a picture", media_type="", url=url)
        for at, embed in enumerate(embeds)
        # from Discord's own servers, which are those that are read from
        if (url := embed.image.proxy_url or embed.image.url or embed.thumbnail.proxy_url)
    ]
    return tuple([*attached, *shown][:_MOST_FILES])


def answered(message: discord.Message) -> tuple[Attachment, ...]:
    """Give the pictures of the message that a message answers."""
    found = message.reference.resolved if message.reference else None
    return pictures(found) if isinstance(found, discord.Message) else ()


def walk(components: Sequence[Any]) -> Iterator[Any]:
    """Go through a message's components and all inside them."""
    for component in components:
        yield component
        yield from walk(getattr(component, "children", ()))


def shown_turn(message: discord.Message) -> ControlId | None:
    """Give a control of the card that a message shows, the first that names a version; None: no card."""
    found = [
        control
        for one in walk(message.components)
        if (control := ControlId.parse(str(getattr(one, "custom_id", None) or "")))
        and control.turn is not None
    ]
    return next((one for one in found if one.version), found[0] if found else None)


def target(
    interaction: discord.Interaction[Any],
    state: Any,  # noqa: ANN401 - the SDK's own
) -> discord.Message | None:
    """Give the message that a command of the context menu was used on."""
    data = _data(interaction)
    found = data.get("resolved", {}).get("messages", {}).get(str(data.get("target_id")))
    if found is None or interaction.channel is None:
        return None
    return discord.Message(state=state, channel=cast("Any", interaction.channel), data=found)


def imagine(interaction: discord.Interaction[Any], place: Place, me: int) -> IncomingMessage:
    """Make an Ask of `/imagine`, or of `/easel new`."""
    data = _data(interaction)
    given = {one["name"]: one.get("value") for one in _options(data)}
    resolved = data.get("resolved", {}).get("attachments", {})
    image = resolved.get(str(given.get("image")))
    count = given.get("n")
    return IncomingMessage(
        event_id=str(interaction.id),
        place=place,
        person=person(interaction.user),
        text=str(given.get("prompt") or ""),
        may_start=True,
        mentioned=True,
        joins_thread=joins(interaction.channel, me),
        attachments=(_file(image),) if image else (),
        output=Output(
            size=given.get("size") or None,
            quality=given.get("quality") or None,
            n=int(count) if isinstance(count, int) else None,
        ),
        model=given.get("model") or None,
        literal=True,
    )


def _file(payload: Mapping[str, Any]) -> Attachment:
    return Attachment(
        id=str(payload["id"]),
        name=str(payload.get("filename", "")),
        media_type=str(payload.get("content_type") or ""),
        size=payload.get("size"),
        url=str(payload["url"]),
    )


def _data(interaction: discord.Interaction[Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", interaction.data or {})


def _options(data: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """Give a command's options, or those of its subcommand."""
    options: Sequence[dict[str, Any]] = data.get("options", ())
    return options[0].get("options", ()) if options and options[0].get("type") == 1 else options


def command(interaction: discord.Interaction[Any]) -> str:
    """Name a command, with its subcommand behind a space."""
    data = _data(interaction)
    inner = [one["name"] for one in data.get("options", ()) if one.get("type") == 1]
    return " ".join((str(data.get("name", "")), *inner))


def typed(interaction: discord.Interaction[Any]) -> tuple[str, str]:
    """Give which option of a command somebody types into, and what is there so far."""
    for option in _options(_data(interaction)):
        if option.get("focused"):
            return str(option["name"]), str(option.get("value", ""))
    return "", ""


def control(interaction: discord.Interaction[Any]) -> ControlId | None:
    """Read what was pressed, chosen or sent; None: it is nothing of ours."""
    return ControlId.parse(str(_data(interaction).get("custom_id", "")))


def more(interaction: discord.Interaction[Any]) -> MoreId | None:
    """Read a press of the button that shows a card's further controls; None: it is another."""
    return MoreId.parse(str(_data(interaction).get("custom_id", "")))


def shown_ids(message: discord.Message | None) -> set[str]:
    """Give the custom ids of a message's controls."""
    components = walk(message.components) if message else ()
    return {str(getattr(one, "custom_id", None) or "") for one in components}


def picture(interaction: discord.Interaction[Any]) -> PictureId | None:
    """Read the form about a message's picture; None: it is another form."""
    return PictureId.parse(str(_data(interaction).get("custom_id", "")))


def press(interaction: discord.Interaction[Any], what: ControlId, place: Place) -> ActionEvent:
    """Make a Press of a button, a list's choice or a form."""
    version = what.version
    fields: dict[str, str] | None = None
    picked = _data(interaction).get("values")
    if what.form:
        fields = filled(interaction)
    elif picked:
        version = str(picked[0])
    elif what.value:
        fields = {"value": _label(interaction) if what.value == LABEL else what.value}
    return ActionEvent(
        event_id=str(interaction.id),
        place=place,
        person=person(interaction.user),
        action=what.action,
        turn=what.turn,
        version=version,
        fields=fields,
    )


def _label(interaction: discord.Interaction[Any]) -> str:
    """Give the label of the button that was pressed."""
    custom = _data(interaction).get("custom_id")
    for component in walk(interaction.message.components if interaction.message else ()):
        if getattr(component, "custom_id", None) == custom:
            return str(getattr(component, "label", None) or "")
    return ""


def filled(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """Give what a form holds, by field."""
    found: dict[str, str] = {}
    for top in _data(interaction).get("components", ()):
        for field in [top.get("component"), *top.get("components", ())]:
            if field and field.get("values"):
                found |= chosen(str(field["custom_id"]), str(field["values"][0]))
            elif field and "custom_id" in field:
                found[str(field["custom_id"])] = str(field.get("value") or "")
    return found


def edited(payload: discord.RawMessageUpdateEvent, me: int, place: Place) -> MessageChange | None:
    """Read an edit; None: not of what somebody wrote (Discord looked at a link, or it is a bot's).

    Whoever takes a picture's words away takes back what was asked.
    """
    message = payload.message
    said = heard(message, me) if message.edited_at else None
    if said is None or not (message.content or message.attachments):
        return None
    stamp = payload.data.get("edited_timestamp")
    bare = not message.content
    return MessageChange(
        event_id=f"{message.id}/edited/{stamp}",
        place=place,
        message_id=str(message.id),
        what="deleted" if bare else "edited",
        text="" if bare else said.text,
    )


def deleted(message: int, place: Place) -> MessageChange:
    """Make a Change of a deletion."""
    return MessageChange(
        event_id=f"{message}/deleted", place=place, message_id=str(message), what="deleted"
    )
