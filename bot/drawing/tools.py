"""Which tools may the model call, and what do they do? `set_output` and `ask_people`. Pure.

The model alone never makes a picture larger, finer or more: what costs more is offered to people as a
button.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from bot.conversation.commands import make_output
from bot.conversation.turn import Question
from bot.drawing import history
from bot.model.catalog.entry import count_pixels
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
_MAX_OPTION = 75
_MAX_QUESTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of one answer's calls."""

    results: tuple[dict[str, Any], ...]
    output: Output
    #: what costs more, for people to decide; None: nothing
    offer: Output | None = None
    #: what people are asked; None: nothing, so that the model goes on at once
    question: Question | None = None


def define_tools(model: ModelEntry) -> list[dict[str, Any]]:
    """Define the tools for the API."""
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
    """Define what can be set of this model's pictures."""
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


def run_calls(calls: Sequence[ToolCall], output: Output, model: ModelEntry) -> Outcome:
    """Run the model's calls. One that makes no sense gets an error as its result."""
    results: list[dict[str, Any]] = []
    offer: Output | None = None
    question: Question | None = None
    for call in calls:
        try:
            given = _arguments(call)
            if call.name == "set_output":
                wanted = _requested_output(given, output, model)
                if is_more_expensive(wanted, output, model):
                    offer = wanted
                    content: dict[str, Any] = {
                        "ok": False,
                        "reason": "That costs more, so the people are asked. Draw as set now.",
                    }
                else:
                    output = wanted
                    content = {"ok": True}
                content |= {"size": output.size, "quality": output.quality, "n": output.n}
            elif call.name == "ask_people":
                question = _question(call, given)
                content = {"ok": True}
            else:
                content = {"error": f"there is no tool named {call.name[:60]}"}
        except BadPrompt as error:
            content = {"error": error.facts.get("problem", "that cannot be")}
        results.append(_result(call.id, content))
    return Outcome(results=tuple(results), output=output, offer=offer, question=question)


def make_call_messages(
    messages: Sequence[Mapping[str, Any]], outcome: Outcome
) -> list[dict[str, Any]]:
    """Return what is sent back: each message with calls, followed by the results of its calls."""
    found: list[dict[str, Any]] = []
    results = {one["tool_call_id"]: one for one in outcome.results}
    for message in messages:
        answered = [results[id_] for id_ in history.find_call_ids(message) if id_ in results]
        if answered:
            found += [dict(message), *answered]
    return found


def _result(call: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call, "content": orjson.dumps(content).decode()}


def is_more_expensive(wanted: Output, now: Output, model: ModelEntry) -> bool:
    """Return whether `wanted` costs more than `now`; without prices: is larger, finer or more."""
    prices = model.price(wanted), model.price(now)
    if prices[0] is not None and prices[1] is not None:
        return prices[0] > prices[1]
    return any(
        one > other for one, other in zip(_rank(wanted, model), _rank(now, model), strict=True)
    )


def _rank(output: Output, model: ModelEntry) -> tuple[int, int, int]:
    quality = model.qualities.index(output.quality) if output.quality in model.qualities else 0
    return count_pixels(output.size or ""), quality, output.n or 1


def _arguments(call: ToolCall) -> dict[str, Any]:
    try:
        given = orjson.loads(call.arguments or "{}")
    except orjson.JSONDecodeError:
        raise BadPrompt(problem="the arguments are no JSON") from None
    if not isinstance(given, dict):
        raise BadPrompt(problem="the arguments must be an object")
    return given


def _requested_output(given: dict[str, Any], now: Output, model: ModelEntry) -> Output:
    texts = {key: given.get(key) for key in ("size", "quality")}
    n = given.get("n")
    if any(value is not None and not isinstance(value, str) for value in texts.values()):
        raise BadPrompt(problem="size and quality are texts")
    if n is not None and (isinstance(n, bool) or not isinstance(n, int | str)):
        raise BadPrompt(problem="n is a number")
    given_now = make_output(texts["size"], texts["quality"], n)
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
    shown = dict.fromkeys(text[:_MAX_OPTION] for text in texts if text)
    return Question(
        call=call.id,
        question=" ".join(question.split())[:_MAX_QUESTION],
        options=tuple(shown)[: limits.MAX_OPTIONS],
    )
