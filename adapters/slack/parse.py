"""What did somebody do in Slack? Events, commands, presses and forms become Ask, Press and Change. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.slack import button_values
from adapters.slack.text import find_mentions, read_addressees, read_markup
from bot.ports.actions import COMMANDS
from bot.ports.messages import (
    ActionEvent,
    Attachment,
    IncomingMessage,
    MessageChange,
    Person,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = dict[str, Any]

#: subtypes of messages that are people's own words; others are joins, topics, bots
_SAID = {None, "file_share", "thread_broadcast", "me_message"}
#: who speaks for Slack itself
_SLACK = {"USLACK", "USLACKBOT"}
#: of another app's picture, so that a form can carry it
_LONGEST_URL = 1000
#: files of one message, as many as Slack lets people send
_MOST_FILES = 10
#: what the id of "the newest picture of a thread" begins with
NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Who the bot is, and the people's names as far as they are known."""

    team: str
    #: the bot's user id
    bot: str
    #: by user id
    names: Mapping[str, str]
    #: those who are known to be no bots
    people: frozenset[str] = frozenset()

    def person(self, user: str, fallback: str = "") -> Person:
        """Give a person by id; `fallback` where the name is not known."""
        return Person(id=user, name=self.names.get(user) or fallback or "Somebody")

    def place(self, channel: str, thread: str | None = None) -> Place:
        """Give a place in the bot's workspace."""
        return Place(platform="slack", workspace=self.team, channel=channel, thread=thread)


def people_in(event: Json) -> set[str]:
    """Give the ids of those whose names an event needs."""
    inner = event.get("message") or event
    user = inner.get("user")
    return find_mentions(inner.get("text") or "") | ({user} if user else set())


def is_of_a_bot(event: Json, here: Here) -> bool:
    """Tell whether a bot wrote it, this one above all: each update of a card is an event too."""
    about = event.get("message") or event.get("previous_message") or event
    user = about.get("user")
    return user == here.bot or user in _SLACK or (bool(about.get("bot_id")) and not user)


def _is_person(message: Json, here: Here) -> bool:
    """Tell whether a person wrote it, also through an app: then it names a bot beside them."""
    user = message.get("user")
    if not user or user == here.bot or user in _SLACK:
        return False
    return not message.get("bot_id") or user in here.people


def place_of(event: Json, here: Here) -> Place:
    """Give the thread that an event is about."""
    about = event.get("message") or event.get("previous_message") or event
    return here.place(event["channel"], about.get("thread_ts") or about.get("ts"))


def event(event: Json, here: Here) -> IncomingMessage | MessageChange | None:
    """Read an event; None: it asks for nothing."""
    kind, subtype = event.get("type"), event.get("subtype")
    if kind == "app_mention":
        return message(event, here)
    if kind != "message":
        return None
    if subtype == "message_changed":
        return _edited(event, here)
    if subtype == "message_deleted":
        return _deleted(event, here, event.get("previous_message") or {})
    return message(event, here)


def message(event: Json, here: Here) -> IncomingMessage | None:
    """Read a message that somebody wrote; None: it is no prompt of a person's to the bot."""
    text, user = event.get("text") or "", event.get("user")
    ts, thread = event.get("ts"), event.get("thread_ts")
    if event.get("subtype") not in _SAID or not _is_person(event, here) or not user or not ts:
        return None
    mention, to_others = read_addressees(text, here.bot)
    in_thread = thread is not None and thread != ts
    direct = event.get("channel_type") == "im"
    starts = mention or direct
    if not (starts or in_thread):
        return None
    return IncomingMessage(
        event_id=f"{event['channel']}/{ts}",
        place=here.place(event["channel"], thread or ts),
        person=here.person(user),
        text=read_markup(text, here.bot, here.names),
        may_start=starts,
        mentioned=starts,
        to_others=to_others,
        direct=direct,
        joins_thread=in_thread and not direct,
        message_id=ts,
        attachments=tuple(files(_files(event))),
        opening_attachments=(_newest(event["channel"], str(thread), ts),)
        if in_thread and mention
        else (),
    )


def _newest(channel: str, thread: str, before: str) -> Attachment:
    """Name the newest picture of a thread; it is looked for when it is read."""
    return Attachment(
        id=f"{NEWEST}/{channel}/{thread}/{before}",
        name="the newest picture of this thread",
        media_type="",
        optional=True,
    )


def _files(message: Json) -> list[Json]:
    """Give the files of a message, and of what it forwards."""
    forwarded = [one for one in message.get("attachments") or () if one.get("is_share")]
    return [file for one in (message, *forwarded) for file in one.get("files") or ()]


def files(given: Sequence[Json]) -> Iterator[Attachment]:
    """Read the files of a message. Those of another company have an id and nothing else."""
    here = [one for one in given if one.get("id") and one.get("mode") != "tombstone"]
    for one in here[:_MOST_FILES]:
        yield Attachment(
            id=one["id"],
            name=one.get("name") or one.get("title") or "a file",
            media_type=one.get("mimetype") or "",
            size=one.get("size"),
            url=one.get("url_private_download") or one.get("url_private"),
        )


def _edited(event: Json, here: Here) -> MessageChange | None:
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("subtype") == "tombstone":
        return _deleted(event, here, {**before, "ts": now.get("ts")})
    if not _is_person(now, here):
        return None
    if "edited" not in now or now.get("text") == before.get("text"):
        return None  # a link's preview, not a person
    return MessageChange(
        event_id=_change_id(event),
        place=here.place(event["channel"], now.get("thread_ts") or now["ts"]),
        message_id=now["ts"],
        what="edited",
        text=read_markup(now.get("text") or "", here.bot, here.names),
    )


def _deleted(event: Json, here: Here, before: Json) -> MessageChange | None:
    ts = event.get("deleted_ts") or before.get("ts")
    if not ts or before.get("bot_id"):
        return None
    return MessageChange(
        event_id=_change_id(event),
        place=here.place(event["channel"], before.get("thread_ts") or ts),
        message_id=ts,
        what="deleted",
    )


def _change_id(event: Json) -> str:
    return f"{event['channel']}/{event.get('event_ts') or event.get('ts')}/change"


def command(body: Json, here: Here) -> IncomingMessage | ActionEvent:
    """Read a slash command. `/imagine` alone asks for the form; other commands are `/easel …`."""
    said = read_markup(body.get("text") or "", here.bot, here.names)
    event_id = f"command/{body['trigger_id']}"
    place = here.place(body["channel_id"])
    person = here.person(body["user_id"], body.get("user_name") or "")
    word = said.lower()
    if body.get("command") != "/imagine":
        action = COMMANDS["usage" if word == "usage" else "help"]
        return ActionEvent(event_id=event_id, place=place, person=person, action=action)
    if word in {"", "help"}:
        action = COMMANDS["help" if word else "new"]
        return ActionEvent(event_id=event_id, place=place, person=person, action=action)
    return IncomingMessage(
        event_id=event_id,
        place=place,
        person=person,
        text=said,
        may_start=True,
        literal=True,
        mentioned=True,
    )


def pressed(body: Json, here: Here) -> ActionEvent | None:
    """Read a press of a button, or a choice in an overflow menu; None: it is none of ours."""
    action: Json = next(iter(body.get("actions") or ()), {})
    chosen = action.get("selected_option") or action
    found = button_values.read(chosen.get("value") or "")
    container, shown = body.get("container") or {}, body.get("message") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    if found is None or not channel:
        return None
    thread = (
        found.thread
        or container.get("thread_ts")
        or shown.get("thread_ts")
        or container.get("message_ts")
    )
    return ActionEvent(
        event_id=f"press/{body['trigger_id']}",
        place=here.place(channel, thread),
        person=who(body, here),
        action=found.action,
        turn=found.turn,
        version=found.version,
        fields={"value": found.value} if found.value else None,
    )


def who(body: Json, here: Here) -> Person:
    """Give the person of an interaction."""
    user = body["user"]
    return here.person(user["id"], user.get("name") or user.get("username") or "")


def shortcut(body: Json, here: Here) -> ActionEvent | None:
    """Read a shortcut; its form comes first. None: the message has no picture."""
    event_id = f"shortcut/{body['trigger_id']}"
    if body.get("type") != "message_action":
        place = here.place("")  # the form asks where
        return ActionEvent(
            event_id=event_id, place=place, person=who(body, here), action=COMMANDS["new"]
        )
    shown = body["message"]
    place = here.place(body["channel"]["id"], shown.get("thread_ts") or shown["ts"])
    own = own_picture(shown, here)
    if own is not None:
        return ActionEvent(
            event_id=event_id,
            place=place,
            person=who(body, here),
            action=COMMANDS["edit"],
            turn=own.turn,
            version=own.version,
        )
    if not pictures(shown):
        return None
    return ActionEvent(
        event_id=event_id, place=place, person=who(body, here), action=COMMANDS["new"]
    )


def own_picture(shown: Json, here: Here) -> button_values.Pressed | None:
    """Find what a card of ours shows: its first button that is about a version."""
    if shown.get("user") != here.bot:
        return None
    for element in _elements(shown.get("blocks") or ()):
        for one in (element, *(element.get("options") or ())):
            found = button_values.read(one.get("value") or "")
            if found is not None and found.turn and found.version:
                return found
    return None


def _elements(blocks: Sequence[Json]) -> Iterator[Json]:
    for block in blocks:
        for element in (*(block.get("elements") or ()), *(block.get("actions") or ())):
            yield element
            yield from element.get("actions") or ()


def pictures(shown: Json) -> list[Attachment]:
    """Give the pictures of any message: files, and files shown in blocks."""
    found = [
        one
        for one in files(_files(shown))
        if not one.media_type or one.media_type.startswith("image/")
    ]
    attached = [one for one in shown.get("attachments") or () if isinstance(one, dict)]
    blocks = [*(shown.get("blocks") or ())]
    for one in attached:
        blocks += one.get("blocks") or ()
        for inner in one.get("message_blocks") or ():
            blocks += (inner.get("message") or {}).get("blocks") or ()
    for block in blocks:
        accessory = block.get("accessory") or {}
        for image in (block, accessory) if accessory else (block,):
            if image.get("type") == "image":
                found += _of_block(image)
    urls = [one.get("image_url") or one.get("thumb_url") for one in attached]
    found += [_linked(url) for url in urls if url and len(url) < _LONGEST_URL]
    return found[:_MOST_FILES]


def _of_block(image: Json) -> Iterator[Attachment]:
    file = image.get("slack_file") or {}
    if file.get("id"):
        yield Attachment(id=file["id"], name="a picture", media_type="")
    elif file.get("url") or image.get("image_url"):
        yield _linked(file.get("url") or image["image_url"])


def _linked(url: str) -> Attachment:
    """Name a picture that another app shows by its address."""
    return Attachment(id=url, name="a picture", media_type="", url=url)
