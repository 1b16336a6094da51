"""Which messages does the model get, so that it edits the right image and knows who said what?

The path from the root to the source as text, the source's own message with its image, and the new
wish last. A request at turn 200 is as large as at turn 20. Pure; images are `BlobUrl`s here and
become data URLs where the request is written (`bot.model.chat_api`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation import Question, Turn
    from bot.records import Path, Step
    from bot.values import Version

Message = dict[str, Any]

#: steps of the path that are sent in full
NEWEST = 20
#: older steps: characters a line, lines at most
_LINE, _LINES = 48, 10
#: levels of a message in which a signature is looked for
_DEEPEST = 8
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]]*\]\(blob:([0-9a-f]{64})\)")


@dataclass(frozen=True, slots=True)
class BlobUrl:
    """Stands where the data URL of a stored image goes."""

    blob: str


def messages(
    path: Path,
    turn: Turn,
    *,
    style: Literal["assistant", "user_reattach"] = "assistant",
    newest: int = NEWEST,
) -> list[Message]:
    """Build the `messages` of a request. `newest`: steps sent in full; fewer make a smaller request."""
    steps = _window(path, newest)
    older = path.steps[: len(path.steps) - len(steps)]
    named = len({step.person.id for step in path.steps} | {turn.person.id}) > 1
    found: list[Message] = []
    for number, step in enumerate(steps):
        before = _older(path, older) if number == 0 else []
        before += [f"{step.person.name}:"] if named else []
        found.append({"role": "user", "content": _content(before, [], step.text)})
        found += _assistant(path, step, style)
    before = _older(path, older) if not steps else []
    before += [f"{turn.person.name}:"] if named else []
    before += [f"Variation {turn.take} of this wish:"] if turn.take > 1 else []
    if path.asked is not None and path.asked.question is not None:
        return found + _answering(path, path.asked, path.asked.question, turn, before, style)
    found.append(
        {"role": "user", "content": _content(before, _shown(path, turn, style), turn.text)}
    )
    return found


def _shown(path: Path, turn: Turn, style: str) -> list[str]:
    """Give the images of the newest message: the source where the model wants it there, the files."""
    images = [file.blob for file in turn.attachments if file.blob]
    if style == "user_reattach" and path.source is not None:
        images.insert(0, path.source.blob)
    return images


def _answering(
    path: Path, asked: Turn, question: Question, turn: Turn, before: list[str], style: str
) -> list[Message]:
    """Say the wish again, the model's call of `ask_people` as it came, and what people answered."""
    wish = _content(before, _shown(path, asked, style), asked.text)
    plain = {"role": "assistant", "content": question.question}
    call = next((one for one in path.asking if question.call in calls_of(one)), plain)
    said = orjson.dumps({"answer": turn.text, "person": turn.person.name}).decode()
    results = [
        {"role": "tool", "tool_call_id": id_, "content": said if id_ == question.call else "{}"}
        for id_ in calls_of(call) or [question.call]
    ]
    return [{"role": "user", "content": wish}, dict(call), *results]


def calls_of(message: Mapping[str, object]) -> list[str]:
    """Give the ids of the calls that an assistant's message holds, each of which wants a result."""
    calls = message.get("tool_calls")
    found = [one for one in calls if isinstance(one, dict)] if isinstance(calls, list) else []
    return [str(one.get("id") or "") for one in found]


def instruction(path: Path, turn: Turn) -> list[Message]:
    """Build the one message for a model without conversation: the source, the files, the wish."""
    before = [f"Variation {turn.take} of this wish:"] if turn.take > 1 else []
    images = [path.source.blob] if path.source is not None else []
    images += [file.blob for file in turn.attachments if file.blob]
    return [{"role": "user", "content": _content(before, images, turn.text)}]


def _window(path: Path, newest: int) -> Sequence[Step]:
    steps = path.steps[-newest:]
    if path.source is None or any(step.version == path.source.number for step in steps):
        return steps
    source = [step for step in path.steps if step.version == path.source.number]
    return (*source, *steps[len(source) :])


def _older(path: Path, older: Sequence[Step]) -> list[str]:
    if not older and not path.left_out:
        return []
    lines = [_line(step) for step in older[-_LINES:]]
    missing = path.left_out + len(older) - len(lines)
    root = path.root if path.left_out else older[0].text
    if missing:
        lines = [
            f"- {_short(root or '')}",
            f"- ({missing - 1} more)" if missing > 1 else "",
            *lines,
        ]
    return ["Earlier wishes, the oldest first:\n" + "\n".join(line for line in lines if line)]


def _line(step: Step) -> str:
    return f"- {_short(step.text)}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LINE else text[: _LINE - 1] + "…"


def _content(before: Sequence[str], images: Sequence[str], text: str) -> str | list[Message]:
    if not before and not images:
        return text
    return [
        *({"type": "text", "text": line} for line in before),
        *(image_block(blob) for blob in images),
        {"type": "text", "text": text},
    ]


def image_block(blob: str) -> Message:
    """Make the block that shows the model a stored image."""
    return {"type": "image_url", "image_url": {"url": BlobUrl(blob)}}


def _assistant(path: Path, step: Step, style: str) -> list[Message]:
    """Give what the model answered: the source's message whole, of all others the words.

    A message that the model signed is sent as it came or not at all.
    """
    source = path.source
    if source is not None and step.version == source.number and style == "assistant":
        return [restored(path.messages, source)]
    if step.signed:
        return []
    return [{"role": "assistant", "content": step.reply or f"({step.version or 'no image'})"}]


def is_signed(value: object, depth: int = 0) -> bool:
    """Tell whether a message, or a part of it, carries a signature of the model."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, dict):
        return any(
            bool(one)
            if "signature" in str(key) or key == "reasoning_details"
            else is_signed(one, depth + 1)
            for key, one in value.items()
        )
    return isinstance(value, list) and any(is_signed(one, depth + 1) for one in value)


def restored(answers: Sequence[Mapping[str, object]], source: Version) -> Message:
    """Give the assistant's message as it came, with the image that is being edited and no other."""
    mark = f"blob:{source.blob}"
    message = next((dict(a) for a in answers if mark in _urls(a)), {"role": "assistant"})
    content = message.get("content")
    blocks: list[Any] = list(content) if isinstance(content, list) else []
    if isinstance(content, str) and (text := _MARKDOWN_IMAGE.sub("", content).strip()):
        blocks.append({"type": "text", "text": text})
    kept: list[Any] = []
    shown = False
    for block in blocks:
        url = _url(block)
        if url is None or not url.startswith("blob:"):
            kept.append(_without_images(block))
        elif url == mark and not shown:
            shown = True
            kept.append({**block, "image_url": {**block["image_url"], "url": BlobUrl(source.blob)}})
    if not shown:
        kept.append(image_block(source.blob))
    for key in ("images", "tool_calls"):  # calls would want their results behind them
        message.pop(key, None)
    return {**message, "role": "assistant", "content": [block for block in kept if block]}


def _without_images(block: object) -> object:
    """Give a text block without the Markdown that named its images; None: nothing is left."""
    if not isinstance(block, dict) or not isinstance(block.get("text"), str):
        return block
    text, found = _MARKDOWN_IMAGE.subn("", block["text"])
    if not found:
        return block
    return {**block, "text": text.strip()} if text.strip() else None


def blobs_in(messages: Sequence[Message]) -> list[str]:
    """Give the stored images that messages speak of, each once."""
    found: dict[str, None] = {}
    for message in messages:
        content = message.get("content")
        for block in content if isinstance(content, list) else ():
            image = block.get("image_url") if isinstance(block, dict) else None
            if isinstance(image, dict) and isinstance(image.get("url"), BlobUrl):
                found[image["url"].blob] = None
    return list(found)


def _url(block: object) -> str | None:
    image = block.get("image_url") if isinstance(block, dict) else None
    url = image.get("url") if isinstance(image, dict) else None
    return url if isinstance(url, str) else None


def _urls(message: Mapping[str, object]) -> set[str]:
    content, images = message.get("content"), message.get("images")
    found: set[str] = set()
    texts = [content] if isinstance(content, str) else []
    for blocks in (content, images):
        for block in blocks if isinstance(blocks, list) else ():
            found.add(_url(block) or "")
            if isinstance(block, dict) and isinstance(block.get("text"), str):
                texts.append(block["text"])
    return found | {f"blob:{blob}" for text in texts for blob in _MARKDOWN_IMAGE.findall(text)}
