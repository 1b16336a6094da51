"""What becomes of a picture when people change it in words?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.sentences import FINAL
from bot.sketch.answer import answer
from bot.sketch.request import chat_request
from bot.sketch.standing import box_of, overlap
from bot.sketch.terrain import CLIFF, terrain_of
from bot.sketch.vocabulary.colours import COLOURS
from tests.bot.sketch.talk import Talk, after, kinds, only

if TYPE_CHECKING:
    from bot.sketch.scene import Scene, Thing

PICTURE = "a house with a red roof, a dog and two trees"


def things(scene: Scene) -> dict[int, Thing]:
    return {thing.id: thing for thing in scene.things}


def change(*wishes: str, start: str = PICTURE) -> tuple[Scene, Scene, str]:
    """Return the picture before and after the last wish, and what was said."""
    talk = Talk()
    for wish in (start, *wishes[:-1]):
        talk.say(wish)
    before = talk.scene
    said = talk.say(wishes[-1])
    return before, said.scenes[0], said.text


def test_adding_leaves_all_that_is_there_where_it_is() -> None:
    before, now, said = change("now add a cat and three boats")
    assert kinds(now)[4:] == ["cat", "boat", "boat", "boat"]
    kept = {number: things(now)[number] for number in things(before)}
    where = {
        number: (t.kind, t.x, t.size, t.seed) for number, t in things(before).items() if not t.own
    }
    assert {n: (t.kind, t.x, t.size, t.seed) for n, t in kept.items() if not t.own} == where
    assert "added a cat" in said


def test_what_swims_brings_its_water() -> None:
    _, now, _ = change("add a whale")
    assert now.water == "sea"


def test_removing_takes_only_what_was_named() -> None:
    before, now, said = change("remove the dog")
    assert kinds(now) == ["house", "tree", "tree"]
    assert things(now).items() <= things(before).items()
    assert "removed the dog" in said
    assert kinds(change("get rid of the trees")[1]) == ["house", "dog"]
    assert kinds(change("remove one of the trees")[1]).count("tree") == 1
    assert kinds(change("remove everything")[1]) == []


def test_what_is_there_already_is_only_referred_to() -> None:
    assert kinds(change("remove that dog")[1]) == ["house", "tree", "tree"]
    _, now, said = change("add a path to the house")
    assert kinds(now).count("house") == 1
    assert "I added a road." in said
    assert change("write HI", "smaller letters")[1].words[0].size < 1
    assert "?" not in change("can you make the dog a bit bigger?")[2]


def test_what_is_put_on_something_new_stands_on_that() -> None:
    _, now, said = change("put the dog on a bench")
    assert kinds(now).count("bench") == 1
    assert only(now, "dog").on == only(now, "bench").id
    assert "There" not in said
    assert kinds(change("put a cat on a rock")[1]).count("rock") == 1


def test_the_left_one_is_the_left_one() -> None:
    before, now, _ = change("make the left tree red", start="two trees and a car")
    left = min((t for t in before.things if t.kind == "tree"), key=lambda t: t.x)
    assert [t.id for t in now.things if t.colour] == [left.id]
    before, now, said = change("move the left tree to the right", start="two trees and a car")
    assert "moved the tree." in said
    assert only(now, "car") == only(before, "car")
    assert things(now)[left.id].x > left.x
    right = max((t for t in before.things if t.kind == "tree"), key=lambda t: t.x)
    _, now, _ = change("remove the tree on the right", start="two trees and a car")
    assert right.id not in things(now)


def test_words_in_the_picture_can_be_called_by_what_they_say() -> None:
    talk = Talk()
    talk.say("a house")
    talk.say("write WELCOME")
    assert talk.say("make WELCOME red").scenes[0].words[0].colour == COLOURS["red"]
    assert only(talk.scene, "house").colour is None
    assert talk.say("change WELCOME to GOODBYE").scenes[0].words[0].text == "GOODBYE"


def test_what_is_so_already_is_not_said_to_be_done() -> None:
    talk = Talk()
    talk.say("a boat on a lake")
    assert talk.say("add ducks on the lake").text.endswith("I added three ducks.")
    assert "I can't change the size of the water." in talk.say("make the lake bigger").text
    assert "I can't move the sky." in talk.say("move the sky to the left").text
    assert talk.say("rotate the boat").text.startswith("I don't know how to do that")
    assert kinds(talk.say("make all ducks red").scenes[0]).count("duck") == 3
    assert "colour of the ducks" in talk.last.text


def test_colours_and_refusals_alone_draw_nothing() -> None:
    for wish in ("make it blue", "no house", "remove the tree"):
        assert not Talk().say(wish).scenes
    assert Talk().say("a purple sky").scenes


def test_things_move_step_by_step() -> None:
    before, now, _ = change("move the dog up")
    assert only(now, "dog").y < only(before, "dog").y
    assert only(now, "dog").size < only(before, "dog").size
    assert only(change("move the dog a bit to the left")[1], "dog").x < only(before, "dog").x
    _, now, _ = change("move the balloon to the left", start="a child holding a balloon")
    assert not only(now, "balloon").held
    assert only(now, "balloon").on is None
    assert "There is no whale" in change("replace the whale with a cat")[2]
    assert "cat" in kinds(change("replace the sky with a cat")[1])


def test_who_asks_for_a_surprise_gets_one() -> None:
    assert kinds(after("surprise me"))


def test_what_stood_on_something_that_goes_comes_down() -> None:
    _, now, _ = change("remove the sofa", start="a cat on a sofa")
    assert only(now, "cat").on is None


def test_replacing_keeps_the_place() -> None:
    before, now, said = change("replace the dog with a red fox")
    fox, dog = only(now, "fox"), only(before, "dog")
    assert (fox.id, fox.x, fox.colour) == (dog.id, dog.x, COLOURS["red"])
    assert "put a red fox in place of the dog" in said
    assert kinds(change("turn the trees into pines")[1]).count("pine") == 2
    assert kinds(change("make the dog a cat")[1]).count("cat") == 1
    assert "cat" in kinds(change("a cat instead of the dog")[1])


@pytest.mark.parametrize(
    "wish", ["make the house blue", "paint the house blue", "the house should be blue"]
)
def test_recolouring_changes_the_colour_alone(wish: str) -> None:
    before, now, _ = change(wish)
    house = only(before, "house")
    assert only(now, "house") == replace(house, colour=COLOURS["blue"])


def test_parts_words_and_surfaces_take_colours_too() -> None:
    assert only(change("make the roof green")[1], "house").accent == COLOURS["green"]
    assert change("make the sky purple")[1].tint("sky") == COLOURS["purple"]
    assert change("write HI", "make the text yellow")[1].words[0].colour == COLOURS["yellow"]
    assert change("add a river", "make the water turquoise")[1].tint("water")
    hills = change("make the mountains pink")[1]
    assert "mountains" in hills.far
    assert hills.tint("mountains") == COLOURS["pink"]


def test_it_is_what_was_spoken_of_last() -> None:
    _, now, _ = change("add a balloon", "make it green", "move it to the left")
    assert only(now, "balloon").colour == COLOURS["green"]
    assert only(now, "balloon").x < 0.35
    assert only(change("add a bench and make it red")[1], "bench").colour == COLOURS["red"]


@pytest.mark.parametrize(
    ("wish", "grows"),
    [
        ("make the dog bigger", True),
        ("make the dog smaller", False),
        ("shrink the dog", False),
        ("the dog should be tiny", False),
        ("enlarge the dog", True),
    ],
)
def test_things_grow_and_shrink_where_they_stand(wish: str, *, grows: bool) -> None:
    before, now, _ = change(wish)
    assert (only(now, "dog").size > only(before, "dog").size) is grows


def test_words_grow_move_and_go() -> None:
    talk = Talk()
    talk.say("a boat with the words “SUMMER”")
    assert talk.say("make the text bigger").scenes[0].words[0].size > 1
    assert talk.say("move the text to the bottom").scenes[0].words[0].row == "bottom"
    assert talk.say("change the text to “WINTER”").scenes[0].words[0].text == "WINTER"
    assert talk.say("move the text to the right").scenes[0].words[0].side == "right"
    assert talk.say("remove the text").scenes[0].words == ()


def test_moving_goes_where_it_was_said() -> None:
    before, now, _ = change("move the dog to the right")
    assert only(now, "dog").x > only(before, "dog").x
    assert only(change("put the dog on the far left")[1], "dog").x < 0.3
    dog, house = (only(change("move the dog behind the house")[1], k) for k in ("dog", "house"))
    assert dog.y < house.y
    _, now, _ = change("put the dog on the bench", start="a dog and a bench")
    assert only(now, "dog").on == only(now, "bench").id
    nearer = change("move the dog closer")
    assert only(nearer[1], "dog").size > only(nearer[0], "dog").size


def test_copies_and_mirrored_things() -> None:
    assert kinds(change("duplicate the dog")[1]).count("dog") == 2
    before, now, _ = change("flip the dog")
    assert only(now, "dog").flip is not only(before, "dog").flip
    assert only(change("let the dog look to the left")[1], "dog").flip is True


def test_numbers_can_be_corrected() -> None:
    assert kinds(change("make it five trees")[1]).count("tree") == 5
    assert kinds(change("make it one tree")[1]).count("tree") == 1
    assert kinds(change("add two more dogs")[1]).count("dog") == 3


def test_hats_go_on_and_come_off() -> None:
    talk = Talk()
    talk.say("a dog and a house")
    dog = only(talk.say("give the dog a blue hat").scenes[0], "dog")
    assert dog.wears == (("hat", COLOURS["blue"]),)
    assert only(talk.say("take the hat off").scenes[0], "dog").wears == ()
    assert only(talk.say("give the dog a balloon").scenes[0], "balloon").x


def test_the_button_of_a_shirt_is_a_wish_and_no_undo() -> None:
    _, now, said = change("undo the top button of his shirt", start="a man")
    assert only(now, "man").wears == (("open collar", None),)
    assert "opened the man's collar" in said


@pytest.mark.parametrize(
    ("wish", "field", "value"),
    [
        ("make it night", "time", "night"),
        ("at sunset please", "time", "dusk"),
        ("make it darker", "time", "golden"),
        ("let it rain", "weather", "rain"),
        ("add fog", "weather", "fog"),
        ("in autumn", "season", "autumn"),
        ("as a watercolour", "style", "watercolour"),
        ("turn it into a blueprint", "style", "blueprint"),
        ("zoom in", "camera", "close"),
        ("from above", "camera", "above"),
    ],
)
def test_the_stage_changes_under_the_same_things(wish: str, field: str, value: str) -> None:
    before, now, _ = change(wish)
    assert getattr(now, field) == value
    assert kinds(now) == kinds(before)


def test_the_hour_and_weather_go_back() -> None:
    assert change("make it night", "make it brighter")[1].time == "dusk"
    assert change("let it snow", "stop the snow")[1].weather == "clear"
    assert change("in pixel art", "remove the style")[1].style == "none"
    assert change("in winter", "in summer")[1].land == "meadow"
    assert change("zoom in", "zoom out")[1].camera == "wide"


def test_another_background_keeps_the_things() -> None:
    before, now, _ = change("change the background to a beach")
    assert (now.land, now.water) == ("beach", "sea")
    assert kinds(now) == kinds(before)
    assert change("remove the background")[1].land == "plain"
    assert change("add mountains")[1].far == ("mountains",)
    assert change("add mountains", "remove the mountains")[1].far == ()
    assert change("add a river", "remove the river")[1].water == "none"


def test_no_cliff_stays_behind_under_nothing() -> None:
    _, now, said = change("change the background to a desert", start="a lighthouse")
    assert only(now, "lighthouse").on is None
    assert "cliff" not in said
    _, now, _ = change("remove the cliff", start="a lighthouse")
    assert not any(thing.on == CLIFF for thing in now.things)


def test_the_sun_that_people_took_away_stays_away() -> None:
    _, now, _ = change("remove the sun", "remove the clouds", "make it dusk")
    assert not [thing for thing in now.things if thing.kind in {"sun", "cloud"}]


def test_start_over_forgets_the_picture() -> None:
    assert kinds(change("start over: a boat")[1]) == ["boat"]
    talk = Talk()
    talk.say(PICTURE)
    assert talk.say("start over").text.endswith("What shall I draw?")


def test_a_whole_new_description_is_a_new_picture() -> None:
    assert kinds(change("a castle by a lake")[1]) == ["castle"]
    assert "dog" in kinds(change("add a castle by a lake")[1])


def test_again_keeps_the_things_and_composes_them_anew() -> None:
    before, now, _ = change("draw it again")
    assert kinds(now) == kinds(before)
    assert [t.x for t in now.things] != [t.x for t in before.things]


def test_what_is_missing_or_cannot_be_done_is_said_and_nothing_drawn() -> None:
    talk = Talk()
    talk.say(PICTURE)
    for wish in ("remove the whale", "make the whale red", "move the whale left", "copy the whale"):
        said = talk.say(wish)
        assert "There is no whale in the picture." in said.text
        assert not said.scenes
    assert not talk.say("make the whale bigger").scenes
    talk.say("remove everything")
    assert "There is no one who could wear it in the picture." in talk.say("give it a hat").text


def test_several_wishes_in_one_message_are_all_done() -> None:
    _, now, said = change(
        "make the dog bigger, paint the house white and add a rainbow; then write “HOME”"
    )
    assert only(now, "house").colour == COLOURS["white"]
    assert "rainbow" in kinds(now)
    assert now.words[0].text == "HOME"
    assert said.count(" and ") >= 1


def test_an_edit_without_the_picture_passed_back_is_no_edit() -> None:
    talk = Talk()
    talk.say(PICTURE)
    talk.messages[-1]["content"] = talk.messages[-1]["content"][:1]
    said = talk.say("make the house blue")
    assert [kinds(scene) for scene in said.scenes] != [["house", "dog", "tree", "tree"]]


def test_an_edit_belongs_to_the_picture_that_was_passed_back() -> None:
    talk = Talk()
    talk.say("a boat")
    first = list(talk.messages)
    talk.say("add a lighthouse")
    talk.messages = first
    assert kinds(talk.say("make it red").scenes[0]) == ["boat"]


def test_the_same_wish_gives_the_same_scene_and_a_variation_another() -> None:
    assert after(PICTURE) == after(PICTURE)
    asked = {"type": "text", "text": PICTURE}
    second = Talk().say([{"type": "text", "text": "variation 2"}, asked]).scenes[0]
    third = Talk().say([{"type": "text", "text": "variation 3"}, asked]).scenes[0]
    assert kinds(second) == kinds(third) == kinds(after(PICTURE))
    assert len({after(PICTURE), second, third}) == 3


@pytest.mark.parametrize(
    "wish",
    [PICTURE, "a lighthouse", "a cup and a book", "a bridge over a river", "a dog on the left"],
)
def test_two_pictures_differ_visibly(wish: str) -> None:
    talk = Talk(n=2)
    one, two = talk.say(wish).scenes
    assert kinds(one) == kinds(two)
    assert one != two
    third, fourth = talk.say("make it night").scenes
    assert third != fourth
    assert third.time == fourth.time == "night"


def test_two_pictures_keep_the_side_that_was_said() -> None:
    one, two = Talk(n=2).say("a dog on the left").scenes
    assert only(one, "dog").x < 0.45
    assert only(two, "dog").x < 0.45


@pytest.mark.parametrize("size", ["1024x1536", "1536x1024", "2048x2048"])
def test_another_shape_keeps_the_things_apart(size: str) -> None:
    talk = Talk()
    talk.say("a house, a dog, a cow, a horse and two trees")
    now = talk.say("make it night", size=size).scenes[0]
    assert now.size == size
    terrain = terrain_of(now)
    boxes = [box_of(now, terrain, t) for t in now.things if not t.own and t.zone == "ground"]
    pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert all(overlap(a, b) < 0.95 for a, b in pairs)


def test_sizes_and_counts_in_plain_words_are_followed_where_the_request_names_none() -> None:
    assert Talk().say("a boat in landscape format").scenes[0].size == "1536x1024"
    assert len(Talk().say("two versions of a boat").scenes) == 2
    assert Talk(size="1024x1536").say("a boat in landscape format").scenes[0].size == "1024x1536"
    assert Talk().say("a boat, high quality").quality == "high"


@pytest.mark.parametrize("wish", [FINAL, f"Ana: {FINAL}", "Bo: high quality, please"])
def test_the_same_picture_is_drawn_again_in_another_form(wish: str) -> None:
    talk = Talk()
    drawn = talk.say(PICTURE, quality="low").scenes[0]
    final = talk.say(wish, size="2048x2048", quality="high")
    assert (final.quality, final.scenes[0].size) == ("high", "2048x2048")
    assert things(final.scenes[0]).keys() == things(drawn).keys()
    assert final.scenes[0].seed == drawn.seed


def test_a_crowd_stays_within_bounds() -> None:
    talk = Talk()
    talk.say("a hundred dogs and a hundred cats")
    for animal in ("sheep", "cows", "pigs"):
        talk.say(f"add 50 {animal}")
    assert len(talk.scene.things) == 60
    said = talk.say("\n".join(["add a dog"] * 400))
    assert said.text == "There is no room for more: 60 things are in the picture."
    assert not said.scenes


def test_the_answer_never_depends_on_what_was_answered_before() -> None:
    body = b'{"model":"m","messages":[{"role":"user","content":"a fox in the snow"}]}'
    first = answer(chat_request(body))
    answer(chat_request(b'{"model":"m","messages":[{"role":"user","content":"a whale"}]}'))
    assert answer(chat_request(body)) == first


def test_a_part_has_the_colour_on_what_has_such_a_part() -> None:
    _, now, _ = change("add two ducks", "make the roof green", start="a cottage by a lake")
    assert only(now, "house").accent == COLOURS["green"]
    assert {duck.accent for duck in now.things if duck.kind == "duck"} == {None}
    assert only(change("paint the walls blue")[1], "house").colour == COLOURS["blue"]
    _, room, _ = change("make the walls blue", start="a sofa in a room")
    assert only(room, "sofa").colour is None
    talk = Talk()
    talk.say(PICTURE)
    assert talk.say("make the sail red").text.startswith("There is no sail in the picture.")


def test_a_hat_is_given_its_colour_and_not_who_wears_it() -> None:
    dog = only(change("give the dog a hat", "change the hat to red")[1], "dog")
    assert (dog.colour, dog.wears) == (None, (("hat", COLOURS["red"]),))
    assert "can't draw a hat on the cactus" in Talk().say("a cactus wearing a hat").text


def test_it_is_put_where_people_say_and_them_means_all() -> None:
    before, now, _ = change("put it on the left", start="a boat on the sea")
    assert only(now, "boat").x < 0.3 < only(before, "boat").x
    _, now, said = change("make them all white", start="a cat and a dog")
    assert {only(now, kind).colour for kind in ("cat", "dog")} == {COLOURS["white"]}
    assert "the colour of the cat and the dog" in said


@pytest.mark.parametrize(
    ("wish", "colours"),
    [
        ("two boats, one red and one blue", ["red", "blue"]),
        ("two cats, a black one and a white one", ["black", "white"]),
        ("a red house and a blue one", ["red", "blue"]),
        ("two cars, a red one on the left and a blue one on the right", ["red", "blue"]),
    ],
)
def test_each_of_several_has_its_own_colour(wish: str, colours: list[str]) -> None:
    scene = Talk().say(wish).scenes[0]
    assert [thing.colour for thing in scene.things if not thing.own] == [
        COLOURS[colour] for colour in colours
    ]


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_cliff_rises_where_its_lighthouse_is_to_be(side: str) -> None:
    scene = Talk().say(f"a lighthouse on the {side}").scenes[0]
    assert (only(scene, "lighthouse").x < 0.5) == (side == "left")


def test_candles_on_a_cake_are_the_cakes_own() -> None:
    assert kinds(Talk().say("a cake with four candles").scenes[0]) == ["cake"]
    said = Talk().say("seven candles on a cake")
    assert "candle" not in kinds(said.scenes[0])
    assert "four candles" in said.text
    assert "candle" in kinds(Talk().say("a cake and a candle").scenes[0])


def test_an_oak_tree_is_one_tree() -> None:
    assert kinds(Talk().say("two dogs under an oak tree").scenes[0]) == ["dog", "dog", "tree"]


def test_how_many_of_them_and_one_more_are_counted() -> None:
    talk = Talk()
    talk.say("three snowmen")
    assert "removed two snowmen" in talk.say("remove two of them").text
    assert kinds(talk.scene) == ["snowman"]
    talk.say("add two more")
    assert kinds(talk.scene) == ["snowman", "snowman", "snowman"]
    talk.say("remove one")
    talk.say("add another one in blue")
    assert [thing.colour for thing in talk.scene.things[-3:]].count(COLOURS["blue"]) == 1


def test_two_things_change_places_or_make_room_for_others() -> None:
    before, now, said = change("swap the dog and the house")
    assert kinds(now) == kinds(before)
    assert only(now, "dog").x == pytest.approx(only(before, "house").x, abs=0.1)
    assert "change places" in said
    replaced = kinds(change("replace the dog with a cat and a bird")[1])
    assert {"cat", "bird"} <= {*replaced}
    assert "dog" not in replaced
    assert kinds(change("replace the dog and the house with a cat")[1]) == ["cat", "tree", "tree"]


def test_what_is_too_much_is_put_right_and_fewer_are_fewer() -> None:
    assert change("make it night", "it's too dark")[1].time == "dusk"
    before, now, _ = change("the dog looks a bit too big")
    assert only(now, "dog").size < only(before, "dog").size
    assert kinds(change("fewer trees")[1]).count("tree") == 1
    before, now, _ = change("make everything bigger")
    assert all(things(now)[t.id].size > t.size for t in before.things if not t.own), (
        "all that people asked for"
    )


def test_the_moon_brings_the_night_also_where_it_is_only_looked_at() -> None:
    assert Talk().say("a wolf howling at the moon").scenes[0].time == "night"
