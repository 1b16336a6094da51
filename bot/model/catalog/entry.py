"""What can one model draw, in which sizes and qualities, and at what price?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from bot.ports.errors import BadPrompt
from bot.ports.language import _
from bot.ports.messages import Output
from bot.ports.sizes import SIZE_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model.requests.profiles import Profile

#: the specification's usual size, and its largest
_DEFAULT, _LARGE = "1024x1024", "2048x2048"
_SIZES = ("1024x1024", "1024x1536", "1536x1024", "2048x2048")
_QUALITIES = ("low", "medium", "high")
#: about how many tokens an image is, as Gemini counts them: of 1024 × 1024, and by what it is drawn in
_TOKENS = 1290
_TOKENS_BY_FINENESS = {"1K": 1290, "2K": 1680, "4K": 2520}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """One entry of the catalogue."""

    #: as people call it, and the store
    name: str
    #: as the gateway calls it; "": the same
    id: str = ""
    #: what else people, and gateways, may call it
    aliases: tuple[str, ...] = ()
    #: which API draws: a conversation, or one-shot images
    protocol: Literal["chat", "images"] = "chat"
    #: in which dialect; None: the installation's
    profile: Profile | None = None
    #: does it draw a picture that it is shown anew? Else it makes new ones only
    edits: bool = True
    #: what it is better at than others (`bot.ports.models`)
    strengths: tuple[str, ...] = ()
    #: does the gateway's list of models say whether it is there?
    listed: bool = True
    #: width × height in pixels, or a shape with what it is drawn in: "3:2", "3:2 2K"
    sizes: tuple[str, ...] = _SIZES
    #: from the least on; none: it has no such setting
    qualities: tuple[str, ...] = _QUALITIES
    #: images a turn, at most
    n: int = 2
    #: does the installation draw with it unless somebody chooses another?
    is_default: bool = True
    #: US dollars an image: by "size quality", "quality", "size", "2K" or "any", the first found counts
    prices: Mapping[str, float] = field(default_factory=dict)
    #: US dollars a token of an image, where that is what is published
    token_price: float | None = None

    @property
    def api_name(self) -> str:
        """What the gateway calls it."""
        return self.id or self.name

    @property
    def default_output(self) -> Output:
        """What is drawn where nobody says anything else."""
        size = _DEFAULT if _DEFAULT in self.sizes else self.sizes[0]
        quality = "medium" if "medium" in self.qualities else next(iter(self.qualities), None)
        return Output(size=size, quality=quality, n=1)

    def price(self, output: Output) -> float | None:
        """Return what a turn with this output costs, in US dollars; None: not known."""
        size, quality = output.size or "", output.quality or ""
        shape, _, fineness = size.partition(" ")
        if self.token_price is not None:
            return self.token_price * _tokens(size) * (output.n or 1)
        keys = (f"{size} {quality}", quality, size, fineness or "1K", shape, "any")
        for key in keys:
            if key in self.prices:
                return self.prices[key] * (output.n or 1)
        return None

    def size_of_shape(self, size: str | None) -> str | None:
        """Return the default size of the same shape, for an edit; None: there is none."""
        if size is None:
            return None
        return next((one for one in self.sizes if _ratio(one) == _ratio(size)), None)

    def resolve_size(self, size: str | None) -> str | None:
        """Return a size as this model names it: "1536x1024" may be its "3:2", "4k" its "1:1 4K"."""
        if size is None:
            return None
        asked = " ".join(size.replace("_", " ").split()).casefold()
        for one in self.sizes:
            shape, _, fineness = one.casefold().partition(" ")
            if asked in {one.casefold(), fineness, f"{shape}-{fineness}"}:
                return one
        same = [one for one in self.sizes if _ratio(one) == _ratio(asked)]
        large = [one for one in same if one.endswith(" 2K")] if asked == _LARGE else []
        exact = "x" in asked and any("x" in one for one in self.sizes)
        return size if exact else next(iter((*large, *same)), size)

    def supported(self, output: Output) -> Output:
        """Return what this model supports of an output."""
        size = self.resolve_size(output.size)
        return Output(
            size=size if size in self.sizes else None,
            quality=output.quality if output.quality in self.qualities else None,
            n=output.n if output.n and output.n <= self.n else None,
        )

    def best_output(self, output: Output) -> Output:
        """Return the largest size of the same shape at the finest quality, one image."""
        size = output.size or self.sizes[0]
        same = [one for one in self.sizes if _ratio(one) == _ratio(size)]
        finest = self.qualities[-1] if self.qualities else None
        return Output(size=max(same or [size], key=count_pixels), quality=finest, n=1)

    def validate(self, output: Output) -> None:
        """Refuse what the model cannot draw, before anything is sent. Raise BadPrompt."""
        if output.size is not None and output.size not in self.sizes:
            names = {value: name for name, value in SIZE_NAMES.items()}
            known = join_choices([f"{s} ({_(names[s])})" if s in names else s for s in self.sizes])
            raise BadPrompt(
                problem=_("{model} doesn't have the size {size}. Choose {choices}.").format(
                    model=self.name, size=quote(output.size), choices=known
                )
            )
        if output.quality is not None and not self.qualities:
            raise BadPrompt(
                problem=_("{model} has no quality setting. Leave out {quality}.").format(
                    model=self.name, quality=quote(output.quality)
                )
            )
        if output.quality is not None and output.quality not in self.qualities:
            raise BadPrompt(
                problem=_("{model} doesn't have the quality {quality}. Choose {choices}.").format(
                    model=self.name,
                    quality=quote(output.quality),
                    choices=join_choices(self.qualities),
                )
            )
        if output.n is not None and not 1 <= output.n <= self.n:
            choices = join_choices([str(n) for n in range(1, self.n + 1)])
            raise BadPrompt(
                problem=_(
                    "{model} can draw up to {most} images at a time, not {count}. Choose n: {choices}."
                ).format(model=self.name, most=self.n, count=output.n, choices=choices)
            )


def _ratio(size: str) -> Fraction | None:
    """Return width : height of "1536x1024", or of "3:2 2K"; None: it is no such size."""
    match = re.fullmatch(r"(\d{1,5})[x:](\d{1,5})(?: \w+)?", size)
    return Fraction(int(match[1]), int(match[2])) if match and int(match[2]) else None


def count_pixels(size: str) -> int:
    """Return how many pixels a size has, or how fine it is; only to compare two of one model."""
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)
    fineness = re.search(r" (\d{1,2})[Kk]", size)
    return int(match[1]) * int(match[2]) if match else int(fineness[1]) if fineness else 0


def _tokens(size: str) -> float:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)
    if match is None:
        return _TOKENS_BY_FINENESS.get(size.partition(" ")[2], _TOKENS)
    return _TOKENS * max(1.0, int(match[1]) * int(match[2]) / 1024**2)


def parse_price(value: object) -> float | None:
    """Return a price in US dollars; None: it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        price = float(value)
    except ValueError:
        return None
    return price if 0 <= price < 1000 else None


def quote(text: str) -> str:
    """Quote what somebody wrote."""
    return _("“{text}”").format(text=text[:40])


def join_choices(words: Sequence[str]) -> str:
    """Join choices as in a sentence."""
    if len(words) == 1:
        return words[0]
    return _("{words} or {last}").format(words=_(", ").join(words[:-1]), last=words[-1])
