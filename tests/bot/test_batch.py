"""Which pictures does a list ask for, and what is said of a list that cannot be drawn?"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.batch_list import (
    complete_rows,
    find_lines,
    is_list,
    parse_file,
    parse_lines,
)
from bot.export.contents import _neutralize
from bot.model.catalog.catalog import Catalog
from bot.ports.errors import BadPrompt
from bot.ports.limits import MAX_BATCH
from bot.ports.messages import Output

if TYPE_CHECKING:
    from bot.conversation.turn import BatchRow

Row = tuple[int, str, str | None, str | None, str | None]
TWO: list[Row] = [
    (2, "a fox", "1024x1536", "high", None),
    (3, "a cat, asleep", None, None, "gpt-image-2"),
]

#: a table as some program saves it, and the rows in it: line, prompt, size, quality, model
TABLES: dict[str, tuple[bytes, list[Row]]] = {
    "a header in another order": (
        b'quality,model,prompt,size\nhigh,,a fox,portrait\n,gpt-image-2,"a cat, asleep",\n',
        TWO,
    ),
    "as Excel saves it here": (
        "prompt;size;quality;model\r\na fox;portrait;high;\r\na cat, asleep;;;gpt-image-2\r\n".encode(
            "utf-8-sig"
        ),
        TWO,
    ),
    "with tabs, in UTF-16": (
        "Prompt\tSize\tQuality\tModel\na fox\tportrait\thigh\t\na cat, asleep\t\t\tgpt-image-2".encode(
            "utf-16"
        ),
        TWO,
    ),
    "UTF-16 without its mark": (
        "prompt\nein Fuchs".encode("utf-16-le"),
        [(2, "ein Fuchs", None, None, None)],
    ),
    "no header": (b"a fox,portrait,high\n", [(1, "a fox", "1024x1536", "high", None)]),
    "prompts alone": (
        b"a fox\n\n  a cat \n",
        [(1, "a fox", None, None, None), (3, "a cat", None, None, None)],
    ),
    "quotation marks and lines in a cell": (
        b'prompt,size\n"a sign: ""open""\nin neon",square\na cat,\n',
        [(2, 'a sign: "open"\nin neon', "1024x1024", None, None), (4, "a cat", None, None, None)],
    ),
    "a separator that is named": (
        b"sep=;\r\nprompt;size\r\na fox;square\r\n",
        [(3, "a fox", "1024x1024", None, None)],
    ),
    "empty columns and rows at the end": (
        b"prompt,size,,\na fox,,,\n,,,\n",
        [(2, "a fox", None, None, None)],
    ),
    "rows that repeat": (
        b"prompt\na fox\na cat\na fox\n",
        [(2, "a fox", None, None, None), (3, "a cat", None, None, None)],
    ),
    "a formula is a prompt like any": (b"prompt\n=1+1\n", [(2, "=1+1", None, None, None)]),
    "an export that is sent again": (
        b"prompt,size,quality,model,row,status,version,file,cost_usd,error\na fox,square,,,1,failed,,,,no\n",
        [(2, "a fox", "1024x1024", None, None)],
    ),
}

#: a table that cannot be drawn, and what is said of it
REFUSED: dict[str, tuple[bytes, str]] = {
    "a column that is misspelt": (
        b"prompt,qualty\na fox,high\n",
        "Line 1: there's no column “qualty”. Did you mean “quality”?",
    ),
    "the prompts' own column": (b"promt\na fox\n", "Did you mean “prompt”?"),
    "a column of something else": (
        b"prompt,price\na fox,3\n",
        "Line 1: there's no column “price”. A list has prompt, size, quality, model.",
    ),
    "no column of prompts": (
        b"size,quality\nsquare,high\n",
        "Line 1: the column “prompt” is missing.",
    ),
    "a column twice": (
        b"prompt,size,size\na fox,,\n",
        "Line 1: there are two columns called “size”.",
    ),
    "a comma without quotation marks": (
        b"prompt,size\na fox, asleep, in snow\n",
        "Line 2: there are more cells than columns.",
    ),
    "a quotation mark that never ends": (
        b'prompt\na fox\n"a cat\n',
        "Line 3: a quotation mark is missing",
    ),
    "a row without a prompt": (b"prompt,size\na fox,\n,square\n", "Line 3: Say what to draw"),
    "nothing in it": (b"prompt,size\n\n", "nothing to draw in this list"),
    "empty": (b"", "nothing to draw in this list"),
    "another encoding": ("prompt\nein Mädchen\n".encode("latin-1"), "Save it as “CSV UTF-8”"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "can't be read as text"),
    "too many": (
        b"prompt\n" + b"".join(b"fox %d\n" % n for n in range(51)),
        "51 prompts; a batch can have up to 50",
    ),
    "many wrong rows": (
        b"prompt,size,quality,model,n\n",
        "there's no column “n”",
    ),
}


def rows(found: tuple[BatchRow, ...]) -> list[Row]:
    return [(one.line, one.text, one.output.size, one.output.quality, one.model) for one in found]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_however_it_was_saved(name: str) -> None:
    data, expected = TABLES[name]
    assert rows(parse_file(data, "list.csv").rows) == expected


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_with_a_list_is_said_with_its_line(name: str) -> None:
    data, expected = REFUSED[name]
    with pytest.raises(BadPrompt) as refused:
        parse_file(data, "list.csv")
    assert expected in refused.value.facts["problem"]


def test_rows_that_repeat_are_counted() -> None:
    assert parse_lines("a fox\na cat\na fox\na fox").repeated == 2


def test_each_line_of_a_text_has_options_of_its_own() -> None:
    found = parse_file(
        b"a fox size:portrait quality:low\r\na cat, asleep; in snow model:gpt-image-2\r\n",
        "list.txt",
    )
    assert rows(found.rows) == [
        (1, "a fox", "1024x1536", "low", None),
        (2, "a cat, asleep; in snow", None, None, "gpt-image-2"),
    ]
    assert all(one.output.n == 1 for one in parse_lines("a fox n:2").rows)


def test_a_text_file_with_a_header_is_a_table() -> None:
    found = parse_file(b"prompt;size\na fox;square", "list.txt")
    assert rows(found.rows) == [(2, "a fox", "1024x1024", None, None)]


def test_sizes_and_models_there_are_not_are_said_together_with_their_lines() -> None:
    catalog = Catalog("gpt-4o-image")
    found = parse_file(
        b"prompt,size,model\na fox,huge,\na cat,,\na dog,,no-model\n", "list.csv"
    ).rows
    with pytest.raises(BadPrompt) as refused:
        complete_rows(found, catalog.resolve)
    problem = refused.value.facts["problem"].splitlines()
    assert problem[0].startswith("Line 2: ")
    assert problem[1].startswith("Line 4: There's no model “no-model” here.")
    assert problem[-1] == "Nothing was drawn or billed."
    complete = complete_rows(found[1:2], catalog.resolve)
    assert (complete[0].output, complete[0].price) == (
        Output(size="1024x1024", quality="medium", n=1),
        0.042,
    )


def test_of_many_wrong_lines_the_first_are_said() -> None:
    with pytest.raises(BadPrompt) as refused:
        parse_file(b"prompt,size\n" + b",square\n" * 9, "list.csv")
    assert "And 4 more lines." in refused.value.facts["problem"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("batch", ""),
        ("/batch\na fox\na cat", "a fox\na cat"),
        ("Batch:\r\n a fox", "a fox"),
        ("batch of cookies", None),
        ("a batch\nof cookies", None),
        ("batch: cookies", None),
    ],
)
def test_a_message_is_a_list_by_its_first_line(text: str, lines: str | None) -> None:
    assert find_lines(text) == lines


def test_a_file_is_a_list_by_its_name_or_type() -> None:
    assert is_list("prompts.CSV", "application/vnd.ms-excel")
    assert is_list("prompts", "text/plain; charset=utf-8")
    assert not is_list("photo.png", "image/png")


@given(
    st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=MAX_BATCH),
    st.sampled_from(",;\t"),
)
def test_what_a_program_writes_is_read_as_it_was(texts: list[str], delimiter: str) -> None:
    wanted = list(
        dict.fromkeys(text.strip() for text in texts if text.strip() and "\0" not in text)
    )
    written = io.StringIO()
    table = csv.writer(written, delimiter=delimiter)
    table.writerow(("size", "prompt"))
    table.writerows(("square", one) for one in wanted)
    try:
        data = written.getvalue().encode()
    except UnicodeEncodeError:
        return
    if wanted:
        found = parse_file(data, "list.csv").rows
        assert [" ".join(one.text.split()) for one in found] == [
            " ".join(one.split()) for one in wanted
        ]


@given(st.binary(max_size=400), st.sampled_from(["list.csv", "list.txt"]))
def test_no_bytes_do_more_than_be_refused(data: bytes, name: str) -> None:
    try:
        found = parse_file(data, name)
    except BadPrompt:
        return
    assert 0 < len(found.rows) <= MAX_BATCH


@given(st.text())
def test_a_cell_that_is_given_back_is_no_formula(text: str) -> None:
    assert _neutralize(text)[:1] not in {
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\uff1d",
        "\uff0b",
        "\uff0d",
        "\uff20",
    }
