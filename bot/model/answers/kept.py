"""How is an answer stored, so that it can go back as it came? Each image as `blob:<sha256>` where it stood.

It is known again by its bytes or its address, not by the names of the keys around it: whatever shape an
image came in, it is that shape's own place that holds the mark. `#base64` behind it: it stood there
without the head of a data URL. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from bot.model.answers import markdown, parser
from bot.model.answers.data_urls import BARE, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

#: bytes of a message that is kept as it came, without its images
_MOST_KEPT = 8_000_000
#: a data URL among words
_IN_WORDS = re.compile(r"data:image/[^\s,\"'()<>]{0,100}+,[A-Za-z0-9+/=_%-]*+")
_BASE64 = re.compile(r"[A-Za-z0-9+/=_\s-]{64,}+")
#: keys whose addresses are images
_OF_IMAGES = ("image_url", "images", "image", "image.url")
#: an image that is not kept: what holds it is left out
_GONE: Any = object()


def kept(message: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give a message as it is stored: each image in `names` as `blob:<name>`, all others left out.

    `names`: by URL, as it was read. What cannot be kept as it came (too deep, too large) is kept as its
    words and its images.
    """
    known = {_payload(url): name for url, name in names.items()}
    try:
        found = {key: _value(value, key, known) for key, value in message.items()}
        found = {
            key: None if key == "content" and new is _GONE else new for key, new in found.items()
        }
        found = {"role": "assistant", **{k: new for k, new in found.items() if new is not _GONE}}
        if len(orjson.dumps(found)) <= _MOST_KEPT:
            return found
    except (TypeError, RecursionError):  # nested deeper than can be written
        pass
    return _bare(message, names)


def _value(value: Any, key: str, known: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, str):
        return _text(value, key, known)
    if isinstance(value, list):
        held = [new for one in value if (new := _value(one, key, known)) is not _GONE]
        return _GONE if value and not held else held
    if isinstance(value, dict):
        within = key if key in _OF_IMAGES else ""
        found = {
            name: _value(one, "image.url" if within and name == "url" else name, known)
            for name, one in value.items()
        }
        left = {name: one for name, one in found.items() if one is not _GONE}
        return left if len(left) == len(found) or _is_marked(left) else _GONE
    return value


def _is_marked(value: object) -> bool:
    """Tell whether a kept image stands in a value."""
    if isinstance(value, dict):
        return any(map(_is_marked, value.values()))
    if isinstance(value, list):
        return any(map(_is_marked, value))
    return isinstance(value, str) and value.startswith("blob:")


def _text(text: str, key: str, known: Mapping[str, str]) -> Any:  # noqa: ANN401 - a text, or _GONE
    """Give a text with its images as marks; _GONE: it was an image that is not kept, and nothing else."""
    if name := known.get(_payload(text)):
        addressed = text.lstrip()[:5].lower() in {"data:", "http:", "https"}
        bare = not addressed and not key.endswith("url")
        return f"blob:{name}{'#base64' if bare else ''}"
    if key == "b64_json" or (text.startswith(BARE) and _BASE64.fullmatch(text)):
        return _GONE
    if key in _OF_IMAGES and text.startswith(("http:", "https:")) and " " not in text:
        return _GONE
    if "data:image/" not in text and "http" not in text:
        return text

    def mark(url: str) -> str:
        name = known.get(_payload(url))
        return f"blob:{name}" if name else ""

    found = _IN_WORDS.sub(lambda match: mark(match[0]), markdown.replaced(text, mark))
    for url, name in known.items():
        if url.startswith("http"):
            found = found.replace(url, f"blob:{name}")
    return found if found.strip() else _GONE


def _payload(url: str) -> str:
    """Give what an image is known by: its base64 without any head, or its address."""
    url = tidy(url)
    return url[url.rfind(",", 0, 200) + 1 :] if url.startswith("data:") else url


def _bare(message: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    words = [{"type": "text", "text": text}] if (text := parser.text_of(message)) else []
    images = [
        {"type": "image_url", "image_url": {"url": f"blob:{names[url]}"}}
        for url in dict.fromkeys(parser.image_urls(message))
        if url in names
    ]
    return {"role": "assistant", "content": [*words, *images]}
