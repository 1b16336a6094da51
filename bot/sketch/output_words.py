"""Does a wish ask in plain words for another shape, quality or number of pictures?"""

import re
from dataclasses import replace
from typing import Any, Final

from bot.sketch.scene import Output

_LEAD: Final = r"(?:(?:please |now |and |but )*(?:make|do|draw|turn|set|change|give|show)(?: it| this| me| that| the (?:picture|image))?(?: to| into| in| as)? )?(?:in |as |with |at )?(?:a |an |the )?"
_TAIL: Final = (
    r"(?: (?:format|mode|orientation|shape|size|version|image|picture|aspect ratio))?(?:,? please)?"
)
#: Field, value, and the words that ask for it.
_RULES: Final[tuple[tuple[str, str | int, str], ...]] = (
    ("size", "1024x1024", r"1024 ?[x×] ?1024"),
    ("size", "1024x1536", r"1024 ?[x×] ?1536"),
    ("size", "1536x1024", r"1536 ?[x×] ?1024"),
    ("size", "2048x2048", r"2048(?: ?[x×] ?2048)?(?: ?px| pixels)?"),
    ("size", "1536x1024", r"(?:landscape(?= format| mode| orientation| shape| size| version| please|\W*$|,| and )|horizontal|wide format|widescreen|16:9)"),
    ("size", "1024x1536", r"(?:portrait(?! of\b)(?= format| mode| orientation| shape| size| version| please|\W*$|,| and )|vertical|upright format|tall format|9:16)"),
    ("size", "1024x1024", r"(?:square(?= format| shape| size| version| image| picture| please|\W*$|,| and )|1:1)"),
    ("size", "2048x2048", r"(?:(?:extra |very )?large (?:format|size|image|picture|version|resolution)|(?<=in )large|(?<=make it )large|high[- ]res(?:olution)?|full resolution|hi-?res|4k)"),
    ("quality", "high", r"(?:(?:high|best|top|highest|better|full)(?:er)? quality|high detail|in more detail|more detailed?|final quality)"),
    ("quality", "low", r"(?:(?:quick|rough|fast|first) draft|draft(?: quality)?|low(?:er|est)? quality)"),
    ("quality", "medium", r"(?:medium|normal|standard|usual) quality"),
    ("n", 2, r"(?:two|2|a couple of|both)(?: different)? (?:versions?|variations?|variants?|options|alternatives|images|pictures|takes)(?: of (?:it|this|that))?"),
    ("n", 1, r"(?:just |only )(?:one|1|a single) (?:version|variation|image|picture)"),
)  # fmt: skip
_COMPILED: Final = tuple(
    (field, value, re.compile(rf"(?<!\w){_LEAD}(?P<core>{words}){_TAIL}(?!\w)", re.IGNORECASE))
    for field, value, words in _RULES
)

#: The picture as it stands, only in another form.
_AS_IT_IS: Final = re.compile(
    r"\b(?:draw |give |make |keep )?(?:me )?(?:the |this )?same (?:picture|image|drawing|scene)(?: (?:once more|again))?\b|"
    r"\b(?:exactly |just )?as it is(?: now)?\b|\b(?:in|at) (?:its|the) final (?:size|quality)(?: and (?:size|quality))?\b",
    re.IGNORECASE,
)


def as_it_is(wish: str) -> bool:
    """Return whether the wish is for the same picture, unchanged."""
    return bool(wish) and not re.search(r"\w", _AS_IT_IS.sub(" ", wish))


def asked(wish: str) -> tuple[dict[str, Any], str]:
    """Return what the wish says about the output, and the wish without those words."""
    found: dict[str, Any] = {}
    for field, value, pattern in _COMPILED:
        match = pattern.search(wish)
        if match and field not in found:
            found[field] = value
            wish = f"{wish[: match.start()]} {wish[match.end() :]}"
    if found and not re.search(
        r"\w",
        re.sub(
            r"\b(?:make|draw|it|please|and|of|in|now|again|a|the|me|this|that|do|to)\b",
            "",
            wish,
            flags=re.IGNORECASE,
        ),
    ):
        wish = ""
    return found, wish.strip(" ,.;")


def differing(found: dict[str, Any], output: Output) -> dict[str, Any]:
    """Return only what isn't so already."""
    return {field: value for field, value in found.items() if getattr(output, field) != value}


def with_words(output: Output, found: dict[str, Any]) -> Output:
    """Return the output as the words want it, where the request itself named nothing."""
    free = {field: value for field, value in found.items() if field not in output.named}
    return replace(output, **free) if free else output
