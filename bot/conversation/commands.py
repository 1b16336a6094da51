"""Is this a prompt, or a control in words ("undo", "go back to v2")? And which options does it name?

A control must be the whole message: whatever says more than a control is a prompt, so that "undo the top
button of his shirt" is drawn. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.conversation import intent
from bot.conversation.kit_rules import tell_model
from bot.conversation.phrases import PHRASES
from bot.conversation.turn import Control
from bot.ports import limits, sizes
from bot.ports.actions import ACTIONS, Action
from bot.ports.errors import BadPrompt
from bot.ports.language import N_, _, find_language, format_count
from bot.ports.messages import Output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.kit import Kit

_POLITE = re.compile(
    r"^(?:(?:please|pls|plz|ok|okay|now|and|no|hey|hi|oh|oops|sorry|hmm|well|so|thanks|thx|can you|could you|let's|lets|easel)"
    r"[,:.!\s]+)*"
    r"(.*?)"
    r"(?:[,\s]+(?:please|pls|plz|bitte|thanks|thx|thank you|now|then|easel))*$",
    re.DOTALL,
)
_SIDES = {"the first": "a", "the left": "a", "the second": "b", "the right": "b"}
#: the whole message, polite words taken off, in lower case
_SPOKEN = tuple(
    (action, re.compile(pattern))
    for action, row in ACTIONS.items()
    for pattern in (*row.phrases, *PHRASES.get(action, ()))
)
_EDITS = re.compile(r"\s*(?:edit |in )?(?P<version>v\d{1,6}[ab]?)\s*(?:[:,]|\s[-–—])\s*(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL)  # fmt: skip
_OF_TWO = re.compile(r"\s*(?P<letter>[a-d])\s*:\s*(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL)
#: with a space behind the colon only where it says what an option can be
_OPTION = re.compile(
    r"(?<![^\s,;])(?P<name>size|quality|n|model|kit(?=:(?:on|off)\b))(?::(?P<value>[^\s,;]+)|\s*[:=]\s*(?P<known>"
    rf"{'|'.join([*sizes.SIZE_NAMES, *sizes.QUALITY_NAMES])}|low|medium|high|\d{{3,4}}x\d{{3,4}}|[12])\b)[,;.]?",
    re.IGNORECASE,
)

_ALWAYS = re.compile(
    r"^(?:always|from now on)[,:]?\s+(?P<what>.+)$|^(?P<what2>.+?),?\s+from now on$"
)
_WHOSE = re.compile(
    r"(?P<what>.*?) (?P<whose>for me|here|everywhere|in (?:this|the|our) (?P<where>\w+))"
)
_WHERE = {
    "for me": "mine",
    "here": "thread",
    "everywhere": "workspace",
    "thread": "thread",
    "canvas": "thread",
    "channel": "channel",
    "workspace": "workspace",
    "server": "workspace",
}
_REPLIES = re.compile(
    r"(?:(?:draw|answer|reply|respond|react|listen)(?: to)? )?"
    r"(?:(?P<mentioned>only (?:when|if) (?:(?:i am|i'm|you are|you're|easel is|it is) )?mentioned)|every (?:reply|message))"
)
_KIT = re.compile(
    r"(?:brand )?kit (?P<value>on|off)|(?P<how>with|without|no) (?:the |our )?(?:brand )?kit"
)
_COPIES = re.compile(r"(?:allow )?copies (?:go )?(?P<value>anywhere)|copies stay|keep copies")
_MENTION_ME = {
    "always mention me": "always",
    "never mention me": "never",
    "mention me when it takes long": "slow",
}
_GUESTS = re.compile(r"(?P<value>allow|block) (?:all )?guests(?: to draw)?")
#: "language: German", "speak français"
_SPEAK = re.compile(r"(?:language|speak|talk)(?: is|:)? (?P<value>[^\W\d_]{2,20}(?:[- (]\w+\)?)?)")
_SAYS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        (
            "size",
            r"(?:in |as |use )?(?P<value>square|portrait|landscape|large)(?: format| size| pictures| images)?",
        ),
        (
            "quality",
            r"(?:in |at |use )?(?P<value>low|medium|high|draft|best|normal)(?: quality| mode)?",
        ),
        (
            "n",
            r"(?:draw )?(?P<value>one|two|1|2)(?: images?| pictures?| versions?)?(?: each| a time)?",
        ),
        ("model", r"(?:use |with )?(?:the )?model (?P<value>[\w./:-]{1,80})"),
        ("previews", r"(?P<value>with|show|no|without|hide)(?: the)? previews?"),
    )
)
#: a thread in draft mode draws at low; Finalize draws at high whatever the mode
_DRAFTS = {"draft mode": "low", "draft mode on": "low", "draft mode off": "medium"}
_MEANS = {
    "one": "1",
    "two": "2",
    "with": "on",
    "show": "on",
    "no": "off",
    "without": "off",
    "hide": "off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedText:
    """What a message says."""

    #: None: a prompt
    control: Control | None = None
    #: the prompt without its options and its "v2:"
    text: str = ""
    #: "v2" of "v2: make it blue"; None: not named
    source: str | None = None
    #: "b" of "b: make it blue"; None: not named
    letter: str | None = None
    output: Output = field(default_factory=Output)
    model: str | None = None
    #: False of "kit:off": without the brand kit; None: not said
    kit: bool | None = None
    #: is the control so short that it is a prompt where it does not fit ("b")?
    soft: bool = False


def is_aside(text: str) -> bool:
    """Return whether people say this to each other: it begins with //."""
    return text.lstrip().startswith("//")


def parse(text: str) -> ParsedText:
    """Read a message of a thread. Raise BadPrompt for an option that cannot be."""
    control = find_control(text)
    if control is not None:
        soft = len(_strip_marks(text)) == 1
        return ParsedText(control=control, text=text.strip(), soft=soft)
    return parse_prompt(text)


def parse_prompt(text: str) -> ParsedText:
    """Read a message that is a prompt, whatever it says. Raise BadPrompt."""
    output, model, kit, rest = _take_options(text)
    source = letter = None
    if match := _EDITS.fullmatch(rest):
        source, rest = match["version"].lower(), match["rest"]
    elif match := _OF_TWO.fullmatch(rest):
        letter, rest = match["letter"].lower(), match["rest"]
    text = rest.strip()
    return ParsedText(text=text, source=source, letter=letter, output=output, model=model, kit=kit)


def find_control(text: str) -> Control | None:
    """Return the control that `text` is, as a whole; None: it is a prompt."""
    if len(text) > 80:
        return None
    plain = " ".join(_strip_marks(text).lower().replace("’", "'").split())
    polite = _POLITE.fullmatch(plain)
    said = polite[1].strip(" .!?,") if polite else plain
    for action, pattern in _SPOKEN:
        if match := pattern.fullmatch(said):
            return _make_control(action, match.groupdict())
    fields = _parse_settings(said)
    return Control(action=Action.SETTINGS, fields=fields) if fields else None


def _strip_marks(text: str) -> str:
    """Take gestures, formatting and marks off what may be a control: "`undo` 🙏"."""
    return (
        intent.strip_marks(text, only_gestures=True).lstrip("/!¡¿ ").rstrip(" .!?…").strip("*_`~ ")
    )


def _parse_settings(said: str) -> dict[str, str] | None:
    """Read what is to hold from now on: "always landscape, high quality"; None: it says something else."""
    if said in _DRAFTS:
        return {"quality": _DRAFTS[said]}
    if said in _MENTION_ME:
        return {"mentions": _MENTION_ME[said], "whose": "mine"}
    match = _ALWAYS.fullmatch(said)
    what = (match["what"] or match["what2"]).removesuffix(" from now on") if match else said
    fields = {}
    if whose := _WHOSE.fullmatch(what):
        scope = _WHERE.get(whose["where"] or whose["whose"])
        what, fields["whose"] = (whose["what"], scope) if scope else (what, "thread")
    if (only := _parse_setting(what)) is not None:
        return {**fields, **only}
    if match is None:
        return None
    for part in re.split(r"\s*,\s*(?:and )?|\s+and\s+", what):
        found = next(((name, m["value"]) for name, p in _SAYS if (m := p.fullmatch(part))), None)
        if found is None:
            return None
        fields[found[0]] = _MEANS.get(found[1], found[1])
    return fields


def _parse_setting(what: str) -> dict[str, str] | None:
    """Read a setting that is said alone, without "always"; None: it says something else."""
    if replies := _REPLIES.fullmatch(what):
        return {"replies": "mentioned" if replies["mentioned"] else "every"}
    if guests := _GUESTS.fullmatch(what):
        return {"guests": guests["value"]}
    if copies := _COPIES.fullmatch(what):
        return {"continue": copies["value"] or "here", "whose": "workspace"}
    if kit := _KIT.fullmatch(what):
        return {"kit": kit["value"] or ("on" if kit["how"] == "with" else "off")}
    spoken = _SPEAK.fullmatch(what)
    language = find_language(spoken["value"]) if spoken else None
    return {"language": language} if language else None


def check_with_kit(text: str, kit: Kit) -> None:
    """Check that a prompt and the words of its brand kit are not too many together. Raise BadPrompt."""
    count = len(text) + len(tell_model(kit))
    if kit.applies and count > limits.MAX_PROMPT:
        text = _(
            "With the words of the brand kit this prompt has {count} characters; it can have up to {most}. "
            "Shorten it, or add kit:off."
        )
        most = format_count(limits.MAX_PROMPT)
        raise BadPrompt(problem=text.format(count=format_count(count), most=most))


def check_prompt(text: str) -> str:
    """Return a prompt's words, where there are any, and not too many. Raise BadPrompt."""
    text = text.strip()
    if not text:
        raise BadPrompt(
            problem=N_("Say what to draw or change, for example: a lighthouse at dusk.")
        )
    if len(text) > limits.MAX_PROMPT:
        raise BadPrompt(
            problem=_(
                "A prompt can have up to {most} characters; this one has {count}. Shorten it and try again."
            ).format(most=format_count(limits.MAX_PROMPT), count=format_count(len(text)))
        )
    return text


def _make_control(action: Action, named: dict[str, str | None]) -> Control:
    version = named.get("version")
    if version and not version.startswith("v"):
        version = f"v{version}"
    if named.get("first"):
        version = "v1"
    letter = named.get("letter")
    if letter and action is Action.CHOOSE:
        letter = _SIDES.get(letter, letter)
    fields = {name: value for name in ACTIONS[action].fields if (value := named.get(name))}
    if fields.get("whose") in _WHERE:
        fields["whose"] = _WHERE[fields["whose"]]
    return Control(action=action, version=version, letter=letter, fields=fields)


def _take_options(text: str) -> tuple[Output, str | None, bool | None, str]:
    found = {
        match["name"].lower(): (match["value"] or match["known"]).rstrip(".!*_")
        for match in _OPTION.finditer(text)
    }
    if not found:
        return Output(), None, None, text
    rest = " ".join(_OPTION.sub("", text).split(" ")).strip()
    return (
        make_output(found.get("size"), found.get("quality"), found.get("n")),
        found.get("model"),
        found["kit"].lower() == "on" if "kit" in found else None,
        re.sub(r"[ \t]{2,}", " ", rest).strip(" ,;"),
    )


def output_from(fields: Mapping[str, str]) -> Output:
    """Read the output that a form's fields ask for. Raise BadPrompt."""
    return make_output(fields.get("size"), fields.get("quality"), fields.get("n"))


def make_output(size: str | None, quality: str | None, n: str | int | None) -> Output:
    """Read an output as people write it: "portrait" for a size. Raise BadPrompt for a count that is none."""
    if isinstance(n, str):
        if not (n.isascii() and n.isdigit() and len(n) < 4):
            raise BadPrompt(
                problem=_("n is the number of images to draw, 1 or 2; {value} isn't.").format(
                    value=repr(n[:20])
                )
            )
        n = int(n)
    return Output(
        size=sizes.SIZE_NAMES.get(size.lower(), size.lower()) if size else None,
        quality=sizes.QUALITY_NAMES.get(quality.lower(), quality.lower()) if quality else None,
        n=n,
    )
