"""How is the other protocol answered: one-shot images and edits, without a conversation?"""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from bot.sketch import wire
from bot.sketch.answer import Answer
from bot.sketch.chat import beats, drawn
from bot.sketch.errors import wrong
from bot.sketch.misbehaviour import Faults
from bot.sketch.photo import Picture, picture_from, picture_of
from bot.sketch.request import (
    MOST_IMAGES,
    MOST_LETTERS,
    ChatRequest,
    Message,
    flag,
    model_of,
    output_of,
    parsed,
)
from bot.sketch.studio import PREVIEWS, Studio, finished, preview

MOST_PARTIALS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """A request of the Images API."""

    #: The same wish as the chat API would have it.
    chat: ChatRequest
    #: How many previews a stream shows.
    partials: int
    #: First part of the events' names.
    prefix: str


def image_request(
    data: dict[str, Any], pictures: tuple[Picture, ...], *, edit: bool
) -> ImageRequest:
    """Check the fields of a request. Raises Refusal."""
    prompt = data.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise wrong("prompt", "prompt is required: a non-empty string.", "missing_field")
    if len(prompt) > MOST_LETTERS:
        raise wrong(
            "prompt", f"prompt is longer than {MOST_LETTERS} characters.", "string_too_long"
        )
    if (
        data.get("response_format") not in {None, "b64_json"}
        if isinstance(data.get("response_format"), str | None)
        else True
    ):
        raise wrong(
            "response_format", "response_format must be b64_json: this server keeps no files."
        )
    partials = data.get("partial_images")
    if partials is not None and (
        isinstance(partials, bool)
        or not isinstance(partials, int)
        or not 0 <= partials <= MOST_PARTIALS
    ):
        raise wrong("partial_images", f"partial_images must be a number from 0 to {MOST_PARTIALS}.")
    if edit and not pictures:
        raise wrong("image", "image is required: at least one image to edit.", "missing_field")
    message = Message(role="user", texts=(prompt,), pictures=pictures)
    chat = ChatRequest(
        model=model_of(data),
        messages=(message,),
        output=output_of(data, ""),
        stream=flag(data, "stream"),
    )
    return ImageRequest(
        chat=chat, partials=partials or 0, prefix="image_edit" if edit else "image_generation"
    )


def json_request(body: bytes, *, edit: bool) -> ImageRequest:
    """Read a JSON request. Raises Refusal."""
    data = parsed(body)
    pictures: list[Picture] = []
    images = data.get("images")
    if edit and images is not None:
        if not isinstance(images, list) or len(images) > MOST_IMAGES:
            raise wrong(
                "images", f"images must be an array of at most {MOST_IMAGES}.", "invalid_type"
            )
        for index, item in enumerate(images):
            url = item.get("image_url") if isinstance(item, dict) else item
            if isinstance(url, dict):
                url = url.get("url")
            pictures.append(picture_of(url, f"images[{index}].image_url"))
    return image_request(data, tuple(pictures), edit=edit)


async def form_request(request: Request) -> ImageRequest:
    """Read a multipart request. Raises Refusal."""
    form = await request.form(max_files=MOST_IMAGES, max_fields=64, max_part_size=2_000_000)
    try:
        data = _fields(form)
        pictures = []
        for name, value in form.multi_items():
            if isinstance(value, UploadFile) and name in {"image", "image[]"}:
                pictures.append(picture_from(await value.read(), name))
        return image_request(data, tuple(pictures), edit=True)
    finally:
        await form.close()


def _fields(form: FormData) -> dict[str, Any]:
    data: dict[str, Any] = {
        name: value for name, value in form.multi_items() if isinstance(value, str)
    }
    for name in ("n", "partial_images"):
        text = data.get(name)
        if isinstance(text, str) and text.strip().isdecimal():
            data[name] = int(text.strip()[:4])
    if data.get("stream") in {"true", "false"}:
        data["stream"] = data["stream"] == "true"
    return data


def drawable(said: Answer) -> None:
    """Refuse what can't be answered with an image."""
    if not said.scenes:
        raise wrong(
            "prompt",
            said.text or "There is nothing in the prompt that can be drawn.",
            "nothing_to_draw",
        )


def usage_of(request: ImageRequest, said: Answer) -> dict[str, Any]:
    """Return the usage in the Images API's words."""
    usage = wire.usage_of(request.chat, said)
    return {
        "input_tokens": usage["prompt_tokens"],
        "output_tokens": usage["completion_tokens"],
        "total_tokens": usage["total_tokens"],
    }


async def completed(
    studio: Studio, request: ImageRequest, faults: Faults, said: Answer
) -> dict[str, Any]:
    """Return the body of an answer that isn't streamed."""
    await asyncio.sleep(faults.delay)
    images = [] if faults.empty else await drawn(studio, said, faults)
    return {
        "created": int(time.time()),
        "data": [
            {"b64_json": base64.b64encode(image).decode(), "revised_prompt": said.text}
            for image in images
        ],
        "usage": usage_of(request, said),
    }


async def streamed(
    studio: Studio, request: ImageRequest, faults: Faults, said: Answer
) -> AsyncIterator[bytes]:
    """Yield the events of an answer."""
    for index, share in enumerate(PREVIEWS[len(PREVIEWS) - request.partials :]):
        async for beat in beats(faults.delay / (request.partials + 1)):
            yield beat
        small = await studio.run(partial(preview, said.scenes[0], share))
        yield _event(request, "partial_image", small, {"partial_image_index": index})
    async for beat in beats(faults.delay / (request.partials + 1)):
        yield beat
    if faults.cut:
        return
    for scene in said.scenes:
        image = await studio.run(partial(finished, scene, said.quality))
        image = image[: len(image) // 2] if faults.broken else image
        yield _event(request, "completed", image, {"usage": usage_of(request, said)})


def _event(request: ImageRequest, name: str, image: bytes, more: dict[str, Any]) -> bytes:
    kind = f"{request.prefix}.{name}"
    output = request.chat.output
    data = {
        "type": kind, "b64_json": base64.b64encode(image).decode(), "created_at": int(time.time()),
        "size": output.size, "quality": output.quality, "output_format": "png", "background": "opaque",
    }  # fmt: skip
    return wire.event(data | more, kind)
