"""Does any answer whatever end in a known kind, in no more time than its length?"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, Literal

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.records import Lineage
from bot.conversation.turn import Question
from bot.drawing import history, tools
from bot.model.answers import data_urls, parser, stored_messages
from bot.model.answers.stored_messages import replace_images
from bot.model.answers.stream import StreamReader
from bot.model.catalog.entry import ModelEntry
from bot.model.requests import bodies, plan
from bot.ports import errors
from tests.bot.test_history import step, turn, version

pytestmark = pytest.mark.integration  # it reads megabytes


def test_what_is_nested_too_deep_to_be_written_is_kept_as_its_words() -> None:
    deep: Any = "x"
    for _ in range(600):
        deep = {"a": deep}
    message = {"content": [{"type": "text", "text": "Here."}], "more": deep}
    assert replace_images(message, {}) == {
        "role": "assistant",
        "content": [{"type": "text", "text": "Here."}],
    }


HOSTILE = [
    "![" * 500_000,
    "![a](" * 300_000,
    "![a](data:image/png;base64," + "A" * 1_500_000,
    "![a](https://x" * 100_000,
    "![a](https://x/" + "(" * 1_000_000,
    ("![a](data:," + "A" * 80) * 15_000,
    "![a](https://x/y.png)\n" + "\n \t" * 400_000,
    "![a](https://x/y.png)\n" + "[a\n" * 400_000,
    "![a](https://x/y.png)\n" + "\n[a](https://x" * 100_000,
    "\n>" * 500_000 + "![a](https://x/y.png)",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    """A million characters: what looks at each of them again and again would take hours."""
    started = time.process_time()
    body = {"choices": [{"message": {"content": text}}]}
    with suppress(errors.ModelError):
        parsed = parser.parse(body)
        replace_images(parsed.messages[0], {})
    assert time.process_time() - started < 2


def test_a_long_stream_of_small_pieces_takes_no_longer_than_its_length() -> None:
    reader = StreamReader()
    started = time.process_time()
    piece = "iVBOR" * 20
    calls = [{"index": 0, "function": {"arguments": piece}}]
    delta = {"content": piece, "reasoning": piece, "reasoning_details": [7], "tool_calls": calls}
    event = orjson.dumps({"choices": [{"delta": delta}]}).decode()
    for _ in range(20_000):
        reader.feed(event)
    reader.feed("[DONE]")
    assert len(reader.answer().messages[0]["content"]) == 20_000 * len(piece)
    assert time.process_time() - started < 3


def test_a_stream_that_never_ends_is_given_up() -> None:
    reader = StreamReader()
    for _ in range(100_000):
        reader.feed("")
    with pytest.raises(errors.UnknownOutcome, match="without end"):
        reader.feed("")


#: the keys that mean something on this wire
KEYS = [
    "choices",
    "message",
    "delta",
    "content",
    "images",
    "error",
    "data",
    "type",
    "image_url",
    "url",
    "b64_json",
    "finish_reason",
    "tool_calls",
    "function",
    "name",
    "arguments",
    "id",
    "usage",
    "index",
    "text",
    "code",
    "metadata",
    "partial",
    "partial_image_index",
    "role",
    "refusal",
    "cost",
]
LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
JSON = st.recursive(
    LEAVES | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=25,
)
MANY = settings(max_examples=100, deadline=None)


@MANY
@given(JSON)
def test_any_json_in_place_of_an_answer_ends_in_a_known_kind(body: Any) -> None:
    try:
        parsed = parser.parse(body)
    except errors.ModelError:
        return  # a known kind; anything else fails the test
    else:
        assert parsed.urls or parsed.text or parsed.calls
        [replace_images(message, {}) for message in parsed.messages]


ANSWER = st.fixed_dictionaries(
    {"content": JSON | st.lists(JSON, max_size=3)},
    optional={"images": JSON, "tool_calls": st.lists(JSON, max_size=3), "refusal": JSON, "x": JSON},
)


@MANY
@given(st.lists(ANSWER, min_size=1, max_size=2), st.sampled_from(["assistant", "user_reattach"]))
def test_whatever_was_answered_the_next_request_can_be_written(
    messages: list[dict[str, Any]], style: Literal["assistant", "user_reattach"]
) -> None:
    try:
        parsed = parser.parse({"choices": [{"message": message} for message in messages]})
    except errors.ModelError:
        return
    names = {url: f"{number:064x}" for number, url in enumerate(parsed.urls)}
    stored = tuple(replace_images(message, names) for message in parsed.messages)
    source = version(blob=f"{0:064x}")
    asked = turn(question=Question(call="c", question="?", options=()))
    outcome = tools.run_calls(parsed.calls, turn().request.output, ModelEntry(name="m"))
    for path in (
        Lineage(steps=(step(1),), messages=stored, source=source),
        Lineage(question_turn=asked, question_messages=stored),
    ):
        sent = [*history.build_messages(path, turn()), *tools.make_call_messages(stored, outcome)]
        if style == "user_reattach":
            sent = plan.reattach_images(sent)
        blobs = stored_messages.find_blobs(sent)
        assert path.source is None or source.blob in blobs
        written = bodies.write_chat_body(
            model="m",
            messages=sent,
            stream=True,
            images=dict.fromkeys(blobs, b'"data:image/png;base64,eA=="'),
            extra={},
        )
        roles = [message["role"] for message in orjson.loads(written)["messages"]]
        assert set(roles) <= {"user", "assistant", "tool"}


@MANY
@given(
    st.lists(JSON.map(lambda one: orjson.dumps(one).decode()) | st.text(max_size=30), max_size=6)
)
def test_any_events_in_place_of_a_stream_end_in_a_known_kind(events: list[str]) -> None:
    reader = StreamReader()
    try:
        for event in events:
            reader.feed(event)
        parsed = reader.answer()
    except errors.ModelError:
        return
    else:
        assert parsed.urls or parsed.text or parsed.calls


@given(st.text(max_size=60))
def test_any_text_in_place_of_a_data_url_is_bytes_or_a_bad_image(text: str) -> None:
    with suppress(errors.BadImage):
        assert isinstance(data_urls.decode_data_url(f"data:image/png;base64,{text}"), bytes)
