"""Does an export say what is true, and can nobody write anything into it but words?"""

from __future__ import annotations

import re
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.conversation import Conversation
from bot.conversation.turn import Control, Failure
from bot.export import contents
from bot.ports.actions import Action
from bot.ports.errors import Kind
from bot.ports.messages import Attachment, Person, State
from tests.bot.test_history import turn, version

KNOWN = Conversation(
    id="c1",
    platform="web",
    workspace="local",
    title="a boat",
    head="v3",
    versions={
        "v1": version("v1"),
        "v2": replace(version("v2", "b" * 64), parent="v1"),
        "v3": replace(version("v3", "c" * 64), parent="v1"),
    },
)
FILES = {number: f"images/{number}.png" for number in KNOWN.versions}


def log(*turns: object) -> str:
    return contents.write_log(KNOWN, turns, FILES, ["contact-sheet.jpg"], 0.0)  # type: ignore[arg-type] # turns


@pytest.mark.parametrize(
    "text",
    [
        "# a heading",
        "- a list",
        "12. a list",
        "=====",
        "+ more",
        "[x](https://evil.example)",
        "![x](https://evil.example/track.png)",
        "<script>alert(1)</script> &lt;",
        "https://evil.example www.evil.example",
        "*bold* _it_ `code` ~~x~~ a|b $x$ @everyone \\*",
    ],
)
def test_what_people_write_means_nothing_but_itself(text: str) -> None:
    written = contents.escape_markdown(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written) == text
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "x", written)
    assert not re.search(r"[*_`\[\]<>|~&@$]|://|www\.|^[#+=-]|^\d+[.)]", bare), written


@given(st.text(max_size=200))
def test_no_text_is_more_than_one_line_or_turns_its_direction(text: str) -> None:
    written = contents.escape_markdown(text)
    assert not re.search("[\r\n\x00-\x1f\u202a-\u202e\u2066-\u2069]", written)
    assert len(written.splitlines()) <= 1
    assert not re.search(r"(?<!\\)(?:\\\\)*[<\[`]", written)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A Lighthouse, at dusk!", "a-lighthouse-at-dusk"),
        ("../../etc/passwd", "etc-passwd"),
        ("Größe: Ünïcode", "groe-unicode"),
        ("🙂🙂", "canvas"),
        ("", "canvas"),
        ("x" * 300, "x" * 40),
        ("a\r\nSet-Cookie: x", "a-set-cookie-x"),
    ],
)
def test_a_files_name_is_safe_whatever_the_title(title: str, name: str) -> None:
    assert contents.slugify(title) == name


def test_no_file_has_a_name_that_somebody_gave_it() -> None:
    file = Attachment(id="1", name="../../x.php", media_type="image/png", blob="d" * 64)
    again = replace(file, id="2", name="same.png")
    odd = replace(file, media_type="text/html", blob="e" * 64)
    asked = [turn("one"), turn("two", attachments=(file, again, odd))]
    assert contents.name_attachments(asked) == {
        "d" * 64: "sent/0002-1.png",
        "e" * 64: "sent/0002-3.bin",
    }


def test_the_log_tells_who_asked_what_from_what_and_what_it_cost() -> None:
    made = turn(
        "paint it *red*\n# now",
        person=Person(id="U1", name="Ana <b>"),
        state=State.POSTED,
        versions=(KNOWN.versions["v2"],),
        source="v1",
        cost=0.042,
        estimated=True,
        reply="Here.",
    )
    text = log(made)
    assert text.startswith(
        "# a boat\n\nExported on 1970-01-01 00:00:00Z: 3 pictures, about \\$0.042"
    )
    assert "## v2 ← v1\n\n**Ana \\<b\\>**" in text
    assert "> paint it \\*red\\*\n> \\# now\n" in text
    assert "](images/v2.png)" in text
    assert "> Here." in text
    assert "about \\$0.042" in text.rpartition("Here.")[2]


def test_words_that_were_whispered_are_in_no_export() -> None:
    blocked = turn(
        "something unspeakable",
        state=State.REFUSED,
        failure=Failure(kind=Kind.BLOCKED, code="blocked", billed=False),
    )
    text = log(blocked) + contents.write_tree(KNOWN, [blocked], FILES, 0.0).decode()
    assert "unspeakable" not in text
    assert text.count("A prompt was blocked by the image model's safety system") == 2


def test_controls_and_talk_are_lines_of_the_log() -> None:
    undo = turn("undo", control=Control(action=Action.UNDO), state=State.POSTED, source="v1")
    talk = turn("what about blue?", control=Control(action=Action.TALK), state=State.POSTED)
    text = log(undo, talk)
    assert "Undone. Replies now edit v1." in text
    assert "> what about blue?" in text


def test_the_tree_is_versioned_and_names_every_file() -> None:
    made = turn("a boat", state=State.POSTED, versions=(KNOWN.versions["v1"],), cost=0.0)
    found = orjson.loads(contents.write_tree(KNOWN, [made], {"v1": "images/v1.png"}, 0.0))
    assert (found["format"], found["version"]) == ("easel-export", 1)
    assert [(one["number"], one["parent"], one["file"]) for one in found["versions"]] == [
        ("v1", None, "images/v1.png"),
        ("v2", "v1", None),
        ("v3", "v1", None),
    ]
    assert found["thread"]["head"] == "v3"
    [asked] = found["turns"]
    assert (asked["kind"], asked["versions"], asked["cost"]) == ("wish", ["v1"], 0.0)


def test_the_path_to_the_head_leaves_other_branches_out() -> None:
    assert [one.number for one in contents.trace_head(KNOWN)] == ["v1", "v3"]
    assert contents.trace_head(replace(KNOWN, head=None)) == []
