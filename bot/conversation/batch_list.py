"""Which pictures does a list ask for: lines of a message, a text file, or a table (CSV)? Pure.

A list is hostile until it is read: how long it is was looked at before. What cannot be drawn is said with the numbers
of its lines, several at once, so that people mend their list in one go.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from bot.conversation import commands
from bot.conversation.turn import BatchRow
from bot.ports import limits
from bot.ports.errors import BadPrompt
from bot.ports.language import _, ngettext
from bot.ports.messages import Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")

#: the columns of a table, in the order that holds where it has no header
COLUMNS = ("prompt", "size", "quality", "model")
#: those that an export adds; of a list that is sent again they are left alone
RESULT_COLUMNS = ("row", "status", "version", "file", "cost_usd", "error")
_KNOWN = {*COLUMNS, *RESULT_COLUMNS}
_DELIMITERS = ",;\t"
#: the line by which a spreadsheet says what stands between its cells
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
#: wrong lines that are said at once, and characters of what stands there
_MAX_PROBLEMS, _MAX_SHOWN = 5, 40
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: a message that is a list: "batch", and a prompt on each line below
_MESSAGE = re.compile(
    r"\s*/?batch\b[ \t]*:?[ \t]*(?:\r?\n(?P<lines>.*))?", re.IGNORECASE | re.DOTALL
)


class ParsedBatch(NamedTuple):
    """What a list asks for."""

    rows: tuple[BatchRow, ...]
    #: rows that repeat an earlier one, and are left out
    repeated: int


def find_lines(text: str) -> str | None:
    """Return the lines below the word "batch"; "": the word alone; None: the message is no list."""
    match = _MESSAGE.fullmatch(text)
    return (match["lines"] or "").strip() if match else None


def is_list(name: str, media_type: str) -> bool:
    """Return whether a file is a list, by what it says of itself."""
    is_text = media_type.split(";", maxsplit=1)[0].strip().lower() in {"text/csv", "text/plain"}
    return is_text or name.lower().endswith((".csv", ".tsv", ".txt"))


def parse_file(data: bytes, name: str) -> ParsedBatch:
    """Read a file. Raise BadPrompt."""
    text = _decode(data)
    if name.lower().endswith((".csv", ".tsv")) or _find_header(text) is not None:
        return _parse_table(text)
    return parse_lines(text)


def parse_lines(text: str) -> ParsedBatch:
    """Read a prompt from each line, with its options in its words: "a red fox size:portrait". Raise BadPrompt."""
    lines = text.splitlines()
    rows = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
    return _collect(rows, _parse_line)


def _parse_line(line: int, text: str) -> BatchRow:
    parsed = commands.parse_prompt(text)
    return BatchRow(
        line=line,
        text=commands.check_prompt(parsed.text),
        output=Output(size=parsed.output.size, quality=parsed.output.quality, n=1),
        model=parsed.model,
    )


def complete_rows(
    rows: Sequence[BatchRow],
    resolve: Callable[[str | None, Output], tuple[str, Output, float | None]],
) -> tuple[BatchRow, ...]:
    """Return rows with their model, full output and price, as `resolve` gives them. Raise BadPrompt."""

    def complete(_line: int, row: BatchRow) -> BatchRow:
        model, output, price = resolve(row.model, row.output)
        return replace(row, output=output, model=model, price=price)

    return tuple(_read_all([(row.line, row) for row in rows], complete))


def _collect(rows: Sequence[tuple[int, T]], read: Callable[[int, T], BatchRow]) -> ParsedBatch:
    """Read rows, each once. Raise BadPrompt: all that is wrong, by lines."""
    found: dict[tuple[str, Output, str | None], BatchRow] = {}
    for one in _read_all(rows, read):
        found.setdefault((one.text, one.output, one.model), one)
    if not found:
        raise BadPrompt(problem=_("There's nothing to draw in this list. Write one prompt a line."))
    if len(found) > limits.MAX_BATCH:
        raise BadPrompt(
            problem=_(
                "This list has {count} prompts; a batch can have up to {most}. Split it and send the rest after it."
            ).format(count=len(found), most=limits.MAX_BATCH)
        )
    return ParsedBatch(tuple(found.values()), len(rows) - len(found))


def _read_all(rows: Sequence[tuple[int, T]], read: Callable[[int, T], BatchRow]) -> list[BatchRow]:
    found, problems = [], []
    for line, row in rows:
        try:
            found.append(read(line, row))
        except BadPrompt as error:
            problem = _(error.facts.get("problem", ""))
            problems.append(_("Line {line}: {problem}").format(line=line, problem=problem))
    if problems:
        raise BadPrompt(problem=_say_wrong(problems))
    return found


def _say_wrong(problems: Sequence[str]) -> str:
    more = len(problems) - _MAX_PROBLEMS
    said = list(problems[:_MAX_PROBLEMS])
    if more > 0:
        text = ngettext("And one more line.", "And {count} more lines.", more)
        said.append(text.format(count=more))
    return "\n".join([*said, _("Nothing was drawn or billed.")])


def _decode(data: bytes) -> str:
    """Read a file's bytes as text, whatever program saved it. Raise BadPrompt."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    if not encoding and len(data) > 1 and 0 in data[:2]:  # UTF-16 without its mark
        encoding = "utf-16-le" if data[1] == 0 else "utf-16-be"
    try:
        text = data.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadPrompt(
            problem=_(
                "This file can't be read as text. Save it as “CSV UTF-8” or as plain text and send it again."
            )
        )
    return text


def _parse_table(text: str) -> ParsedBatch:
    """Read a table: what stands between its cells is found, its header may be missing. Raise BadPrompt."""
    separator = _SEPARATOR.match(text)
    skipped = 1 if separator else 0
    text = text[separator.end() :] if separator else text
    delimiter = separator[1] if separator else _find_delimiter(text)
    lines = list(_read_cells(text, delimiter, skipped))
    columns: tuple[str, ...] = COLUMNS
    if lines and (header := _read_header(lines[0][1])) is not None:
        columns = header
        lines = lines[1:]
    return _collect(lines, lambda line, cells: _parse_cells(line, cells, columns))


def _read_cells(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the number of its first line. Raise BadPrompt."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1 + skipped
    try:
        for cells in reader:
            clean = [cell.strip() for cell in cells]
            if any(clean):
                yield line, clean
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        problem = _("Line {line}: a quotation mark is missing or in the wrong place.")
        raise BadPrompt(problem=problem.format(line=line)) from error


def _find_header(text: str) -> str | None:
    """Return what stands between the cells of a header that names the prompts; None: there is no header."""
    first = text.partition("\n")[0]
    for delimiter in _DELIMITERS:
        cells = {_plain(cell) for cell in first.split(delimiter)}
        if "prompt" in cells and (len(cells) == 1 or cells & set(COLUMNS[1:])):
            return delimiter
    return None


def _find_delimiter(text: str) -> str:
    """Return what stands between the cells: by the header, else what each line has outside of quotation marks."""
    if (found := _find_header(text)) is not None:
        return found
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:20] if line.strip()]
    each = (one for one in "\t;" if lines and all(one in line for line in lines))
    return next(each, ",")


def _plain(cell: str) -> str:
    return cell.strip().strip('"').strip().casefold()


def _read_header(cells: Sequence[str]) -> tuple[str, ...] | None:
    """Return the columns of a header; None: it is a row already. Raise BadPrompt for a column there is not."""
    names = [_plain(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    close = [difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.75) for name in names]
    if not any(close) or any(" " in name for name in names):
        return None
    for name, found in zip(names, close, strict=True):
        if name in _KNOWN and names.count(name) == 1:
            continue
        if name in _KNOWN:
            problem = _("Line 1: there are two columns called “{name}”.").format(name=name)
        elif found:
            problem = _("Line 1: there's no column “{name}”. Did you mean “{found}”?").format(
                name=name[:_MAX_SHOWN], found=found[0]
            )
        else:
            problem = _("Line 1: there's no column “{name}”. A list has {columns}.").format(
                name=name[:_MAX_SHOWN], columns=", ".join(COLUMNS)
            )
        raise BadPrompt(problem=problem)
    if "prompt" not in names:
        raise BadPrompt(problem=_("Line 1: the column “prompt” is missing."))
    return tuple(names)


def _parse_cells(line: int, cells: Sequence[str], columns: Sequence[str]) -> BatchRow:
    if any(cells[len(columns) :]):
        raise BadPrompt(
            problem=_(
                "there are more cells than columns. Put a prompt that has a comma in quotation marks."
            )
        )
    named = dict(zip(columns, cells, strict=False))
    output = commands.make_output(named.get("size"), named.get("quality"), 1)
    return BatchRow(
        line=line,
        text=commands.check_prompt(named.get("prompt", "")),
        output=output,
        model=named.get("model") or None,
    )
