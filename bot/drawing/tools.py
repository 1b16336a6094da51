"""What may the model call, and what comes of it? `set_output` and `ask_people`. Pure.

A bigger, better or further picture is never taken on the model's word: what costs more is offered to the
people as a button.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from bot.conversation.commands import output_of
from bot.conversation.conversation import Question
from bot.drawing import history
from bot.model.catalog.entry import pixels
from bot.ports import limits
from bot.ports.errors import BadPrompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model.answers.parser import ToolCall
    from bot.model.catalog.entry import ModelEntry
    from bot.ports.messages import Output

#: requests of one turn, the first included
ROUNDS = 4
#: options that a question may have, and characters of each
_LONGEST_OPTION = 75
_LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the calls of one answer come to."""

    #: a tool message for each call, in order
    results: tuple[dict[str, Any], ...]
    #: with what the next request draws
    output: Output
    #: what costs more, for people to decide; None: nothing
    offer: Output | None = None
    #: what people are asked; None: nothing, so that the model goes on at once
    question: Question | None = None


def definitions(model: ModelEntry) -> list[dict[str, Any]]:
    """Describe the tools, as the API wants them."""
    return [
        _function(
            "set_output",
            "Set size, quality or number of the images, when the people ask for it in words: "
            "“make it landscape”, “in high quality”, “two versions”.",
            _settings(model),
            [],
        ),
        _function(
            "ask_people",
            "Ask the people in the thread, when their prompt leaves open what matters.",
            {
                "question": {"type": "string"},
                "options": {
                    "type": "array",
                    "items": {"type": "string"},
                    "maxItems": limits.MAX_OPTIONS,
                },
            },
            ["question", "options"],
        ),
    ]


def _settings(model: ModelEntry) -> dict[str, Any]:
    """Describe what can be set of this model's pictures."""
    found: dict[str, Any] = {"size": {"type": "string", "enum": list(model.sizes)}}
    if model.qualities:
        found["quality"] = {"type": "string", "enum": list(model.qualities)}
    if model.n > 1:
        found["n"] = {"type": "integer", "minimum": 1, "maximum": model.n}
    return found


def _function(
    name: str, description: str, properties: dict[str, Any], required: list[str]
) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {"type": "object", "properties": properties, "required": required},
        },
    }


def run(calls: Sequence[ToolCall], output: Output, model: ModelEntry) -> Outcome:
    """Do what the model calls. A call that makes no sense gets an error as its result."""
    results: list[dict[str, Any]] = []
    offer: Output | None = None
    question: Question | None = None
    for call in calls:
        try:
            given = _arguments(call)
            if call.name == "set_output":
                wanted = _wanted(given, output, model)
                if dearer(wanted, output, model):
                    offer = wanted
                    said: dict[str, Any] = {
                        "ok": False,
                        "reason": "That costs more, so the people are asked. Draw as set now.",
                    }
                else:
                    output = wanted
                    said = {"ok": True}
                said |= {"size": output.size, "quality": output.quality, "n": output.n}
            elif call.name == "ask_people":
                question = _question(call, given)
                said = {"ok": True}
            else:
                said = {"error": f"there is no tool named {call.name[:60]}"}
        except BadPrompt as error:
            said = {"error": error.facts.get("problem", "that cannot be")}
        results.append(result(call.id, said))
    return Outcome(results=tuple(results), output=output, offer=offer, question=question)


def exchanged(messages: Sequence[Mapping[str, Any]], outcome: Outcome) -> list[dict[str, Any]]:
    """Return what goes back: each message that calls, and behind it the results of its own calls."""
    found: list[dict[str, Any]] = []
    results = {one["tool_call_id"]: one for one in outcome.results}
    for message in messages:
        answered = [results[id_] for id_ in history.calls_of(message) if id_ in results]
        if answered:
            found += [dict(message), *answered]
    return found


def result(call: str, said: dict[str, Any]) -> dict[str, Any]:
    """Make the message that answers a call."""
    return {"role": "tool", "tool_call_id": call, "content": orjson.dumps(said).decode()}


def dearer(wanted: Output, now: Output, model: ModelEntry) -> bool:
    """Return whether `wanted` costs more than `now`; where no price is known, larger and finer does."""
    prices = model.price(wanted), model.price(now)
    if prices[0] is not None and prices[1] is not None:
        return prices[0] > prices[1]
    return any(
        one > other for one, other in zip(_rank(wanted, model), _rank(now, model), strict=True)
    )


def _rank(output: Output, model: ModelEntry) -> tuple[int, int, int]:
    quality = model.qualities.index(output.quality) if output.quality in model.qualities else 0
    return pixels(output.size or ""), quality, output.n or 1


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        given = orjson.loads(call.arguments or "{}")
    except orjson.JSONDecodeError:
        raise BadPrompt(problem="the arguments are no JSON") from None
    if not isinstance(given, dict):
        raise BadPrompt(problem="the arguments must be an object")
    return given


def _wanted(given: dict[str, Any], now: Output, model: ModelEntry) -> Output:
    texts = {key: given.get(key) for key in ("size", "quality")}
    n = given.get("n")
    if any(value is not None and not isinstance(value, str) for value in texts.values()):
        raise BadPrompt(problem="size and quality are texts")
    if n is not None and (isinstance(n, bool) or not isinstance(n, int | str)):
        raise BadPrompt(problem="n is a number")
    given_now = output_of(texts["size"], texts["quality"], n)
    wanted = replace(given_now, size=model.resolve_size(given_now.size)).over(now)
    model.validate(wanted)
    return wanted


def _question(call: ToolCall, given: dict[str, Any]) -> Question:
    question, options = given.get("question"), given.get("options")
    if not isinstance(question, str) or not question.strip():
        raise BadPrompt(problem="question must be a text")
    texts = (
        [one.strip() for one in options if isinstance(one, str)]
        if isinstance(options, list)
        else []
    )
    shown = dict.fromkeys(text[:_LONGEST_OPTION] for text in texts if text)
    return Question(
        call=call.id,
        question=" ".join(question.split())[:_LONGEST_QUESTION],
        options=tuple(shown)[: limits.MAX_OPTIONS],
    )
