"""Does an edit change what it names, and nothing else?"""

from __future__ import annotations

import io
from dataclasses import replace

import orjson
import pytest
from PIL import Image, ImageChops

from bot.presentation.sentences import FINAL
from bot.sketch.grammar import COLOURS
from bot.sketch.picture import render
from tests.bot.sketch.talk import Talk, after, kinds, only


@pytest.mark.parametrize(
    ("first", "edit", "drawings"),
    [
        ("a boat", "add two dogs", "sailboat dog dog"),
        ("a boat", "put a cat on the boat", "sailboat cat"),
        ("a boat and a dog", "remove the dog", "sailboat"),
        ("a boat and a dog", "without the boat", "dog"),
        ("three dogs", "remove one dog", "dog dog"),
        ("a boat", "replace the boat with a whale", "whale"),
        ("a dog", "make it a cat", "cat"),
        ("a dog", "a cat on the beach", "cat"),
        ("a dog", "start over: a cat", "cat"),
        ("a boat", "add a dog and a red car, then remove the boat", "dog automobile"),
    ],
)
def test_things_come_and_go(first: str, edit: str, drawings: str) -> None:
    assert kinds(after(first, edit)) == drawings.split()


@pytest.mark.parametrize(
    ("edit", "field", "value"),
    [
        ("make it night", "time", "night"),
        ("at sunset please", "time", "dusk"),
        ("let it snow", "weather", "snow"),
        ("in the desert", "land", "desert"),
        ("add mountains", "far", ("mountains",)),
        ("by a river", "water", "river"),
        ("as a watercolour", "style", "watercolour"),
        ("make the sky purple", "tints", {"sky": COLOURS["purple"]}),
        ("turn it into a logo", "layout", "logo"),
        ("remove the background", "land", "plain"),
        ("change the background to a beach", "land", "beach"),
        ("in the style of Van Gogh", "style", "painting"),
        ("make it cyberpunk", "style", "neon"),
        ("it is too dark", "time", "day"),
    ],
)
def test_the_whole_picture_changes(edit: str, field: str, value: object) -> None:
    before, scene = after("a dog in the evening"), after("a dog in the evening", edit)
    assert getattr(scene, field) == value
    assert only(scene, "dog") == only(before, "dog")


@pytest.mark.parametrize(
    ("edit", "check"),
    [
        ("make the boat red", lambda old, new: new == replace(old, colour=COLOURS["red"])),
        (
            "make it bigger",
            lambda old, new: new == replace(old, size=new.size) and new.size > old.size,
        ),
        ("make the boat smaller", lambda old, new: new.size < old.size),
        (
            "move the boat to the left",
            lambda old, new: new == replace(old, x=new.x) and new.x < old.x,
        ),
        ("flip the boat", lambda old, new: new == replace(old, flip=True)),
        ("zoom out", lambda old, new: new.size < old.size),
    ],
)
def test_one_thing_changes_as_it_is_said(edit: str, check: object) -> None:
    old, new = only(after("a boat"), "sailboat"), only(after("a boat", edit), "sailboat")
    assert check(old, new)  # type: ignore[operator]  # one of the functions above


def test_an_edit_leaves_the_rest_to_the_pixel() -> None:
    before, scene = after("a dog and a boat"), after("a dog and a boat", "make the dog blue")
    one, two = (Image.open(io.BytesIO(render(s, 0.25))).convert("RGB") for s in (before, scene))
    box = ImageChops.difference(one, two).getbbox()
    assert box is not None
    assert box[2] - box[0] < 128
    assert replace(scene, things=before.things, focus=before.focus) == before


def test_a_thing_is_put_on_another() -> None:
    scene = after("a house and a dog", "put the dog on the house")
    assert only(scene, "dog").on == only(scene, "house").id
    stacked = after("three red apples on a table")
    assert {thing.on for thing in stacked.things if thing.kind == "red-apple"} == {
        only(stacked, "table").id
    }


def test_words_are_written_coloured_and_removed() -> None:
    talk = Talk()
    talk.say("a boat")
    assert talk.say("write “AHOY” at the bottom").scenes[0].words[0].row == "bottom"
    assert talk.say("make the text red").scenes[0].words[0].colour == COLOURS["red"]
    assert talk.say("remove the text").scenes[0].words == ()


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        ("remove the dragon", "There is no dragon in the picture."),
        ("make him smile", "I don't know how to do that: “make him smile”."),
        ("add a xqzw", "I don't know how to do that: “add a xqzw”."),
        ("start over", "All right, a blank canvas. What shall I draw?"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_drawn(prompt: str, says: str) -> None:
    talk = Talk()
    talk.say("a dog")
    said = talk.say(prompt)
    assert said.text.startswith(says)
    assert not said.scenes


def test_changes_are_said() -> None:
    talk = Talk()
    talk.say("a boat")
    for edit, says in (
        ("add two dogs", "I added two dogs."),
        ("make the boat red", "I changed the colour of the sailboat."),
        ("remove the dogs", "I removed the dogs."),
        ("replace the boat with a whale", "I replaced the sailboat with a whale."),
        ("fügt eine Katze hinzu", "Dazu: Katze."),
    ):
        assert says in talk.say(edit).text


def test_the_final_picture_is_the_same_in_another_size() -> None:
    talk = Talk()
    before = talk.say("a red boat and a dog at night").scenes[0]
    final = talk.say(FINAL, size="2048x2048", quality="high").scenes[0]
    assert final == replace(before, size="2048x2048")


def test_two_of_one_prompt_and_further_variations_differ() -> None:
    two = Talk(n=2).say("a boat and a house").scenes
    assert kinds(two[0]) == kinds(two[1])
    assert two[0] != two[1]
    seen = [Talk().say([{"type": "text", "text": f"Variation {k} of 3."}, {"type": "text", "text": "a boat"}]) for k in (1, 2, 3)]  # fmt: skip
    assert len({orjson.dumps(str(said.scenes)) for said in seen}) == 3


def test_a_question_is_asked_and_its_answer_joined() -> None:
    talk = Talk()
    assert talk.say("a dog or a cat?").text.endswith("A dog or a cat?")
    assert kinds(talk.say("a cat").scenes[0]) == ["cat"]
    talk = Talk()
    assert talk.say("a zebrra").text.endswith("Shall I draw zebra instead?")
    assert kinds(talk.say("yes please").scenes[0]) == ["zebra"]
    talk = Talk()
    talk.say("a zebrra")
    assert talk.say("no").text == "All right, I leave the picture as it is."


def test_a_team_is_asked_by_the_tool_where_there_is_one() -> None:
    for prompt, options, answer, drawn in (
        ("a dog or a cat? you decide", ["a dog", "a cat"], '{"answer": "a cat"}', "cat"),
        ("a zebrra", ["zebra", "Leave it out"], "zebra", "zebra"),
    ):
        talk = Talk(tools=["ask_people"])
        (call,) = talk.say(prompt).calls
        assert orjson.loads(call.arguments)["options"] == options
        function = {"name": call.name, "arguments": call.arguments}
        calls = [{"id": call.id, "type": "function", "function": function}]
        talk.messages[-1] = {"role": "assistant", "content": None, "tool_calls": calls}
        talk.messages.append({"role": "tool", "tool_call_id": call.id, "content": answer})
        assert drawn in kinds(talk.send().scenes[0])


def test_shape_and_quality_in_words_are_the_tools_or_taken() -> None:
    (call,) = Talk(tools=["set_output"]).say("a fox in landscape format").calls
    assert orjson.loads(call.arguments) == {"size": "1536x1024"}
    said = Talk().say("two versions of a fox in portrait format, best quality")
    assert [scene.size for scene in said.scenes] == ["1024x1536"] * 2
    assert said.quality == "high"


def test_ideas_are_a_numbered_list_of_what_can_be_drawn() -> None:
    said = Talk().say(
        "Propose four clearly different directions for: a fox. Answer with a numbered list."
    )
    lines = said.text.split("\n")
    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. ", "4. "]
    for line in lines:
        drawn = Talk().say(line[3:])
        assert drawn.scenes
        assert "I don't know" not in drawn.text


def test_a_surprise_is_a_picture() -> None:
    assert Talk().say("surprise me").scenes
    talk = Talk()
    before = talk.say("a dog and a boat").scenes[0]
    again = talk.say("surprise me").scenes[0]
    assert kinds(again) == kinds(before)
    assert again != before
