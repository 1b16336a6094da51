"""What does a command, a button, a list or a form say, as an `IncomingMessage` or an `ActionEvent`? Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import discord

from adapters.discord.app_commands import WHOSE
from adapters.discord.custom_ids import LABEL, ControlId, parse_choice
from adapters.discord.parse import joins_thread, make_person, walk
from bot.ports.actions import ACTIONS, read_fields
from bot.ports.messages import ActionEvent, Attachment, IncomingMessage, Output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ports.messages import Place

#: starts a new canvas also where `/imagine` goes on with one
NEW = "easel new"
_BATCH = "easel batch"


def _data(interaction: discord.Interaction[Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", interaction.data or {})


def _options(interaction: discord.Interaction[Any]) -> Sequence[dict[str, Any]]:
    """Return a command's options, or those of its subcommand."""
    options: Sequence[dict[str, Any]] = _data(interaction).get("options", ())
    return options[0].get("options", ()) if options and options[0].get("type") == 1 else options


def get_command(interaction: discord.Interaction[Any]) -> str:
    """Return a command's name, with its subcommand behind a space."""
    data = _data(interaction)
    inner = [one["name"] for one in data.get("options", ()) if one.get("type") == 1]
    return " ".join((str(data.get("name", "")), *inner))


def is_prompt(interaction: discord.Interaction[Any], name: str) -> bool:
    """Return whether a command says what to draw at once, in words or in a file; else a form asks for it."""
    return name in {"imagine", NEW} or (name == _BATCH and bool(_options(interaction)))


def get_focused(interaction: discord.Interaction[Any]) -> tuple[str, str]:
    """Return which option of a command somebody types into, and what is there so far."""
    for option in _options(interaction):
        if option.get("focused"):
            return str(option["name"]), str(option.get("value", ""))
    return "", ""


def _get_whose(interaction: discord.Interaction[Any]) -> str:
    """Return for whom a command is used, "channel" or "workspace"; "": not said."""
    given = {one["name"]: one.get("value") for one in _options(interaction)}
    return str(given.get(WHOSE) or "")


def get_custom_id(interaction: discord.Interaction[Any]) -> str:
    """Return the custom id of what was pressed, chosen or sent."""
    return str(_data(interaction).get("custom_id", ""))


def get_target(interaction: discord.Interaction[Any], state: Any) -> discord.Message | None:  # noqa: ANN401 - the SDK's own
    """Return the message that a command of the context menu was used on."""
    data = _data(interaction)
    found = data.get("resolved", {}).get("messages", {}).get(str(data.get("target_id")))
    if found is None or interaction.channel is None:
        return None
    return discord.Message(state=state, channel=cast("Any", interaction.channel), data=found)


def make_prompt(
    interaction: discord.Interaction[Any], place: Place, bot_id: int
) -> IncomingMessage:
    """Return the prompt of `/imagine` or of `/easel new`, or the list of `/easel batch`."""
    given = {one["name"]: one.get("value") for one in _options(interaction)}
    resolved = _data(interaction).get("resolved", {}).get("attachments", {})
    image = resolved.get(str(given.get("image") or given.get("list")))
    count = given.get("n")
    return IncomingMessage(
        event_id=str(interaction.id),
        place=place,
        person=make_person(interaction.user, interaction.locale.value),
        text=str(given.get("prompt") or ("batch" if given.get("list") else "")),
        may_start=True,
        mentioned=True,
        joins_thread=joins_thread(interaction.channel, bot_id),
        attachments=(_make_attachment(image),) if image else (),
        output=Output(
            size=given.get("size") or None,
            quality=given.get("quality") or None,
            n=int(count) if isinstance(count, int) else None,
        ),
        model=given.get("model") or None,
        literal=True,
    )


def _make_attachment(payload: Mapping[str, Any]) -> Attachment:
    return Attachment(
        id=str(payload["id"]),
        name=str(payload.get("filename", "")),
        media_type=str(payload.get("content_type") or ""),
        size=payload.get("size"),
        url=str(payload["url"]),
    )


def make_action(
    interaction: discord.Interaction[Any], control: ControlId, place: Place
) -> ActionEvent:
    """Return the use of a button, a list or a form."""
    version = control.version
    fields: dict[str, str] | None = None
    picked = _data(interaction).get("values")
    if control.is_form:
        fields = get_fields(interaction)
    elif picked and control.value in ACTIONS[control.action].fields:
        fields = read_fields(control.action, str(picked[0]))
    elif picked:
        version = str(picked[0])
    elif value := control.value or _get_whose(interaction):
        value = _get_label(interaction) if value == LABEL else value
        fields = read_fields(control.action, value)
    return ActionEvent(
        event_id=str(interaction.id),
        place=place,
        person=make_person(interaction.user, interaction.locale.value),
        action=control.action,
        turn=control.turn,
        version=version,
        fields=fields,
    )


def _get_label(interaction: discord.Interaction[Any]) -> str:
    """Return the label of the button that was pressed."""
    custom_id = get_custom_id(interaction)
    for component in walk(interaction.message.components if interaction.message else ()):
        if getattr(component, "custom_id", None) == custom_id:
            return str(getattr(component, "label", None) or "")
    return ""


def get_fields(interaction: discord.Interaction[Any]) -> dict[str, str]:
    """Return what a form holds, by field."""
    fields: dict[str, str] = {}
    for label in _data(interaction).get("components", ()):
        field = label.get("component")
        if field and field.get("values"):
            fields |= parse_choice(str(field["custom_id"]), str(field["values"][0]))
        elif field and "custom_id" in field:
            fields[str(field["custom_id"])] = str(field.get("value") or "")
    return fields
