"""Is a picture found wherever a gateway puts it, and is nothing but words said beside it?"""

from __future__ import annotations

import base64
import json
import time
from contextlib import suppress
from typing import Any

import pytest

from bot.model.answers import data_urls, markdown, parser
from bot.model.answers.stream import StreamReader
from bot.ports import errors
from tests.servers.pictures import data_url, png

pytestmark = pytest.mark.integration  # it reads megabytes

ONE, TWO = png(1, 8, 8), png(2, 8, 8)
URL, BARE = data_url(ONE), base64.b64encode(ONE).decode()
FAR = "https://cdn.example/a/x.png"


def message(**more: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", **more}, "finish_reason": "stop"}]}


#: by what was seen there: a whole answer that holds one picture
BODIES: dict[str, dict[str, Any]] = {
    "message.image": message(content=None, image={"url": URL}),
    "message.image, a string": message(content="Here it is.", image=URL),
    "message.image, bytes": message(content=None, image={"b64_json": BARE, "detail": "high"}),
    "message.image, as sound is sent": message(image={"id": "i", "data": BARE, "format": "png"}),
    "images of strings": message(content="", images=[URL]),
    "images of bare strings": message(content="", images=[BARE]),
    "images of addresses": message(content="", images=[FAR]),
    "images[].url": message(images=[{"url": URL, "width": 8}]),
    "images[].b64_json": message(images=[{"b64_json": BARE}]),
    "images[].image_url": message(images=[{"image_url": URL}]),
    "images, one in place of a list": message(images={"image_url": {"url": URL}}),
    "multi_mod_content": message(
        content="",
        multi_mod_content=[
            {"text": "Here it is."},
            {"inline_data": {"data": BARE, "mime_type": "image/png"}},
        ],
    ),
    "parts": message(parts=[{"inlineData": {"mimeType": "image/png", "data": BARE}}]),
    "Anthropic": message(
        content=[
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": BARE}}
        ]
    ),
    "Anthropic, an address": message(
        content=[{"type": "image", "source": {"type": "url", "url": FAR}}]
    ),
    "one block in place of a list": message(
        content={"type": "image_url", "image_url": {"url": URL}}
    ),
    "output_image": message(content=[{"type": "output_image", "image": URL}]),
    "a call's result": message(content=[{"type": "image_generation_call", "result": BARE}]),
    "an attachment": message(content="", attachments=[{"content_type": "image/png", "url": FAR}]),
    "tool results": message(
        content=None, tool_results=[{"content": [{"type": "image", "data": BARE}]}]
    ),
    "deep in containers": message(content=None, media={"output": {"image": {"url": URL}}}),
    "a data URL among words": message(content=f"Here it is. {URL} Enjoy!"),
    "a data URL alone": message(content=URL),
    "base64 alone": message(content=BARE),
    "HTML": message(content=f'Here it is.<br><img alt="x" src="{URL}" width=8>'),
    "HTML, an address": message(content=f"<p><img src='{FAR}'></p>"),
    "Markdown with a title": message(content=f'![x]({FAR} "a (boat)")'),
    "Markdown in angle brackets": message(content=f"![x](<{FAR}>)"),
    "a link around it": message(content=f"[![x]({FAR})]({FAR})"),
    "an address alone": message(content=FAR),
    "an address on a line of its own": message(content=f"Here it is.\n{FAR}"),
    "a relative address": message(content="![x](/files/x.png)"),
    "JSON in a text": message(content=json.dumps({"images": [{"url": URL}]})),
    "Responses": {
        "output": [{"type": "reasoning"}, {"type": "image_generation_call", "result": BARE}]
    },
    "Responses, a message": {
        "output": [{"type": "message", "content": [{"type": "output_image", "image_url": URL}]}]
    },
    "Gemini": {
        "candidates": [
            {
                "content": {
                    "parts": [
                        {"text": "Here it is."},
                        {"inlineData": {"mimeType": "image/png", "data": BARE}},
                    ]
                }
            }
        ]
    },
    "Imagen": {"predictions": [{"bytesBase64Encoded": BARE, "mimeType": "image/png"}]},
    "fal": {"images": [{"url": FAR, "content_type": "image/png"}], "prompt": "a boat"},
    "Replicate": {"output": [FAR]},
    "beside the message": {**message(content="Here it is."), "images": [URL]},
}


@pytest.mark.parametrize("what", BODIES)
def test_a_picture_is_found_wherever_a_gateway_puts_it(what: str) -> None:
    read = parser.parse(BODIES[what])
    assert len(read.urls) == 1, read.urls
    assert read.urls[0] in {FAR, "/files/x.png"} or data_urls.decode_data_url(read.urls[0]) == ONE
    assert read.text in {"", "Here it is.", "Here it is.  Enjoy!"}


#: of those, what a stream can bring; beside the message stands a picture in whole answers only
STREAMED = [what for what in BODIES if "choices" in BODIES[what] and "images" not in BODIES[what]]


@pytest.mark.parametrize("what", STREAMED)
def test_and_in_a_stream_as_well(what: str) -> None:
    whole = BODIES[what]
    reader = StreamReader()
    choice = whole["choices"][0]
    delta = {"choices": [{"index": 0, "delta": choice["message"]}]}
    reader.feed(json.dumps(delta))
    reader.feed(json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
    reader.feed("[DONE]")
    read = reader.answer()
    assert len(read.urls) == 1
    kept = read.messages[0]
    for key, value in choice["message"].items():
        if key not in {"content", "role"} and isinstance(value, list):
            assert kept[key] == value, "in the gateway's own shape"


ECHOES: dict[str, dict[str, Any]] = {
    "the request": {
        **message(content="Done."),
        "request": {"messages": [{"content": f"![x]({URL})"}]},
    },
    "the input": {**message(content="Done."), "input": [{"type": "input_image", "image_url": URL}]},
    "a user's message": message(
        content="Done.",
        history=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": URL}}]}],
    ),
    "thoughts": message(
        content=[
            {"type": "text", "text": "Done."},
            {"thought": True, "inline_data": {"data": BARE}},
        ]
    ),
    "what a tool is given": message(
        content="Done.",
        tool_calls=[
            {"id": "1", "function": {"name": "x", "arguments": json.dumps({"image": URL})}}
        ],
    ),
    "a thumbnail": message(content="Done.", sources=[{"thumbnail": {"url": FAR}}]),
    "sound": message(content="Done.", audio={"data": "UklGRg==", "mime_type": "audio/wav"}),
}


@pytest.mark.parametrize("what", ECHOES)
def test_what_is_not_the_answer_is_never_taken_for_a_picture(what: str) -> None:
    read = parser.parse(ECHOES[what])
    assert read.urls == ()
    assert read.text == "Done."


WORDS = [
    ("> 1.56% …\n> 34%\n\nHere it is.", "Here it is."),
    ("Queued…\nProcessing...\nHere it is.", "Here it is."),
    ("⏳ 排队中\n🎨 生成中.. 12%\nHere it is.", "Here it is."),
    ("> ID: task_01\n> Progress: 12%\n\nHere it is.", "Here it is."),
    ("<think>\nA boat, then.\n</think>\n\nHere it is.", "Here it is."),
    ("<thinking>a</thinking>Here it is.<think>and so on", "Here it is."),
    ("so it is a boat\n</think>\nHere it is.", "Here it is."),
    (f"Here it is.\n![x]({FAR})\n[Download]({FAR}) | [Open]({FAR}?d=1)", "Here it is."),
    (f"Here it is.\n![x]({FAR})\n🔗 [点击下载]({FAR}?d=1)", "Here it is."),
    ("Here it is.\n![x](sandbox:/mnt/data/x.png)", "Here it is."),
    (f"Here it is. {'QUJD' * 90}", "Here it is."),
    ("See [the docs](https://docs.example/a).", "See the docs (https://docs.example/a)."),
    ("```\n![x](https://cdn.example/x.png)\n```\nHere it is.", "Here it is."),
    # words are left alone
    ("Opacity is 50% of what it was.", "Opacity is 50% of what it was."),
    ("By day or by night?", "By day or by night?"),
    ("1. A fox\n2. A boat > a raft", "1. A fox\n2. A boat > a raft"),
    ("> a quote of the prompt\n\nBy day?", "> a quote of the prompt\n\nBy day?"),
]


@pytest.mark.parametrize(("text", "said"), WORDS)
def test_only_words_are_said(text: str, said: str) -> None:
    assert markdown.extract_words(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "<think>" * 200_000,
        "</think>" * 200_000,
        "<think>a</think>" * 100_000,
        "<img src=" * 200_000,
        "![a](<https://x" * 100_000,
        "![a](x.png" * 200_000,
        "data:image/png;base64," * 80_000,
        ("data:image/png;base64," + "A" * 60 + "\n") * 15_000,
        "https://x/" * 200_000 + ".png",
        "\n".join(["https://x/y.pn"] * 100_000),
        "\n> 1.5" * 200_000,
        "generating " * 150_000,
        "[a](" * 300_000,
        "{" * 500_000,
    ],
    ids=range(14),
)
def test_a_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    started = time.process_time()
    with suppress(errors.ModelError):
        parser.parse(message(content=text))
    assert time.process_time() - started < 2.5
