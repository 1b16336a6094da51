"""What did a gateway refuse in a request, and what can be left out instead? By meaning, in any words.

What to do without is a word: `stream`, `tools`, `multipart` (a form), `own` (the keys that the model put
beside its answer), `assistant` (images in the model's own messages), `modalities=…`, `-name` (a field of the
request), `small-kilobytes` (images of more bytes).
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from bot.model.answers.stored_messages import find_blobs
from bot.ports import errors
from bot.ports.lru import LRU

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.model.requests.plan import Plan

#: seconds that a fallback is remembered
_LIFETIME = 6 * 3600.0
#: models that are remembered
_MAX_MODELS = 200
#: how words are written in the key of a request; others are written out
_LETTERS = {
    "stream": "s",
    "tools": "t",
    "multipart": "m",
    "own": "r",
    "assistant": "u",
    "modalities=image": "i",
    "modalities=image,text": "b",
}


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


#: how gateways say that they cannot do what a request asks for
_CANNOT = _words(
    r"unknown|unsupported|unrecogni|unexpected|not (be |currently |yet )?(supported|permitted|allowed|available"
    r"|enabled|implemented|valid|accepted)|n[o']t (support|accept|allow|permit|understand)|no support|no endpoints"
    r"|cannot find|invalid|extra|only|forbidden|requires|expected|supported (values|combination)"
    r"|accepts the following|without"
)
#: the same of a field alone: its value is not at fault, it is not known at all
_UNKNOWN_FIELD = _words(
    r"unknown (name|param|field|arg|key|prop)|unrecogni[sz]ed|unexpected (keyword|param|field|arg|key|prop)"
    r"|unsupported (param|field|arg|key|prop)|cannot find field|no such (param|field)|additional propert"
    r"|extra (inputs?|fields?|param)|extra_forbidden"
    r"|(param|field|arg|key|propert|input)\w*( \S+)? (is |are )?(not|n't|un)\s?(support|permit|allow|recogni|known)"
    r"|not support (the )?(param|field|arg)|(is|are) (not (supported|permitted|allowed)|unsupported)"
    r"|unknown_param|unsupported_param"
)
#: where it is the value, other words of the person help
_VALUE = _words(r"\bvalues?\b")
_NAMED = {
    "stream": _words(
        r"['\"`]stream['\"`]|\bstreaming\b|\bstream (parameter|mode|is)\b|: stream\b|\bstream:"
        r"|\bstream(ed)? (responses?|requests?|output)|support stream\b|stream ?= ?true|stream_options"
        r"|\bstreams (are|is)\b"
    ),
    "tools": _words(
        r"['\"`]tools['\"`]|\btools? (use|calls?|calling|parameter|is|are)\b|: tools\b|\btools:"
        r"|support\w* (for )?(tools|function)|\bfunction[ _-]?call|\btool[_-](choice|call|use)"
        r"|\bfunction(s| declarations?)\b"
    ),
    "multipart": _words(r"multipart|application/json"),
}
_SIGNATURE = _words(r"\b(thought|thinking|reasoning)?[ _]?signatures?\b")
_BAD_SIGNATURE = _words(
    r"missing|require|must|invalid|corrupt|not valid|verif|mismatch|without|expected|decod"
)
_REASONING = _words(r"reasoning|thinking|thought")
#: what gateways say where images may be in people's messages only
_IMAGE_PLACE = _words(
    r"\b(image|picture|vision|multimodal|non-text|content (part|type|block)|input tag)\w*\b.{0,160}"
    r"\b(assistant|role|model turn|user|only|supported values|expected|does not match)\b"
    r"|\b(assistant|role|user)\b.{0,160}\b(image|picture|vision|multimodal|content (part|type|block))\w*\b"
    r"|messages'?(\[|\.|, )\s?\d+\]?.{0,20}content|\binput should be\b|(must be|valid|expected) (a )?str(ing)?\b"
    r"|contains? an invalid argument"
)
#: a refusal that says nothing
_EMPTY_REFUSAL = _words(
    r"4\d\d\s*((invalid[ _]|bad[ _])request(_error)?|provider returned error|(upstream )?error|param(eter)? error)?\W*"
)
#: what it is about besides, so that no other words of a person help
_FORMAT = _words(r"messages?[\[.]\s?\d+|\bschema\b|\bjson\b|invalid argument|\brole\b")
#: a gateway's own fault while it read the model's answer: the image may have been made
_GATEWAY_FAULT = _words(
    r"has no attribute|serializ|\b(Type|Attribute|Key|Validation|JSONDecode|Index)Error\b|validation errors? for"
    r"|NoneType|Traceback|unexpected keyword|(pars|decod|read|convert|process)\w* (the |upstream )?(response|stream|answer)"
    r"|response (pars|conver|transform|validat)|Expecting value|unmarshal|looking for beginning of value"
    r"|invalid response (object|format|body)|bad_response_body"
)
#: what gateways say of an image that has too many bytes
_LARGE = _words(
    r"(exceed|too (large|big)|maximum|larger than|limit|at most).{0,80}\d\s?([MK]i?B|bytes)\b"
    r"|\d\s?([MK]i?B|bytes)\b.{0,40}(exceed|too (large|big)|maximum|limit)"
)
_SIZES = _words(r"(\d{1,9}(?:\.\d{1,3})?)\s?(MiB|MB|KiB|KB|bytes)\b")
_UNITS = {"m": 1_000_000, "k": 1_000, "b": 1}
#: bytes of images that any gateway takes: a proxy's usual limit of a whole request is 1 MB
_DEFAULT_LIMIT = 650_000
#: bytes below which images are not made smaller
_MIN_LIMIT = 60_000


class KnownFallbacks:
    """What each model's gateway refused, remembered only once a request without it went well.

    For six hours, so that one odd answer takes nothing away for good.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: LRU[str, dict[str, float]] = LRU(_MAX_MODELS)

    def get(self, model: str) -> frozenset[str]:
        """Return what is left out of this model's requests now."""
        now = self._clock()
        return frozenset(word for word, until in self._until.get(model, {}).items() if until > now)

    def add(self, model: str, words: frozenset[str]) -> None:
        """Leave these out from now on; what is left out already does not last longer."""
        if new := words - self.get(model):
            until = self._clock() + _LIFETIME
            known = {word: self._until[model][word] for word in words - new}
            self._until[model] = {**known, **dict.fromkeys(new, until)}


def make_key_suffix(words: frozenset[str]) -> str:
    """Return what a request's key ends in: another body must have another key."""
    letters = sorted(_LETTERS[word] for word in words if word in _LETTERS)
    rest = sorted(re.sub(r"[^\w.]", "", word)[:40] for word in words if word not in _LETTERS)
    return "".join(f"-{part}" for part in ("".join(letters), *rest) if part)


def find_fallback(error: errors.ModelError, plan: Plan) -> frozenset[str]:
    """Return what to leave out beside what is left out already; empty: nothing can help."""
    message = str(error)
    refused = isinstance(error, errors.RequestRefused | errors.ImageRefused)
    if isinstance(error, errors.TooLarge) or (refused and _LARGE.search(message)):
        return _smaller_images(message, plan)
    if isinstance(error, errors.Unreachable | errors.Empty):
        return frozenset()
    if not (refused or isinstance(error, errors.UnknownModel | errors.Unavailable)):
        return frozenset()
    new = (words - plan.without for words in _candidates(error, plan))
    return next((words for words in new if words), frozenset())


def reclassify(error: errors.ModelError, plan: Plan) -> errors.ModelError:
    """Return what an error is once no fallback helps: the dialect's fault, or an unknown outcome."""
    message = str(error)
    if isinstance(error, errors.Unavailable) and _GATEWAY_FAULT.search(message):
        return errors.UnknownOutcome(f"the gateway failed, perhaps after drawing: {message}")
    if not isinstance(error, errors.RequestRefused):
        return error
    named = _CANNOT.search(message) and any(one.search(message) for one in _NAMED.values())
    dialect = named or next(_candidates(error, plan), None) or _FORMAT.search(message)
    return errors.DialectRefused(message) if dialect else error


def _candidates(error: errors.ModelError, plan: Plan) -> Iterator[frozenset[str]]:
    """Yield what a refusal may mean, the likeliest first."""
    message, field = str(error), error.facts.get("field", "")
    root = field.partition(".")[0]
    cannot = _CANNOT.search(message)
    for word, has in (("stream", plan.stream), ("tools", plan.has_tools), ("multipart", plan.form)):
        status = word == "multipart" and error.facts.get("status") == "415"
        if has and (root == word or status or (cannot and _NAMED[word].search(message))):
            yield frozenset({word})
    if "modalit" in message.lower() or root == "modalities":
        yield frozenset({_modalities(plan)})
    if plan.assistant_messages and _SIGNATURE.search(message) and _BAD_SIGNATURE.search(message):
        yield frozenset({"assistant", "tools"} if plan.has_calls else {"assistant"})
    if cannot or field:
        yield from _message_candidates(message, field, plan)
    if _UNKNOWN_FIELD.search(message) and not _VALUE.search(message):
        names = (name for name in _field_names(plan.extra) if _names_field(message, field, name))
        yield from (frozenset({f"-{name}"}) for name in names)
    if find_blobs(plan.assistant_messages) and (
        _IMAGE_PLACE.search(message) or _EMPTY_REFUSAL.fullmatch(message)
    ):
        yield frozenset({"assistant"})


def _message_candidates(message: str, field: str, plan: Plan) -> Iterator[frozenset[str]]:
    """Yield what a refusal of the model's own messages may mean."""
    for one in plan.assistant_messages:
        for key, value in one.items():
            if key in {"role", "content"} or not _names_field(message, field, key):
                continue
            if find_blobs([{"role": "", "content": value}]):
                yield frozenset({"assistant"})
            else:
                yield frozenset({"tools" if key == "tool_calls" else "own"})
        if _REASONING.search(message) and any(map(_REASONING.search, one)):
            yield frozenset({"own"})


def _modalities(plan: Plan) -> str:
    modalities = plan.extra.get("modalities")
    if not modalities:
        return "modalities=image,text"
    return "modalities=image" if len(modalities) > 1 else "-modalities"


def _field_names(extra: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a request's fields, those within another before it: `image_output.n`."""
    for name, value in extra.items():
        if isinstance(value, dict):
            yield from (f"{name}.{one}" for one in value)
        yield name


def _names_field(message: str, field: str, name: str) -> bool:
    """Return whether a refusal names a field: as its own field, or in its words."""
    last = name.rpartition(".")[2]
    if field:
        return field in {name, last} or field.endswith((f".{name}", f"]{name}"))
    if "." in name:
        return name in message
    last = re.escape(last)
    quoted = rf"['\"`\[.]{last}['\"`\]]|\b(param\w*|arg\w*|field|name|propert\w*|supplied|key)s?:?\s['\"`]?{last}\b"
    word = rf"|\b{last}\b" if "_" in name or len(name) > 7 else rf"|\b{last}:"
    return re.search(quoted + word, message) is not None


def _smaller_images(message: str, plan: Plan) -> frozenset[str]:
    """Return to how many kilobytes images are made smaller, where there are larger ones."""
    if plan.image_bytes <= _MIN_LIMIT:
        return frozenset()
    sizes = [float(size) * _UNITS[unit[0].lower()] for size, unit in _SIZES.findall(message)]
    limit = min((one for one in sizes if one >= _MIN_LIMIT), default=0.0)
    most = int(limit * 0.65) if limit else _DEFAULT_LIMIT
    if most >= plan.image_bytes:
        most = min(_DEFAULT_LIMIT, plan.image_bytes // 3)
    return frozenset({f"small-{most // 1000}"} if most >= _MIN_LIMIT // 3 else ())
