from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pytest

from bot.conversation.records import Lineage, Step
from bot.conversation.turn import Question, Turn, TurnRequest, TurnResult, TurnTeam
from bot.drawing import history
from bot.model.answers import stored_messages
from bot.model.answers.stored_messages import BlobUrl
from bot.model.requests.plan import reattach_images
from bot.ports.messages import Attachment, Output, Person, Place, State, Version

ANA, BEN = Person(id="1", name="Ana"), Person(id="2", name="Ben")
BLOB, OTHER, PHOTO = "a" * 64, "b" * 64, "c" * 64


def turn(text: str = "make it blue", **more: Any) -> Turn:
    defaults: dict[str, Any] = {
        "id": "t9",
        "seq": 9,
        "conversation": "c",
        "lane": "c",
        "place": Place(platform="web", workspace="local", channel="page", thread="c"),
        "person": ANA,
        "text": text,
        "state": State.DRAWING,
        "model": "gpt-4o-image",
        "output": Output(size="1024x1024", quality="low", n=1),
    }
    return Turn(**composed({**defaults, **more}))


def composed(flat: dict[str, Any]) -> dict[str, Any]:
    """Put the fields of a turn's parts where they belong."""
    kinds: dict[str, Any] = {"request": TurnRequest, "result": TurnResult, "team": TurnTeam}
    parts = {}
    for part, kind in kinds.items():
        parts[part] = kind(**{name: flat[name] for name in flat if name in kind.__slots__})
        flat = {name: value for name, value in flat.items() if name not in kind.__slots__}
    return {**flat, **parts}


def version(number: str = "v1", blob: str = BLOB) -> Version:
    return Version(
        number=number,
        parent=None,
        blob=blob,
        media_type="image/png",
        size=1,
        width=1,
        height=1,
        alt="",
        turn="t1",
    )


def image(blob: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"blob:{blob}"}}


def path(*steps: Step, messages: tuple[dict[str, Any], ...] = (), **more: Any) -> Lineage:
    source = version(steps[-1].version or "v1") if steps else None
    answer = {"role": "assistant", "content": [{"type": "text", "text": "Here."}, image(BLOB)]}
    return Lineage(steps=steps, messages=messages or (answer,), **{"source": source, **more})


def step(number: int, person: Person = ANA) -> Step:
    return Step(
        person=person, text=f"prompt {number}", reply=f"Done {number}.", version=f"v{number}"
    )


def signed(number: int) -> Step:
    return replace(step(number), is_signed=True)


@pytest.mark.parametrize("style", ["assistant", "user_reattach"])
def test_what_the_model_signed_is_sent_as_it_came_or_not_at_all(
    style: Literal["assistant", "user_reattach"],
) -> None:
    message = {
        "role": "assistant",
        "content": [{"type": "text", "text": "Here.", "thought_signature": "s"}, image(BLOB)],
    }
    steps = (step(1), signed(2), signed(3))
    found = history.build_messages(path(*steps, messages=(message,)), turn())
    if style == "user_reattach":
        found = reattach_images(found)
    said = [one["content"] for one in found if one["role"] == "assistant"]
    assert said[0] == "Done 1."
    assert [one["content"] for one in found if one["role"] == "user"][:3] == [
        "prompt 1",
        "prompt 2",
        "prompt 3",
    ]
    if style == "user_reattach":
        assert len(said) == 1
    else:
        [whole] = said[1:]
        assert whole[0] == message["content"][0]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"content": "Here.", "reasoning": "hm", "reasoning_details": []}, False),
        ({"content": [{"type": "text", "text": "thought_signature"}]}, False),
        ({"reasoning_details": [{"data": "x"}]}, True),
        ({"content": [{"type": "image_url", "thought_signature": "x"}]}, True),
        ({"tool_calls": [{"extra_content": {"google": {"thought_signature": "x"}}}]}, True),
        ({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"signature": "x"}}}}}}}}}}, False),
    ],
)
def test_a_signature_is_found_wherever_it_stands(message: Any, *, expected: bool) -> None:
    assert stored_messages.is_signed(message) is expected


def test_calls_whose_results_are_not_sent_are_not_sent_either() -> None:
    message = {"role": "assistant", "content": [image(BLOB)], "tool_calls": [{"id": "c"}]}
    assert "tool_calls" not in history.build_messages(path(step(1), messages=(message,)), turn())[1]


AS_IT_CAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "blocks": (
        {"content": [{"type": "text", "text": "Here."}, image(BLOB)], "id": 7},
        {
            "content": [{"type": "text", "text": "Here."}, stored_messages.make_image_block(BLOB)],
            "id": 7,
        },
    ),
    "images[]": (
        {
            "content": "Here.",
            "images": [{**image(BLOB), "index": 0}],
            "reasoning_details": ["x"],
            "refusal": None,
        },
        {
            "content": "Here.",
            "images": [{**stored_messages.make_image_block(BLOB), "index": 0}],
            "reasoning_details": ["x"],
            "refusal": None,
        },
    ),
    "images[] of two": (
        {"content": None, "images": [image(OTHER), image(BLOB)]},
        {"content": None, "images": [stored_messages.make_image_block(BLOB)]},
    ),
    "images[] of strings": (
        {"content": None, "images": [f"blob:{OTHER}", f"blob:{BLOB}"]},
        {"content": None, "images": [BlobUrl(BLOB)]},
    ),
    "message.image, and b64_json": (
        {"content": "", "image": {"b64_json": f"blob:{BLOB}#base64"}},
        {"content": "", "image": {"b64_json": BlobUrl(BLOB, bare=True)}},
    ),
    "inline_data with its type": (
        {
            "content": None,
            "multi_mod_content": [
                {"text": "Here."},
                {"inline_data": {"data": f"blob:{BLOB}#base64", "mime_type": "image/png"}},
            ],
        },
        {
            "content": None,
            "multi_mod_content": [
                {"text": "Here."},
                {
                    "inline_data": {
                        "data": BlobUrl(BLOB, bare=True),
                        "mime_type": stored_messages.BlobType(BLOB),
                    }
                },
            ],
        },
    ),
    "Markdown": (
        {"content": f"Here.\n![a boat](blob:{BLOB})\n![b](blob:{OTHER}) Yes."},
        {"content": BlobUrl(BLOB, "Here.\n![a boat](", ")\n Yes.")},
    ),
    "Markdown in a text block": (
        {
            "content": [
                {"type": "text", "text": f"Here.\n![x](blob:{BLOB})"},
                {"type": "text", "text": f"![y](blob:{OTHER})"},
            ]
        },
        {"content": [{"type": "text", "text": BlobUrl(BLOB, "Here.\n![x](", ")")}]},
    ),
    "HTML": (
        {"content": f'<img alt="x" src="blob:{BLOB}"><img src="blob:{OTHER}">'},
        {"content": BlobUrl(BLOB, '<img alt="x" src="', '">')},
    ),
    "an image that stands twice": (
        {"content": [image(BLOB)], "images": [image(BLOB)]},
        {"content": [stored_messages.make_image_block(BLOB)]},
    ),
    "an address beside it": (
        {"content": None, "images": [{"b64_json": f"blob:{BLOB}#base64", "url": f"blob:{OTHER}"}]},
        {"content": None, "images": [{"b64_json": BlobUrl(BLOB, bare=True)}]},
    ),
    "an image that a call holds as well": (
        {"tool_calls": [{"image": f"blob:{BLOB}#base64"}], "content": [image(BLOB)]},
        {"content": [stored_messages.make_image_block(BLOB)]},
    ),
    "base64 that stands twice": (
        {"content": [{"data": [f"blob:{BLOB}#base64", f"blob:{BLOB}#base64"]}]},
        {"content": [{"data": [BlobUrl(BLOB, bare=True)]}]},
    ),
    "nowhere": (
        {"content": [image(OTHER)], "id": 7},
        {"content": [stored_messages.make_image_block(BLOB)]},
    ),
}


@pytest.mark.parametrize("name", AS_IT_CAME)
def test_the_answer_goes_back_as_it_came_with_the_edited_image_alone(name: str) -> None:
    message, sent = AS_IT_CAME[name]
    found = stored_messages.restore_image([message], version())
    assert found == {"role": "assistant", **sent}
    assert stored_messages.find_blobs([found]) == [BLOB]
    assert OTHER not in str(found)


def test_a_first_prompt_is_the_sentence_and_nothing_else() -> None:
    assert history.build_messages(Lineage(), turn("a boat")) == [
        {"role": "user", "content": "a boat"}
    ]


def test_an_edit_carries_the_source_message_as_it_came_with_its_image() -> None:
    message = {
        "role": "assistant",
        "content": [{"type": "text", "text": "Here."}, image(BLOB)],
        "id": 7,
    }
    found = history.build_messages(path(step(1), messages=(message,)), turn())
    assert found == [
        {"role": "user", "content": "prompt 1"},
        {
            "role": "assistant",
            "id": 7,
            "content": [
                {"type": "text", "text": "Here."},
                {"type": "image_url", "image_url": {"url": BlobUrl(BLOB)}},
            ],
        },
        {"role": "user", "content": "make it blue"},
    ]


def test_of_the_older_turns_only_the_words_are_sent() -> None:
    found = history.build_messages(path(step(1), step(2)), turn())
    assert found[1] == {"role": "assistant", "content": "Done 1."}
    assert stored_messages.find_blobs(found) == [BLOB]


def test_of_two_images_only_the_edited_one_is_sent() -> None:
    message = {"role": "assistant", "content": [image(OTHER), image(BLOB)]}
    found = history.build_messages(path(step(1), messages=(message,)), turn())
    assert stored_messages.find_blobs(found) == [BLOB]


def test_of_two_choices_the_one_with_the_edited_image_is_sent() -> None:
    first = {"role": "assistant", "content": [image(OTHER)], "signature": "one"}
    second = {"role": "assistant", "content": [image(BLOB)], "signature": "two"}
    found = history.build_messages(path(step(1), messages=(first, second)), turn())
    assert found[1]["signature"] == "two"


def test_the_model_is_told_who_said_what_once_there_are_several() -> None:
    found = history.build_messages(path(step(1, ANA), step(2, BEN)), turn())
    assert [block["text"] for block in found[0]["content"]] == ["Ana:", "prompt 1"]
    assert [block["text"] for block in found[2]["content"]] == ["Ben:", "prompt 2"]
    assert found[-1]["content"][-1] == {"type": "text", "text": "make it blue"}


def test_one_person_alone_is_not_named() -> None:
    assert "Ana" not in str(history.build_messages(path(step(1), step(2)), turn()))


def test_a_variation_says_so_before_the_sentence() -> None:
    content = history.build_messages(Lineage(), turn("a boat", variation=2))[0]["content"]
    assert [block["text"] for block in content] == ["Variation 2 of this prompt:", "a boat"]


def test_pictures_that_people_sent_come_before_the_sentence() -> None:
    file = Attachment(id="f", name="p.png", media_type="image/png", blob=PHOTO)
    content = history.build_messages(path(step(1)), turn(attachments=(file,)))[-1]["content"]
    assert content == [
        stored_messages.make_image_block(PHOTO),
        {"type": "text", "text": "make it blue"},
    ]


def test_some_servers_take_images_from_people_only() -> None:
    found = reattach_images(history.build_messages(path(step(1)), turn()))
    assert found[1] == {"role": "assistant", "content": "Here."}
    assert found[-1]["content"] == [
        stored_messages.make_image_block(BLOB),
        {"type": "text", "text": "make it blue"},
    ]


def test_a_model_without_conversation_gets_the_source_and_the_prompt() -> None:
    assert history.build_instruction(path(step(1), step(2)), turn()) == [
        {
            "role": "user",
            "content": [
                stored_messages.make_image_block(BLOB),
                {"type": "text", "text": "make it blue"},
            ],
        }
    ]


def test_older_turns_are_one_line_each_and_the_first_prompt_is_never_forgotten() -> None:
    steps = [step(number) for number in range(1, 41)]
    found = history.build_messages(path(*steps), turn())
    assert len(found) == 2 * history.NEWEST + 1
    told = found[0]["content"][0]["text"].splitlines()
    assert told[1] == "- prompt 1"
    assert "prompt 20" in told[-1]
    assert found[0]["content"][-1]["text"] == "prompt 21"


def test_what_the_store_left_out_is_counted_and_the_root_is_named() -> None:
    steps = [step(number) for number in range(153, 201)]
    found = history.build_messages(
        path(*steps, omitted=152, root_prompt="a lighthouse at dusk"), turn()
    )
    told = found[0]["content"][0]["text"]
    assert "- a lighthouse at dusk" in told
    assert "more)" in told
    assert len(told) < 2000


def test_talk_after_the_source_never_pushes_it_out() -> None:
    talk = [
        Step(person=ANA, text=f"q{n}", reply=f"a{n}", version=None)
        for n in range(history.NEWEST + 5)
    ]
    found = history.build_messages(path(step(1), *talk, source=version("v1")), turn())
    assert stored_messages.find_blobs(found) == [BLOB]


def test_a_shorter_history_still_edits_the_same_image() -> None:
    steps = [step(number) for number in range(1, 31)]
    long, short = (history.build_messages(path(*steps), turn(), newest=n) for n in (20, 3))
    assert len(short) < len(long)
    assert stored_messages.find_blobs(short) == stored_messages.find_blobs(long) == [BLOB]


def test_an_answer_to_the_models_question_goes_back_as_the_tools_result() -> None:
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "ask_people", "arguments": "{}"},
    }
    asking = {"role": "assistant", "content": None, "tool_calls": [call]}
    question = Question(call="call_1", question="A dog or a cat?", options=("a dog", "a cat"))
    asked = turn("a pet", question=question)
    found = history.build_messages(
        Lineage(question_turn=asked, question_messages=(asking,)),
        turn("a cat", person=BEN, answers="t8"),
    )
    assert found[-2] == asking
    assert found[-1]["role"] == "tool"
    assert found[-1]["tool_call_id"] == "call_1"
    assert '"answer":"a cat"' in found[-1]["content"]
    assert "a pet" in str(found[-3]["content"])
