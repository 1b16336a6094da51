"""What does an export hold of a conversation: a log for people, a tree for programs, names for files? Pure."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from typing import TYPE_CHECKING

import orjson

from bot.conversation.batch_list import COLUMNS, RESULT_COLUMNS
from bot.images.inspect import EXTENSIONS
from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.money import format_money
from bot.presentation.controls import describe_control
from bot.presentation.problems import problem, public_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.conversation.conversation import Conversation
    from bot.conversation.turn import Turn
    from bot.ports.messages import Json, Output, Version

#: the shape of `tree.json`; another number where a reader must know better
FORMAT, FORMAT_VERSION = "easel-export", 1

#: what has a meaning in Markdown wherever it stands, mentions somebody, or makes a link
_MARKS = re.compile(r"[\\`*_\[\]<>|~&@$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
#: what begins a heading, a list or a rule at the beginning of a line
_BEGINS = re.compile(r"^(\d*)([#+=.)-])")
#: characters that turn the direction of writing, or cannot be seen
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
#: what a formula of a spreadsheet begins with
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: joins the parts of one emoji
_JOINER = "\u200d"


def slugify(title: str) -> str:
    """Make a part of a file's name: letters, digits and hyphens of ASCII, at most 40."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-") or "canvas"


def name_image(version: Version) -> str:
    """Name a version's file."""
    return f"images/{version.number}.{EXTENSIONS.get(version.media_type, 'bin')}"


def name_attachments(turns: Sequence[Turn]) -> dict[str, str]:
    """Name the files of pictures that people sent, by blob; none has a name that somebody gave it."""
    found: dict[str, str] = {}
    for number, turn in enumerate(turns, start=1):
        for place, file in enumerate(turn.request.attachments, start=1):
            if file.blob and file.blob not in found:
                extension = EXTENSIONS.get(file.media_type, "bin")
                found[file.blob] = f"sent/{number:04}-{place}.{extension}"
    return found


def trace_head(known: Conversation) -> list[Version]:
    """Return the versions from the root to the head."""
    found: list[Version] = []
    number = known.head
    while number is not None and number in known.versions:
        found.insert(0, known.versions[number])
        number = known.versions[number].parent
    return found


def write_tree(
    known: Conversation, turns: Sequence[Turn], files: Mapping[str, str], now: float
) -> bytes:
    """Write `tree.json`. `files`: by number or blob, the name of a file in it."""
    written: Json = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "exported": _time(now),
        "thread": {
            "id": known.id,
            "title": known.title,
            "head": known.head,
            "settings": {
                **_output(known.defaults.output),
                "model": known.defaults.model,
                "previews": known.defaults.previews,
            },
        },
        "versions": [_version(one, files) for one in known.versions.values()],
        "turns": [_turn(one, files) for one in turns],
    }
    return orjson.dumps(written, option=orjson.OPT_INDENT_2)


def write_batch(turn: Turn, files: Mapping[str, str]) -> bytes:
    """Write the list of a batch as a table, with what each row cost; spreadsheets run no cell of it.

    `files`: by a version's number, the name of its file.
    """
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow((*COLUMNS, *RESULT_COLUMNS))
    for part in turn.team.children:
        failed = part.result.failure
        words = "" if public_text(failed) else part.request.text
        versions = [one.number for one in part.result.versions]
        cells = (
            words,
            part.request.output.size,
            part.request.output.quality,
            part.request.model,
            part.request.event_id.rpartition("/")[2],
            failed.kind if failed and failed.kind is Kind.BLOCKED else part.state,
            " ".join(versions),
            " ".join(files[one] for one in versions if one in files),
            part.result.cost,
            problem(failed).message if failed else "",
        )
        table.writerow(["" if one is None else _neutralize(str(one)) for one in cells])
    return (
        b"\xef\xbb\xbf" + written.getvalue().encode()
    )  # without the mark, Excel reads other letters


def _neutralize(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _output(output: Output) -> Json:
    return {"size": output.size or None, "quality": output.quality or None, "n": output.n or None}


def _version(one: Version, files: Mapping[str, str]) -> Json:
    return {
        "number": one.number,
        "parent": one.parent,
        "turn": one.turn,
        "file": files.get(one.number),
        "type": one.media_type,
        "bytes": one.size,
        "sha256": one.blob,
        "width": one.width,
        "height": one.height,
        "alt": one.alt,
        "created": _time(one.created),
    }


def _turn(turn: Turn, files: Mapping[str, str]) -> Json:
    hidden = public_text(
        turn.result.failure
    )  # read in place of words that one person alone may see
    error = problem(turn.result.failure) if turn.result.failure else None
    return {
        "id": turn.id,
        "kind": _kind(turn),
        "person": turn.person.name,
        "text": hidden or turn.request.text,
        "action": turn.control.action.value if turn.control else None,
        "asked": _time(turn.created),
        "state": turn.state.value,
        "source": turn.request.source,
        "versions": [one.number for one in turn.result.versions],
        "model": turn.request.model or None,
        "output": _output(turn.request.output),
        "take": turn.request.variation,
        "cost": turn.result.cost,
        "about": turn.result.estimated,
        "reply": turn.result.reply,
        "error": {"kind": error.kind.value, "says": error.message, "billed": error.billed}
        if error
        else None,
        "files": [
            {"file": files.get(one.blob or ""), "name": one.name, "type": one.media_type}
            for one in turn.request.attachments
            if not one.left
        ],
    }


def _kind(turn: Turn) -> str:
    if turn.control is None:
        return "wish"
    return "talk" if turn.control.action is Action.TALK else "control"


def write_log(
    known: Conversation,
    turns: Sequence[Turn],
    files: Mapping[str, str],
    pictures: Sequence[str],
    now: float,
) -> str:
    """Write `log.md`: who asked for what, what it was made from, with which settings, at what cost.

    `files`: by a version's number, or the blob of what people sent, the name of its file. `pictures`: those that show several at once.
    """
    spent = [turn.result.cost for turn in turns if turn.result.cost is not None]
    about = any(turn.result.estimated for turn in turns if turn.result.cost is not None)
    cost = format_money(sum(spent), estimated=about) if spent else ""
    count = len(known.versions)
    lines = [
        f"# {escape_markdown(known.title) or 'A canvas'}",
        "",
        f"Exported on {_time(now)}: {count} {'picture' if count == 1 else 'pictures'}"
        + (f", {escape_markdown(cost)} in all." if cost else "."),
        "",
        *(f"![{name.partition('.')[0]}]({name})\n" for name in pictures),
    ]
    for turn in turns:
        lines += _entry(turn, files)
    return "\n".join(lines).rstrip() + "\n"


def _entry(turn: Turn, files: Mapping[str, str]) -> list[str]:
    who = f"**{escape_markdown(turn.person.name) or 'Somebody'}**, {_time(turn.created)}"
    if turn.control is not None and _kind(turn) == "control":
        said = " ".join(describe_control(turn).split()) or turn.control.action.value
        return [f"- {who}: {escape_markdown(said)}", ""]
    if _kind(turn) == "talk":
        return [f"{who}, in talk:", "", *_quoted(turn.request.text), ""]
    made = ", ".join(one.number for one in turn.result.versions)
    title = made or ("In words" if turn.result.reply else turn.state.value.capitalize())
    title += f" ← {turn.request.source}" if made and turn.request.source else ""
    lines = [
        f"## {title}",
        "",
        f"{who}:",
        "",
        *_quoted(public_text(turn.result.failure) or turn.request.text),
        "",
    ]
    lines += [
        f"![{escape_markdown(one.alt)}]({files[one.number]})\n"
        for one in turn.result.versions
        if one.number in files
    ]
    missing = [one.number for one in turn.result.versions if one.number not in files]
    lines += [f"The bytes of {number} are missing.\n" for number in missing]
    sent = [files[one.blob] for one in turn.request.attachments if one.blob and one.blob in files]
    lines += [f"Sent along: [{name}]({name})\n" for name in sent]
    if turn.result.reply:
        lines += ["The model:", "", *_quoted(turn.result.reply), ""]
    if turn.result.failure:
        lines += [escape_markdown(problem(turn.result.failure).message), ""]
    return [*lines, *_settings(turn), ""]


def _settings(turn: Turn) -> list[str]:
    several = f"{turn.request.output.n} images" if (turn.request.output.n or 1) > 1 else ""
    parts = [
        turn.request.output.size or "",
        turn.request.output.quality or "",
        several,
        f"variation {turn.request.variation}" if turn.request.variation > 1 else "",
        turn.request.model,
        format_money(turn.result.cost, estimated=turn.result.estimated),
    ]
    return [escape_markdown(" · ".join(part for part in parts if part))]


def _quoted(text: str) -> list[str]:
    return [f"> {escape_markdown(line)}".rstrip() for line in text.splitlines()] or [">"]


def escape_markdown(text: str) -> str:
    """Write text on one line of Markdown so that it means nothing but itself."""
    seen = "".join(
        one if one == _JOINER or unicodedata.category(one) not in _UNSEEN else " " for one in text
    )
    plain = _MARKS.sub(r"\\\g<0>", " ".join(seen.split()))
    return _BEGINS.sub(r"\1\\\2", plain)


def _time(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
