"""How does a card, a form look on Discord? Cards become Components V2, forms become modals. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from adapters.discord import words
from adapters.discord.ids import EMPTY, ControlId, MoreId, choice, mark
from adapters.shared.text import truncate
from bot.ports.actions import Placement
from bot.ports.money import format_money

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from adapters.discord.ids import PictureId
    from bot.ports.cards import Button, Card, Field, Form

#: characters of a message's text, 4,000 in all: who asked what, the rest, the small lines
_HEAD, _BODY, _DETAIL = 900, 2400, 300
#: of these: the card's title, a caption, the card's own sentences; the model's words get what is left
_TITLE, _CAPTION, _TEXT = 100, 40, 700
_ALT, _LABEL, _NAME = 1024, 80, 100
#: buttons of a card, those behind "More…" too, and of a row
_MOST_BUTTONS, _A_ROW = 20, 5
#: versions in the list
_MOST_VERSIONS = 25
#: fields of a form, and of the words in one
_MOST_FIELDS, _LONGEST_FIELD = 5, 4000

#: what only this platform says
CANNOT_READ = (
    "I cannot read plain replies here: whoever runs me has not switched on the message content intent. "
    "Mention me, reply to a card with the ping on, or press the button."
)
PAUSED_BLIND = "Of what you say I can read here only what mentions me: mention me in what should count, and in “go”."
NO_PICTURE = "There is no picture in this message. Choose one that has a picture."
PICTURE_GONE = "I cannot open that picture any more. Post it again, then choose it once more."
BUSY = "Easel could not do this in time. Nothing is lost: press it again."
WENT_THERE = "It goes on in {thread}."
ALONE = "The answer is for one person alone."
NO_CANVAS = (
    "Settings are of a canvas, and this is none. Use this in a canvas's thread; "
    "in direct messages reply `settings` to a picture."
)
UNKNOWN = "Easel does not know this any more. Begin anew with /imagine."
MORE = "More…"
NO_MORE = "There is nothing more to do here now."
HERE = "{person} {what} is here."
MISSING = "The picture is missing in Easel's image store."
TOO_LARGE = "The file is too large for here. Whoever runs Easel can make it with `easel export`."
IN_PARTS = "It is too large for one message here, so it comes in {count} parts."
UNFINISHED = "An unfinished picture."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture of a message."""

    #: the file's name
    name: str
    #: what it shows, for those who cannot see it
    alt: str


def layout(
    card: Card,
    pictures: Sequence[Shown] = (),
    *,
    note: str = "",
    document: str = "",
    earlier: Sequence[tuple[str, str]] = (),
) -> ui.LayoutView:
    """Draw a card; `pictures` and `document` name the message's files, `note` says what became of them.

    `earlier`: the images that can be gone back to, each with what was asked, the card's own first.
    """
    view = ui.LayoutView(timeout=None)
    head = [_head(card)] if _head(card) else []
    body, detail = (
        _body(card),
        "\n".join(f"-# {one}" for one in (_detail(card), note[:_DETAIL]) if one),
    )
    texts = [*head, *([body] if body else [])] or [detail or "…"]
    view.add_item(ui.TextDisplay[Any](texts[0], id=mark(card.id)))
    if pictures:
        items = [
            discord.MediaGalleryItem(
                f"attachment://{one.name}", description=words.label(one.alt, _ALT) or None
            )
            for one in pictures
        ]
        view.add_item(ui.MediaGallery[Any](*items))
    for text in texts[1:]:
        view.add_item(ui.TextDisplay[Any](text))
    if document:
        view.add_item(ui.File[Any](f"attachment://{document}"))
    if detail and texts != [detail]:
        view.add_item(ui.TextDisplay[Any](detail))
    for row in _rows(card, earlier):
        view.add_item(row)
    view.stop()  # answered by custom id: the SDK must not keep it
    return view


def part(name: str) -> ui.LayoutView:
    """Show a further part of a document."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.File[Any](f"attachment://{name}"))
    view.stop()
    return view


def private(card: Card) -> ui.LayoutView:
    """Draw a card for its person alone: with what others do not read."""
    return layout(replace(card, public_text="", images=(), preview=None))


def whispered(text: str) -> ui.LayoutView:
    """Show one sentence."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay[Any](words.plain(text, _BODY) or "…"))
    view.stop()
    return view


def said(text: str, *buttons: Button) -> ui.LayoutView:
    """Show the bot's own words, which may be formatted, with controls that are of no turn."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay[Any](truncate(text, _BODY)))
    if buttons:
        view.add_item(ui.ActionRow[Any](*(_button(one, None) for one in buttons)))
    view.stop()
    return view


def thread_name(title: str) -> str:
    """Name a canvas after its first prompt."""
    return words.label(title, _NAME) or "Easel"


def _head(card: Card) -> str:
    """Say who asked and what; where the prompt is kept from others, what they read in its place."""
    if card.kind != "prompt":
        return ""
    who = words.line(card.person.name, 80) or "Somebody"
    if card.public_text:
        return f"**{who}**: {words.line(card.public_text, _HEAD - 100)}"
    # several people's points in one begin with who made the first
    prompt = card.prompt.removeprefix(f"{card.person.name}: ")
    return f"**{who}**: {words.plain(prompt, _HEAD - 100)}"


def _body(card: Card) -> str:
    if card.public_text:
        return ""
    captions = (words.line(one, _CAPTION) for one in card.captions if one)
    title = f"**{words.line(card.title, _TITLE)}**" if card.title else ""
    listed = " | ".join(captions) if len(card.images) > 1 else ""
    text = words.plain(card.text, _TEXT)
    left = _BODY - len(title) - len(listed) - len(text) - 3
    parts = (title, listed, words.plain(card.reply or "", left), text)
    return "\n".join(part for part in parts if part)


def _detail(card: Card) -> str:
    if card.kind == "control":
        return words.line(card.person.name, 80)
    return words.line(card.detail, _DETAIL)


def _rows(card: Card, earlier: Sequence[tuple[str, str]]) -> list[ui.ActionRow[Any]]:
    """Give two rows of controls at most; what has no room, the rare first, is behind "More…"."""
    listed = _buttons(card)
    usual = [one for button, one in listed if button.placement is not Placement.MORE]
    versions = _versions(card, earlier)
    hidden = versions is not None and len(usual) >= _A_ROW  # they need both rows
    room = _A_ROW if versions and not hidden else 2 * _A_ROW
    shown = [one for _, one in listed]
    if hidden or len(shown) > room:
        more = ui.Button[Any](label=MORE, custom_id=str(MoreId(turn=card.id)))
        shown = [*usual[: room - 1], more]
    rows = _in_rows(shown)
    return [*rows, ui.ActionRow[Any](versions)] if versions and not hidden else rows


def _buttons(card: Card) -> list[tuple[Button, ui.Button[Any]]]:
    found: dict[str, tuple[Button, ui.Button[Any]]] = {}
    for button in card.buttons:
        one = _button(button, card)
        found.setdefault(one.custom_id or "", (button, one))
    return list(found.values())[:_MOST_BUTTONS]


def _in_rows(buttons: Sequence[ui.Button[Any]]) -> list[ui.ActionRow[Any]]:
    return [ui.ActionRow[Any](*buttons[at : at + _A_ROW]) for at in range(0, len(buttons), _A_ROW)]


def more(
    card: Card, shown: Collection[str], earlier: Sequence[tuple[str, str]] = ()
) -> ui.LayoutView:
    """Draw the controls of a card that its message does not show, which are `shown` by custom id."""
    rest = _in_rows([one for _, one in _buttons(card) if one.custom_id not in shown])
    versions = _versions(card, earlier)
    if versions is not None and versions.custom_id not in shown:
        rest.append(ui.ActionRow[Any](versions))
    view = ui.LayoutView(timeout=None)
    about = f"More for {words.line(card.title, _TITLE)}:" if card.title else "More:"
    view.add_item(ui.TextDisplay[Any](about if rest else NO_MORE))
    for row in rest:
        view.add_item(row)
    view.stop()
    return view


def _button(button: Button, card: Card | None) -> ui.Button[Any]:
    price = f" · {button.price_text}" if button.price_text else ""
    custom = ControlId(
        action=button.action,
        turn=card.id if card else None,
        version=button.version,
        value=button.value,
    )
    return ui.Button(
        label=words.label(button.label, _LABEL - len(price)) + price,
        style=_style(button),
        custom_id=str(custom),
    )


def _style(button: Button) -> discord.ButtonStyle:
    return discord.ButtonStyle.primary if button.primary else discord.ButtonStyle.secondary


def _versions(card: Card, earlier: Sequence[tuple[str, str]]) -> ui.Select[Any] | None:
    """List the images up to a card's own, newest first; None: there is nothing to go back to."""
    own = {one.number for one in card.images}
    if card.history is None or all(number in own for number, _ in earlier):
        return None
    options = [
        discord.SelectOption(
            label=number, value=number, description=words.label(asked, 100) or None
        )
        for number, asked in earlier[:_MOST_VERSIONS]
    ]
    custom = ControlId(action=card.history.action, turn=card.id, value=card.history.value)
    return ui.Select(custom_id=str(custom), placeholder=card.history.label, options=options)


def modal(form: Form) -> ui.Modal:
    """Draw a form."""
    custom = ControlId(action=form.action, turn=form.turn, version=form.version, form=True)
    fields = [_field(one) for one in _fitting(form.fields)]
    found = _modal(words.label(form.title, 45), str(custom), fields)
    if form.price is not None and len(fields) < _MOST_FIELDS:
        costs = format_money(form.price, estimated=True)
        found.add_item(ui.TextDisplay[Any](f"-# {words.label(form.submit, 45)}: {costs}"))
    return found


def picture_form(custom: PictureId) -> ui.Modal:
    """Ask what to make of a message's picture."""
    text = ui.TextInput[Any](
        custom_id="text", style=discord.TextStyle.paragraph, max_length=_LONGEST_FIELD
    )
    asks = "What should change?" if custom.edits else "What to draw with it"
    title = "Edit this image" if custom.edits else "Use as reference"
    return _modal(title, str(custom), [ui.Label[Any](text=asks, component=text)])


def _modal(title: str, custom: str, fields: Sequence[ui.Label[Any]]) -> ui.Modal:
    found = ui.Modal(title=title or "Easel", custom_id=custom, timeout=None)
    for field in fields:
        found.add_item(field)
    found.stop()  # answered by custom id, also after a restart: the SDK must not keep it
    return found


def _fitting(fields: Sequence[Field]) -> Sequence[Field]:
    """Give as many fields as a form may have: where there are more, the last lists are one by twos."""
    found = list(fields)
    at = len(found) - 2
    while len(found) > _MOST_FIELDS and at >= 0:
        found[at : at + 2] = [_as_one(*found[at : at + 2])]
        at -= 2
    return found


def _as_one(first: Field, last: Field) -> Field:
    """Make one list of two."""
    shared = tuple(
        (value if other == last.value else choice(value, last.name, other), f"{name} · {what}")
        for other, what in last.choices
        for value, name in first.choices
    )
    return replace(first, label=f"{first.label} · {last.label}", choices=shared)


def _field(field: Field) -> ui.Label[Any]:
    component: ui.TextInput[Any] | ui.Select[Any]
    if field.kind == "text":
        component = ui.TextInput(
            custom_id=field.name,
            style=discord.TextStyle.paragraph,
            default=truncate(field.value, _LONGEST_FIELD) or None,
            max_length=_LONGEST_FIELD,
        )
    else:
        component = _select(field)
    return ui.Label(text=words.label(field.label, 45), component=component)


def _select(field: Field) -> ui.Select[Any]:
    # a list's value is never empty here: "as it is" has a word of its own
    options = [
        discord.SelectOption(
            label=words.label(name, 100) or "…",
            value=value or EMPTY,
            default=value == field.value,
        )
        for value, name in field.choices[:25]
    ]
    return ui.Select(custom_id=field.name, options=options, required=True)
