"""Which part of a request did a gateway refuse, and what may be left out instead? By meaning, in any words.

`further` gives words for what to do without: `stream`, `tools`, `multipart` (a form), `own` (the keys that
the model put beside its answer), `assistant` (images in the model's own messages), `modalities=…`,
`-name` (a field of the request), `small-kilobytes` (images of more bytes). Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.model.answers.stored_messages import blobs_in
from bot.ports import errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.model.requests.plan import Plan

#: how gateways say that they cannot do what a request asks for
_CANNOT = re.compile(
    r"unknown|unsupported|unrecogni|unexpected|not (be |currently |yet )?(supported|permitted|allowed|available"
    r"|enabled|implemented|valid|accepted)|n[o']t (support|accept|allow|permit|understand)|no support|no endpoints"
    r"|cannot find|invalid|extra|only|forbidden|requires|expected|supported (values|combination)"
    r"|accepts the following|without",
    re.IGNORECASE,
)
#: the same of a field alone: its value is not at fault, it is not known at all
_UNKNOWN = re.compile(
    r"unknown (name|param|field|arg|key|prop)|unrecogni[sz]ed|unexpected (keyword|param|field|arg|key|prop)"
    r"|unsupported (param|field|arg|key|prop)|cannot find field|no such (param|field)|additional propert"
    r"|extra (inputs?|fields?|param)|extra_forbidden"
    r"|(param|field|arg|key|propert|input)\w*( \S+)? (is |are )?(not|n't|un)\s?(support|permit|allow|recogni|known)"
    r"|not support (the )?(param|field|arg)|(is|are) (not (supported|permitted|allowed)|unsupported)"
    r"|unknown_param|unsupported_param",
    re.IGNORECASE,
)
#: where it is the value, other words of the person help
_VALUE = re.compile(r"\bvalues?\b", re.IGNORECASE)
_NAMED = {
    "stream": re.compile(
        r"['\"`]stream['\"`]|\bstreaming\b|\bstream (parameter|mode|is)\b|: stream\b|\bstream:"
        r"|\bstream(ed)? (responses?|requests?|output)|support stream\b|stream ?= ?true|stream_options"
        r"|\bstreams (are|is)\b",
        re.IGNORECASE,
    ),
    "tools": re.compile(
        r"['\"`]tools['\"`]|\btools? (use|calls?|calling|parameter|is|are)\b|: tools\b|\btools:"
        r"|support\w* (for )?(tools|function)|\bfunction[ _-]?call|\btool[_-](choice|call|use)"
        r"|\bfunction(s| declarations?)\b",
        re.IGNORECASE,
    ),
    "multipart": re.compile(r"multipart|application/json", re.IGNORECASE),
}
_SIGNATURE = re.compile(r"\b(thought|thinking|reasoning)?[ _]?signatures?\b", re.IGNORECASE)
_FAULTY = re.compile(
    r"missing|require|must|invalid|corrupt|not valid|verif|mismatch|without|expected|decod",
    re.IGNORECASE,
)
_REASONING = re.compile(r"reasoning|thinking|thought", re.IGNORECASE)
#: what is said where images may be in people's messages only
_PLACE = re.compile(
    r"\b(image|picture|vision|multimodal|non-text|content (part|type|block)|input tag)\w*\b.{0,160}"
    r"\b(assistant|role|model turn|user|only|supported values|expected|does not match)\b"
    r"|\b(assistant|role|user)\b.{0,160}\b(image|picture|vision|multimodal|content (part|type|block))\w*\b"
    r"|messages'?(\[|\.|, )\s?\d+\]?.{0,20}content|\binput should be\b|(must be|valid|expected) (a )?str(ing)?\b"
    r"|contains? an invalid argument",
    re.IGNORECASE,
)
#: a refusal that says nothing
_MUTE = re.compile(
    r"4\d\d\s*((invalid[ _]|bad[ _])request(_error)?|provider returned error|(upstream )?error|param(eter)? error)?\W*",
    re.IGNORECASE,
)
#: what it is about beside that, so that no other words of a person help
_FORM = re.compile(
    r"messages?[\[.]\s?\d+|\bschema\b|\bjson\b|invalid argument|\brole\b", re.IGNORECASE
)
#: a gateway's own fault while it read what a model had answered: it may have drawn
_AFTERWARDS = re.compile(
    r"has no attribute|serializ|\b(Type|Attribute|Key|Validation|JSONDecode|Index)Error\b|validation errors? for"
    r"|NoneType|Traceback|unexpected keyword|(pars|decod|read|convert|process)\w* (the |upstream )?(response|stream|answer)"
    r"|response (pars|conver|transform|validat)|Expecting value|unmarshal|looking for beginning of value"
    r"|invalid response (object|format|body)|bad_response_body",
    re.IGNORECASE,
)
#: what is said of a picture that has too many bytes
_LARGE = re.compile(
    r"(exceed|too (large|big)|maximum|larger than|limit|at most).{0,80}\d\s?([MK]i?B|bytes)\b"
    r"|\d\s?([MK]i?B|bytes)\b.{0,40}(exceed|too (large|big)|maximum|limit)",
    re.IGNORECASE,
)
_SIZES = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s?(MiB|MB|KiB|KB|bytes)\b", re.IGNORECASE)
_UNITS = {"m": 1_000_000, "k": 1_000, "b": 1}
#: bytes of images that any gateway takes: a proxy's usual limit of a whole request is 1 MB
_USUAL = 650_000
#: bytes below which images are not made smaller
_SMALL = 60_000


def further(error: errors.ModelError, plan: Plan) -> frozenset[str]:
    """Return what to leave out beside what is left out already; empty: nothing can help."""
    refused = isinstance(error, errors.RequestRefused | errors.ImageRefused)
    if isinstance(error, errors.TooLarge) or (refused and _LARGE.search(str(error))):
        return frozenset(_smaller(str(error), plan))
    if not isinstance(
        error,
        errors.RequestRefused | errors.UnknownModel | errors.Unavailable | errors.ImageRefused,
    ):
        return frozenset()
    if isinstance(error, errors.Unreachable | errors.Empty):
        return frozenset()
    news = (words - plan.without for words in _readings(error, plan))
    return next((words for words in news if words), frozenset())


def told(error: errors.ModelError, plan: Plan) -> errors.ModelError:
    """Return an error as it is: one that no other words help, or after which it may have been drawn."""
    said = str(error)
    if isinstance(error, errors.Unavailable) and _AFTERWARDS.search(said):
        return errors.UnknownOutcome(f"the gateway failed, perhaps after drawing: {said}")
    if not isinstance(error, errors.RequestRefused):
        return error
    named = _CANNOT.search(said) and any(one.search(said) for one in _NAMED.values())
    about = named or next(_readings(error, plan), None) or _FORM.search(said)
    return errors.DialectRefused(said) if about else error


def _readings(error: errors.ModelError, plan: Plan) -> Iterator[frozenset[str]]:
    """Yield what a refusal may mean, the likeliest first."""
    said, field = str(error), error.facts.get("field", "")
    root = field.partition(".")[0]
    cannot = _CANNOT.search(said)
    for word, has in (("stream", plan.stream), ("tools", plan.tools), ("multipart", plan.form)):
        status = word == "multipart" and error.facts.get("status") == "415"
        if has and (root == word or status or (cannot and _NAMED[word].search(said))):
            yield frozenset({word})
    if "modalit" in said.lower() or root == "modalities":
        yield frozenset({_modalities(plan)})
    if plan.own and _SIGNATURE.search(said) and _FAULTY.search(said):
        yield frozenset({"assistant", "tools"} if plan.calls else {"assistant"})
    yield from _of_messages(said, field, plan)
    if _UNKNOWN.search(said) and not _VALUE.search(said):
        yield from (
            frozenset({f"-{name}"}) for name in _fields(plan.extra) if _says(said, field, name)
        )
    if plan.shown and (_PLACE.search(said) or _MUTE.fullmatch(said)):
        yield frozenset({"assistant"})


def _of_messages(said: str, field: str, plan: Plan) -> Iterator[frozenset[str]]:
    """Read a refusal of what the model itself put into its messages."""
    if not _CANNOT.search(said) and not field:
        return
    for message in plan.messages:
        if message["role"] != "assistant":
            continue
        for key, value in message.items():
            if key not in {"role", "content"} and _says(said, field, key):
                shown = bool(blobs_in([{"role": "", "content": value}]))
                yield frozenset(
                    {"assistant" if shown else "tools" if key == "tool_calls" else "own"}
                )
        if _REASONING.search(said) and any(_REASONING.search(key) for key in message):
            yield frozenset({"own"})


def _modalities(plan: Plan) -> str:
    asked = plan.extra.get("modalities")
    if not asked:
        return "modalities=image,text"
    return "modalities=image" if len(asked) > 1 else "-modalities"


def _fields(extra: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of a request's fields, those within another behind it: `image_output.n`."""
    for name, value in extra.items():
        if isinstance(value, dict):
            yield from (f"{name}.{one}" for one in value)
        yield name


def _says(said: str, field: str, name: str) -> bool:
    """Return whether a refusal names a field: as its own field, or in its words."""
    last = re.escape(name.rpartition(".")[2])
    if field:
        return (
            field == name
            or field.endswith((f".{name}", f"]{name}", f"].{name}"))
            or (field == name.rpartition(".")[2])
        )
    if "." in name:
        return name in said
    quoted = rf"['\"`\[.]{last}['\"`\]]|\b(param\w*|arg\w*|field|name|propert\w*|supplied|key)s?:?\s['\"`]?{last}\b"
    word = rf"|\b{last}\b" if "_" in name or len(name) > 7 else rf"|\b{last}:"
    return re.search(quoted + word, said) is not None


def _smaller(said: str, plan: Plan) -> Iterator[str]:
    """Yield to how many kilobytes images are to be made smaller, where there are larger ones."""
    if plan.bytes <= _SMALL:
        return
    named = [float(size) * _UNITS[unit[0].lower()] for size, unit in _SIZES.findall(said) if unit]
    limit = min((one for one in named if one >= _SMALL), default=0.0)
    most = int(limit * 0.65) if limit else _USUAL
    most = most if most < plan.bytes else min(_USUAL, plan.bytes // 3)
    if most >= _SMALL // 3:
        yield f"small-{most // 1000}"
