"""Is what people type understood, in their language?"""

from __future__ import annotations

import pytest

from bot.sketch.grammar import COLOURS
from tests.bot.sketch.talk import Talk, after, kinds, only

#: Everyday prompts, the drawings that must be there, and what the scene must be.
EVERYDAY: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("a logo for a coffee shop", "hot-beverage", {"layout": "logo"}),
    ("a cat astronaut on the moon", "cat astronaut", {"land": "moon"}),
    ("an infographic about bees", "honeybee", {"layout": "chart"}),
    ("portrait of a woman with red hair", "woman-red-hair", {}),
    ("a cozy living room with a fireplace", "fireplace", {"land": "room"}),
    ("a birthday card for my mum", "birthday-cake", {"layout": "birthday"}),
    ("a dragon flying over a castle", "dragon castle", {}),
    ("app icon for a weather app", "sun-behind-cloud", {"layout": "icon"}),
    ("a slice of pizza", "pizza", {"land": "plain"}),
    ("a futuristic city skyline at sunset", "", {"land": "city", "time": "dusk"}),
    ("Eine rote Katze auf einem Dach", "cat house", {}),
    ("un perro en la playa al atardecer", "dog", {"land": "beach", "time": "dusk"}),
    ("富士山と桜", "mount-fuji cherry-blossom", {}),
    ("a golden retriever puppy in a field of sunflowers", "dog", {"land": "flowers"}),
    ("a vintage travel poster of Paris", "eiffel-tower", {"style": "poster"}),
    ("a steaming cup of coffee on a wooden table", "hot-beverage table", {}),
    ("an underwater scene with a turtle and fish", "turtle tropical-fish", {"land": "underwater"}),
    ("a football player scoring a goal", "person-running soccer-ball", {}),
    ("a diagram of the water cycle", "cloud-with-rain water-wave", {"layout": "diagram"}),
    ("a dinosaur riding a skateboard", "t-rex skateboard", {}),
    ("a wizard reading a book in a library", "person-mage open-book", {"land": "room"}),
    ("the Eiffel tower in the rain", "eiffel-tower", {"weather": "rain"}),
    ("a mug mockup with our logo", "hot-beverage", {"layout": "logo"}),
    ("a horse", "horse", {"land": "meadow"}),
    ("a pirate ship in a storm", "pirate-flag ship", {"weather": "storm", "water": "sea"}),
    ("two foxes in a snowy forest at night", "fox fox", {"land": "forest", "weather": "snow"}),
    ("a hot air balloon over the mountains at dawn", "balloon", {"far": ("mountains",)}),
    ("a robot watering flowers", "robot tulip tulip tulip", {}),
    ("un phare au bord de la mer la nuit", "lighthouse", {"water": "sea", "time": "night"}),
    ("ein gemütliches Haus im Wald im Winter", "house", {"land": "forest", "weather": "snow"}),
    ("uma casa azul na montanha", "house snow-capped-mountain", {}),
    ("due gatti sulla spiaggia al tramonto", "cat cat", {"land": "beach", "time": "dusk"}),
    ("宇宙で踊るロボット", "robot", {"land": "space"}),
    ("雪地里的一只狐狸和一座房子", "fox house", {"land": "snow"}),
    ("an elephant under a palm tree in the desert", "elephant palm-tree", {"land": "desert"}),
    ("a red bicycle in front of a bakery", "bicycle convenience-store", {}),
    ('minimalist poster with the words "Ship it"', "", {"style": "poster", "land": "plain"}),
    ("a penguin on an iceberg", "penguin ice", {}),
    ("a haunted house with ghosts and a full moon", "derelict-house ghost", {"time": "night"}),
    ("a team of five people in an office", "person-standing", {"land": "room"}),
)


@pytest.mark.parametrize(("prompt", "drawings", "stage"), EVERYDAY, ids=[e[0] for e in EVERYDAY])
def test_an_everyday_prompt_is_drawn_and_nothing_in_it_is_unknown(
    prompt: str, drawings: str, stage: dict[str, object]
) -> None:
    said = Talk().say(prompt)
    (scene,) = said.scenes
    there = [thing.kind for thing in scene.things]
    assert [
        kind for kind in drawings.split() if there.count(kind) < drawings.split().count(kind)
    ] == []
    assert {name: getattr(scene, name) for name in stage} == stage
    assert "“" not in said.text.replace("“Ship it”", "").replace("“Bees”", "").replace(
        "“Water cycle”", ""
    ).replace("“Happy birthday!”", "")


@pytest.mark.parametrize(
    ("first", "add", "remove", "night"),
    [
        ("a red boat on a lake", "add a dog", "remove the boat", "make it night"),
        (
            "ein rotes Boot auf dem See",
            "füge einen Hund hinzu",
            "entferne das Boot",
            "mach es Nacht",
        ),
        ("un bateau rouge sur un lac", "ajoute un chien", "enlève le bateau", "la nuit"),
        ("un barco rojo en un lago", "añade un perro", "quita el barco", "de noche"),
        ("um barco vermelho no lago", "adicione um cachorro", "remova o barco", "à noite"),
        ("una barca rossa sul lago", "aggiungi un cane", "togli la barca", "di notte"),
        ("湖の赤いヨット", "犬を追加して", "ヨットを消して", "夜にして"),
        ("湖上的红色帆船", "添加一只狗", "去掉帆船", "变成夜晚"),
    ],
)
def test_a_conversation_goes_the_same_way_in_each_language(
    first: str, add: str, remove: str, night: str
) -> None:
    scene = after(first)
    assert only(scene, "sailboat").colour == COLOURS["red"]
    assert scene.water == "lake"
    assert kinds(after(first, add)) == ["sailboat", "dog"]
    end = after(first, add, remove, night)
    assert kinds(end) == ["dog"]
    assert end.time == "night"


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        (
            "a red boat and two dogs by the sea at dusk",
            "A red sailboat and two dogs by the sea at dusk.",
        ),
        ("a cat on a table in the rain", "A cat on a table in the rain."),
        ("12 ducks on a lake", "12 ducks by a lake."),
        ("a castle as a logo", "A logo with a castle."),
        ("mountains at night", "Mountains at night."),
        ("write “AHOY” on a beach", "The words “AHOY” on a beach."),
        ("eine blaue Katze am Strand", "Katze (Strand)."),
        ("海辺の猫", "猫"),
    ],
)
def test_the_picture_is_described(prompt: str, says: str) -> None:
    assert Talk().say(prompt).text.startswith(says)


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        ("hi", "Hello! I can draw"),
        ("what can you draw?", "I can draw"),
        ("Was kannst du?", "Ich kann rund 1.500"),
        ("hola", "¡Hola! Sé dibujar"),
        ("你好", "你好！"),
        ("xqzw vrbl", "I don't know how to draw “xqzw”, “vrbl”. I can draw"),
    ],
)
def test_what_draws_nothing_is_answered_with_what_it_can_do(prompt: str, says: str) -> None:
    said = Talk().say(prompt)
    assert not said.scenes
    assert says in said.text


def test_it_says_once_what_it_is() -> None:
    talk = Talk()
    assert "not with an AI" in talk.say("a dog").text
    assert "not with an AI" not in talk.say("add a cat").text
    assert "ohne KI" in Talk().say("eine Katze auf dem Tisch").text


def test_a_word_that_is_no_thing_is_named_and_the_rest_drawn() -> None:
    said = Talk().say("a cat and a xqzw")
    assert kinds(said.scenes[0]) == ["cat"]
    assert "I don't know how to draw “xqzw”." in said.text


def test_adjectives_nobody_knows_are_no_things() -> None:
    for prompt in (
        "a frumious dog",
        "un perro peludísimo",
        "ein flauschiger Hund",
        "a dog wistfully sprawling",
    ):
        assert "“" not in Talk().say(prompt).text, prompt


def test_a_card_greets_in_the_language_of_the_prompt() -> None:
    for prompt, greeting in (
        ("a birthday card for my mum", "Happy birthday!"),
        ("eine Geburtstagskarte für Papa", "Alles Gute zum Geburtstag!"),
        ("une carte d'anniversaire", "Joyeux anniversaire !"),
    ):
        assert [words.text for words in after(prompt).words] == [greeting]
    assert after("a thank you card").words == ()


def test_counts_go_beyond_the_fingers() -> None:
    for prompt, count in (
        ("nine cats", 9),
        ("12 cats", 12),
        ("a dozen cats", 12),
        ("900 cats", 24),
    ):
        assert kinds(after(prompt)) == ["cat"] * count


def test_chats_lists_and_quotes_are_read() -> None:
    scene = after("Ana: a dog\n- Ben Lee: a red house\n* write “Hello, you”")
    assert kinds(scene) == ["dog", "house"]
    assert scene.words[0].text == "Hello, you"
