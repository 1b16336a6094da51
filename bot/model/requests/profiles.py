"""Which dialect of the API does a gateway speak? A profile is data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.ports.messages import Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one gateway wants to be asked."""

    name: str
    #: how a model is asked that the catalogue does not know: a conversation, or the Images API
    protocol: Literal["chat", "images"] = "chat"
    #: where the image being edited goes: the assistant's own message, or the newest user message
    history_style: Literal["assistant", "user_reattach"] = "assistant"
    #: where the size goes: `image_output`, OpenRouter's `image_config`, or a flat `size`
    size_style: Literal["image_output", "image_config", "flat"] = "image_output"
    #: keys that every request carries besides
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    #: how an image is handed over: its bytes, or the address it came from while that is fresh
    image_input: Literal["data_url", "url"] = "data_url"
    #: megabytes (10^6 bytes) of a whole request
    max_request_mb: float = 20.0
    #: does it take only the last prompt, without what was said before?
    last_instruction_only: bool = False
    #: does it take `tools`?
    tools: bool = True
    #: does it stream? None: in a conversation; the Images API only where that is known
    streams: bool | None = None
    #: unfinished pictures of a stream; 0: none
    partial_images: int = 2
    #: another address and key than the installation's
    url: str | None = None
    key: str | None = field(default=None, repr=False)
    #: what every request carries besides; never logged
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: seconds, where they are not the usual ones
    timeouts: Mapping[str, float] = field(default_factory=dict)
    #: hosts whose pictures are fetched wherever they are, also by http
    trusted_hosts: tuple[str, ...] = ()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts whose pictures are fetched: those that are trusted, and the address itself."""
        own = (urlsplit(self.url).netloc,) if self.url else ()
        return (*self.trusted_hosts, *own)


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(name="spec"),
        Profile(
            name="openrouter",
            size_style="image_config",
            extra_body={"modalities": ["image", "text"], "usage": {"include": True}},
        ),
        Profile(
            name="vllm-omni",
            history_style="user_reattach",
            size_style="flat",
            last_instruction_only=True,
            tools=False,
        ),
        # self-hosted: SGLang-Diffusion, LocalAI, stable-diffusion.cpp
        Profile(name="images-api", protocol="images", tools=False),
    )
}

_SHAPES = {
    "1024x1024": "1:1",
    "1024x1536": "2:3",
    "1536x1024": "3:2",
    "2048x2048": "1:1 2K",
}


def write_output(
    profile: Profile, output: Output, protocol: Literal["chat", "images"] = "chat"
) -> dict[str, Any]:
    """Write size, quality and count as the profile, and the protocol, want them."""
    config = profile.size_style == "image_config" and protocol == "chat"
    size = (
        _SHAPES.get(output.size or "", "1:1")
        if config and ":" not in (output.size or "")
        else output.size
    )
    shape, _, fineness = (size or "").partition(" ")
    found = {"size": size, "quality": None if config else output.quality}
    if ":" in shape:
        found |= {"size": None, "aspect_ratio": shape, "image_size": fineness}
    keys: dict[str, Any] = {name: value for name, value in found.items() if value}
    if config:
        return {"image_config": keys}
    keys["n"] = output.n
    return keys if protocol == "images" or profile.size_style == "flat" else {"image_output": keys}
