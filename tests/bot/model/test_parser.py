from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.images.inspect import NotAnImage, check_picture
from bot.model.answers import data_urls, parser, stored_messages
from bot.model.answers.stored_messages import BlobUrl, replace_images
from bot.model.answers.stream import Partial, StreamReader
from bot.model.requests import bodies
from bot.ports import errors
from tests.servers.pictures import data_url, png

PAYLOADS = Path(__file__).parent / "payloads"
ONE, TWO = png(1, 8, 8), png(2, 8, 8)


def answer(name: str) -> Any:
    return orjson.loads((PAYLOADS / f"{name}.json").read_bytes())


def stream(name: str) -> str:
    return (PAYLOADS / f"{name}.sse").read_bytes().decode()


def read(text: str) -> tuple[list[Partial], parser.Parsed]:
    """Feed a recorded stream's events, one after another."""
    reader, partials = StreamReader(), []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.splitlines())
        if "data" in fields:
            partials += reader.feed(fields["data"], fields.get("event", ""))
    return partials, reader.answer()


def images(parsed: parser.Parsed) -> list[bytes]:
    return list(dict.fromkeys(data_urls.decode_data_url(url) for url in parsed.urls))


@pytest.mark.parametrize(
    ("name", "expected", "text"),
    [
        ("spec_blocks", [ONE], "Here it is."),
        ("spec_two_blocks_in_one_choice", [ONE, TWO], "Two."),
        ("two_choices", [ONE, TWO], ""),
        ("openrouter_images_beside_null_content", [ONE], ""),
        ("images_beside_a_string", [ONE], "Here it is."),
        ("markdown_data_url_with_progress_and_mirror", [ONE], ""),
        ("images_api_b64_with_data_prefix", [ONE], ""),
        ("images_api_bare_b64", [ONE, TWO], ""),
        ("data_url_with_white_space_and_no_padding", [ONE], ""),
        ("data_url_with_a_wrong_type", [ONE], ""),
        ("data_url_urlsafe_alphabet", [ONE], ""),
        ("the_same_image_twice", [ONE], ""),
        ("unknown_keys_everywhere", [ONE], "Here it is."),
        ("image_url_as_a_string", [ONE], ""),
        ("output_image_block", [ONE], ""),
        ("text_question", [], "Do you want it by day or by night?"),
        ("refusal_in_words", [], "I can't draw that."),
        ("refusal_block", [], "I can't draw that."),
        ("error_with_nothing_in_it", [], "Hello."),
        ("markdown_in_a_text_block", [ONE], "Here it is."),
        ("image_url_as_bare_base64", [ONE], ""),
        ("data_url_with_two_heads", [ONE], ""),
        ("data_url_without_its_marker", [ONE], ""),
        ("thoughts_beside_the_image", [ONE], "Here it is."),
        ("preview_left_in_the_answer", [ONE], ""),
        ("data_url_alone_in_a_string", [ONE], ""),
    ],
)
def test_every_shape_of_an_answer_is_read(name: str, expected: list[bytes], text: str) -> None:
    parsed = parser.parse(answer(name))
    assert images(parsed) == expected
    assert parsed.text == text


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("cdn_url", "https://cdn.example/abc.png"),
        ("markdown_cdn_url", "https://files.example/cdn/x.png"),
        ("b64_json_that_is_an_address", "https://files.example/x.png"),
    ],
)
def test_addresses_are_given_and_mirrors_are_not(name: str, url: str) -> None:
    assert parser.parse(answer(name)).urls == (url,)


def test_a_tool_call_is_read() -> None:
    [call] = parser.parse(answer("tool_call")).calls
    assert (call.id, call.name) == ("call_1", "set_output")
    assert orjson.loads(call.arguments) == {"size": "1536x1024"}


@pytest.mark.parametrize(
    ("name", "cost"),
    [
        ("openrouter_images_beside_null_content", 0.0387),
        ("cost_in_credits", 0.05),
        ("cost_beside_the_usage", 0.05),
        ("cost_as_text", 0.0387),
        ("spec_blocks", None),
    ],
)
def test_the_cost_is_the_answers_own(name: str, cost: float | None) -> None:
    assert parser.parse(answer(name)).cost == cost


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("fault_error_in_a_200", errors.Unavailable),
        ("fault_no_choices", errors.Empty),
        ("fault_content_filter", errors.Blocked),
        ("fault_image_safety", errors.Blocked),
        ("fault_prohibited", errors.Blocked),
        ("fault_nothing_said", errors.Empty),
        ("fault_no_data", errors.Empty),
        ("fault_nothing_known", errors.UnknownOutcome),
        ("fault_error_in_a_choice", errors.Unavailable),
        ("fault_finish_reason_error", errors.Unavailable),
        ("fault_error_as_text", errors.Unavailable),
        ("fault_credit_in_a_200", errors.NoCredit),
        ("fault_native_image_safety", errors.Blocked),
        ("fault_safety_beside_words", errors.Blocked),
        ("fault_blocked_behind_a_gateway", errors.Blocked),
        ("fault_only_a_preview", errors.UnknownOutcome),
    ],
)
def test_every_fault_inside_a_200_is_told_apart(name: str, error: type[errors.ModelError]) -> None:
    with pytest.raises(error):
        parser.parse(answer(name))


@pytest.mark.parametrize("body", [None, [], "text", 7])
def test_an_answer_that_is_no_object_is_an_unknown_outcome(body: object) -> None:
    with pytest.raises(errors.UnknownOutcome):
        parser.parse(body)


@pytest.mark.parametrize(
    ("name", "previews", "expected", "text"),
    [
        ("spec_partials_then_final", [TWO], [ONE], "Here it is."),
        ("openrouter_images_in_delta", [], [ONE], ""),
        ("openai_events_forwarded", [TWO], [ONE], ""),
        ("image_edit_events", [TWO], [ONE], ""),
        ("finish_reason_without_done", [], [ONE], ""),
        ("final_twice", [], [ONE], ""),
        ("text_then_markdown", [], [ONE], ""),
        ("two_choices_interleaved", [], [ONE, TWO], ""),
        ("crlf_line_ends", [], [ONE], ""),
        ("partial_marked_beside_the_block", [TWO], [ONE], ""),
        ("unknown_events_and_pings", [], [ONE], ""),
        ("error_after_the_completed_image", [], [ONE], ""),
        ("broken_line_then_the_image", [], [ONE], ""),
        ("two_completed", [], [ONE, TWO], ""),
        ("error_after_an_image", [], [ONE], ""),
        ("error_after_markdown", [], [ONE], ""),
    ],
)
def test_every_form_of_a_stream_is_read(
    name: str, previews: list[bytes], expected: list[bytes], text: str
) -> None:
    partials, parsed = read(stream(name))
    assert [data_urls.decode_data_url(one.url) for one in partials] == previews
    assert images(parsed) == expected
    assert parsed.text == text


def test_a_tool_call_in_pieces_is_put_together() -> None:
    [call] = read(stream("tool_call_in_pieces"))[1].calls
    assert orjson.loads(call.arguments) == {"size": "1536x1024"}


def test_signatures_in_pieces_are_kept_whole() -> None:
    [message] = read(stream("signature_in_pieces"))[1].messages
    assert message["reasoning"] == "Let me see."
    assert message["reasoning_details"] == [{"data": "one"}, {"data": "two"}]


def test_what_a_model_signs_in_a_stream_is_kept_where_it_stood() -> None:
    [message] = read(stream("signed_text_block_and_call"))[1].messages
    assert message["content"] == [
        {"type": "text", "text": "Wide, then.", "thought_signature": "sigA"}
    ]
    [call] = message["tool_calls"]
    assert call["extra_content"] == {"google": {"thought_signature": "sigB"}}
    assert call["function"] == {"name": "set_output", "arguments": '{"size":"1536x1024"}'}
    assert stored_messages.is_signed(message)


def test_the_cost_of_a_stream_comes_in_its_last_chunk() -> None:
    assert read(stream("openrouter_images_in_delta"))[1].cost == 0.04


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("fault_error_before_anything", errors.Unavailable),
        ("fault_error_after_a_preview", errors.UnknownOutcome),
        ("fault_only_previews", errors.UnknownOutcome),
        ("fault_no_end_mark", errors.UnknownOutcome),
        ("fault_broken_json", errors.UnknownOutcome),
        ("fault_blocked_in_stream", errors.Blocked),
        ("fault_credit_in_stream", errors.NoCredit),
        ("fault_words_and_previews_only", errors.UnknownOutcome),
        ("fault_error_event_by_name", errors.Unavailable),
        ("fault_error_in_a_choice", errors.Unavailable),
        ("fault_blocked_after_a_preview", errors.Blocked),
        ("fault_safety_after_a_preview", errors.Blocked),
        ("fault_done_and_nothing_else", errors.Empty),
        ("fault_broken_json_then_done", errors.UnknownOutcome),
    ],
)
def test_every_fault_inside_a_stream_is_told_apart(
    name: str, error: type[errors.ModelError]
) -> None:
    with pytest.raises(error):
        read(stream(name))


def test_an_image_of_the_user_in_the_answer_is_never_taken_for_the_models() -> None:
    body = answer("text_question")
    body["echo"] = {
        "messages": [{"role": "user", "content": f"![mine]({'data:image/png;base64,AAAA'})"}]
    }
    assert parser.parse(body).urls == ()


def test_an_image_that_cannot_be_used_leaves_no_payload_in_what_is_stored() -> None:
    content = [
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{'A' * 900}"}},
        {"type": "text", "text": f"![x](data:image/png;base64,{'A' * 900}) Here."},
    ]
    stored = replace_images(
        {"content": content, "images": [{"b64_json": "QUJD", "type": "image"}]}, {}
    )
    assert stored == {
        "role": "assistant",
        "content": [{"type": "text", "text": " Here."}],
    }


def test_a_truncated_image_in_markdown_is_no_answer_in_words() -> None:
    body = {"choices": [{"message": {"content": f"![x]({data_url(ONE)[:-20]}"}}]}
    parsed = parser.parse(body)
    assert parsed.text == ""
    with pytest.raises(NotAnImage):
        check_picture(data_urls.decode_data_url(parsed.urls[0]))


SHAPES = ["spec_blocks", "openrouter_images_beside_null_content", "images_api_bare_b64"]


@pytest.mark.parametrize(
    "name",
    [
        *SHAPES,
        "markdown_data_url_with_progress_and_mirror",
        "markdown_in_a_text_block",
        "two_choices",
    ],
)
def test_what_is_stored_holds_no_payload_and_all_unknown_keys(name: str) -> None:
    parsed = parser.parse(answer(name))
    names = {url: f"{number:064x}" for number, url in enumerate(parsed.urls)}
    stored = [replace_images(message, names) for message in parsed.messages]
    text = orjson.dumps(stored).decode()
    assert "base64" not in text
    assert all(f"blob:{blob}" in text for blob in names.values())
    for message, one in zip(parsed.messages, stored, strict=True):
        for key in set(message) - {"content", "images"}:
            assert one[key] == message[key]


def test_a_request_is_written_the_same_way_every_time_with_images_inside() -> None:
    block = {"type": "image_url", "image_url": {"url": BlobUrl("x")}}
    given: dict[str, Any] = {
        "model": "gpt-4o-image",
        "messages": [{"role": "user", "content": [block]}],
        "stream": True,
        "images": {"x": data_urls.encode_data_url(ONE, "image/png")},
        "extra": {"image_output": {"n": 1}},
    }
    body = bodies.write_chat_body(**given)
    assert body == bodies.write_chat_body(**given)
    url = orjson.loads(body)["messages"][0]["content"][0]["image_url"]["url"]
    assert data_urls.decode_data_url(url) == ONE
