"""What did somebody do in Slack? Events, commands, buttons and shortcuts become IncomingMessage, ActionEvent and MessageChange. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.slack import attachments
from adapters.slack.context import message_of
from adapters.slack.text import find_mentions, read_addressees, read_markup
from bot.ports.actions import ACTIONS, COMMANDS, Action, read_fields
from bot.ports.messages import ActionEvent, IncomingMessage, MessageChange, Person, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from adapters.slack.context import BotContext
    from bot.ports.cards import Button
    from bot.ports.messages import Json

#: subtypes of messages that are people's own words; others are joins, topics, bots
_SUBTYPES = {None, "file_share", "thread_broadcast", "me_message"}
#: characters of a button's value, and of an overflow menu's option
_MAX_VALUE = 2000
MAX_OPTION = 150


def people_in(event: Json) -> set[str]:
    """Return the ids of those whose names an event needs."""
    message = event.get("message") or event
    user = message.get("user")
    return find_mentions(message.get("text") or "") | ({user} if user else set())


def place_of(event: Json, context: BotContext) -> Place:
    """Return the thread that an event is about."""
    message = message_of(event)
    return context.place(event["channel"], message.get("thread_ts") or message.get("ts"))


def parse_event(event: Json, context: BotContext) -> IncomingMessage | MessageChange | None:
    """Read an event; None: it asks for nothing."""
    if event.get("type") not in {"message", "app_mention"}:
        return None
    if event.get("subtype") == "message_changed":
        return _parse_edit(event, context)
    if event.get("subtype") == "message_deleted":
        return _parse_deletion(event, context, event.get("previous_message") or {})
    return _parse_message(event, context)


def _parse_message(event: Json, context: BotContext) -> IncomingMessage | None:
    """Read a message that somebody wrote; None: it is no prompt of a person's to the bot."""
    text, channel = event.get("text") or "", event["channel"]
    ts, thread = event.get("ts"), event.get("thread_ts")
    if event.get("subtype") not in _SUBTYPES or not context.is_person(event) or not ts:
        return None
    mentions_bot, to_others = read_addressees(text, context.bot)
    in_thread = thread is not None and thread != ts
    direct = event.get("channel_type") == "im"
    starts = mentions_bot or direct
    if not (starts or in_thread):
        return None
    newest = attachments.newest_picture(channel, str(thread), ts)
    return IncomingMessage(
        event_id=f"{channel}/{ts}",
        place=context.place(channel, thread or ts),
        person=context.person(event["user"]),
        text=read_markup(text, context.bot, context.names),
        may_start=starts,
        mentioned=starts,
        to_others=to_others,
        direct=direct,
        joins_thread=in_thread and not direct,
        message_id=ts,
        attachments=attachments.find_files(event),
        opening_attachments=(newest,) if in_thread and mentions_bot else (),
    )


def _parse_edit(event: Json, context: BotContext) -> MessageChange | None:
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("subtype") == "tombstone":
        return _parse_deletion(event, context, {**before, "ts": now.get("ts")})
    if not context.is_person(now):
        return None
    if "edited" not in now or now.get("text") == before.get("text"):
        return None  # a link's preview, not a person
    return MessageChange(
        event_id=_change_id(event),
        place=context.place(event["channel"], now.get("thread_ts") or now["ts"]),
        message_id=now["ts"],
        what="edited",
        text=read_markup(now.get("text") or "", context.bot, context.names),
    )


def _parse_deletion(event: Json, context: BotContext, before: Json) -> MessageChange | None:
    ts = event.get("deleted_ts") or before.get("ts")
    if not ts or before.get("bot_id"):
        return None
    return MessageChange(
        event_id=_change_id(event),
        place=context.place(event["channel"], before.get("thread_ts") or ts),
        message_id=ts,
        what="deleted",
    )


def _change_id(event: Json) -> str:
    return f"{event['channel']}/{event.get('event_ts') or event.get('ts')}/change"


def parse_command(body: Json, context: BotContext) -> IncomingMessage | ActionEvent:
    """Read a slash command. `/imagine` alone, or with `batch`, asks for a form; other commands are `/easel …`."""
    text = read_markup(body.get("text") or "", context.bot, context.names)
    event_id = f"command/{body['trigger_id']}"
    place = context.place(body["channel_id"])
    person = context.person(body["user_id"], body.get("user_name"))
    word, value = text.lower(), ""
    command = None
    if body.get("command") != "/imagine":
        word, _, value = word.partition(" ")
        action = COMMANDS.get(word)
        command = word if action is not None and ACTIONS[action].is_global else "help"
    elif word in {"", "help", "home", "gallery", "batch"}:
        command = word or "new"
    if command is not None:
        action = COMMANDS[command]
        fields = {"value": value} if value else None
        return ActionEvent(
            event_id=event_id, place=place, person=person, action=action, fields=fields
        )
    return IncomingMessage(
        event_id=event_id,
        place=place,
        person=person,
        text=text,
        may_start=True,
        literal=True,
        mentioned=True,
    )


def parse_button(body: Json, context: BotContext) -> ActionEvent | None:
    """Read a press of a button, or a choice in an overflow menu; None: it is none of ours."""
    element: Json = next(iter(body.get("actions") or ()), {})
    chosen = element.get("selected_option") or element
    is_home = (body.get("view") or {}).get("type") == "home"
    pressed = read_value(chosen.get("value") or "")
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    if is_home:
        channel = f"@{body['user']['id']}"
    if pressed is None or not channel:
        return None
    thread = (
        pressed.thread
        or container.get("thread_ts")
        or message.get("thread_ts")
        or container.get("message_ts")
    )
    return ActionEvent(
        event_id=f"press/{body['trigger_id']}",
        place=context.place(channel, thread),
        person=user_of(body, context),
        action=pressed.action,
        turn=pressed.turn,
        version=pressed.version,
        fields=read_fields(pressed.action, pressed.value) if pressed.value else None,
    )


def user_of(body: Json, context: BotContext) -> Person:
    """Return the person of an interaction."""
    user = body["user"]
    return context.person(user["id"], user.get("name") or user.get("username"))


def parse_shortcut(body: Json, context: BotContext) -> ActionEvent | None:
    """Read a shortcut; its form comes first. None: the message has no picture."""
    message = body.get("message")
    own = own_version(message, context) if message else None
    if message and own is None and not attachments.find_pictures(message):
        return None
    place = context.place("")  # the form asks where
    if message:
        thread = message.get("thread_ts") or message["ts"]
        place = context.place(body["channel"]["id"], thread)
    return ActionEvent(
        event_id=f"shortcut/{body['trigger_id']}",
        place=place,
        person=user_of(body, context),
        action=COMMANDS["edit" if own else "new"],
        turn=own.turn if own else None,
        version=own.version if own else None,
    )


def own_version(message: Json, context: BotContext) -> ButtonValue | None:
    """Return what a card of ours shows: its first button that is about a version."""
    if message.get("user") != context.bot:
        return None
    for element in _elements(message.get("blocks") or ()):
        for one in (element, *(element.get("options") or ())):
            found = read_value(one.get("value") or "")
            if found is not None and found.turn and found.version:
                return found
    return None


def _elements(blocks: Iterable[Json]) -> Iterator[Json]:
    for block in blocks:
        for element in (*(block.get("elements") or ()), *(block.get("actions") or ())):
            yield element
            yield from element.get("actions") or ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonValue:
    """What was read from a button that somebody pressed."""

    action: Action
    #: None: the card is of no turn
    turn: str | None
    version: str | None
    #: the thread that the card belongs to; None: the one that it is in
    thread: str | None
    value: str


def write_value(button: Button, turn: str, thread: str | None = None) -> str:
    """Write a button's value. `thread`: where it belongs, if it is shown elsewhere."""
    parts = (button.action.value, turn, button.version or "", thread or "", button.value)
    return "|".join(parts)[:_MAX_VALUE]


def read_value(value: str) -> ButtonValue | None:
    """Read it back; None: it is none of ours."""
    name, *rest = value.split("|", 4)
    if len(rest) != 4 or name not in {action.value for action in Action}:
        return None
    turn, version, thread, given = rest
    return ButtonValue(
        action=Action(name),
        turn=turn or None,
        version=version or None,
        thread=thread or None,
        value=given,
    )
