"""Which messages are sent to the model, so that it edits the right image and knows who wrote what?

The path from the root to the source as text, the source's own message with its image, and the new prompt
last. A request at turn 200 is as large as at turn 20. Pure: images are `BlobUrl`s until the request is
written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from bot.conversation.kit_rules import tell_model
from bot.model.answers.stored_messages import make_image_block, restore_image

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.records import Lineage, Step
    from bot.conversation.turn import Question, Turn
    from bot.ports.kit import Kit

Message = dict[str, Any]

#: steps of the path that are sent in full
NEWEST = 20
#: older steps: characters a line, lines at most
_MAX_LINE, _MAX_LINES = 48, 10


def build_messages(path: Lineage, turn: Turn, *, newest: int = NEWEST) -> list[Message]:
    """Build the `messages` of a request. `newest`: steps sent in full; fewer make a smaller request."""
    first, *rest = _build_path(path, turn, newest)
    kit = _find_kit(path, turn)
    if kit is None:
        return [first, *rest]
    content = first["content"]
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    told = {"type": "text", "text": tell_model(kit)}
    images = [make_image_block(one) for one in _pinned_blobs(kit, path)]
    return [{**first, "content": [*images, told, *blocks]}, *rest]


def _find_kit(path: Lineage, turn: Turn) -> Kit | None:
    """Return the brand kit that a canvas was begun with, unless it was switched off since; None: none."""
    own = turn.request.kit
    if own is not None and own.is_on is False:
        return None
    return own if path.source is None else path.kit


def _pinned_blobs(kit: Kit | None, path: Lineage) -> list[str]:
    """Return a kit's pictures: with what is drawn from nothing alone, so that they cost once."""
    return [one.blob for one in kit.images] if kit is not None and path.source is None else []


def _build_path(path: Lineage, turn: Turn, newest: int) -> list[Message]:
    steps = _newest_steps(path, newest)
    older = path.steps[: len(path.steps) - len(steps)]
    named = len({step.person.id for step in path.steps} | {turn.person.id}) > 1
    found: list[Message] = []
    for number, step in enumerate(steps):
        before = _summarize(path, older) if number == 0 else []
        before += [f"{step.person.name}:"] if named else []
        found.append({"role": "user", "content": _make_content(before, [], step.text)})
        found += _answer_messages(path, step)
    before = _summarize(path, older) if not steps else []
    before += [f"{turn.person.name}:"] if named else []
    before += (
        [f"Variation {turn.request.variation} of this prompt:"]
        if turn.request.variation > 1
        else []
    )
    if path.question_turn is not None and path.question_turn.result.question is not None:
        return found + _question_messages(
            path.question_turn, path.question_turn.result.question, path, turn, before
        )
    found.append(
        {"role": "user", "content": _make_content(before, _attached_blobs(turn), turn.request.text)}
    )
    return found


def _attached_blobs(turn: Turn) -> list[str]:
    return [file.blob for file in turn.request.attachments if file.blob]


def _question_messages(
    asked: Turn, question: Question, path: Lineage, turn: Turn, before: list[str]
) -> list[Message]:
    """Repeat the prompt, the model's call of `ask_people` as it came, and what people answered."""
    prompt = _make_content(before, _attached_blobs(asked), asked.request.text)
    plain = {"role": "assistant", "content": question.question}
    call = next(
        (one for one in path.question_messages if question.call in find_call_ids(one)), plain
    )
    answer = orjson.dumps({"answer": turn.request.text, "person": turn.person.name}).decode()
    results = [
        {"role": "tool", "tool_call_id": id_, "content": answer if id_ == question.call else "{}"}
        for id_ in find_call_ids(call) or [question.call]
    ]
    return [{"role": "user", "content": prompt}, dict(call), *results]


def find_call_ids(message: Mapping[str, object]) -> list[str]:
    """Return the ids of the calls that an assistant's message holds, each of which wants a result."""
    calls = message.get("tool_calls")
    found = [one for one in calls if isinstance(one, dict)] if isinstance(calls, list) else []
    return [str(one.get("id") or "") for one in found]


def build_instruction(path: Lineage, turn: Turn) -> list[Message]:
    """Build the one message for a model without conversation: the source, the files, the prompt."""
    before = (
        [f"Variation {turn.request.variation} of this prompt:"]
        if turn.request.variation > 1
        else []
    )
    kit = _find_kit(path, turn)
    images = [path.source.blob] if path.source is not None else []
    images += [*_attached_blobs(turn), *_pinned_blobs(kit, path)]
    text = turn.request.text if kit is None else f"{turn.request.text}\n\n{tell_model(kit)}"
    return [{"role": "user", "content": _make_content(before, images, text)}]


def _newest_steps(path: Lineage, newest: int) -> Sequence[Step]:
    steps = path.steps[-newest:]
    if path.source is None or any(step.version == path.source.number for step in steps):
        return steps
    source = [step for step in path.steps if step.version == path.source.number]
    return (*source, *steps[len(source) :])


def _summarize(path: Lineage, older: Sequence[Step]) -> list[str]:
    if not older and not path.omitted:
        return []
    lines = [f"- {_shorten(step.text)}" for step in older[-_MAX_LINES:]]
    missing = path.omitted + len(older) - len(lines)
    root = path.root_prompt if path.omitted else older[0].text
    if missing:
        lines = [
            f"- {_shorten(root or '')}",
            f"- ({missing - 1} more)" if missing > 1 else "",
            *lines,
        ]
    return ["Earlier prompts, the oldest first:\n" + "\n".join(line for line in lines if line)]


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MAX_LINE else text[: _MAX_LINE - 1] + "…"


def _make_content(before: Sequence[str], images: Sequence[str], text: str) -> str | list[Message]:
    if not before and not images:
        return text
    return [
        *({"type": "text", "text": line} for line in before),
        *(make_image_block(blob) for blob in images),
        {"type": "text", "text": text},
    ]


def _answer_messages(path: Lineage, step: Step) -> list[Message]:
    """Return what the model answered: the source's message whole, of all others the words.

    A message that the model signed is sent as it came or not at all.
    """
    source = path.source
    if source is not None and step.version == source.number:
        return [restore_image(path.messages, source)]
    if step.is_signed:
        return []
    return [{"role": "assistant", "content": step.reply or f"({step.version or 'no image'})"}]
