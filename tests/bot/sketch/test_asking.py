"""What does the model make of a request: what is refused, what is asked, which tools does it use?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sketch.answer import Answer, answer
from bot.sketch.errors import Refusal
from bot.sketch.images_api import json_request
from bot.sketch.language.parse import parse
from bot.sketch.paint.picture import svg_of
from bot.sketch.request import chat_request
from tests.bot.sketch.talk import Talk, kinds, only

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sketch.request import ChatRequest

GOOD: dict[str, Any] = {
    "model": "gpt-4o-image",
    "messages": [{"role": "user", "content": "a boat"}],
}
USER = {"role": "user", "content": "a boat"}


def message(**fields: Any) -> dict[str, Any]:
    return {"messages": [USER | fields]}


def blocks(*content: Any) -> dict[str, Any]:
    return message(content=list(content))


RESULT = {"role": "tool", "content": "{}", "tool_call_id": "call_nobody_made"}


@pytest.mark.parametrize(
    ("change", "param", "says"),
    [
        ({"model": None}, "model", "model is required"),
        ({"model": 5}, "model", "model is required"),
        ({"model": "  "}, "model", "model is required"),
        ({"messages": None}, "messages", "non-empty array"),
        ({"messages": []}, "messages", "non-empty array"),
        ({"messages": "a boat"}, "messages", "non-empty array"),
        ({"messages": [USER] * 2001}, "messages", "more than 2000"),
        ({"messages": [{"role": "assistant", "content": "hi"}]}, "messages", "role user"),
        ({"messages": ["a boat"]}, "messages[0]", "must be an object"),
        (message(role="bard"), "messages[0].role", "one of system, developer, user"),
        (message(role=None), "messages[0].role", "one of system"),
        (message(content=5), "messages[0].content", "a string or an array"),
        (blocks(*[{"type": "text", "text": ""}] * 201), "messages[0].content", "at most 200"),
        (message(content="x" * 8001), "messages", "longer than 8000"),
        (blocks("a boat"), "messages[0].content[0]", "must be an object"),
        (blocks({"text": "a boat"}), "messages[0].content[0].type", "text or image_url"),
        (blocks({"type": "text"}), "messages[0].content[0].text", "must be a string"),
        (
            blocks({"type": "image_url", "image_url": "data:"}),
            "messages[0].content[0].image_url.url",
            "must be a string",
        ),
        (message(tool_calls={}), "messages[0].tool_calls", "must be an array"),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "a string or an array"),
        ({"messages": [USER, RESULT]}, "messages[1].tool_call_id", "the id of a call"),
        ({"messages": [USER, RESULT | {"tool_call_id": 5}]}, "messages[1].tool_call_id", "the id"),
        ({"image_output": []}, "image_output", "size, quality and n"),
        (
            {"image_output": {"size": "512x512"}},
            "image_output.size",
            "1024x1024, 1024x1536, 1536x1024, 2048x2048",
        ),
        ({"image_output": {"size": "auto"}}, "image_output.size", "one of"),
        ({"image_output": {"size": 1024}}, "image_output.size", "one of"),
        ({"image_output": {"quality": "best"}}, "image_output.quality", "low, medium, high"),
        ({"image_output": {"quality": True}}, "image_output.quality", "low, medium, high"),
        ({"image_output": {"n": 3}}, "image_output.n", "1 or 2"),
        ({"image_output": {"n": 0}}, "image_output.n", "1 or 2"),
        ({"image_output": {"n": True}}, "image_output.n", "1 or 2"),
        ({"image_output": {"n": 1.0}}, "image_output.n", "1 or 2"),
        ({"image_output": {"n": "1"}}, "image_output.n", "1 or 2"),
        ({"stream": "true"}, "stream", "true or false"),
        ({"stream": 1}, "stream", "true or false"),
        ({"tools": {}}, "tools", "at most 128"),
        ({"tools": [{"type": "function"}]}, "tools[0].function.name", "a function with a name"),
        ({"tools": ["draw"]}, "tools[0].function.name", "a function with a name"),
        ({"tools": [], "tool_choice": "maybe"}, "tool_choice", "auto, none, required"),
        ({"tools": [], "tool_choice": 5}, "tool_choice", "auto, none, required"),
        (
            {"tools": [], "tool_choice": {"function": {"name": "paint"}}},
            "tool_choice",
            "not in tools",
        ),
    ],
)
def test_a_wrong_request_is_refused_and_the_field_named(
    change: dict[str, Any], param: str, says: str
) -> None:
    with pytest.raises(Refusal) as refused:
        chat_request(orjson.dumps(GOOD | change))
    assert (refused.value.status, refused.value.param) == (400, param)
    assert says in refused.value.message
    error = refused.value.body()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"a boat"', b"\xff\xfe", b"5"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        chat_request(body)
    assert (refused.value.status, refused.value.code) == (400, "invalid_json")


def test_too_many_images_are_refused() -> None:
    talk = Talk()
    talk.say("a boat")
    image = talk.messages[-1]["content"][1]
    with pytest.raises(Refusal) as refused:
        chat_request(orjson.dumps(GOOD | blocks(*[image] * 17)))
    assert refused.value.message == "messages hold more than 16 images."


def test_null_is_as_good_as_nothing_and_what_is_unknown_is_ignored() -> None:
    nulls = {"image_output": None, "tools": None, "stream": None, "temperature": 0.3, "seed": 5}
    request = chat_request(orjson.dumps(GOOD | nulls))
    assert (request.output.size, request.output.quality, request.output.n) == (
        "1024x1024",
        "medium",
        1,
    )
    audio = blocks({"type": "input_audio"}, {"type": "text", "text": "a boat"})
    assert chat_request(orjson.dumps(GOOD | audio)).wish == "a boat"
    silent = {"messages": [USER, {"role": "assistant", "content": None}]}
    assert chat_request(orjson.dumps(GOOD | silent)).wish == "a boat"


TEXT = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [
            "add",
            "remove",
            "make",
            "the",
            "a",
            "dog",
            "house",
            "red",
            "bigger",
            "to",
            "left",
            "of",
            "and",
            ",",
            ".",
            "with",
            "no",
            "it",
            "all",
            "three",
            "write",
            '"HI"',
            "night",
            "sky",
            "hat",
            "on",
            "in",
            "move",
            "replace",
            "paint",
            "sofa",
            "or",
            "?",
            ":",
            "not",
            "zebra",
            "v2",
            "again",
        ]
    ),
    max_size=12,
).map(" ".join)


@settings(deadline=None, max_examples=40)
@given(TEXT, TEXT)
def test_any_text_gives_a_picture_or_a_sentence_and_never_an_error(first: str, then: str) -> None:
    talk = Talk(n=2)
    for wish in (first, then):
        said = talk.say(wish)
        assert said.scenes or said.text
        for scene in said.scenes:
            assert svg_of(scene, "low").endswith("</svg>")


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    parse(text)


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["a boat", "user", "text", "auto", "1024x1024", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "role",
                    "content",
                    "type",
                    "text",
                    "image_url",
                    "url",
                    "size",
                    "quality",
                    "n",
                    "function",
                    "name",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=9,
)
FIELDS = [
    "model",
    "messages",
    "image_output",
    "tools",
    "tool_choice",
    "stream",
    "prompt",
    "images",
    "response_format",
    "partial_images",
    "size",
    "n",
]


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(st.sampled_from(FIELDS), ODD))
def test_any_json_is_answered_or_refused_with_the_field_named(body: dict[str, Any]) -> None:
    for base in ({}, GOOD | {"prompt": "a boat"}):
        raw = orjson.dumps(base | body)
        for read in (chat_request, lambda raw: json_request(raw, edit=True).chat):
            refused, said = tried(read, raw)
            if refused is not None:
                assert (refused.status, bool(refused.param)) == (400, True)
            else:
                assert said.text or said.calls


def tried(read: Callable[[bytes], ChatRequest], raw: bytes) -> tuple[Refusal | None, Answer]:
    try:
        return None, answer(read(raw))
    except Refusal as refusal:
        return refusal, Answer(text="")


# Tools


def function(said: Answer) -> tuple[str, Any]:
    (call,) = said.calls
    assert re.fullmatch(r"call_[0-9a-f]{12}", call.id)
    assert said.text == ""
    assert not said.scenes
    return call.name, orjson.loads(call.arguments)


def answered(talk: Talk, result: str) -> Answer:
    """Send the tool's result back, as the specification shows it, and let the model go on."""
    (call,) = talk.last.calls
    talk.messages[-1] = {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
        ],
    }
    talk.messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    return talk.send()


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        ("a boat in landscape format", {"size": "1536x1024"}),
        ("a boat, make it portrait", {"size": "1024x1536"}),
        ("a boat in 2048x2048", {"size": "2048x2048"}),
        ("a boat in high quality", {"quality": "high"}),
        ("a quick draft of a boat", {"quality": "low"}),
        ("two versions of a boat", {"n": 2}),
        ("two versions of a boat in landscape, high quality", {"size": "1536x1024", "quality": "high", "n": 2}),
    ],
)  # fmt: skip
def test_output_in_plain_words_calls_set_output(wish: str, wanted: dict[str, Any]) -> None:
    talk = Talk(tools=["set_output", "ask_people"])
    assert function(talk.say(wish)) == ("set_output", wanted)
    said = answered(talk, '{"ok":true}')
    assert kinds(said.scenes[0]) == ["boat"]
    assert not said.calls


def test_what_is_so_already_is_not_called_for() -> None:
    talk = Talk(tools=["set_output"], size="1536x1024")
    assert not talk.say("a boat in landscape format").calls
    assert not Talk(tools=["ask_people"]).say("a boat in landscape format").calls


def test_an_edit_of_nothing_but_the_shape_shows_the_picture_in_that_shape() -> None:
    talk = Talk(tools=["set_output"])
    talk.say("a boat")
    assert function(talk.say("make it landscape")) == ("set_output", {"size": "1536x1024"})
    said = answered(talk, '{"ok":true}')
    assert kinds(said.scenes[0]) == ["boat"]


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        ('{"answer": "a cat"}', "cat"),
        ('{"choice": "the dog"}', "dog"),
        ('"a cat"', "cat"),
        ("cat, please", "cat"),
        ("{}", "dog"),
        ("5", "dog"),
    ],
)
def test_an_open_question_calls_ask_people_and_follows_their_answer(result: str, kind: str) -> None:
    talk = Talk(tools=["set_output", "ask_people"])
    name, arguments = function(talk.say("a house and a dog or a cat?"))
    assert name == "ask_people"
    assert arguments == {"question": "A dog or a cat?", "options": ["a dog", "a cat"]}
    assert kinds(answered(talk, result).scenes[0]) == ["house", kind]


def test_what_it_is_is_said_with_the_picture_also_after_a_question() -> None:
    talk = Talk(tools=["ask_people"])
    talk.say("a dog or a cat?")
    assert "not with an AI" in answered(talk, '{"answer":"a cat"}').text
    assert "not with an AI" not in talk.say("make it night").text


def test_both_tools_can_be_called_one_after_the_other() -> None:
    talk = Talk(tools=["set_output", "ask_people"])
    assert function(talk.say("a dog or a cat? in landscape format"))[0] == "set_output"
    assert function(answered(talk, '{"ok":true}'))[0] == "ask_people"
    assert kinds(answered(talk, '{"answer":"a cat"}').scenes[0]) == ["cat"]


def test_what_is_said_with_or_at_the_end_is_asked_unless_it_is_unwanted() -> None:
    talk = Talk(tools=["ask_people"])
    assert function(talk.say("a house with a tree or a bush"))[1]["options"] == ["a tree", "a bush"]
    assert not Talk(tools=["ask_people"]).say("a hill without a tree or a house").calls


def test_tool_choice_none_keeps_it_from_calling() -> None:
    body = GOOD | {"tools": [{"type": "function", "function": {"name": "set_output"}}]}
    body |= message(content="a boat in landscape format")
    for choice, calls in (("none", 0), ("auto", 1), ({"function": {"name": "set_output"}}, 1)):
        said = answer(chat_request(orjson.dumps(body | {"tool_choice": choice})))
        assert len(said.calls) == calls


# Brainstorming


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        ("Propose 4 different directions for: a mascot for our CI", 4),
        ("brainstorm six ideas about coffee", 6),
        ("Suggest two concepts for a poster, a lighthouse. Answer with a numbered list.", 2),
        ("Give me 99 ideas for a party, text only", 8),
        ("list ideas for the onboarding. No images.", 4),
    ],
)
def test_ideas_come_as_a_numbered_list_all_different_and_all_drawable(
    wish: str, count: int
) -> None:
    said = Talk().say(wish)
    assert not said.scenes
    lines = said.text.split("\n")
    assert [line.split(". ")[0] for line in lines] == [str(n + 1) for n in range(count)]
    ideas = [line.split(". ", 1)[1] for line in lines]
    assert len(set(ideas)) == count
    for idea in ideas:
        drawn = Talk().say(idea)
        assert drawn.scenes, idea
        assert "don't know" not in drawn.text, idea


def test_an_idea_is_drawn_without_its_topic() -> None:
    assert kinds(Talk().say("a mascot for our CI: An owl in space with a planet").scenes[0]) == [
        "owl",
        "planet",
    ]
    assert kinds(Talk().say("a house: red, with a blue door").scenes[0]) == ["house"]
    assert kinds(Talk().say("add: a boat").scenes[0]) == ["boat"]
    assert kinds(Talk().say("a zoo: nothing but rain").scenes[0]) == []


def test_a_mascot_is_somebody() -> None:
    text = Talk().say("Propose 8 directions for: a mascot for our team").text
    assert "balloon" not in text
    assert "lighthouse" not in text


def test_ideas_have_to_do_with_the_topic_and_stay_the_same() -> None:
    wish = "Propose 3 directions for: a lighthouse keeper's coffee"
    text = Talk().say(wish).text
    assert "lighthouse" in text
    assert "cup" in text
    assert Talk().say(wish).text == text


def test_a_wish_to_draw_ideas_is_no_brainstorm() -> None:
    assert Talk().say("a robot with many ideas").scenes
    assert Talk().say("give me a different house, one with ideas").scenes


def test_what_an_idea_wears_suits_who_wears_it() -> None:
    talk = Talk()
    talk.say("a close-up of a robot wearing a red hat, in pixel art")
    assert only(talk.scene, "robot").wears
    assert (talk.scene.style, talk.scene.camera) == ("pixel", "close")
