"""How does a card look on Discord, as Components V2? Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from adapters.discord.custom_ids import ControlId, make_component_id, make_more_id
from adapters.discord.text import clean, escape, escape_line
from adapters.shared.text import truncate
from bot.ports.actions import Placement
from bot.ports.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.ports.cards import Button, Card

    Item = ui.Item[Any]

#: characters of a message's text, 4,000 in all: who asked what, the rest, the small lines
_MAX_HEAD, _MAX_BODY, _MAX_DETAIL = 900, 2400, 300
#: of these: the card's title, a caption, the card's own sentences; the model's words get what is left
_MAX_TITLE, _MAX_CAPTION, _MAX_TEXT = 100, 40, 700
_MAX_ALT, _MAX_LABEL, _MAX_THREAD_NAME = 1024, 80, 100
#: buttons of a card, those behind "More…" too, and of a row
_MAX_BUTTONS, _BUTTONS_A_ROW = 20, 5
#: versions in the list
_MAX_VERSIONS = 25

#: what only this platform says, to be translated where it is used
CANNOT_READ = N_(
    "I can't read plain replies here, because your Easel admin hasn't turned on the message content intent. "
    "Mention me, reply to a card with the ping on, or press the button."
)
PAUSED_WITHOUT_INTENT = N_(
    "I can only read messages here that mention me. Mention me in each one that should count, and in “go”."
)
NO_IMAGE = N_("There's no picture in this message. Choose one that has a picture.")
IMAGE_GONE = N_("I can't open that picture any more. Post it again and choose it there.")
BUSY = N_("Easel took too long to answer. Nothing was lost. Try again.")
WENT_THERE = N_("Your picture is in {thread}.")
ON_ITS_WAY = N_("Got it. Easel is changing machines, so your picture takes a few seconds longer.")
ALONE = N_("Only one person can see this answer.")
NO_CANVAS = N_(
    "Settings belong to a canvas, and there's none here. Use this in a canvas's thread; "
    "in direct messages, reply `settings` to a picture."
)
EXPIRED = N_("This button has expired. Start again with /imagine.")
MORE = N_("More…")
OPEN = N_("Show it to me")
NO_MORE = N_("There's nothing more to do here right now.")
READY = N_("{person} {what} is here.")
MISSING = N_("The picture is missing from Easel's image store.")
TOO_LARGE = N_(
    "The file is too large to post here. Your Easel admin can make it with `easel export`."
)
IN_PARTS = N_("It's too large for one message, so it comes in {count} parts.")
UNFINISHED = N_("An unfinished picture")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedImage:
    """An image among a message's files."""

    #: the file's name
    name: str
    #: what it shows, for those who cannot see it
    alt: str


def make_view(*items: Item) -> ui.LayoutView:
    """Return a layout of these components."""
    view = ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()  # answered by custom id: the SDK must not keep it
    return view


def render_card(
    card: Card,
    images: Sequence[AttachedImage] = (),
    *,
    note: str = "",
    document: str = "",
    versions: Sequence[tuple[str, str]] = (),
) -> ui.LayoutView:
    """Draw a card; `images` and `document` are the message's files, `note` says what became of them.

    `versions`: the images that can be gone back to, each with its prompt, the card's own first.
    """
    lines = (escape_line(card.detail, _MAX_DETAIL), note[:_MAX_DETAIL])
    detail = "\n".join(f"-# {one}" for one in lines if one)
    texts = [one for one in (_render_head(card), _render_body(card)) if one] or [detail or "…"]
    items: list[Item] = [ui.TextDisplay(texts[0], id=make_component_id(card.id))]
    if images:
        media = [
            discord.MediaGalleryItem(
                f"attachment://{one.name}", description=clean(one.alt, _MAX_ALT) or None
            )
            for one in images
        ]
        items.append(ui.MediaGallery(*media))
    items += [ui.TextDisplay(text) for text in texts[1:]]
    if document:
        items.append(ui.File(f"attachment://{document}"))
    if detail and texts != [detail]:
        items.append(ui.TextDisplay(detail))
    return make_view(*items, *_render_rows(card, versions))


def render_file(name: str) -> ui.LayoutView:
    """Show a further part of a document."""
    return make_view(ui.File(f"attachment://{name}"))


def render_private_card(card: Card) -> ui.LayoutView:
    """Draw a card for its person alone: with what others do not read."""
    return render_card(replace(card, public_text="", images=(), preview=None))


def render_sentence(text: str) -> ui.LayoutView:
    """Show a sentence, which formats nothing."""
    return make_view(ui.TextDisplay(escape(text, _MAX_BODY) or "…"))


def render_markdown(text: str, *buttons: Button) -> ui.LayoutView:
    """Show the bot's own words, which may be formatted, with buttons that are of no turn."""
    row = [ui.ActionRow[Any](*(render_button(one, None) for one in buttons))] if buttons else []
    return make_view(ui.TextDisplay(truncate(text, _MAX_BODY)), *row)


def name_thread(title: str) -> str:
    """Return a canvas's name, after its first prompt."""
    return clean(title, _MAX_THREAD_NAME) or "Easel"


def _render_head(card: Card) -> str:
    """Say who asked and what; where the prompt is kept from others, what they read in its place."""
    if card.kind != "prompt":
        return ""
    who = escape_line(card.person.name, 80) or _("Somebody")
    if card.public_text:
        return f"**{who}**: {escape_line(card.public_text, _MAX_HEAD - 100)}"
    # several people's points in one begin with who made the first
    prompt = card.prompt.removeprefix(f"{card.person.name}: ")
    return f"**{who}**: {escape(prompt, _MAX_HEAD - 100)}"


def _render_body(card: Card) -> str:
    if card.public_text:
        return ""
    title = f"**{escape_line(card.title, _MAX_TITLE)}**" if card.title else ""
    captions = (escape_line(one, _MAX_CAPTION) for one in card.captions if one)
    caption = " | ".join(captions) if len(card.images) > 1 else ""
    text = escape(card.text, _MAX_TEXT)
    remaining = _MAX_BODY - len(title) - len(caption) - len(text) - 3
    parts = (title, caption, escape(card.reply or "", remaining), text)
    return "\n".join(part for part in parts if part)


def _render_rows(card: Card, versions: Sequence[tuple[str, str]]) -> list[ui.ActionRow[Any]]:
    """Return two rows of controls at most; what is rare or has no room is behind "More…"."""
    buttons = _render_buttons(card)
    usual = [drawn for button, drawn in buttons if button.placement is not Placement.MORE]
    select = _render_versions(card, versions)
    # versions and so many buttons need both rows
    is_select_hidden = select is not None and len(usual) >= _BUTTONS_A_ROW
    room = _BUTTONS_A_ROW if select and not is_select_hidden else 2 * _BUTTONS_A_ROW
    shown = usual
    if is_select_hidden or len(buttons) > min(room, len(usual)):
        shown = [*usual[: room - 1], ui.Button(label=_(MORE), custom_id=make_more_id(card.id))]
    rows = _split_rows(shown)
    return [*rows, ui.ActionRow[Any](select)] if select and not is_select_hidden else rows


def _render_buttons(card: Card) -> list[tuple[Button, ui.Button[Any]]]:
    found: dict[str, tuple[Button, ui.Button[Any]]] = {}
    for button in card.buttons:
        drawn = render_button(button, card)
        found.setdefault(drawn.custom_id or "", (button, drawn))
    return list(found.values())[:_MAX_BUTTONS]


def _split_rows(buttons: Sequence[ui.Button[Any]]) -> list[ui.ActionRow[Any]]:
    starts = range(0, len(buttons), _BUTTONS_A_ROW)
    return [ui.ActionRow[Any](*buttons[at : at + _BUTTONS_A_ROW]) for at in starts]


def render_more(
    card: Card, shown: Collection[str], versions: Sequence[tuple[str, str]] = ()
) -> ui.LayoutView:
    """Draw the controls of a card that its message does not show; `shown` are custom ids."""
    hidden = [drawn for _button, drawn in _render_buttons(card) if drawn.custom_id not in shown]
    rows = _split_rows(hidden)
    select = _render_versions(card, versions)
    if select is not None and select.custom_id not in shown:
        rows.append(ui.ActionRow[Any](select))
    title = _("More for {version}:") if card.title else _("More:")
    title = title.format(version=escape_line(card.title, _MAX_TITLE))
    return make_view(ui.TextDisplay(title if rows else _(NO_MORE)), *rows)


def render_button(button: Button, card: Card | None) -> ui.Button[Any]:
    """Draw a button of a card; None: of none."""
    price = f" · {button.price_text}" if button.price_text else ""
    custom_id = ControlId(
        action=button.action,
        turn=card.id if card else None,
        version=button.version,
        value=button.value,
    )
    styles = discord.ButtonStyle
    return ui.Button(
        label=clean(button.label, _MAX_LABEL - len(price)) + price,
        style=styles.primary if button.primary else styles.secondary,
        custom_id=str(custom_id),
    )


def _render_versions(card: Card, versions: Sequence[tuple[str, str]]) -> ui.Select[Any] | None:
    """List the images up to a card's own, newest first; None: there is nothing to go back to."""
    own = {one.number for one in card.images}
    if card.history is None or all(number in own for number, _prompt in versions):
        return None
    options = [
        discord.SelectOption(label=number, value=number, description=clean(prompt, 100) or None)
        for number, prompt in versions[:_MAX_VERSIONS]
    ]
    custom_id = ControlId(action=card.history.action, turn=card.id, value=card.history.value)
    return ui.Select(custom_id=str(custom_id), placeholder=card.history.label, options=options)
