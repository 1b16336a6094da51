"""What becomes of an answer that is cut, split, or not what it says that it is?"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import byte_streams, transport
from bot.model.answers import parser
from bot.model.answers.response import parse_content, read_response
from bot.model.answers.stream import Partial
from bot.ports import errors, limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAYLOADS = Path(__file__).parent / "payloads"
GOOD = sorted(one for one in PAYLOADS.glob("*.sse") if not one.name.startswith("fault_"))


#: what random bytes would hardly ever hit upon
PIECES = [
    b"data: ",
    b"\n\n",
    b"\r",
    b"event: error\n",
    b": hi\n",
    b"data: [DONE]\n\n",
    b'{"choices":[{"index":0,"finish_reason":"stop","delta":{"content":"hi"}}]}',
    b'{"choices":[{"message":{"content":[{"type":"image_url","image_url":{"url":"data:,"}}]}}]}',
    b'{"error":{"code":"moderation_blocked"}}',
    b'{"type":"image_generation.completed","b64_json":"',
    b'"}',
    b"\xef\xbb\xbf",
]


def _answer(
    *body: bytes,
    error: Exception | None = None,
    kind: str = "text/event-stream",
    status: int = 200,
) -> byte_streams.Response:
    """Make a streamed answer of these bytes, that then ends, or breaks."""

    async def pieces() -> AsyncIterator[bytes]:
        for piece in body:
            yield piece
        if error is not None:
            raise error

    deadline = asyncio.get_running_loop().time() + 60
    return byte_streams.Response(
        status, {"Content-Type": kind}, pieces(), silence=60, deadline=deadline
    )


FULL = sorted(one for one in PAYLOADS.glob("*.json") if not one.name.startswith("fault_"))


@pytest.mark.parametrize("file", FULL, ids=lambda file: file.stem)
def test_json_that_is_cut_at_any_byte_is_an_unknown_outcome(file: Path) -> None:
    whole = orjson.dumps(orjson.loads(file.read_bytes()))
    for at in range(len(whole)):
        with pytest.raises(errors.UnknownOutcome):
            parse_content(whole[:at])
    assert parse_content(whole).messages


@pytest.mark.parametrize("size", [1, 7])
async def test_a_stream_means_the_same_in_pieces_of_any_size(size: int) -> None:
    for file in GOOD:
        whole = await asyncio.to_thread(file.read_bytes)
        pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
        *_, one = [event async for event in read_response(_answer(whole))]
        *_, other = [event async for event in read_response(_answer(*pieces))]
        assert one == other, file.name


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.binary(max_size=40) | st.sampled_from(PIECES), max_size=12),
    st.sampled_from(["application/json", "text/event-stream", "text/html", ""]),
    st.sampled_from([200, 200, 201, 400, 429, 500, 504]),
)
async def test_any_bytes_in_place_of_an_answer_end_in_a_known_kind(
    pieces: list[bytes], kind: str, status: int
) -> None:
    try:
        async for one in read_response(_answer(*pieces, kind=kind, status=status)):
            assert isinstance(one, Partial) or one.urls or one.text or one.calls
    except errors.ModelError:
        return  # a known kind; anything else fails the test


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
@pytest.mark.parametrize("breaks", [None, httpx.ReadError("reset")], ids=["ends", "breaks"])
async def test_a_cut_at_any_byte_of_a_stream_is_a_whole_answer_or_an_unknown_outcome(
    file: Path, breaks: Exception | None
) -> None:
    whole = await asyncio.to_thread(file.read_bytes)
    outcomes: dict[str, int] = {"whole": 0, "unknown": 0}
    step = 1 if breaks is None else 7
    for at in [*range(0, len(whole), step), len(whole)]:
        try:
            *_, parsed = [event async for event in read_response(_answer(whole[:at], error=breaks))]
        except (errors.UnknownOutcome, httpx.ReadError):
            outcomes["unknown"] += 1
        else:
            assert isinstance(parsed, parser.Parsed)
            assert parsed.urls or parsed.calls
            outcomes["whole"] += 1
    assert outcomes["unknown"] > len(whole) // (3 * step), (
        "hardly anything of a cut stream is an answer"
    )
    assert outcomes["whole"] >= 1


async def test_an_event_stream_is_utf_8_whatever_it_says() -> None:
    body = 'data: {"choices":[{"delta":{"content":"é"},"finish_reason":"stop"}]}\n\n'.encode()
    kind = "text/event-stream; charset=utf-16"
    [read] = [event async for event in read_response(_answer(body, kind=kind))]
    assert isinstance(read, parser.Parsed)
    assert read.text == "é"


async def test_a_fault_that_is_written_as_an_event_is_read() -> None:
    body = b'event: error\r\ndata: {"error":{"code":"moderation_blocked"}}\r\n\r\n'
    with pytest.raises(errors.Blocked):
        [event async for event in read_response(_answer(body, status=400))]


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
async def test_a_byte_order_mark_is_no_part_of_an_answer(kind: str) -> None:
    body = (PAYLOADS / ("spec_blocks.json" if "json" in kind else "final_twice.sse")).read_bytes()
    *_, read = [event async for event in read_response(_answer(b"\xef\xbb\xbf" + body, kind=kind))]
    assert isinstance(read, parser.Parsed)
    assert len(read.urls) == 1


async def test_a_last_event_without_its_empty_line_is_there_all_the_same() -> None:
    body = (PAYLOADS / "finish_reason_without_done.sse").read_bytes().rstrip()
    *_, read = [event async for event in read_response(_answer(body))]
    assert isinstance(read, parser.Parsed)
    assert len(read.urls) == 1


def test_the_limits_are_those_of_the_specification() -> None:
    timing = transport.Timing()
    assert (timing.connect, timing.silence, timing.whole) == (10, 90, 300)
    assert (timing.longest_wait, limits.MAX_TRIES, limits.MAX_ANSWER) == (60, 3, 64 * 1024 * 1024)
    made = transport.Transport("http://gateway.example/v1", key=None, timing=timing)._make(
        "GET", "models"
    )
    assert made.extensions == {"timeout": {"connect": 10}}, (
        "the answer is drawn meanwhile: 300 s for that"
    )
