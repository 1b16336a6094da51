"""How does Slack show a card, or a sentence to one person? Values become blocks. Pure.

Lengths are Slack's: 50 blocks, a section 3,000 characters, an alt text 2,000, a button's label 75, all text of a
message's blocks about 13,200, the text of an update 4,000.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.shared.text import truncate
from adapters.slack import sentences
from adapters.slack.parse import MAX_OPTION, write_value
from adapters.slack.text import clean, escape
from bot.ports.actions import Placement
from bot.ports.language import _, ngettext
from bot.ports.messages import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ports.cards import Button, Card
    from bot.ports.messages import Json, Version

_MAX_FALLBACK = 3000
_MAX_PROMPT = 1200
_MAX_SECTION = 2800
_MAX_DETAIL = 600
#: characters of all alt texts of a message
_MAX_ALT = 3000
MAX_LABEL = 75
#: pictures side by side in one message
_MAX_IMAGES = 10
_MAX_BUTTONS = 25
#: buttons in the main row before the rest goes into the overflow menu
_MAX_ROW = 5
_MAX_OPTIONS = 5
#: buttons that are choices, all of them in sight
_CHOICES = frozenset({Placement.PICTURE, Placement.CHOICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A message's content."""

    #: for notifications and for those without the blocks
    text: str
    blocks: tuple[Json, ...]

    def payload(self) -> Json:
        """Return it as arguments of a call."""
        return {"text": self.text, "blocks": list(self.blocks)}

    def digest(self) -> str:
        """Return what tells it from other content."""
        return hashlib.sha256(json.dumps(self.payload(), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image that Slack has processed."""

    #: Slack's id of the file
    file: str
    #: is it smaller than the original?
    smaller: bool = False


def card(
    of: Card,
    pictures: Mapping[str, Picture],
    *,
    private: bool = False,
    thread: str | None = None,
    carousel: bool = True,
    preview: str | None = None,
) -> Content:
    """Return a card's content. `pictures`: by blob. `private`: for its person alone, outside of `thread`.

    `carousel`: several pictures side by side, not below each other. `preview`: the file of an unfinished one.
    """
    if of.public_text and not private:
        return sentence(of.public_text, _MAX_DETAIL)
    images = [one for one in of.images if one.blob in pictures][:_MAX_IMAGES]
    carousel = carousel and len(images) > 1
    prompt = _prompt(of)
    blocks = [section("prompt", prompt)] if prompt else []
    if carousel:
        blocks.append(_carousel(of, images, pictures))
    elif images:
        blocks += _images(of, images, pictures)
    elif preview is not None:
        blocks.append(_image("preview", preview, _(sentences.PREVIEW_ALT)))
    for name, text in (("reply", of.reply), ("text", of.text)):
        escaped = escape(text or "", _MAX_SECTION)
        blocks += [section(name, escaped)] if escaped else []
    detail = _detail(of, smaller=any(pictures[one.blob].smaller for one in images))
    blocks += [context("detail", detail)] if detail else []
    rest = [one for one in of.buttons if not (carousel and _is_on_picture(one, images))]
    blocks += _buttons(rest, of.id, thread)
    fallback = "\n".join(filter(None, (prompt, of.title, of.reply and escape(of.reply, 900))))
    text = f"{fallback}\n{escape(of.text, 900)}".strip() or "Easel"
    return Content(text=truncate(text, _MAX_FALLBACK), blocks=tuple(blocks))


def is_silent(of: Card) -> bool:
    """Return whether people need no message for this card: they see it already, or there is nothing."""
    if of.kind == "talk" or of.hidden:
        return True
    is_empty = not (of.text or of.reply or of.images or of.buttons or of.document)
    return of.kind == "control" and is_empty


def sentence(text: str, limit: int = _MAX_SECTION, *, link: str = "") -> Content:
    """Return a message of one paragraph. `link`: an address of Easel's own in it, to be pressed."""
    escaped = escape(text, limit)
    escaped = escaped.replace(escape(link, limit), f"<{link}>") if link else escaped
    return Content(text=escaped, blocks=(section("text", escaped),))


def mention(of: Card) -> Content:
    """Tell somebody that their picture is there: a message that mentions them notifies, an update does not."""
    numbers = ", ".join(one.number for one in of.images)
    person = f"<@{of.mention.id}>" if of.mention else ""
    here = _("{person} {versions} is here.") if person else ""
    text = here.format(person=person, versions=escape(numbers, 80))
    return Content(text=text, blocks=(section("mention", text),))


def status(of: Card, waiting: int) -> str:
    """Return what is shown below a thread: "is drawing… 2 more are waiting"."""
    doing = of.text.strip() or _("Drawing…")
    said = _("is {doing}").format(doing=f"{doing[0].lower()}{doing[1:]}")
    more = ngettext("One more is waiting.", "{count} more are waiting.", waiting)
    return clean(f"{said} {more.format(count=waiting)}" if waiting else said, 200)


def is_over(of: Card) -> bool:
    """Return whether a card will not change by itself any more."""
    return of.state not in {State.QUEUED, State.HELD, State.DRAWING, State.DRAWN}


def _prompt(of: Card) -> str:
    if of.kind != "prompt":
        return ""
    name = escape(of.person.name, 80).replace("*", "").replace("\n", " ")
    return f"*{name or _('Somebody')}*: {escape(of.prompt, _MAX_PROMPT)}"


def _detail(of: Card, *, smaller: bool) -> str:
    title = f"*{escape(of.title, 200)}*" if of.title else ""
    detail = escape(of.detail, _MAX_DETAIL)
    return " · ".join(filter(None, (title, detail, _(sentences.SMALLER) if smaller else "")))


def _mrkdwn(text: str) -> Json:
    """Return a text; `verbatim`, so that Slack makes no links of what only looks like one."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain(text: str, limit: int) -> Json:
    """Return a text that Slack reads no markup in; never an empty one."""
    return {"type": "plain_text", "text": clean(text, limit) or "…"}


def section(name: str, text: str) -> Json:
    """Return a paragraph; `text` is escaped."""
    return {"type": "section", "block_id": name, "text": _mrkdwn(text)}


def context(name: str, text: str) -> Json:
    """Return a small line."""
    return {"type": "context", "block_id": name, "elements": [_mrkdwn(text)]}


def _image(name: str, file: str, alt: str) -> Json:
    return {"type": "image", "block_id": name, "slack_file": {"id": file}, "alt_text": alt}


def _alt(image: Version, count: int) -> str:
    return clean(image.alt, min(1000, _MAX_ALT // count)) or _("A picture")


def _captions(of: Card) -> dict[str, str]:
    named = zip(of.images, of.captions, strict=False)
    return {one.blob: caption for one, caption in named if caption}


def _images(of: Card, images: Sequence[Version], pictures: Mapping[str, Picture]) -> list[Json]:
    captions = _captions(of) if len(images) > 1 else {}
    blocks = []
    for number, one in enumerate(images, start=1):
        block = _image(f"image{number}", pictures[one.blob].file, _alt(one, len(images)))
        if one.blob in captions:
            block["title"] = plain(captions[one.blob], 150)
        blocks.append(block)
    return blocks


def _carousel(of: Card, images: Sequence[Version], pictures: Mapping[str, Picture]) -> Json:
    """Return several pictures side by side, each with its own buttons."""
    captions = _captions(of)
    elements = []
    for number, one in enumerate(images, start=1):
        hero = _image("", pictures[one.blob].file, _alt(one, len(images)))
        del hero["block_id"]
        element = {
            "type": "card",
            "block_id": f"image{number}",
            "hero_image": hero,
            "title": _mrkdwn(escape(captions.get(one.blob) or one.number, 150)),
        }
        # numbered through all of the carousel: an action's id is unique in its block
        actions = [
            button(pressed, of.id, index)
            for index, pressed in enumerate(of.buttons)
            if _is_on_picture(pressed, [one])
        ]
        elements.append(element | ({"actions": actions} if actions else {}))
    return {"type": "carousel", "block_id": "images", "elements": elements}


def _is_on_picture(button: Button, images: Sequence[Version]) -> bool:
    numbers = {one.number for one in images}
    return button.placement is Placement.PICTURE and button.version in numbers


def _buttons(buttons: Sequence[Button], turn: str, thread: str | None) -> list[Json]:
    """Return choices in a row of their own, the most useful others in the next, what is rare and the rest in a menu."""
    choices = [one for one in buttons if one.placement in _CHOICES][:_MAX_BUTTONS]
    others = [one for one in buttons if one.placement not in _CHOICES]
    usual = [one for one in others if one.placement is not Placement.MORE]
    in_row = usual if len(others) == len(usual) <= _MAX_ROW else usual[: _MAX_ROW - 1]
    menus = _menus([one for one in others if one not in in_row], turn)
    rows = {
        "choices": [button(one, turn, index, thread) for index, one in enumerate(choices)],
        "buttons": [button(one, turn, index, thread) for index, one in enumerate(in_row)] + menus,
    }
    return [
        {"type": "actions", "block_id": name, "elements": elements[:_MAX_BUTTONS]}
        for name, elements in rows.items()
        if elements
    ]


def _menus(buttons: Sequence[Button], turn: str) -> list[Json]:
    options = [
        {"text": plain(_label(one), MAX_LABEL), "value": value}
        for one in buttons
        if len(value := write_value(one, turn)) <= MAX_OPTION
    ]
    return [
        {
            "type": "overflow",
            "action_id": f"easel.more.{start}",
            "options": options[start : start + _MAX_OPTIONS],
        }
        for start in range(0, len(options), _MAX_OPTIONS)
    ]


def button(one: Button, turn: str, index: int, thread: str | None = None) -> Json:
    """Return a button of a turn's card; "": of none."""
    return {
        "type": "button",
        "action_id": f"easel.{one.action.value}.{index}",
        "text": plain(_label(one), MAX_LABEL),
        "value": write_value(one, turn, thread),
        **({"style": "primary"} if one.primary else {}),
    }


def _label(one: Button) -> str:
    return f"{one.label} · {one.price_text}" if one.is_expensive and one.price_text else one.label
