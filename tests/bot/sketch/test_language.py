"""Which scene do words become?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.sketch.dice import Dice
from bot.sketch.scene import FARS, LANDS, SEASONS, STYLES, TIMES, WATERS, WEATHERS
from bot.sketch.standing import box_of
from bot.sketch.terrain import CLIFF, terrain_of
from bot.sketch.vocabulary import settings
from bot.sketch.vocabulary.colours import COLOURS
from bot.sketch.vocabulary.kinds import KINDS, kind_table
from bot.sketch.vocabulary.words import NEAREST
from tests.bot.sketch.talk import Talk, after, kinds, only

if TYPE_CHECKING:
    from bot.sketch.vocabulary.kind import Kind


def test_at_least_forty_things_are_known_each_with_a_name_of_its_own() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) >= 40
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_thing_comes_by_each_of_its_names(kind: Kind) -> None:
    for name in (kind.name, *kind.also):
        assert kind.name in kinds(after(f"a {name}")), name
    for name in kind.plurals:
        assert kinds(after(f"two {name}")).count(kind.name) == 2, name


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [
        ("a house", ["house"]),
        ("a cat and a dog", ["cat", "dog"]),
        ("three boats", ["boat"] * 3),
        ("a couple of trees and a fox", ["tree", "tree", "fox"]),
        ("two mice, a goose and four sheep", ["mouse"] * 2 + ["duck"] + ["sheep"] * 4),
        ("draw me a big, red house, please!", ["house"]),
        ("I'd like a picture of an elephant", ["elephant"]),
        ("- a house\n- a tree\n* a bench", ["house", "tree", "bench"]),
        ("Ann: a castle\nBen: a windmill", ["castle", "windmill"]),
        (
            "1. Mary Ann O'Neil (she/her): a castle\n2. Özgür: I think a windmill",
            ["castle", "windmill"],
        ),
        ("Ann:\na castle\nRobin: a windmill\n@ben.w: a fox", ["castle", "windmill", "fox"]),
        ("a castle without clouds", ["castle"]),
        ("an owl, not a cat", ["owl"]),
        ("a hot air balloon over hills", ["hot-air balloon"]),
    ],
)
def test_things_come_in_the_numbers_that_were_said(wish: str, wanted: list[str]) -> None:
    assert sorted(kinds(after(wish))) == sorted(wanted)


def test_each_colour_has_a_name() -> None:
    for name, colour in COLOURS.items():
        assert only(after(f"a {name} car"), "car").colour == colour, name


def test_a_second_colour_goes_to_the_part_that_was_named() -> None:
    house = only(after("a yellow house with a blue roof"), "house")
    assert (house.colour, house.accent) == (COLOURS["yellow"], COLOURS["blue"])


@pytest.mark.parametrize(
    ("field", "table", "values"),
    [
        ("time", settings.TIMES, TIMES),
        ("weather", settings.WEATHERS, WEATHERS),
        ("season", settings.SEASONS, SEASONS),
        ("style", settings.STYLES, STYLES),
    ],
)
def test_each_word_for_hour_weather_season_and_style_is_understood(
    field: str, table: dict[str, str], values: tuple[str, ...]
) -> None:
    for word, value in table.items():
        if word != "sketch":  # "a sketch of a house" is what this model draws anyway
            assert getattr(after(f"a house, {word}"), field) == value, word
        assert value in values


def test_each_landscape_is_laid_out() -> None:
    for word, (land, water, far) in settings.STAGES.items():
        scene = after(f"a house in the {word} with a dog")
        assert scene.land in LANDS
        assert land is None or scene.land in {land, "beach"}, word
        assert water is None or scene.water == water, word
        assert set(far) <= set(scene.far) <= set(FARS), word
        assert scene.water in WATERS


def test_winter_brings_snow_and_the_moon_brings_the_night() -> None:
    assert after("a house in winter").land == "snow"
    assert after("a moon over a house").time == "night"
    assert after("lightning over a tower").weather == "storm"


def test_things_are_at_home_where_nothing_else_was_said() -> None:
    assert after("a submarine").land == "underwater"
    assert after("a rocket").land == "space"
    assert after("a boat").water == "sea"
    assert after("a duck").water == "lake"
    assert "cliff" in after("a lighthouse").far
    assert kinds(after("a sofa")) == ["sofa"]
    assert after("a sofa").land == "room"
    assert "table" in [thing.kind for thing in after("a cup and a book").things]


def test_places_are_where_they_were_said_to_be() -> None:
    left = only(after("a dog on the left and a castle on the right"), "dog")
    right = only(after("a dog on the left and a castle on the right"), "castle")
    assert left.x < 0.4
    assert right.x > 0.6
    assert only(after("a bird at the top"), "bird").y < 0.5


def test_relations_hold() -> None:
    scene = after("a cat on a sofa")
    assert only(scene, "cat").on == only(scene, "sofa").id
    scene = after("a woman holding an umbrella")
    umbrella = only(scene, "umbrella")
    assert umbrella.held
    assert umbrella.on == only(scene, "woman").id
    scene = after("a dog left of a house")
    assert only(scene, "dog").x < only(scene, "house").x
    scene = after("a lighthouse", "add a dog next to the lighthouse")
    assert only(scene, "dog").on == only(scene, "lighthouse").on == CLIFF
    scene = after("a tree behind a house")
    assert only(scene, "tree").y < only(scene, "house").y


def test_the_moon_can_be_stood_on_and_a_swing_sat_on() -> None:
    scene = after("an astronaut with a flag on the moon")
    assert (scene.land, kinds(scene)) == ("space", ["astronaut", "flag"])
    scene = after("a child on a swing")
    terrain = terrain_of(scene)
    child, swing = (box_of(scene, terrain, only(scene, kind)) for kind in ("child", "swing"))
    assert child[3] > (swing[1] + swing[3]) / 2


def test_people_and_animals_wear_what_was_said() -> None:
    assert only(after("a dog wearing a red hat"), "dog").wears == (("hat", COLOURS["red"]),)
    talk = Talk()
    talk.say("a house")
    assert "I can't draw a hat on the house." in talk.say("give it a hat").text


@pytest.mark.parametrize(
    ("wish", "text", "row", "side"),
    [
        ("write HELLO", "HELLO", "top", "middle"),
        (
            "a shop with the words “GRAND OPENING” at the bottom",
            "GRAND OPENING",
            "bottom",
            "middle",
        ),
        ("a boat that says 'AHOY' in the top left corner", "AHOY", "top", "left"),
        ('a poster with the title "Summer" in the middle', "Summer", "middle", "middle"),
    ],
)
def test_words_in_the_picture_are_written_as_they_were_said(
    wish: str, text: str, row: str, side: str
) -> None:
    (words,) = after("a house", wish).words if "write" in wish else after(wish).words
    assert (words.text, words.row, words.side) == (text, row, side)


def test_what_is_not_understood_is_named_and_asked_about() -> None:
    said = Talk().say("a zebra")
    assert not said.scenes
    assert "I don't know how to draw a zebra." in said.text
    assert said.text.endswith("Shall I use a horse instead?")
    said = Talk().say("a house and two quokkas")
    assert kinds(said.scenes[0]) == ["house"]
    assert "I don't know how to draw quokkas. I drew the rest." in said.text
    assert said.text.endswith("Can you say it with other words?")


def test_what_comes_near_is_offered_and_can_be_drawn() -> None:
    for word, near in NEAREST.items():
        assert near in kind_table()
        talk = Talk()
        if not talk.say(f"a {word}").scenes:
            assert f" {near} instead?" in talk.last.text, word
            assert kinds(talk.say("yes").scenes[0]) == [near]


def test_words_that_mean_nothing_here_are_named() -> None:
    said = Talk().say("eine Katze auf einem Sofa")
    assert kinds(said.scenes[0]) == ["sofa"]
    assert "I didn't understand “eine”, “katze” and “auf”. Can you say it" in said.text
    assert "understand" not in Talk().say("a dog happily chasing a cat").text
    talk = Talk()
    talk.say("a house")
    said = talk.say("make it more dramatic")
    assert said.text.startswith("I don't know how to do that: “make it more dramatic”. Can you")
    assert "don't know how to draw a green door" in Talk().say("a house with a green door").text
    assert "don't know how to draw a green door" in talk.say("make the door green").text


def test_the_answer_to_its_question_is_understood() -> None:
    talk = Talk()
    talk.say("a zebra by a lake")
    assert "horse" in kinds(talk.say("yes, please").scenes[0])
    talk.say("add a unicorn")
    declined = talk.say("no thanks")
    assert not declined.scenes
    assert declined.text == "All right, I leave the picture as it is."


def test_an_undecided_wish_is_asked_about_and_the_answer_settles_it() -> None:
    talk = Talk()
    assert talk.say("a dog or a cat?").text == "Do you want a dog or a cat?"
    assert kinds(talk.say("the cat").scenes[0]) == ["cat"]
    talk = Talk()
    assert talk.say("a house by day or at night? not sure").text.endswith("?")
    assert talk.say("at night").scenes[0].time == "night"


@pytest.mark.parametrize("wish", ["", "   ", "hm", "?!", "thanks", "🙂", "\x00\x01"])
def test_what_says_nothing_is_answered_with_what_could_be_said(wish: str) -> None:
    said = Talk().say(wish)
    assert not said.scenes
    assert "draw" in said.text


def test_it_says_plainly_and_once_that_it_is_not_an_ai() -> None:
    talk = Talk()
    assert "not with an AI" in talk.say("a boat").text
    assert "not with an AI" not in talk.say("make it red").text
    assert "not with an AI" in Talk().say("who are you?").text
    assert Talk().say("hello").text.count("not with an AI") == 1


def test_dice_give_the_same_numbers_on_every_machine() -> None:
    dice = Dice("a", 1)
    assert [dice.whole(1, 6) for _ in range(6)] == [5, 4, 1, 2, 5, 2]


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("a lighthouse at dusk", "A lighthouse on a cliff by the sea at dusk."),
        ("a cat on a red sofa", "A cat on a red sofa in a room."),
        ("a cat and a dog on a sofa", "A cat on a sofa in a room, with a dog on the sofa."),
        ("a woman holding an umbrella", "A woman holding an umbrella on a green meadow."),
        ("three red balloons over a lake", "Three red balloons over a lake."),
        ("a whale and two boats", "A whale on the open sea, with two boats."),
        ("an owl at night, as a watercolour", "A watercolour of an owl in the forest at night."),
        ("a mouse wearing a blue hat", "A mouse wearing a blue hat on a green meadow."),
        (
            "a shop, write OPEN",
            "A shop in the street, with the city's skyline and the word “OPEN”.",
        ),
        ("twelve bees in summer rain", "Twelve bees over a green meadow in summer in the rain."),
        ("mountains by a lake", "A green meadow, with mountains and a lake."),
        ("a cup", "A cup on a table in a room."),
        ("a cup next to a book", "A cup on a table in a room, with a book on the table."),
        ("the sea", "The open sea."),
        ("a sunset", "A sandy beach at dusk."),
    ],
)
def test_the_picture_is_described_in_one_sentence(wish: str, sentence: str) -> None:
    assert Talk().say(wish).text.startswith(f"{sentence} I'm Easel's")
