"""What does the model answer: a picture with a sentence, a question, a tool call or plain text?"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

import orjson

from bot.sketch import ideas
from bot.sketch.compose import HEAVENLY, Result, another
from bot.sketch.edit import apply, drawn
from bot.sketch.faults import SWITCH
from bot.sketch.grammar import Step, steps_of
from bot.sketch.photo import Picture
from bot.sketch.request import ChatRequest, Message
from bot.sketch.scene import Output, Quality, Scene, seed_of
from bot.sketch.tell import changes, describe, missing
from bot.sketch.things import pattern, rows
from bot.sketch.words import SENTENCES, language_of, lexicon, look_up, say

QUESTION_MARKS: Final = ("?", "\uff1f")  #: What a question ends with, in every language.
MOST_QUOTED: Final = 120  #: So much of a prompt that wasn't understood is said again.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function that the model wants to be called."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is to be sent, before anything is drawn."""

    text: str
    scenes: tuple[Scene, ...] = ()
    quality: Quality = "medium"
    calls: tuple[Call, ...] = ()


@dataclass(slots=True)
class Past:
    """The conversation up to the prompt, as far as it matters."""

    scene: Scene | None = None  #: The newest scene that was passed in.
    photos: list[Picture] = field(default_factory=list)  #: Photos to draw on, the newest last.
    first: bool = True  #: It was not yet said what this is.
    variation: int = 0  #: Which variation of the prompt this is; 0: the first.
    #: Our own question that the prompt may answer, and the prompt that it was about.
    question: str = ""
    pending: str = ""
    #: Results of the tools that were called since the prompt.
    results: dict[str, str] = field(default_factory=dict)


def _past_of(request: ChatRequest) -> Past:
    messages = request.messages
    last = max(index for index, message in enumerate(messages) if message.role == "user")
    said = " ".join(t for m in messages[:last] if m.role == "assistant" for t in m.texts)
    past = Past(first=not any(who in said for who in SENTENCES["who"]))
    pictures = [picture for message in messages for picture in message.pictures]
    past.scene = next((p.scene for p in reversed(pictures) if p.scene is not None), None)
    past.photos = [p for p in messages[last].pictures if p.scene is None]
    if not past.photos and past.scene is None:
        past.photos = [p for p in pictures if p.scene is None][-1:]
    for text in messages[last].texts[:-1]:
        if found := pattern("variation").match(text):
            past.variation = max(0, int(found[1]) - 1)
    _read_question(past, messages[:last])
    waiting: list[str] = []
    for message in messages[last + 1 :]:
        if message.role == "assistant":
            waiting = list(message.calls)
        elif message.role == "tool" and waiting:
            past.results[waiting.pop(0)] = " ".join(message.texts)
    return past


def _read_question(past: Past, before: tuple[Message, ...]) -> None:
    text = " ".join(before[-1].texts).strip() if before and before[-1].role == "assistant" else ""
    if text.endswith(QUESTION_MARKS):
        past.question = text
        asked = next((m for m in reversed(before[:-1]) if m.role == "user"), None)
        past.pending = asked.texts[-1].strip() if asked and asked.texts else ""


def reply_to(request: ChatRequest, *, text_only: bool = False) -> Reply:
    """Return the answer to a request."""
    past = _past_of(request)
    prompt = _UNPRINTABLE.sub(" ", SWITCH.sub(" ", request.prompt)).strip()
    if (topic := ideas.asked_for(prompt)) is not None:
        return Reply(text=ideas.listed(*topic))
    language = language_of(prompt)
    if text_only:
        return _text(past, language, say("text", language))
    settled = _settled(past, prompt, language)
    if isinstance(settled, Reply):
        return settled
    found, rest = _output_words(settled)
    left = pattern("as it is").sub("", rest).replace("draw", "")
    as_it_is = bool(found or rest) and not re.search(r"\w", left)
    changed = {k: v for k, v in found.items() if getattr(request.output, k) != v}
    if changed and "set_output" in request.tools and "set_output" not in past.results:
        return _call("set_output", changed)
    free = {k: v for k, v in found.items() if k not in request.output.named}
    output = replace(request.output, **free)
    if as_it_is and past.scene is not None:
        scene = replace(past.scene, size=output.size)
        return Reply(text=describe(scene, language), scenes=(scene,), quality=output.quality)
    decided = _undecided(request, past, rest)
    return decided if isinstance(decided, Reply) else _draw(request, past, decided, output)


def _text(past: Past, language: str, *parts: str) -> Reply:
    """Say something; once in a conversation also what this is. A question comes last."""
    *first, last = [part for part in parts if part] or [""]
    who = say("who", language) if past.first else ""
    order = (*first, who, last) if last.endswith(QUESTION_MARKS) else (*first, last, who)
    return Reply(text=" ".join(part for part in order if part))


def _call(name: str, arguments: dict[str, Any]) -> Reply:
    packed = orjson.dumps(arguments).decode()
    call = Call(id=f"call_{seed_of(name, packed):012x}", name=name, arguments=packed)
    return Reply(text="", calls=(call,))


def _answered(past: Past, name: str) -> str | None:
    """Return what people answered to a tool's question: JSON with `answer`, or plain text."""
    text = past.results.get(name)
    try:
        data: Any = orjson.loads(text) if text is not None else None
    except orjson.JSONDecodeError:
        return text
    if not isinstance(data, dict):
        return text
    keys = ("answer", "choice", "option", "result", "text")
    return str(next((data[key] for key in keys if data.get(key)), ""))


def _settled(past: Past, prompt: str, language: str) -> Reply | str:
    if not past.question or not past.pending:
        return prompt
    asked_in = language_of(past.pending)
    unknown, nearest = _nearest(past.pending, asked_in)
    offered = nearest and say("offer", asked_in, nearest) in past.question
    if offered and pattern("yes").match(prompt):
        return re.sub(re.escape(unknown), nearest, past.pending, flags=re.IGNORECASE)
    if offered and pattern("no").match(prompt):
        return Reply(text=say("kept", language))
    if (choice := _choice_in(past.pending)) is not None:
        return past.pending[: choice.start()] + prompt + past.pending[choice.end() :]
    return prompt


@cache
def _output_table() -> tuple[tuple[str, Any, re.Pattern[str]], ...]:
    lead = r"(?:\b(?:make|draw) (?:it|this) )?\b(?:in |as |at )?(?:an? |the )?\b"
    found = []
    for name, rest in rows("output.txt"):
        value, _, words = rest.partition(" ¦ ")
        pattern = re.compile(rf"{lead}(?:{words})\b", re.IGNORECASE)
        found.append((name, int(value) if name == "n" else value, pattern))
    return tuple(found)


def _output_words(prompt: str) -> tuple[dict[str, Any], str]:
    found: dict[str, Any] = {}
    for name, value, said in _output_table():
        if name not in found and said.search(prompt):
            found[name], prompt = value, said.sub(" ", prompt, count=1).strip(" ,.;")
    return found, prompt


def _choice_in(prompt: str) -> re.Match[str] | None:
    """Return the open question of a prompt, "a dog or a cat?", where both options are understood."""
    found = pattern("choice").search(prompt) if pattern("undecided").search(prompt) else None
    if found is None:
        return None
    language = language_of(prompt)
    last = [re.findall(r"\w+", found[one].casefold())[-1:] for one in ("one", "two")]
    ends = [look_up(" ".join(word), language) for word in last]
    return found if all(end and end.kind not in {"stop", "it", "verb"} for end in ends) else None


def _undecided(request: ChatRequest, past: Past, prompt: str) -> Reply | str:
    choice = _choice_in(prompt)
    if choice is None:
        return prompt
    one, two = pattern("article").sub("", choice["one"]), choice["two"].strip()
    if (said := _answered(past, "ask_people")) is not None:
        return f"{prompt[: choice.end('one') - len(one)]}{said or one}"
    question = f"{one[0].upper()}{one[1:]} or {two}?"
    if "ask_people" in request.tools:
        return _call("ask_people", {"question": question, "options": [one, two]})
    return _text(past, language_of(prompt), question)


def _nearest(prompt: str, language: str) -> tuple[str, str]:
    names = [word for word, (kind, _) in lexicon(language).items() if kind == "thing"]
    for word in (word for step in steps_of(prompt)[1] for word in step.unknown):
        near = difflib.get_close_matches(word, names, n=5, cutoff=0.72)
        ends = word[:1] + word[-1:]
        if near and len(word) > 3:
            return word, max(near, key=lambda name: (name[0] + name[-1] == ends, len(name)))
    return "", ""


def _draw(request: ChatRequest, past: Past, prompt: str, output: Output) -> Reply:
    language, steps = steps_of(prompt)
    unknown, nearest = _nearest(prompt, language)
    answered = _answered(past, "ask_people")
    if nearest and nearest in (answered or "").lower():
        prompt = re.sub(re.escape(unknown), nearest, prompt, flags=re.IGNORECASE)
        steps, nearest = steps_of(prompt)[1], ""
    does = {step.do for step in steps}
    if "help" in does or does == {"hello"}:
        greeting = say("hello", language) if "hello" in does else ""
        return _text(past, language, greeting, say("help", language))
    if past.scene is None and does == {"again"}:
        steps = steps_of(ideas.listed(1, f"{prompt} {past.variation}").removeprefix("1. "))[1]
    offer = say("offer", language, nearest) if nearest else ""
    lost = _lost(steps, language)
    results = [_result(past, steps, prompt, output, turn) for turn in range(output.n)]
    first = results[0]
    if not first.done and not first.fresh:
        if "restart" in does:
            return _text(past, language, say("blank", language))
        if nearest and "ask_people" in request.tools and answered is None:
            options = [nearest, say("leave", language)]
            return _call("ask_people", {"question": f"{lost} {offer}", "options": options})
        sorry = say("unsure", language, " ".join(prompt.split())[:MOST_QUOTED])
        sorry = sorry if past.scene else lost or say("nothing", language)
        answer = missing(first, language) or f"{sorry} {say('help', language)}"
        return _text(past, language, answer, offer)
    told = [describe(first.scene, language), *changes(first, language), missing(first, language)]
    text = _text(past, language, *told, lost, offer if lost else "").text
    return Reply(text=text, scenes=tuple(r.scene for r in results), quality=output.quality)


def _lost(steps: Sequence[Step], language: str) -> str:
    words = "”, “".join(dict.fromkeys([w for step in steps for w in step.unknown][:4]))
    return say("unknown", language, words) if words else ""


def _result(past: Past, steps: tuple[Step, ...], prompt: str, output: Output, turn: int) -> Result:
    """Return what becomes of the scene; neither fresh nor with anything done: nothing to draw."""
    take = past.variation * output.n + turn
    photo = past.photos[-1] if past.photos else None
    if past.scene is None or _is_new(steps):
        rest = [s for s in steps if s.nouns or s.stage or s.text or s.colour]
        if not photo and all(s.do == "remove" or not (s.nouns or s.stage or s.text) for s in rest):
            return Result(scene=Scene(seed=0))
        kept = photo.kept if photo and past.scene is None else None
        seed = seed_of("scene", " ".join(prompt.lower().split()), take)
        empty = Scene(seed=seed, size=output.size, photo=kept)
        return drawn(rest, empty, take, language_of(prompt))
    result = Result(scene=replace(past.scene, size=output.size), variation=take)
    for step in steps:
        apply(result, step)
    if photo:  # it becomes the background
        things = tuple(thing for thing in result.scene.things if thing.kind not in HEAVENLY)
        result.scene = replace(result.scene, photo=photo.kept, things=things)
        result.did("photo", "")
    again = any(step.do == "again" for step in steps)
    if again or (take and result.done and not photo):
        result.scene = another(result.scene, take + 1)
        result.fresh = again
    return result


def _is_new(steps: tuple[Step, ...]) -> bool:
    """Tell whether it describes a whole new picture: a thing and its place, no word of a change."""
    if any(step.do == "restart" for step in steps):
        return True
    nouns = [noun for step in steps for noun in step.nouns]
    things = any(not noun.is_surface and noun.name not in {"it", "all"} for noun in nouns)
    placed = any(name == "place" for step in steps for name, _ in step.stage)
    known = any(noun.definite for noun in nouns)
    return things and placed and not known and all(step.do == "add" for step in steps)
