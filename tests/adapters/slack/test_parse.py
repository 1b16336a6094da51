"""What is read from what Slack sends? Payloads as they come over the wire, one a case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.shared.text import utf16_length
from adapters.slack import attachments, context, modals, parse
from adapters.slack.text import (
    clean,
    escape,
    find_mentions,
    read_addressees,
    read_markup,
)
from bot.ports.messages import ActionEvent, IncomingMessage, MessageChange

PAYLOADS = Path(__file__).parent / "payloads"
CONTEXT = context.BotContext(
    team="T1",
    bot="UBOT",
    profiles={"U1": context.Profile(name="Ana"), "U2": context.Profile(name="Ben")},
)


def read(body: dict[str, Any]) -> IncomingMessage | ActionEvent | MessageChange | None:
    """Read a payload of any kind."""
    if body.get("type") == "event_callback":
        return parse.parse_event(body["event"], CONTEXT)
    if "command" in body:
        return parse.parse_command(body, CONTEXT)
    if body["type"] == "block_actions":
        return parse.parse_button(body, CONTEXT)
    if body["type"] == "view_submission":
        return modals.parse_submission(body, CONTEXT)
    return parse.parse_shortcut(body, CONTEXT)


def brief(said: IncomingMessage | ActionEvent | MessageChange | None) -> str:
    """Write down all that was read."""
    if said is None:
        return "nothing"
    place = str(said.place).removeprefix("slack/T1/").replace("1700000000.0000", "·")
    if isinstance(said, MessageChange):
        return f"{said.what} {said.message_id[-2:]} in {place}: {said.text}"
    who = f"{said.person.name} in {place}"
    if isinstance(said, ActionEvent):
        about = f"{said.turn or '-'} {said.version or '-'}"
        return f"{who} presses {said.action} of {about} {dict(said.fields or {})}"
    names = ("may_start", "literal", "ignores_head", "to_others")
    flags = [name.replace("_", " ") for name in names if getattr(said, name)]
    files = [f"{one.id} {one.name}" for one in (*said.attachments, *said.opening_attachments)]
    output = [str(one) for one in (said.output.size, said.output.n) if one]
    more = " ".join((*flags, *files, *output))
    return f"{who} asks {said.message_id and said.message_id[-2:]} “{said.text}” {more}".rstrip()


EXPECTED = {
    "aside_to_somebody": "Ana in C1/·01 asks 08 “@Ben what do you think?” to others",
    "channel_join": "nothing",
    "choice_in_the_menu": "Ana in C1/·01 presses compare of turn1 v1 {}",
    "classic_bot": "nothing",
    "command": "Ana in C1 asks None “a <lighthouse> & a boat size:portrait” may start literal",
    "command_alone": "Ana in C1 presses new of - - {}",
    "command_help": "Ana in C1 presses help of - - {}",
    "command_usage": "Ana in C1 presses usage of - - {}",
    "deleted": "deleted 16 in C1/·01: ",
    "direct_message": "Ana in D1/·09 asks 09 “a boat” may start",
    "direct_message_reply": "Ana in D1/·09 asks 10 “at night” may start",
    "edited": "edited 11 in C1/·01: a big dog",
    "file_of_another_company": "Ana in C1/·01 asks 04 “and this” F3 a file",
    "form_of_a_control": "Ana in C1/·01 presses edit of turn1 v1 {'text': 'a <flag> & a dog', 'size': '1024x1536', 'n': '1'}",
    "form_of_a_photo": "Ana in C1/·01 asks None “a hat” may start literal ignores head F4 photo.png 1024x1024 2",
    "form_of_the_global_shortcut": "Ana in C1 presses new of - - {'text': 'a hat', 'size': '1024x1024', 'n': '1'}",
    "form_of_the_global_shortcut_without_a_place": "Ana in @U1 presses new of - - {'text': 'a hat', 'size': '1024x1024', 'n': '1'}",
    "global_shortcut": "Ana in  presses new of - - {}",
    "link_preview": "nothing",
    "mention_at_top_level": "Ana in C1/·07 asks 07 “a boat, https://example.com/a?b=1&c=2” may start",
    "mention_in_a_thread_as_app_mention": "Ana in C1/·01 asks 06 “give it a hat, like @Ben's” may start newest/C1/1700000000.000001/1700000000.000006 the newest picture of this thread",
    "mention_in_a_thread_as_message": "Ana in C1/·01 asks 06 “give it a hat, like @Ben's” may start newest/C1/1700000000.000001/1700000000.000006 the newest picture of this thread",
    "message_shortcut_on_a_photo": "Ana in C1/·01 presses new of - - {}",
    "message_shortcut_on_our_card": "Ana in C1/·01 presses edit of turn1 v1 {}",
    "message_shortcut_without_a_picture": "nothing",
    "other_bot": "nothing",
    "press_in_a_thread": "Ben in C1/·01 presses edit of turn1 v1 {}",
    "press_of_an_answer": "Ben in C1/·01 presses answer of turn1 - {'value': 'By day | or dusk'}",
    "press_on_a_root": "Ana in C1/·24 presses vary of turn1 v1 {}",
    "press_on_an_ephemeral": "Ana in C1/·01 presses edit of turn1 v1 {}",
    "root_deleted": "deleted 18 in C1/·18: ",
    "thread_broadcast": "Ana in C1/·01 asks 05 “also here”",
    "thread_reply": "Ben in C1/·01 asks 02 “make it <bluer> & darker, like #1”",
    "thread_reply_with_files": "Ben in C1/·01 asks 03 “use these” F1 sofa.png F2 notes.txt",
    "top_level_message": "nothing",
}


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.iterdir()))
def test_each_payload_is_read_as_it_is_meant(name: str) -> None:
    body = json.loads((PAYLOADS / f"{name}.json").read_text())
    assert brief(read(body)) == EXPECTED[name]


REPLY = {"type": "message", "channel": "C1", "ts": "2.0", "thread_ts": "1.0", "text": "bluer"}
FILE = {"id": "F1", "name": "a.png", "mimetype": "image/png"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"user": "U1", "bot_id": "B7", "app_id": "A7", "bot_profile": {"id": "B7"}}, "Ana"),
        ({"user": "UBOT7", "bot_id": "B7"}, None),
        ({"bot_id": "B7", "username": "News"}, None),
        ({"user": "USLACKBOT"}, None),
        ({"user": "USLACK"}, None),
        ({"user": "UBOT", "bot_id": "B1"}, None),
        ({"user": "U2"}, "Ben"),
    ],
)
def test_what_people_say_also_through_an_app_is_theirs(
    more: dict[str, Any], expected: str | None
) -> None:
    said = parse.parse_event({**REPLY, **more}, CONTEXT)
    assert (said.person.name if isinstance(said, IncomingMessage) else None) == expected


def test_the_pictures_of_a_forwarded_message_are_its_own() -> None:
    forwarded = {"is_share": True, "is_msg_unfurl": True, "text": "look", "files": [FILE]}
    preview = {"from_url": "https://example.com", "files": [{"id": "F9"}]}
    said = parse.parse_event({**REPLY, "user": "U1", "attachments": [forwarded, preview]}, CONTEXT)
    assert isinstance(said, IncomingMessage)
    assert [one.id for one in said.attachments] == ["F1"]


def test_all_files_of_a_message_are_named_so_that_it_can_be_said_which_are_left_out() -> None:
    six = [{**FILE, "id": f"F{number}"} for number in range(6)]
    said = parse.parse_event({**REPLY, "user": "U1", "files": six}, CONTEXT)
    assert isinstance(said, IncomingMessage)
    assert len(said.attachments) == 6


URL = "https://img.example.com/cat.png"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({"files": [FILE]}, ["F1"]),
        ({"blocks": [{"type": "image", "slack_file": {"id": "F2"}}]}, ["F2"]),
        ({"blocks": [{"type": "image", "slack_file": {"url": URL}}]}, [URL]),
        ({"blocks": [{"type": "image", "image_url": URL, "alt_text": "a cat"}]}, [URL]),
        (
            {"blocks": [{"type": "section", "accessory": {"type": "image", "image_url": URL}}]},
            [URL],
        ),
        ({"attachments": [{"image_url": URL, "from_url": "https://example.com/"}]}, [URL]),
        ({"attachments": [{"blocks": [{"type": "image", "image_url": URL}]}]}, [URL]),
        (
            {
                "attachments": [
                    {
                        "message_blocks": [
                            {"message": {"blocks": [{"type": "image", "image_url": URL}]}}
                        ]
                    }
                ]
            },
            [URL],
        ),
        ({"attachments": [{"is_share": True, "files": [FILE]}]}, ["F1"]),
        ({"attachments": [{"title": "A page"}], "blocks": [{"type": "divider"}]}, []),
    ],
)
def test_pictures_of_any_message_can_be_edited_whoever_shows_them_and_how(
    shown: dict[str, Any], expected: list[str]
) -> None:
    assert [one.id for one in attachments.find_pictures(shown)] == expected


@given(st.text(), st.integers(min_value=2, max_value=300))
def test_words_are_escaped_whole_and_short_enough_whatever_they_are(text: str, most: int) -> None:
    written = escape(text, most)
    assert utf16_length(written) <= most
    assert not set("<>") & set(written)
    assert not find_mentions(written)
    known = ("&amp;", "&lt;", "&gt;")
    assert all(written[at:].startswith(known) for at, letter in enumerate(written) if letter == "&")


@given(st.text())
def test_what_was_escaped_is_read_as_it_was_meant(text: str) -> None:
    plain = clean(text, 500)
    assert read_markup(escape(plain, 5000), "UBOT", {}) == plain


@given(st.text(alphabet="<>@!#|^&;UC1ab lt"))
def test_any_markup_can_be_read(text: str) -> None:
    assert isinstance(read_markup(text, "UBOT", {}), str)
    assert all(isinstance(one, bool) for one in read_addressees(text, "UBOT"))
