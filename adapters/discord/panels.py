"""How does somebody see their home, or a channel's gallery? In a message that is theirs alone; what is pressed in it changes it."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from adapters.discord import places
from adapters.discord.custom_ids import ControlId
from adapters.discord.render import make_view, render_button
from adapters.discord.text import clean, escape, escape_line
from bot.ports.queries import ThumbnailQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.discord.render import Item
    from bot.ports.actions import Action
    from bot.ports.adapter import Bot
    from bot.ports.cards import Field
    from bot.ports.messages import Place
    from bot.ports.panels import Entry, Panel

#: components of a message, and those that a picture with its line takes
_MAX_COMPONENTS, _PICTURE = 40, 3
#: characters of a line's title, of its small line, of a panel's text
_MAX_TITLE, _MAX_DETAIL, _MAX_TEXT = 120, 120, 1200
#: pixels of a thumbnail's longer side
_THUMBNAIL = 160
#: bytes of one: where there is no small copy, the original is given
_MAX_BYTES = 512 * 1024
_BUTTONS_A_ROW = 5


async def load_thumbnails(bot: Bot, place: Place, panel: Panel) -> dict[str, bytes]:
    """Return small copies of a panel's pictures, by blob, where it has room for them."""
    if not has_room(panel):
        return {}
    blobs = [one.image.blob for one in panel.entries if one.image]
    queries = (
        ThumbnailQuery(
            platform=place.platform, workspace=place.workspace, blob=blob, width=_THUMBNAIL
        )
        for blob in blobs
    )
    found = await asyncio.gather(*map(bot.query, queries))
    small = (
        (blob, one.data)
        for blob, one in zip(blobs, found, strict=True)
        if one and len(one.data) <= _MAX_BYTES
    )
    return dict(small)


def has_room(panel: Panel) -> bool:
    """Return whether a message has room for the pictures of a panel, beside its choices and buttons."""
    others = 3 + 2 * len(panel.fields) + 1 + len(panel.buttons)
    return others + _PICTURE * len(panel.entries) <= _MAX_COMPONENTS


def list_files(thumbnails: Mapping[str, bytes]) -> list[discord.File]:
    """Return the files of thumbnails, made anew for each try."""
    return [discord.File(io.BytesIO(data), f"{blob}.webp") for blob, data in thumbnails.items()]


def render_panel(panel: Panel, thumbnails: Mapping[str, bytes]) -> ui.LayoutView:
    """Draw a panel. `thumbnails`: the message's files, by blob."""
    head = f"**{escape_line(panel.title, _MAX_TITLE)}**\n{escape(panel.text, _MAX_TEXT)}".strip()
    items: list[Item] = []
    if thumbnails:
        items = [ui.TextDisplay(head), *(_entry(one, thumbnails) for one in panel.entries)]
    else:
        lines = (f"- {_line(one)}" for one in panel.entries)
        items = [ui.TextDisplay("\n".join((head, *lines)))]
    if panel.fields:
        items.append(ui.TextDisplay(escape(panel.fields_title, _MAX_DETAIL)))
    items += [ui.ActionRow[Any](_select(one, panel.action)) for one in panel.fields]
    buttons = [render_button(one, None) for one in panel.buttons[:_BUTTONS_A_ROW]]
    return make_view(*items, *([ui.ActionRow[Any](*buttons)] if buttons else []))


def _entry(one: Entry, thumbnails: Mapping[str, bytes]) -> Item:
    blob = one.image.blob if one.image else ""
    if one.image is None or blob not in thumbnails:
        return ui.TextDisplay(_line(one))
    alt = clean(one.image.alt, 1024) or None
    picture = ui.Thumbnail[Any](f"attachment://{blob}.webp", description=alt)
    return ui.Section[Any](_line(one), accessory=picture)


def _line(one: Entry) -> str:
    title, detail = escape_line(one.title, _MAX_TITLE), escape_line(one.detail, _MAX_DETAIL)
    link = make_link(one.at.place) if one.at else ""
    shown = f"[{title.replace('[', '(').replace(']', ')')}]({link})" if link else title
    return f"{shown}\n-# {detail}" if detail else shown


def make_link(place: Place) -> str:
    """Return the address of the channel or thread that a canvas stands in."""
    guild = "@me" if places.is_direct(place) else place.workspace
    return f"https://discord.com/channels/{guild}/{places.channel_of(place)}"


def _select(one: Field, action: Action) -> ui.Select[Any]:
    """Return a field that is saved as it is chosen."""
    options = [
        discord.SelectOption(
            label=clean(f"{one.label}: {label}", 100) or "…",
            value=f"{one.name}={value}",
            default=value == one.value,
        )
        for value, label in one.choices[:25]
        if len(f"{one.name}={value}") <= 100
    ]
    custom_id = ControlId(action=action, value=one.name)
    return ui.Select(custom_id=str(custom_id), placeholder=clean(one.label, 150), options=options)
