"""How does Slack show a card, or a word to one person? Values become blocks. Pure.

Lengths are Slack's: 50 blocks, a section 3,000 characters, an alt text 2,000, a button's label 75, all text of a
message's blocks about 13,200, the text of an update 4,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.shared.text import truncate
from adapters.slack import button_values
from adapters.slack.text import clean, escape
from bot.ports.actions import Placement
from bot.ports.messages import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.ports.cards import Button, Card
    from bot.ports.messages import Version

Json = dict[str, Any]

_MOST_FALLBACK = 3000
_MOST_PROMPT = 1200
_MOST_SAID = 2800
_MOST_DETAIL = 600
#: characters of all alt texts of a message
_MOST_ALT = 3000
MOST_LABEL = 75
#: pictures beside each other in one message
_MOST_IMAGES = 10
_MOST_BUTTONS = 25
#: buttons in the main row before the rest goes into the overflow menu
_ROW = 5
_MOST_OPTIONS = 5

#: buttons that are choices, all of them in sight
_CHOICES = frozenset({Placement.PICTURE, Placement.CHOICE})

#: first prompts that the Messages tab suggests
PROMPTS = (
    {"title": "A lighthouse at dusk", "message": "a lighthouse at dusk, in watercolours"},
    {"title": "Ideas for a mascot", "message": "brainstorm: a mascot for our team"},
    {"title": "What can I say?", "message": "help"},
)
NO_PICTURE = "There is no picture in this message. Choose one with a picture."
TOO_SLOW = (
    "Easel is slow to save this just now. If nothing appears within a minute, ask again; "
    "nothing was billed for it."
)
TOO_LATE = "Slack closed this before Easel could answer. Nothing was billed; press it again."
NOT_A_MEMBER = (
    "Easel is not in this channel, so it cannot read replies here; the buttons work. "
    "Type /invite @Easel to change the picture by replying."
)
NOT_IN = "Easel is not in this conversation, so it cannot see its pictures. Type /invite @Easel there, then try again."
UNFINISHED = "An unfinished picture"
SMALLER = "Shown smaller than it is, since Slack did not take the original, which is kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message's content."""

    #: for notifications and for those without the blocks
    text: str
    blocks: tuple[Json, ...]


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
    beside: bool = True,
    preview: str | None = None,
) -> Shown:
    """Show a card. `pictures`: by blob. `private`: to its person alone, in `thread`'s stead.

    `beside`: several pictures side by side, not below each other. `preview`: the file of an unfinished one.
    """
    hushed = bool(of.public_text) and not private
    if hushed:
        quiet = escape(of.public_text, _MOST_DETAIL)
        return Shown(text=quiet, blocks=(_section("text", quiet),))
    images = [one for one in of.images if one.blob in pictures][:_MOST_IMAGES]
    asked = _asked(of)
    blocks = [_section("prompt", asked)] if asked else []
    apart = beside and len(images) > 1
    blocks += [_carousel(of, images, pictures)] if apart else _images(of, images, pictures)
    blocks += [_preview(preview)] if preview is not None and not images else []
    for name, text in (("reply", of.reply), ("text", of.text)):
        said = escape(text or "", _MOST_SAID)
        blocks += [_section(name, said)] if said else []
    smaller = any(pictures[one.blob].smaller for one in images)
    detail = _detail(of, smaller=smaller)
    blocks += [context("detail", detail)] if detail else []
    rest = [one for one in of.buttons if not (apart and _on_picture(one, images))]
    blocks += _buttons(rest, of.id, thread)
    fallback = "\n".join(filter(None, (asked, of.title, of.reply and escape(of.reply, 900))))
    text = f"{fallback}\n{escape(of.text, 900)}".strip() or "Easel"
    return Shown(text=truncate(text, _MOST_FALLBACK), blocks=tuple(blocks))


def is_silent(of: Card) -> bool:
    """Tell whether people need no message for this card: they see it already, or there is nothing."""
    if of.kind == "talk" or of.hidden:
        return True
    nothing = not (of.text or of.reply or of.images or of.buttons or of.document)
    return of.kind == "control" and nothing


def whisper(text: str) -> Shown:
    """Say something to one person alone."""
    said = escape(text, _MOST_SAID)
    return Shown(text=said, blocks=(_section("text", said),))


def mention(of: Card) -> Shown:
    """Tell somebody that their picture is there: a message that mentions them notifies, an update does not."""
    made = ", ".join(one.number for one in of.images)
    text = f"<@{of.mention.id}> {escape(made, 80)} is here." if of.mention else ""
    return Shown(text=text, blocks=(_section("mention", text),))


def _asked(of: Card) -> str:
    if of.kind != "prompt":
        return ""
    name = escape(of.person.name, 80).replace("*", "").replace("\n", " ")
    return f"*{name or 'Somebody'}*: {escape(of.prompt, _MOST_PROMPT)}"


def _detail(of: Card, *, smaller: bool) -> str:
    title = f"*{escape(of.title, 200)}*" if of.title else ""
    small = SMALLER if smaller else ""
    detail = escape(of.detail, _MOST_DETAIL)
    return " · ".join(filter(None, (title, detail, small)))


def _section(name: str, text: str) -> Json:
    """Make a paragraph; `verbatim`, so that Slack makes no links of what only looks like one."""
    said = {"type": "mrkdwn", "text": text, "verbatim": True}
    return {"type": "section", "block_id": name, "text": said}


def context(name: str, text: str) -> Json:
    """Make a small line."""
    said = {"type": "mrkdwn", "text": text, "verbatim": True}
    return {"type": "context", "block_id": name, "elements": [said]}


def _alt(image: Version, count: int) -> str:
    return clean(image.alt, min(1000, _MOST_ALT // count)) or "A picture"


def _images(of: Card, images: Sequence[Version], pictures: Mapping[str, Picture]) -> list[Json]:
    captions = _captions(of) if len(images) > 1 else {}
    return [
        {
            "type": "image",
            "block_id": f"image{number}",
            "slack_file": {"id": pictures[one.blob].file},
            "alt_text": _alt(one, len(images)),
            **({"title": plain(captions[one.blob], 150)} if one.blob in captions else {}),
        }
        for number, one in enumerate(images, start=1)
    ]


def _preview(file: str) -> Json:
    shown = {"slack_file": {"id": file}, "alt_text": UNFINISHED}
    return {"type": "image", "block_id": "preview", **shown}


def _captions(of: Card) -> dict[str, str]:
    named = zip(of.images, of.captions, strict=False)
    return {one.blob: caption for one, caption in named if caption}


def _carousel(of: Card, images: Sequence[Version], pictures: Mapping[str, Picture]) -> Json:
    """Put several pictures side by side, each with its own buttons."""
    captions = _captions(of)
    found = []
    for number, one in enumerate(images, start=1):
        hero = {
            "type": "image",
            "slack_file": {"id": pictures[one.blob].file},
            "alt_text": _alt(one, len(images)),
        }
        caption = captions.get(one.blob) or one.number
        title = {"type": "mrkdwn", "text": escape(caption, 150), "verbatim": True}
        # numbered through all of the carousel: an action's id is unique in its block
        actions = [
            _button(button, of.id, place)
            for place, button in enumerate(of.buttons)
            if _on_picture(button, [one])
        ]
        found.append(
            {
                "type": "card",
                "block_id": f"image{number}",
                "hero_image": hero,
                "title": title,
                **({"actions": actions} if actions else {}),
            }
        )
    return {"type": "carousel", "block_id": "images", "elements": found}


def _on_picture(button: Button, images: Sequence[Version]) -> bool:
    return button.placement is Placement.PICTURE and button.version in {
        one.number for one in images
    }


def _buttons(given: Sequence[Button], turn: str, thread: str | None) -> list[Json]:
    """Put choices in a row of their own, the most useful others in the next, the rest in a menu."""
    choices = [one for one in given if one.placement in _CHOICES][:_MOST_BUTTONS]
    others = [one for one in given if one.placement not in _CHOICES]
    blocks = []
    if choices:
        elements = [_button(one, turn, place, thread) for place, one in enumerate(choices)]
        blocks.append({"type": "actions", "block_id": "choices", "elements": elements})
    if others:
        in_row = others if len(others) <= _ROW else others[: _ROW - 1]
        row = [_button(one, turn, place, thread) for place, one in enumerate(in_row)]
        row += _menus(others[len(in_row) :], turn)
        blocks.append({"type": "actions", "block_id": "buttons", "elements": row[:_MOST_BUTTONS]})
    return blocks


def _menus(rest: Sequence[Button], turn: str) -> list[Json]:
    options = [
        {"text": plain(_label(one), MOST_LABEL), "value": value}
        for one in rest
        if len(value := button_values.write(one, turn)) <= button_values.MOST_OPTION
    ]
    return [
        {
            "type": "overflow",
            "action_id": f"{button_values.PREFIX}.more.{start}",
            "options": options[start : start + _MOST_OPTIONS],
        }
        for start in range(0, len(options), _MOST_OPTIONS)
    ]


def _button(one: Button, turn: str, place: int, thread: str | None = None) -> Json:
    return {
        "type": "button",
        "action_id": f"{button_values.PREFIX}.{one.action.value}.{place}",
        "text": plain(_label(one), MOST_LABEL),
        "value": button_values.write(one, turn, thread),
        **({"style": "primary"} if one.primary else {}),
    }


def _label(one: Button) -> str:
    return f"{one.label} · {one.price_text}" if one.is_expensive and one.price_text else one.label


def plain(text: str, most: int) -> Json:
    """Make a text that Slack reads no markup in; never an empty one."""
    return {"type": "plain_text", "text": clean(text, most) or "…"}


def status(of: Card, waiting: int) -> str:
    """Say below a thread what is happening: "is drawing… 2 more are waiting"."""
    doing = of.text.strip() or "drawing…"
    said = f"is {doing[0].lower()}{doing[1:]}"
    more = {0: "", 1: " One more is waiting."}.get(waiting, f" {waiting} more are waiting.")
    return clean(said + more, 200)


def is_over(of: Card) -> bool:
    """Tell whether a card will not change by itself any more."""
    return of.state not in {State.QUEUED, State.HELD, State.DRAWING, State.DRAWN}
