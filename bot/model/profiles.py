"""In which dialect does a gateway speak the API? A profile is data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.values import Output


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
    #: does it take only the last wish, without what was said before?
    last_instruction_only: bool = False
    #: does it take `tools`?
    tools: bool = True
    #: does it stream? None: in a conversation; the Images API only where that is known
    streams: bool | None = None


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

_ASPECTS = {"1024x1024": "1:1", "1024x1536": "2:3", "1536x1024": "3:2", "2048x2048": "1:1"}


def output_keys(
    profile: Profile, output: Output, protocol: Literal["chat", "images"] = "chat"
) -> dict[str, Any]:
    """Write size, quality and count as the profile, and the protocol, want them."""
    if protocol == "images":
        return {"size": output.size, "quality": output.quality, "n": output.n}
    if profile.size_style == "image_config":
        config = {"aspect_ratio": _ASPECTS.get(output.size or "", "1:1")}
        if output.size == "2048x2048":
            config["image_size"] = "2K"
        return {"image_config": config}
    if profile.size_style == "flat":
        return {"size": output.size, "quality": output.quality, "n": output.n}
    return {"image_output": {"size": output.size, "quality": output.quality, "n": output.n}}
