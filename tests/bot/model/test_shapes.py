"""After each shape of an answer, does the next edit carry the right image, with its signatures?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from starlette.responses import Response

from bot.images.inspect import check_picture
from tests.bot.model.table import stage
from tests.servers.model import blocks, completion, images_in, says
from tests.servers.pictures import png

if TYPE_CHECKING:
    from tests.bot.model.table import Stage
    from tests.servers.model import Received, Reply

PAYLOADS = Path(__file__).parent / "payloads"
ONE, TWO = png(1, 8, 8), png(2, 8, 8)
#: what holds no image, or is a fault
OTHERS = (
    "fault_",
    "error_with_nothing",
    "refusal",
    "text_question",
    "tool_call",
    "signed_text_block_and_call",
)
SHAPES = sorted(
    file
    for file in PAYLOADS.iterdir()
    if file.suffix in {".json", ".sse"} and not file.name.startswith(OTHERS)
)
#: where a payload says that its image is
ADDRESSES = (
    b"https://cdn.example/abc.png",
    b"https://files.example/cdn/x.png",
    b"https://files.example/x.png",
)
#: an image as a message holds it
IMAGE = re.compile(
    r"data:[^()]+|\A(?:iVBOR|/9j/)[A-Za-z0-9+/=]+|"
    + "|".join(re.escape(address.decode()) for address in ADDRESSES)
)


def recorded(file: Path) -> Reply:
    """Answer with a recorded payload, byte for byte; addresses lead to this server's own files."""
    body = file.read_bytes()
    kind = "text/event-stream" if file.suffix == ".sse" else "application/json"

    async def reply(received: Received) -> Response:
        found = body
        for address in ADDRESSES:
            found = found.replace(address, f"http://{received.host}/files/x.png".encode())
        return Response(found, media_type=kind)

    return reply


async def edited(one: Stage, thread: str, prompt: int, text: str) -> dict[str, Any]:
    """Say what to edit; return the assistant's message of the request that it makes."""
    await one.web.say(thread, text)
    turn = await one.ended(thread, prompt)
    assert turn["state"] == "posted", turn
    user, assistant, newest = one.model.requests[-1].body["messages"][-3:]
    assert (user["role"], assistant["role"], newest["role"]) == ("user", "assistant", "user")
    assert newest["content"] == text.partition(": ")[2]
    found: dict[str, Any] = assistant
    return found


async def test_after_each_shape_the_next_edit_carries_the_right_image(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        for file in SHAPES:
            one.model.files["x.png"] = Response(ONE, media_type="image/png")
            one.model.answer(recorded(file))
            thread = await one.web.start(f"a boat, as {file.stem}", n="2")
            turn = await one.ended(thread, 0)
            assert turn["state"] == "posted", (file.name, turn)
            versions = (await one.web.thread(thread))["versions"]
            several = len(versions) == 2
            assert [version["number"] for version in versions] == (
                ["v1a", "v1b"] if several else ["v1"]
            ), file.name
            first = await edited(one, thread, 1, f"{versions[0]['number']}: paint it red")
            assert images_in(first) == [ONE], file.name
            if several:
                second = await edited(one, thread, 2, "v1b: paint it blue")
                assert images_in(second) == [TWO], file.name
            came_back(file, first)
    assert len(SHAPES) > 30


def masked(value: Any) -> Any:
    """Return a JSON value with one word in place of each image."""
    if isinstance(value, dict):
        return {key: masked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    return IMAGE.sub("IMAGE", value) if isinstance(value, str) else value


def came_back(file: Path, sent: dict[str, Any]) -> None:
    """Check that the message is as it came, its one image as a data URL where it stood."""
    if file.suffix == ".json":
        choices = orjson.loads(file.read_bytes()).get("choices") or []
        came = masked(choices[0]["message"]) if choices else {}
        if str(came).count("IMAGE") == 1:
            assert masked(sent) == {"role": "assistant", **came}, file.name
        for key in set(came) - {"content", "images"}:
            assert sent[key] == choices[0]["message"][key], (file.name, key)
    elif "signature" in file.name:
        assert sent["reasoning"] == "Let me see."
        assert sent["reasoning_details"] == [{"data": "one"}, {"data": "two"}]


async def test_a_signed_call_of_a_tool_comes_back_signed(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        one.model.answer(recorded(PAYLOADS / "signed_text_block_and_call.sse"))
        thread = await one.web.start("a wide boat")
        await one.ended(thread, 0)
        _, asked, result = one.model.requests[1].body["messages"]
        assert asked["content"][0]["thought_signature"] == "sigA"
        call = asked["tool_calls"][0]
        assert call["extra_content"] == {"google": {"thought_signature": "sigB"}}
        assert result["tool_call_id"] == call["id"]
        assert one.model.requests[1].body["image_output"]["size"] == "1536x1024"


async def test_of_answers_that_were_signed_only_the_edited_one_is_sent_whole_and_no_other_at_all(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as one:
        signed = PAYLOADS / "openrouter_images_beside_null_content.json"
        plain = PAYLOADS / "spec_blocks.json"
        one.model.answer(recorded(plain), recorded(signed), recorded(signed))
        thread = await one.web.start("a boat")
        for number in range(4):
            if number:
                await one.web.say(thread, f"step {number}")
            turn = await one.ended(thread, number)
            assert turn["state"] == "posted", turn
        messages = one.model.requests[3].body["messages"]
        roles = [message["role"] for message in messages]
        assert roles == ["user", "assistant", "user", "user", "assistant", "user"]
        assert messages[1]["content"] == "Here it is.", "not signed, so told in words"
        assert messages[4]["reasoning_details"] == [
            {"type": "reasoning.encrypted", "data": "opaque"}
        ]
        assert one.model.requests[3].images == [ONE]


async def test_size_and_count_are_what_came_whatever_was_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        thread, versions = "", []
        came = ([png(1, 48, 32)], [png(1), png(2, 40, 40)], [png(1), png(2), png(3), png(4)])
        for asked, pictures in zip(("2", "2", "1"), came, strict=True):
            one.model.answer(says(completion(blocks("Here.", *pictures))))
            thread = await one.web.start("a boat", n=asked, quality="low")
            turn = await one.ended(thread, 0, "posted")
            versions = (await one.web.thread(thread))["versions"]
            assert one.model.requests[-1].body["image_output"]["n"] == int(asked)
            assert turn["cost"] == pytest.approx(0.011 * len(pictures))
            assert turn["about"] is True
            sizes = [image_size(picture) for picture in pictures]
            assert [(version["width"], version["height"]) for version in versions] == sizes
            assert all(f"{width}×{height}" in turn["card"]["detail"] for width, height in sizes)
        assert [version["number"] for version in versions] == ["v1a", "v1b", "v1c", "v1d"]
        await one.web.press(thread, 0, "Use v1c")
        await one.web.head(thread, "v1c")
        await one.web.say(thread, "paint it red")
        await one.ended(thread, 1, "posted")
        assert one.model.requests[-1].images == [png(3)]


async def test_the_cost_in_an_answer_counts_before_any_price(tmp_path: Path) -> None:
    async with stage(tmp_path) as one:
        for usage, cost, about in (
            ({"cost": 0.0387, "prompt_tokens": 3}, 0.0387, False),
            ({"credits_cost": 0.05, "input_tokens": 3}, 0.05, False),
            ({"cost": 0}, 0, False),
            ({"output_tokens": 1056}, 0.042, True),
        ):
            one.model.answer(says(completion(blocks("Here.", png(1)), usage=usage)))
            turn = await one.ended(await one.web.start("a boat"), 0, "posted")
            assert (turn["cost"], turn["about"]) == (pytest.approx(cost), about)
            assert ("about $" in turn["card"]["detail"]) is about


def image_size(data: bytes) -> tuple[int, int]:
    picture = check_picture(data)
    return picture.width, picture.height
